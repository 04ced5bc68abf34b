import { describe, expect, it } from "vitest";
import { holdChoices, holdExtensionForm } from "./hold-extension";

const now = new Date("2026-11-24T15:00:00Z");
const later = (hours: number) => new Date(now.getTime() + hours * 3_600_000);
const labels = (hold: { heldUntil?: Date | null; lapsesAt?: Date; lessonAt?: Date }) =>
  holdChoices({ now, heldUntil: null, lapsesAt: later(14 * 24), lessonAt: later(20 * 24), ...hold }).map(
    (choice) => choice.label,
  );

describe("holdChoices", () => {
  it("offers some lengths and the last moment", () => {
    expect(labels({})).toEqual(["1 hour", "4 hours", "1 day", "3 days", "7 days", "Until it lapses"]);
  });

  it("ends with the enrollment", () => {
    expect(labels({ lapsesAt: later(30) })).toEqual(["1 hour", "4 hours", "1 day", "Until it lapses"]);
  });

  it("ends when the lesson would begin", () => {
    expect(labels({ lessonAt: later(5) })).toEqual(["1 hour", "4 hours", "Until the lesson"]);
  });

  it("leaves out what is held already", () => {
    expect(labels({ heldUntil: later(4) })).toEqual(["1 day", "3 days", "7 days", "Until it lapses"]);
  });

  it.each([
    ["it is held to the end already", { heldUntil: later(14 * 24) }],
    ["the enrollment has lapsed", { lapsesAt: later(-1) }],
    ["the lesson's time has come", { lessonAt: later(0) }],
  ])("offers nothing when %s", (_, hold) => {
    expect(labels(hold)).toEqual([]);
  });
});

describe("holdExtensionForm", () => {
  const form = {
    enrollmentId: "5f0c4f0a-6f43-4b7e-9d5f-3a1f2e0c9b11",
    until: now.toISOString(),
    reason: "Card arrives Friday",
  };

  it("reads the moment", () => {
    expect(holdExtensionForm.parse(form).until).toEqual(now);
  });

  it.each([
    ["no reason", { reason: "  " }],
    ["a long reason", { reason: "x".repeat(501) }],
    ["no moment", { until: "tomorrow" }],
    ["a moment without a zone", { until: "2026-11-24T15:00" }],
    ["no id", { enrollmentId: "1" }],
  ])("refuses %s", (_, change) => {
    expect(holdExtensionForm.safeParse({ ...form, ...change }).success).toBe(false);
  });
});
