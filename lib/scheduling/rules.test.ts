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
  const lost = { teacherId: "ana", startsAt: at(3, 21), timeZone: "America/New_York" };

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

  it.each([
    ["an hour later", at(3, 22), "Same teacher, same day"],
    ["eleven hours later, after midnight", at(4, 8), "Same teacher"],
    ["a week later", at(10, 21), "Same teacher and time, another week"],
    ["a week later at another time", at(10, 22), "Same teacher"],
    // Clocks went back on the first of November: 16:00 is another instant of the week, 168 hours before is not 16:00.
    [
      "five weeks before, by the clock",
      new Date("2026-10-29T20:00:00Z"),
      "Same teacher and time, another week",
    ],
    ["five times 168 hours before", new Date("2026-10-29T21:00:00Z"), "Same teacher"],
  ])("names the reason by the clock on the wall: %s", (_, startsAt, reason) => {
    expect(chooseAlternatives([open("ana", startsAt)], lost).map((time) => time.reason)).toEqual([reason]);
  });

  it("takes the earlier of two that are equally near", () => {
    const times = [open("ana", at(3, 22)), open("ana", at(3, 20))];
    expect(chooseAlternatives(times, lost, 1).map((time) => time.startsAt)).toEqual([at(3, 20)]);
  });
});
