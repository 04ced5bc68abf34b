import type { Route } from "next";
import { EnrollmentStatusBadge } from "@/components/enrollments/enrollment-status";
import { ButtonLink } from "@/components/ui/button-link";
import type { NextStep } from "@/lib/families/rules";
import type { FamilyEnrollment } from "@/lib/families/schema";
import { formatDate, formatDayTime, formatZone } from "@/lib/format";
import { formatMoney, usd } from "@/lib/money";
import styles from "./next-step-list.module.css";

/** Enrollments that need the family, each with the way on. */
export function NextStepList({ steps, timeZone }: { steps: readonly NextStep[]; timeZone: string }) {
  return (
    <ul className={styles.list}>
      {steps.map((step) => (
        <li key={step.enrollment.id} className={`${styles.item} ${styles[step.kind]}`}>
          <div className={styles.words}>
            <EnrollmentStatusBadge status={step.enrollment.status} isPaid={step.enrollment.paidAt !== null} />
            <h3 className={styles.title}>{titleOf(step.enrollment)}</h3>
            <Explanation step={step} timeZone={timeZone} />
          </div>
          <div className={styles.way}>
            <Way step={step} />
          </div>
        </li>
      ))}
    </ul>
  );
}

function titleOf({ studentName, instrument, kind, teacher }: FamilyEnrollment): string {
  return `${studentName}: ${instrument} ${kind === "trial" ? "trial lesson" : "lessons"} with ${teacher}`;
}

function Explanation({ step: { kind, enrollment }, timeZone }: { step: NextStep; timeZone: string }) {
  const when = `${formatDayTime(enrollment.startsAt, timeZone)} ${formatZone(enrollment.startsAt, timeZone)}`;
  if (kind === "pay") {
    const due = formatMoney(usd(enrollment.dueCents));
    return (
      <p className={styles.text}>
        First lesson {when}. {due} is due.{" "}
        {enrollment.heldUntil
          ? `The time is kept for you until ${formatDayTime(enrollment.heldUntil, timeZone)}.`
          : "The time is not kept any more; if somebody has taken it you choose another before you pay."}{" "}
        Without payment the enrollment lapses on {formatDate(enrollment.expiresAt, timeZone)}.
      </p>
    );
  }
  if (kind === "confirming") {
    return (
      <p className={styles.text}>Your payment has arrived. We are confirming the first lesson, {when}.</p>
    );
  }
  return (
    <p className={styles.text}>
      {enrollment.failureMessage ??
        (enrollment.status === "lapsed"
          ? "The payment did not come within the time for it, so the place is free again."
          : "This enrollment was called off.")}{" "}
      {enrollment.refundedCents > 0
        ? `${formatMoney(usd(enrollment.refundedCents))} went back to your card.`
        : enrollment.paidAt === null && "Nothing was charged."}
    </p>
  );
}

function Way({ step }: { step: NextStep }) {
  const { enrollment } = step;
  const about = `${enrollment.studentName}, ${enrollment.instrument.toLowerCase()}`;
  if (step.kind === "pay") {
    return (
      <ButtonLink href={`/enroll/${enrollment.id}` as Route} label={`Continue to payment: ${about}`}>
        Continue to payment
      </ButtonLink>
    );
  }
  if (step.kind === "confirming") {
    return (
      <ButtonLink
        href={`/enroll/${enrollment.id}` as Route}
        variant="secondary"
        label={`See the progress: ${about}`}
      >
        See the progress
      </ButtonLink>
    );
  }
  const kind = enrollment.kind === "trial" ? "&kind=trial" : "";
  return (
    <ButtonLink
      href={`/enroll?continue=${enrollment.id}${kind}` as Route}
      variant="secondary"
      label={`Choose another time: ${about}`}
    >
      Choose another time
    </ButtonLink>
  );
}
