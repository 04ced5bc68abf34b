import { describe, expect, it } from "vitest";
import { progressOf } from "./progress";

const done = (step: string) => ({
  step,
  status: "completed" as const,
  attempts: 1,
  detail: "fine",
  error: null,
});

const paidAt = new Date("2026-09-01T14:00:00Z");

describe("progressOf", () => {
  it("keeps the order of the workflow, whatever the order of the records", () => {
    const { steps } = progressOf({ status: "provisional", paidAt: null }, [
      done("create-accounts"),
      done("validate"),
    ]);
    expect(steps.map((step) => step.state)).toEqual([
      "done",
      "done",
      "waiting",
      "waiting",
      "waiting",
      "waiting",
      "waiting",
    ]);
  });

  it("is settled only after the welcome", () => {
    const all = [
      "validate",
      "create-accounts",
      "set-up-payment",
      "confirm-payment",
      "assign-teacher",
      "schedule-lesson",
    ].map(done);
    const active = { status: "active", paidAt } as const;
    expect(progressOf(active, all).settled).toBe(false);
    expect(progressOf(active, [...all, done("send-welcome-emails")]).settled).toBe(true);
  });

  it("shows a step that is tried again as running, and as failed once the enrollment is over", () => {
    const failed = [
      { step: "validate", status: "failed" as const, attempts: 2, detail: null, error: "Too young" },
    ];
    expect(progressOf({ status: "provisional", paidAt: null }, failed).steps[0]?.state).toBe("running");
    expect(progressOf({ status: "cancelled", paidAt: null }, failed).steps[0]).toMatchObject({
      state: "failed",
      detail: "Too young",
    });
  });

  it("shows what was done as taken back when the enrollment ended", () => {
    expect(progressOf({ status: "cancelled", paidAt }, [done("confirm-payment")]).steps[3]?.state).toBe(
      "undone",
    );
  });
});
