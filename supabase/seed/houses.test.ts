import { describe, expect, it } from "vitest";
import { FULL_HOUSE, familiesFor, housesFor } from "./houses";

describe("housesFor", () => {
  it("needs one house up to its full size", () => {
    expect(housesFor(9, 14)).toEqual([{ families: 9, students: 14, isMain: true }]);
    expect(housesFor(130, 180)).toEqual([{ ...FULL_HOUSE, isMain: true }]);
  });

  it("fills the main house and shares the rest evenly", () => {
    expect(housesFor(289, 400)).toEqual([
      { families: 130, students: 180, isMain: true },
      { families: 80, students: 110, isMain: false },
      { families: 79, students: 110, isMain: false },
    ]);
  });

  it("loses nobody, overfills no house and leaves no family without a student", () => {
    for (const students of [181, 200, 359, 360, 361, 1000, 4999, 5000, 20_000]) {
      const families = familiesFor(students);
      const houses = housesFor(families, students);
      const sum = (of: "families" | "students") => houses.reduce((total, house) => total + house[of], 0);
      expect([sum("families"), sum("students")]).toEqual([families, students]);
      for (const house of houses) {
        expect(house.students).toBeLessThanOrEqual(FULL_HOUSE.students);
        expect(house.families).toBeLessThanOrEqual(house.students);
      }
    }
  });
});
