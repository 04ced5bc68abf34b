"use client";

import { Checkbox } from "@mantine/core";
import { useActionState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { Notice } from "@/components/ui/notice";
import { SelectField, type SelectOption } from "@/components/ui/select-field";
import { SubmitButton } from "@/components/ui/submit-button";
import { type ChoiceFormState, saveChoicesAction } from "@/lib/messaging/choice-actions";
import type { ChoiceKind } from "@/lib/messaging/choice-schema";
import styles from "./account.module.css";

type ChoiceFormProps = {
  options: readonly {
    readonly kind: ChoiceKind;
    readonly label: string;
    readonly words: string;
    readonly isChosen: boolean;
  }[];
  /** The zones to choose from and the one that holds; null for who reads the academy's time. */
  zones: { readonly options: readonly SelectOption[]; readonly value: string } | null;
};

/** Which reminders a person gets by email, and in which zone a family reads the times of its letters. */
export function ChoiceForm({ options, zones }: ChoiceFormProps) {
  const untouched: ChoiceFormState = { answers: 0, refused: null };
  const [state, action] = useActionState(saveChoicesAction, untouched);
  return (
    <form action={action} className={styles.form}>
      <ErrorSummary title="Nothing was changed" message={state.refused?.message} />
      {state.answers > 0 && !state.refused && (
        <Notice tone="good" role="status" key={state.answers}>
          Saved.
        </Notice>
      )}
      {options.map(({ kind, label, words, isChosen }) => (
        <Checkbox
          key={`${kind} ${isChosen} ${state.answers}`}
          id={kind}
          name={kind}
          value="yes"
          label={label}
          description={words}
          defaultChecked={isChosen}
          size="md"
          styles={{ description: { fontSize: "0.875rem", lineHeight: 1.5, marginTop: 4 } }}
        />
      ))}
      {zones && (
        <SelectField
          name="zone"
          label="Times in your reminders are in"
          options={zones.options}
          value={zones.value}
        />
      )}
      <div>
        <SubmitButton pending="Saving…">Save my reminders</SubmitButton>
      </div>
    </form>
  );
}
