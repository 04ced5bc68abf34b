"use client";

import { useActionState } from "react";
import styles from "@/components/lessons/lesson-change.module.css";
import { ErrorSummary } from "@/components/ui/error-summary";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { formatMoney, usd } from "@/lib/money";
import { type MoneyFormState, takeMoneyAction } from "@/lib/scheduling/lesson-change-actions";

const untouched: MoneyFormState = { stage: "choosing", outcome: null, refused: null };

/** Turns a credit for what the academy cancelled into money. Shows what it comes to before it is done. */
export function MoneyForm({
  creditId,
  cents,
  student,
}: {
  creditId: string;
  cents: number;
  student: string;
}) {
  const [state, action] = useActionState(takeMoneyAction, untouched);
  return (
    <form action={action} className={styles.form}>
      <ErrorSummary
        title="Nothing was changed"
        message={state.refused?.message}
        fieldErrors={state.refused?.fieldErrors}
      />
      <input type="hidden" name="creditId" value={creditId} />
      {state.stage === "outcome" && state.outcome ? (
        <>
          <Notice tone="waiting" role="status" title="This is what happens">
            <ul className={styles.lines}>
              <li>{formatMoney(usd(state.outcome.cents))} become credit of your family.</li>
              <li>Your next invoice is paid with it first. It does not expire.</li>
              <li>{student}'s make-up credit ends. This cannot be undone.</li>
            </ul>
          </Notice>
          <div className={styles.buttons}>
            <SubmitButton name="intent" value="confirm">
              Take the money
            </SubmitButton>
            <SubmitButton name="intent" value="back" variant="secondary">
              Keep the credit
            </SubmitButton>
          </div>
        </>
      ) : (
        <div>
          <SubmitButton name="intent" value="preview" variant="secondary">
            Take {formatMoney(usd(cents))} instead
          </SubmitButton>
        </div>
      )}
    </form>
  );
}
