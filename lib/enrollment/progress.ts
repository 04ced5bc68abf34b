import type { EnrollmentStatus } from "@/lib/db/database.gen";
import type { EnrollmentDetails, RecordedStep } from "./queries";
import { enrollmentSteps } from "./rules";

/** One step of an enrollment as its page shows it. */
export type ProgressStep = {
  readonly id: string;
  readonly label: string;
  readonly state: "done" | "running" | "waiting" | "failed" | "undone";
  readonly detail: string | null;
};

/** What the live page shows and asks for again until the enrollment has come to rest. */
export type EnrollmentProgress = {
  readonly status: EnrollmentStatus;
  readonly paid: boolean;
  readonly settled: boolean;
  readonly steps: readonly ProgressStep[];
};

/** The enrollment's steps in their order, from what the workflow recorded. Pure. */
export function progressOf(
  enrollment: Pick<EnrollmentDetails, "status" | "paidAt">,
  recorded: readonly RecordedStep[],
): EnrollmentProgress {
  const known = new Map(recorded.map((step) => [step.step, step]));
  const ended = enrollment.status === "cancelled" || enrollment.status === "lapsed";
  const steps = enrollmentSteps.map(({ id, label }): ProgressStep => {
    const step = known.get(id);
    if (!step) return { id, label, state: "waiting", detail: null };
    if (step.status === "completed")
      return { id, label, state: ended ? "undone" : "done", detail: step.detail };
    if (step.status === "failed") {
      return ended
        ? { id, label, state: "failed", detail: step.error }
        : { id, label, state: "running", detail: "This did not work at once; it is being tried again." };
    }
    return { id, label, state: "running", detail: null };
  });
  const welcomed = steps.at(-1)?.state === "done";
  return {
    status: enrollment.status,
    paid: enrollment.paidAt !== null,
    settled: ended || (enrollment.status !== "provisional" && welcomed),
    steps,
  };
}
