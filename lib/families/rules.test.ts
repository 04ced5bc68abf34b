import { describe, expect, it } from "vitest";
import type { Id } from "@/lib/ids";
import { nextSteps } from "./rules";
import type { FamilyEnrollment } from "./schema";

const now = new Date("2026-11-24T15:00:00Z");
const day = 86_400_000;

function enrollment(change: Partial<FamilyEnrollment>): FamilyEnrollment {
  return {
    id: "e" as Id<"enrollment">,
    number: 1,
    status: "provisional",
    kind: "trial",
    cadence: "monthly",
    minutes: 30,
    startsAt: new Date(now.getTime() + 7 * day),
    dueCents: 2500,
    submittedAt: new Date(now.getTime() - day),
    expiresAt: new Date(now.getTime() + 13 * day),
    paidAt: null,
    heldUntil: null,
    failureMessage: null,
    endedAt: null,
    refundedCents: 0,
    studentId: "lena" as Id<"student">,
    studentName: "Lena",
    instrumentId: "piano",
    instrument: "Piano",
    teacher: "Elena Marsh",
    history: [],
    ...change,
  };
}

const kinds = (found: readonly FamilyEnrollment[]) => nextSteps(found, now).map((step) => step.kind);

describe("nextSteps", () => {
  it.each([
    ["an unpaid one waits for its payment", [enrollment({})], ["pay"]],
    ["a paid one is being confirmed", [enrollment({ paidAt: now })], ["confirming"]],
    ["an active one needs nothing", [enrollment({ status: "active" })], []],
    ["a lapsed one is news", [enrollment({ status: "lapsed", endedAt: now })], ["ended"]],
    [
      "after a month it is not",
      [enrollment({ status: "cancelled", endedAt: new Date(now.getTime() - 31 * day) })],
      [],
    ],
    [
      "nor when the family has begun again",
      [enrollment({ status: "active" }), enrollment({ status: "cancelled", endedAt: now })],
      [],
    ],
    [
      "but another instrument is another matter",
      [
        enrollment({ status: "active", instrumentId: "violin" }),
        enrollment({ status: "cancelled", endedAt: now }),
      ],
      ["ended"],
    ],
  ] as const)("%s", (_, found, expected) => {
    expect(kinds(found)).toEqual(expected);
  });

  it("puts what must be paid first, the soonest to lapse on top", () => {
    const late = enrollment({
      number: 3,
      instrumentId: "violin",
      expiresAt: new Date(now.getTime() + 12 * day),
    });
    const soon = enrollment({
      number: 2,
      instrumentId: "cello",
      expiresAt: new Date(now.getTime() + 2 * day),
    });
    const ended = enrollment({ number: 1, status: "lapsed", endedAt: now });
    expect(nextSteps([ended, late, soon], now).map((step) => step.enrollment.number)).toEqual([2, 3, 1]);
  });
});
