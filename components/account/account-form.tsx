"use client";

import { TextInput } from "@mantine/core";
import { useActionState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { type AccountFormState, changeAccountAction } from "@/lib/families/actions";
import styles from "./account.module.css";

const roomy = { input: { minHeight: 44, fontSize: "1rem" } };

/** A person's own name and telephone number. */
export function AccountForm({ name, phone, email }: { name: string; phone: string; email: string }) {
  const untouched: AccountFormState = { answers: 0, result: null, typed: { name, phone } };
  const [state, action] = useActionState(changeAccountAction, untouched);
  const refused = state.result?.ok === false ? state.result.error : undefined;
  return (
    <form action={action} className={styles.form} noValidate>
      <ErrorSummary
        title="Nothing was changed"
        message={refused?.message}
        fieldErrors={refused?.fieldErrors}
      />
      {state.result?.ok && (
        <Notice tone="good" role="status" key={state.answers}>
          Saved.
        </Notice>
      )}
      <TextInput
        id="name"
        name="name"
        label="Your name"
        autoComplete="name"
        required
        withAsterisk={false}
        maxLength={120}
        defaultValue={state.typed.name}
        key={`name ${state.answers}`}
        error={refused?.fieldErrors?.name?.[0]}
        styles={roomy}
      />
      <TextInput
        id="phone"
        name="phone"
        type="tel"
        label="Telephone"
        description="For the day a lesson must be called off at short notice."
        autoComplete="tel"
        maxLength={40}
        defaultValue={state.typed.phone}
        key={`phone ${state.answers}`}
        error={refused?.fieldErrors?.phone?.[0]}
        styles={roomy}
      />
      <div>
        <p className={styles.label}>Email address</p>
        <p>{email}</p>
      </div>
      <div>
        <SubmitButton pending="Saving…">Save</SubmitButton>
      </div>
    </form>
  );
}
