"use client";

import { useActionState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { forgotPasswordAction } from "@/lib/auth/actions";
import { EmailField, NextField } from "../_components/fields";
import styles from "../_components/form.module.css";
import { untouched } from "../_components/untouched";

export function ForgotPasswordForm({ next }: { next: string | null }) {
  const [state, action] = useActionState(forgotPasswordAction, untouched());
  const sent = state.hint === "sent";
  return (
    <form action={action} className={styles.form} noValidate>
      {sent && (
        <Notice tone="good" title="Check your email" role="status">
          <p>
            If there is an account with the address {state.typed.email}, a link to choose a new password is on
            its way. It works once and for a day.
          </p>
        </Notice>
      )}
      <ErrorSummary title="The email was not sent" message={state.message} fieldErrors={state.fieldErrors} />
      <EmailField state={state} />
      <NextField next={next} />
      <SubmitButton wide variant={sent ? "tinted" : "primary"} pending="Sending…">
        {sent ? "Send it again" : "Send me a link"}
      </SubmitButton>
    </form>
  );
}
