import { describe, expect, it } from "vitest";
import { academyTime, spokenTime } from "./reminder-words";

const NEW_YORK = "America/New_York";
const LOS_ANGELES = "America/Los_Angeles";

describe("when a lesson is, as one says it", () => {
  it.each([
    // A day ahead, and a first reminder that is late.
    ["2026-12-03T21:00:00Z", "2026-12-02T21:00:00Z", NEW_YORK, "tomorrow at 4:00 pm"],
    ["2026-12-03T21:00:00Z", "2026-12-03T05:00:00Z", NEW_YORK, "today at 4:00 pm"],
    ["2026-12-03T21:00:00Z", "2026-12-03T04:59:59Z", NEW_YORK, "tomorrow at 4:00 pm"],
    ["2026-12-03T21:00:00Z", "2026-12-03T19:00:00Z", NEW_YORK, "today at 4:00 pm"],
    // The family reads its own clock: what is tomorrow there may be today here.
    ["2026-12-03T05:30:00Z", "2026-12-03T04:00:00Z", NEW_YORK, "tomorrow at 12:30 am"],
    ["2026-12-03T05:30:00Z", "2026-12-03T04:00:00Z", LOS_ANGELES, "today at 9:30 pm"],
    // Clocks go back on November 1 and forward on March 14: a day of 25 and one of 23 hours.
    ["2026-11-02T21:00:00Z", "2026-11-01T21:00:00Z", NEW_YORK, "tomorrow at 4:00 pm"],
    ["2026-11-01T21:00:00Z", "2026-11-01T04:00:00Z", NEW_YORK, "today at 4:00 pm"],
    ["2026-11-01T20:00:00Z", "2026-10-31T20:00:00Z", NEW_YORK, "tomorrow at 3:00 pm"],
    ["2027-03-14T20:00:00Z", "2027-03-13T20:00:00Z", NEW_YORK, "tomorrow at 4:00 pm"],
    ["2027-03-15T20:00:00Z", "2027-03-14T20:00:00Z", NEW_YORK, "tomorrow at 4:00 pm"],
    ["2027-01-01T21:00:00Z", "2026-12-31T21:00:00Z", NEW_YORK, "tomorrow at 4:00 pm"],
    ["2026-12-05T21:00:00Z", "2026-12-02T21:00:00Z", NEW_YORK, "on Sat, Dec 5 at 4:00 pm"],
  ])("%s, said at %s in %s, is %s", (start, now, zone, words) => {
    expect(spokenTime(new Date(start), new Date(now), zone)).toBe(words);
  });
});

describe("the academy's time beside the reader's", () => {
  it.each([
    [NEW_YORK, null],
    ["America/Toronto", null],
    [LOS_ANGELES, "4:00 pm EST at the academy"],
    ["Europe/London", "4:00 pm EST at the academy"],
  ])("in %s is %s", (zone, words) => {
    expect(academyTime(new Date("2026-12-03T21:00:00Z"), zone, NEW_YORK)).toBe(words);
  });
});
