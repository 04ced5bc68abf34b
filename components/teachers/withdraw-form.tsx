"use client";

import { useActionState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { countOf, formatDayTime } from "@/lib/format";
import { type WithdrawalState, withdrawAction } from "@/lib/teachers/time-off-actions";
import styles from "./time-off-form.module.css";

type WithdrawFormProps = {
  timeOffId: string;
  /** `Mon, Dec 7 to Sun, Dec 13` */
  span: string;
  hasBegun: boolean;
  timeZone: string;
};

const untouched: WithdrawalState = { stage: "choosing", outcome: null, refused: null, typed: null };

/** Takes time off back. Shows first which lessons stay with their substitutes. */
export function WithdrawForm({ timeOffId, span, hasBegun, timeZone }: WithdrawFormProps) {
  const [state, action] = useActionState(withdrawAction, untouched);
  const verb = hasBegun ? "End it now" : "Withdraw";
  if (state.stage === "outcome" && state.outcome) {
    const { kept } = state.outcome;
    return (
      <form action={action} className={styles.form}>
        <input type="hidden" name="timeOffId" value={timeOffId} />
        <Notice tone="waiting" role="status" title="This is what happens">
          <ul className={styles.outcome}>
            <li>
              {hasBegun ? `The time off, ${span}, ends now.` : `The time off, ${span}, is taken back.`} The
              hours can be booked again.
            </li>
            <li>
              {kept.length === 0
                ? "The booked lessons stay with their teacher."
                : `${countOf(kept.length, "lesson")} ${kept.length === 1 ? "stays" : "stay"} with the substitute, of whom the family knows: ${kept
                    .map(
                      (lesson) =>
                        `${lesson.name}, ${formatDayTime(lesson.startsAt, timeZone)}, ${lesson.givenBy.name}`,
                    )
                    .join("; ")}.`}
            </li>
            <li>Families that were asked to choose hear that their lesson takes place as planned.</li>
          </ul>
        </Notice>
        <div className={styles.buttons}>
          <SubmitButton name="intent" value="confirm" pending="One moment…">
            {hasBegun ? "End the time off" : "Withdraw the time off"}
          </SubmitButton>
          <SubmitButton name="intent" value="back" variant="secondary">
            Keep it
          </SubmitButton>
        </div>
      </form>
    );
  }
  return (
    <form action={action} className={styles.form} aria-label={`${verb}: ${span}`}>
      <ErrorSummary title="It was not withdrawn" message={state.refused?.message} />
      <input type="hidden" name="timeOffId" value={timeOffId} />
      <div>
        <SubmitButton name="intent" value="preview" variant="secondary" size="small" pending="Checking…">
          {verb}
        </SubmitButton>
      </div>
    </form>
  );
}
