import { describe, expect, it } from "vitest";
import { cancellationPolicy, duration, policySections } from "./policies";
import type { Academy } from "./schema";

const academy: Academy = {
  name: "Cedar Heights Music Academy",
  email: "office@cedarheights.example",
  phone: "+1 555 0100",
  address: "12 Cedar Street",
  timeZone: "America/New_York",
  noticeMinutes: 1440,
  horizonDays: 45,
  holdMinutes: 15,
  offerMinutes: 120,
  provisionalDays: 14,
  cancelNoticeMinutes: 1440,
  makeupValidDays: 60,
  makeupsPerTerm: 2,
  illnessExceptionsPerYear: 2,
  shortLessonMaxAge: 6,
  shortLessonMinutes: 30,
  trialMinutes: 30,
  trialCreditDays: 7,
  semesterMonths: 6,
  semesterDiscountBp: 300,
  yearDiscountBp: 800,
  siblingDiscountBp: 800,
  tenPackDiscountBp: 500,
  tenPackValidMonths: 6,
  withdrawalNoticeDays: 30,
  guaranteedLessons: 44,
};

describe("duration", () => {
  it.each([
    [1440, "24 hours"],
    [2880, "2 days"],
    [60, "1 hour"],
    [90, "90 minutes"],
    [0, "0 minutes"],
  ])("%d minutes read %s", (minutes, words) => {
    expect(duration(minutes)).toBe(words);
  });
});

describe("policies", () => {
  it("says the numbers of the settings, not its own", () => {
    const changed = { ...academy, cancelNoticeMinutes: 2880, makeupValidDays: 90, makeupsPerTerm: 3 };
    const [first] = cancellationPolicy(changed).sentences;
    expect(first).toContain("Cancel 2 days or more");
    expect(first).toContain("valid for 90 days");
    expect(first).toContain("at most 3 a term");
  });

  it("names the discounts and the guaranteed lessons", () => {
    const text = policySections(academy)
      .flatMap((section) => section.sentences)
      .join(" ");
    for (const words of [
      "3% off",
      "by the year 8%",
      "44 lessons",
      "30 days after you tell us",
      "15 minutes",
    ]) {
      expect(text).toContain(words);
    }
    expect(text).not.toMatch(/undefined|NaN/);
  });

  it("gives every section its own anchor", () => {
    const ids = policySections(academy).map((section) => section.id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
