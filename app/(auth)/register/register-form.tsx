"use client";

import { useActionState, useState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { SubmitButton } from "@/components/ui/submit-button";
import { registerAction } from "@/lib/auth/actions";
import { EmailField, NameField, NextField, PasswordField } from "../_components/fields";
import styles from "../_components/form.module.css";
import { untouched } from "../_components/untouched";

export function RegisterForm({ next }: { next: string | null }) {
  const [state, action] = useActionState(registerAction, untouched());
  const [password, setPassword] = useState("");
  return (
    <form action={action} className={styles.form} noValidate>
      <ErrorSummary
        title="Your account is not open yet"
        message={state.message}
        fieldErrors={state.fieldErrors}
      />
      <NameField state={state} />
      <EmailField state={state} />
      <PasswordField
        state={state}
        kind="new"
        description="At least 10 characters. A few words in a row are easy to remember."
        value={password}
        onType={setPassword}
      />
      <NextField next={next} />
      <SubmitButton wide pending="Opening your account…">
        Open my account
      </SubmitButton>
    </form>
  );
}
