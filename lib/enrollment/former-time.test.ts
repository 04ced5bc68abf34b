import { describe, expect, it } from "vitest";
import type { OpenTime } from "@/lib/scheduling/rules";
import { formerTimeWords, offerFormerTime } from "./former-time";

const NEW_YORK = "America/New_York";
const former = { teacherId: "elena", teacherName: "Elena Marsh", weekday: 2, starts: "16:15" };

function open(teacherId: string, startsAt: string): OpenTime {
  const start = new Date(startsAt);
  return { teacherId, roomId: "room", startsAt: start, endsAt: new Date(start.getTime() + 30 * 60_000) };
}

describe("what a student who comes back is offered first", () => {
  it("is the former teacher and time, by the wall clock, whatever the season", () => {
    const winter = open("elena", "2026-12-02T21:15:00Z");
    const summer = open("elena", "2026-07-01T20:15:00Z");
    for (const time of [winter, summer]) {
      const found = offerFormerTime([open("elena", "2026-06-30T20:15:00Z"), time], former, NEW_YORK);
      expect(found).toEqual({
        isFree: true,
        offers: [{ ...time, reason: "The same teacher and time as before" }],
      });
    }
  });

  it("is three times near it where it is taken, the teacher's own before another's", () => {
    const times = [
      open("marcus", "2026-12-01T21:15:00Z"),
      open("elena", "2026-12-02T20:30:00Z"),
      open("elena", "2026-12-02T22:00:00Z"),
      open("marcus", "2026-12-02T21:15:00Z"),
      open("elena", "2026-12-04T21:15:00Z"),
    ];
    const found = offerFormerTime(times, former, NEW_YORK);
    expect(found.isFree).toBe(false);
    expect(found.offers.map((time) => time.startsAt.toISOString())).toEqual([
      "2026-12-02T21:15:00.000Z",
      "2026-12-02T20:30:00.000Z",
      "2026-12-02T22:00:00.000Z",
    ]);
  });

  it("is nothing where nothing is open", () => {
    expect(offerFormerTime([], former, NEW_YORK)).toEqual({ isFree: false, offers: [] });
  });

  it("is named in words", () => {
    expect(formerTimeWords(former)).toBe("Wednesdays at 4:15 pm with Elena Marsh");
  });
});
