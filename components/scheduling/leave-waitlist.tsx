"use client";

import { useActionState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { type LeaveWaitlistState, leaveWaitlistAction } from "@/lib/scheduling/waitlist-actions";
import styles from "./leave-waitlist.module.css";

type LeaveWaitlistProps = {
  entryId: string;
  /** "Leave the waitlist of Rock Band" */
  label: string;
  /** What is lost, in a sentence. */
  outcome: string;
};

const untouched: LeaveWaitlistState = { stage: "choosing", refused: null };

/** Gives up a place on the waitlist, by its family or for it. Shows what it comes to before it is done. */
export function LeaveWaitlist({ entryId, label, outcome }: LeaveWaitlistProps) {
  const [state, action] = useActionState(leaveWaitlistAction, untouched);
  return (
    <form action={action} className={styles.form}>
      <ErrorSummary message={state.refused?.message} />
      <input type="hidden" name="entryId" value={entryId} />
      {state.stage === "outcome" ? (
        <>
          <Notice tone="bad" role="status" title="This is what happens">
            {outcome}
          </Notice>
          <div className={styles.buttons}>
            <SubmitButton name="intent" value="confirm" variant="danger" pending="Leaving…">
              {label}
            </SubmitButton>
            <SubmitButton name="intent" value="back" variant="secondary">
              Stay on it
            </SubmitButton>
          </div>
        </>
      ) : (
        <div>
          <SubmitButton name="intent" value="preview" variant="quiet" size="small">
            {`${label}…`}
          </SubmitButton>
        </div>
      )}
    </form>
  );
}
