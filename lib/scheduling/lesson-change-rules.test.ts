import { describe, expect, it } from "vitest";
import { cancellationLines, daysLeft, freeUntil, isInTime } from "./lesson-change-rules";
import type { CancelOutcome } from "./lesson-changes";

const NOTICE = 1440;

describe("isInTime", () => {
  it.each([
    ["a second more than a day ahead", "2026-11-03T20:59:59Z", true],
    ["24:00:00 ahead", "2026-11-03T21:00:00Z", true],
    ["a second less", "2026-11-03T21:00:01Z", false],
    ["a thousandth of a second less", "2026-11-03T21:00:00.001Z", false],
    ["after the start", "2026-11-05T00:00:00Z", false],
  ])("%s", (_, now, expected) => {
    expect(isInTime(new Date("2026-11-04T21:00:00Z"), new Date(now), NOTICE)).toBe(expected);
  });

  it.each([
    // Monday 16:00 in New York, the day after clocks went back: until Sunday 16:00, winter time.
    ["2026-11-02T21:00:00Z", "2026-11-01T21:00:00.000Z"],
    // Sunday 16:00 of that day, which has 25 hours: until Saturday 17:00, summer time.
    ["2026-11-01T21:00:00Z", "2026-10-31T21:00:00.000Z"],
    // Sunday 14 March 2027 has 23: 16:00 summer time is until Saturday 15:00, winter time.
    ["2027-03-14T20:00:00Z", "2027-03-13T20:00:00.000Z"],
  ])("counts hours, not days of the calendar: %s is free until %s", (startsAt, expected) => {
    expect(freeUntil(new Date(startsAt), NOTICE).toISOString()).toBe(expected);
  });
});

describe("daysLeft", () => {
  it.each([
    ["2026-12-20T12:00:00Z", "2026-12-01T12:00:00Z", 19],
    ["2026-12-20T12:00:01Z", "2026-12-01T12:00:00Z", 20],
    ["2026-12-20T12:00:00Z", "2026-12-20T11:59:59Z", 1],
    ["2026-12-20T12:00:00Z", "2026-12-20T12:00:00Z", 0],
    ["2026-12-20T12:00:00Z", "2027-01-20T12:00:00Z", 0],
  ])("a credit until %s has at %s %i days", (expiresAt, now, expected) => {
    expect(daysLeft(new Date(expiresAt), new Date(now))).toBe(expected);
  });
});

describe("cancellationLines", () => {
  const base: CancelOutcome = {
    outcome: "credit",
    isLate: false,
    freeUntil: new Date("2026-11-03T21:00:00Z"),
    paysTeacher: false,
    creditId: null,
    creditMinutes: 30,
    creditExpiresAt: new Date("2026-12-28T17:00:00Z"),
    accountCreditCents: null,
    moneyChoiceCents: null,
    currency: "usd",
    termUsed: 1,
    termLeft: 1,
    illnessUsed: 0,
    illnessLeft: 2,
  };
  const told = { student: "Mia", timeZone: "America/New_York", makeupValidDays: 60 };
  const none = { creditMinutes: null, creditExpiresAt: null };

  it("itemises the credit, the notice, the pay and what is left", () => {
    expect(cancellationLines(base, told)).toEqual([
      "Mia gets a make-up credit of 30 minutes, valid until Mon, Dec 28, 12:00 pm EST (60 days).",
      "It is in time: that is until Tue, Nov 3, 4:00 pm EST.",
      "The teacher is not paid for the time.",
      "Credits for own cancellations this term: 1 used, 1 left.",
      "Exceptions for illness within a year: 0 used, 2 left.",
    ]);
  });

  it("says that nothing comes of it when it is too late, and until when it would have", () => {
    expect(
      cancellationLines(
        { ...base, ...none, outcome: "too_late", isLate: true, paysTeacher: true },
        told,
      ).slice(0, 3),
    ).toEqual([
      "No make-up credit: it is too late for that.",
      "It would have been in time until Tue, Nov 3, 4:00 pm EST.",
      "The teacher is paid for the time.",
    ]);
  });

  it.each([
    [{ ...base, ...none, outcome: "money", accountCreditCents: 4000 }, /^\$40\.00 become credit/],
    [
      { ...base, outcome: "credit_returned" },
      /^Mia gets the credit of this make-up back: a make-up credit of 30/,
    ],
    [{ ...base, outcome: "exception" }, /^As an exception Mia gets a make-up credit/],
    [{ ...base, ...none, outcome: "used_up" }, /used up/],
    [{ ...base, ...none, outcome: "makeup_final" }, /final/],
    [{ ...base, ...none, outcome: "trial_over" }, /can be moved/],
    [{ ...base, ...none, outcome: "seat_given_up", termUsed: null, illnessUsed: null }, /class takes place/],
    [{ ...base, ...none, outcome: "nothing" }, /^No credit/],
  ] as const)("has a sentence for each outcome", (outcome, expected) => {
    expect(cancellationLines(outcome, told)[0]).toMatch(expected);
  });

  it("tells the money that the family may choose", () => {
    expect(cancellationLines({ ...base, moneyChoiceCents: 5333 }, told)[1]).toContain("$53.33");
  });
});
