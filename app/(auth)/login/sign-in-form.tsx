"use client";

import Link from "next/link";
import { useActionState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { signInAction } from "@/lib/auth/actions";
import { forgotPasswordPath } from "@/lib/auth/rules";
import { EmailField, NextField, PasswordField } from "../_components/fields";
import styles from "../_components/form.module.css";
import { ResendForm } from "../_components/resend-form";
import { untouched } from "../_components/untouched";

export function SignInForm({ next }: { next: string | null }) {
  const [state, action] = useActionState(signInAction, untouched());
  const unconfirmed = state.hint === "unconfirmed";
  return (
    <div className={styles.stack}>
      {unconfirmed && (
        <Notice tone="waiting" title="Your address is not confirmed yet" role="alert">
          <div className={styles.stack}>
            <p>{state.message} If it did not arrive, we send you a new one.</p>
            <ResendForm email={state.typed.email} next={next} label="Send a new link" variant="secondary" />
          </div>
        </Notice>
      )}
      <form action={action} className={styles.form} noValidate>
        <ErrorSummary
          title="You are not signed in"
          message={unconfirmed ? undefined : state.message}
          fieldErrors={state.fieldErrors}
        />
        <EmailField state={state} />
        <PasswordField state={state} kind="known" />
        <p className={styles.passwordEnd}>
          <Link href={forgotPasswordPath(next)} className={styles.quietLink}>
            Forgotten your password?
          </Link>
        </p>
        <NextField next={next} />
        <SubmitButton wide pending="Signing in…">
          Sign in
        </SubmitButton>
      </form>
    </div>
  );
}
