import type { FamilyEnrollment } from "./schema";

/**
 * What waits for a parent because of an enrollment: pay: its payment has not come; confirming: paid, the first lesson
 * is being arranged; ended: it ended without a lesson, and a new one has not begun since.
 */
export type NextStep = {
  readonly kind: "pay" | "confirming" | "ended";
  readonly enrollment: FamilyEnrollment;
};

/** An ended enrollment is no news after this many days. */
const ENDED_NEWS_DAYS = 30;
const DAY_MS = 86_400_000;

/** The enrollments that need the parent, the most urgent first. Expects them newest first. */
export function nextSteps(enrollments: readonly FamilyEnrollment[], now: Date): NextStep[] {
  const found = enrollments.flatMap((enrollment, index): NextStep[] => {
    if (enrollment.status === "provisional") {
      return [{ kind: enrollment.paidAt ? "confirming" : "pay", enrollment }];
    }
    if (enrollment.status !== "lapsed" && enrollment.status !== "cancelled") return [];
    const ended = enrollment.endedAt ?? enrollment.submittedAt;
    const isNews = now.getTime() - ended.getTime() < ENDED_NEWS_DAYS * DAY_MS;
    const begunAgain = enrollments
      .slice(0, index)
      .some(
        (later) => later.studentId === enrollment.studentId && later.instrumentId === enrollment.instrumentId,
      );
    return isNews && !begunAgain ? [{ kind: "ended", enrollment }] : [];
  });
  const urgency = { pay: 0, confirming: 1, ended: 2 } as const;
  return found.sort(
    (a, b) =>
      urgency[a.kind] - urgency[b.kind] ||
      a.enrollment.expiresAt.getTime() - b.enrollment.expiresAt.getTime(),
  );
}
