import { describe, expect, it } from "vitest";
import { chooseAlternatives, type OpenTime } from "./rules";

const at = (day: number, hour: number, minute = 0) => new Date(Date.UTC(2026, 11, day, hour, minute));
const open = (teacherId: string, startsAt: Date): OpenTime => ({
  teacherId,
  roomId: "room",
  startsAt,
  endsAt: new Date(startsAt.getTime() + 30 * 60_000),
});

describe("chooseAlternatives", () => {
  const lost = { teacherId: "ana", startsAt: at(3, 21) };

  it("offers the same time with another teacher first, then the same teacher nearby", () => {
    const times = [
      open("ana", at(3, 22)),
      open("ben", at(3, 21)),
      open("ana", at(10, 21)),
      open("ben", at(4, 21)),
    ];
    expect(chooseAlternatives(times, lost).map((a) => [a.teacherId, a.reason])).toEqual([
      ["ben", "Same time, another teacher"],
      ["ana", "Same teacher, same day"],
      ["ben", "Another teacher"],
    ]);
  });

  it("never offers the lost time itself", () => {
    expect(chooseAlternatives([open("ana", at(3, 21))], lost)).toEqual([]);
  });

  it("spreads the choice instead of three starts within half an hour", () => {
    const times = [
      open("ana", at(3, 21, 30)),
      open("ana", at(3, 21, 45)),
      open("ana", at(4, 21)),
      open("ana", at(5, 21)),
    ];
    expect(chooseAlternatives(times, lost).map((a) => a.startsAt)).toEqual([
      at(3, 21, 30),
      at(4, 21),
      at(5, 21),
    ]);
  });

  it("still gives three when only overlapping ones are left", () => {
    const times = [open("ana", at(3, 21, 30)), open("ana", at(3, 21, 45)), open("ana", at(3, 22))];
    expect(chooseAlternatives(times, lost)).toHaveLength(3);
  });
});
