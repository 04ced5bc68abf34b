"use client";

import { useActionState, useState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { SubmitButton } from "@/components/ui/submit-button";
import { resetPasswordAction } from "@/lib/auth/actions";
import { NextField, PasswordField } from "../_components/fields";
import styles from "../_components/form.module.css";
import { untouched } from "../_components/untouched";

export function ResetPasswordForm({ email, next }: { email: string; next: string | null }) {
  const [state, action] = useActionState(resetPasswordAction, untouched());
  const [password, setPassword] = useState("");
  return (
    <form action={action} className={styles.form} noValidate>
      <ErrorSummary
        title="Your password is unchanged"
        message={state.message}
        fieldErrors={state.fieldErrors}
      />
      {/* Tells password managers whose password this is. */}
      <input type="text" name="username" autoComplete="username" defaultValue={email} readOnly hidden />
      <PasswordField
        state={state}
        kind="new"
        label="New password"
        description="At least 10 characters. A few words in a row are easy to remember."
        value={password}
        onType={setPassword}
      />
      <NextField next={next} />
      <SubmitButton wide pending="Saving…">
        Save and sign in
      </SubmitButton>
    </form>
  );
}
