/** How many families and students a house of the sample academy has. */
export type HouseSize = { readonly families: number; readonly students: number; readonly isMain: boolean };

/** What the 8 rooms and 14 teachers of a house are made for. */
export const FULL_HOUSE = { families: 130, students: 180 };

/** Families in the proportion of a full house. */
export function familiesFor(students: number): number {
  return Math.round((students * FULL_HOUSE.families) / FULL_HOUSE.students);
}

/** Shares an academy out to houses: the main one is filled first, then as many others as it takes, evenly. */
export function housesFor(families: number, students: number): HouseSize[] {
  const main = Math.min(students, FULL_HOUSE.students);
  const others = Math.ceil((students - main) / FULL_HOUSE.students);
  // Shares are counted from the beginning, so that what is rounded in one house is made up for in the next.
  const studentsUpTo = (house: number): number =>
    others === 0 ? main : main + Math.round(((students - main) * house) / others);
  const familiesUpTo = (house: number): number => Math.round((families * studentsUpTo(house)) / students);
  return Array.from({ length: others + 1 }, (_, house) => ({
    families: familiesUpTo(house) - (house === 0 ? 0 : familiesUpTo(house - 1)),
    students: studentsUpTo(house) - (house === 0 ? 0 : studentsUpTo(house - 1)),
    isMain: house === 0,
  }));
}
