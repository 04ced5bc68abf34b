import type { Random } from "./random";
import { insertRows, type Sql } from "./rows";

export type Room = { readonly id: string; readonly name: string; readonly equipment: readonly string[] };

/** What each house has; the names are those of the main house. */
const ROOMS: readonly (readonly [name: string, equipment: readonly string[], capacity: number])[] = [
  ["Maple Room", ["piano"], 3],
  ["Birch Room", ["piano"], 3],
  ["Willow Room", ["piano"], 3],
  ["Oak Studio", ["grand_piano", "piano"], 5],
  ["Linden Room", [], 3],
  ["Juniper Studio", ["amplifiers", "drums"], 4],
  ["Alder Studio", ["amplifiers", "drums"], 4],
  ["Cedar Hall", ["amplifiers", "grand_piano", "piano", "stage"], 60],
];

/** Houses that a large academy has besides the main one; when all are full, they get another floor. */
const HOUSES: readonly string[] = (
  "Orchard Quarry Harmon Mill Station Bridge Chapel Meadow Ridge Ferry Granary Lakeview Beacon Foundry Schoolhouse " +
  "Fieldstone Hollow Winslow Carriage Depot Garden Prospect Aldrich Sycamore Landing Tannery Hillcrest Parsonage"
).split(" ");

/** The room's name: "Maple Room" in the main house, "Orchard House 101" to "Orchard House 108" in the first other one. */
function roomName(house: number, nth: number, name: string): string {
  if (house === 0) return name;
  const floor = 1 + Math.floor((house - 1) / HOUSES.length);
  return `${HOUSES[(house - 1) % HOUSES.length]} House ${floor * 100 + nth + 1}`;
}

/** Writes the rooms of a house; 0 is the main one. */
export async function loadRooms(sql: Sql, random: Random, house: number): Promise<Room[]> {
  const rooms = ROOMS.map(([name, equipment, capacity], nth) => ({
    id: random.uuid(),
    name: roomName(house, nth, name),
    equipment,
    capacity,
  }));
  await insertRows(sql, "rooms", rooms);
  return rooms;
}
