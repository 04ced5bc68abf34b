"use client";

import { Checkbox } from "@mantine/core";
import { useActionState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { type ConsentFormState, chooseConsentsAction } from "@/lib/privacy/actions";
import type { Choice } from "@/lib/privacy/schema";
import styles from "./account.module.css";

type ConsentFormProps = {
  options: readonly {
    readonly choice: Choice;
    readonly label: string;
    /** The words that one agrees to by ticking the box. */
    readonly words: string;
    readonly isChosen: boolean;
  }[];
};

/** What a parent allows beside the lessons themselves. */
export function ConsentForm({ options }: ConsentFormProps) {
  const untouched: ConsentFormState = { answers: 0, refused: null };
  const [state, action] = useActionState(chooseConsentsAction, untouched);
  return (
    <form action={action} className={styles.form}>
      <ErrorSummary title="Nothing was changed" message={state.refused?.message} />
      {state.answers > 0 && !state.refused && (
        <Notice tone="good" role="status" key={state.answers}>
          Saved.
        </Notice>
      )}
      {options.map(({ choice, label, words, isChosen }) => (
        <Checkbox
          key={`${choice} ${isChosen} ${state.answers}`}
          id={choice}
          name={choice}
          value="yes"
          label={label}
          description={words}
          defaultChecked={isChosen}
          size="md"
          styles={{ description: { fontSize: "0.875rem", lineHeight: 1.5, marginTop: 4 } }}
        />
      ))}
      <div>
        <SubmitButton pending="Saving…">Save my choices</SubmitButton>
      </div>
    </form>
  );
}
