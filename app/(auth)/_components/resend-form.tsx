"use client";

import { useActionState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { SubmitButton } from "@/components/ui/submit-button";
import { resendConfirmationAction } from "@/lib/auth/actions";
import { EmailField, NextField } from "./fields";
import styles from "./form.module.css";
import { untouched } from "./untouched";

type ResendFormProps = {
  /** The address when it is known; without it the form asks. */
  email: string | null;
  next: string | null;
  label: string;
  variant?: "tinted" | "secondary";
};

/** Has the confirmation mail sent again. */
export function ResendForm({ email, next, label, variant = "tinted" }: ResendFormProps) {
  const [state, action] = useActionState(resendConfirmationAction, untouched());
  return (
    <form action={action} className={styles.form} noValidate>
      <ErrorSummary
        title="The email was not sent"
        message={state.message}
        fieldErrors={email ? undefined : state.fieldErrors}
      />
      {email ? <input type="hidden" name="email" value={email} /> : <EmailField state={state} />}
      <NextField next={next} />
      <SubmitButton variant={variant} wide pending="Sending…">
        {label}
      </SubmitButton>
    </form>
  );
}
