"use client";

import { VisuallyHidden } from "@mantine/core";
import { useActionState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { SubmitButton } from "@/components/ui/submit-button";
import { acceptProposalAction, type ProposalFormState } from "@/lib/teachers/proposal-actions";
import styles from "./proposal-form.module.css";

type ProposalFormProps = {
  proposals: readonly {
    readonly id: string;
    readonly title: string;
    /** What happens when it is taken. */
    readonly outcome: string;
    readonly button: string;
    /** Chosen in the letter. */
    readonly isChosen: boolean;
  }[];
};

const untouched: ProposalFormState = { refused: null };

/** What a family may choose for a lesson whose teacher is away: one press takes it. */
export function ProposalForm({ proposals }: ProposalFormProps) {
  const [state, action] = useActionState(acceptProposalAction, untouched);
  return (
    <form action={action} className={styles.form}>
      <ErrorSummary title="That one is gone" message={state.refused?.message} />
      <ul className={styles.list}>
        {proposals.map(({ id, title, outcome, button, isChosen }) => (
          <li key={id} className={styles.proposal} data-chosen={isChosen || undefined}>
            <div>
              <p className={styles.title}>
                {title}
                {isChosen && <span className={styles.mark}> · your choice in the email</span>}
              </p>
              <p className={styles.outcome}>{outcome}</p>
            </div>
            <SubmitButton
              name="proposalId"
              value={id}
              variant={isChosen ? "primary" : "secondary"}
              pending="Settling it…"
            >
              {button}
              {button.endsWith("time") && <VisuallyHidden component="span">: {title}</VisuallyHidden>}
            </SubmitButton>
          </li>
        ))}
      </ul>
    </form>
  );
}
