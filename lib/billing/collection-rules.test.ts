import { describe, expect, it } from "vitest";
import { nextMove, type Overdue } from "./collection-rules";

const HOUR = 3_600_000;
const first = new Date("2026-12-01T15:00:00Z");
const pausesAt = new Date("2026-12-31T05:00:00Z");
const hours = (count: number) => new Date(first.getTime() + count * HOUR);

const overdue = (codes: readonly string[], change: Partial<Overdue> = {}): Overdue => ({
  status: "open",
  attempts: codes.map((declineCode, nth) => ({ at: hours(48 * nth), declineCode })),
  pausesAt,
  isPaused: false,
  hasLessons: true,
  retryHours: 48,
  retryLimit: 5,
  ...change,
});
const soft = (count: number) => Array.from({ length: count }, () => "insufficient_funds");

describe("nextMove", () => {
  it.each([
    ["after the first failure, 48 hours later", soft(1), { kind: "retry", at: hours(48), turn: 1, of: 5 }],
    ["after the second, again", soft(2), { kind: "retry", at: hours(96), turn: 2, of: 5 }],
    ["after the fifth, a last time", soft(5), { kind: "retry", at: hours(240), turn: 5, of: 5 }],
    ["after five retries no more", soft(6), { kind: "pause", at: pausesAt }],
    ["more attempts than retries do not begin anew", soft(9), { kind: "pause", at: pausesAt }],
    ["never after a final decline", ["stolen_card"], { kind: "pause", at: pausesAt }],
    ["nor when the last one was final", [...soft(2), "do_not_honor"], { kind: "pause", at: pausesAt }],
    [
      "another card may be tried again after it",
      ["lost_card", "expired_card"],
      { kind: "retry", at: hours(96), turn: 2, of: 5 },
    ],
    ["without a card it is tried again", ["no_card"], { kind: "retry", at: hours(48), turn: 1, of: 5 }],
  ] as const)("%s", (_, codes, expected) => {
    expect(nextMove(overdue(codes))).toEqual(expected);
  });

  it.each([
    ["paid", { status: "paid" }, { kind: "stop", because: "settled" }],
    ["given up", { status: "void" }, { kind: "stop", because: "settled" }],
    ["written off", { status: "uncollectible" }, { kind: "stop", because: "settled" }],
    ["paused already", { isPaused: true }, { kind: "stop", because: "paused" }],
    ["the pause comes before the next retry", { pausesAt: hours(47) }, { kind: "pause", at: hours(47) }],
    [
      "who has left is charged again all the same",
      { hasLessons: false, pausesAt: hours(1) },
      { kind: "retry", at: hours(48), turn: 1, of: 5 },
    ],
    [
      "who has left has no lessons to pause",
      { hasLessons: false, retryLimit: 0 },
      { kind: "stop", because: "nothing_left" },
    ],
    ["no retries in this academy", { retryLimit: 0 }, { kind: "pause", at: pausesAt }],
    ["sooner in this academy", { retryHours: 24 }, { kind: "retry", at: hours(24), turn: 1, of: 5 }],
  ] as const)("%s", (_, change, expected) => {
    expect(nextMove(overdue(soft(1), change))).toEqual(expected);
  });
});
