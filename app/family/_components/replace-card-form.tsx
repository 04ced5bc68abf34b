"use client";

import { useActionState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { SubmitButton } from "@/components/ui/submit-button";
import { replaceCardAction } from "@/lib/billing/card-actions";
import styles from "./replace-card-form.module.css";

/** Leads to the page on which another card is entered. */
export function ReplaceCardForm({ isUrgent = false }: { isUrgent?: boolean }) {
  const [state, action] = useActionState(replaceCardAction, { problem: null });
  return (
    <form action={action} className={styles.form}>
      {state.problem && <ErrorSummary title="The card was not replaced" message={state.problem} />}
      <SubmitButton variant={isUrgent ? "primary" : "secondary"} pending="One moment…">
        Replace card
      </SubmitButton>
    </form>
  );
}
