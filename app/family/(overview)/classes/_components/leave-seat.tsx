"use client";

import { useActionState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { countOf, formatDay } from "@/lib/format";
import { type LeaveState, leaveClassAction } from "@/lib/scheduling/class-actions";
import styles from "../classes.module.css";

type LeaveSeatProps = {
  classId: string;
  studentId: string;
  className: string;
  studentName: string;
  timeZone: string;
};

const untouched: LeaveState = { stage: "choosing", outcome: null, refused: null };

/** Gives a child's seat back. Shows what it comes to before it is done. */
export function LeaveSeat({ classId, studentId, className, studentName, timeZone }: LeaveSeatProps) {
  const [state, action] = useActionState(leaveClassAction, untouched);
  const { outcome } = state;
  return (
    <form action={action} className={styles.form}>
      <ErrorSummary message={state.refused?.message} />
      <input type="hidden" name="classId" value={classId} />
      <input type="hidden" name="studentId" value={studentId} />
      {state.stage === "outcome" && outcome ? (
        <>
          <Notice tone="bad" role="status" title="This is what happens">
            <ul className={styles.outcome}>
              <li>
                {studentName} leaves <strong>{className}</strong>.{" "}
                {outcome.fromAt
                  ? `${countOf(outcome.lessons, "lesson")} from ${formatDay(outcome.fromAt, timeZone)} on ${outcome.lessons === 1 ? "is" : "are"} given up.`
                  : "No lesson is to come."}
              </li>
              <li>
                {outcome.isOfferedOn
                  ? "The seat is offered to the next family on the waitlist at once. To come back you would join the waitlist."
                  : "The seat is free for others. You can take it again as long as there is one."}
              </li>
              <li>The academy stops putting the class on your bill; lessons that were given stay on it.</li>
            </ul>
          </Notice>
          <div className={styles.buttons}>
            <SubmitButton name="intent" value="confirm" variant="danger" pending="Leaving…">
              Leave the class
            </SubmitButton>
            <SubmitButton name="intent" value="back" variant="secondary">
              Keep the seat
            </SubmitButton>
          </div>
        </>
      ) : (
        <div>
          <SubmitButton name="intent" value="preview" variant="quiet" size="small" pending="Checking…">
            Leave {className}…
          </SubmitButton>
        </div>
      )}
    </form>
  );
}
