"use client";

import { useActionState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { SubmitButton } from "@/components/ui/submit-button";
import {
  continuePaymentAction,
  type EnrollState,
  giveUpEnrollmentAction,
  moveEnrollmentAction,
} from "@/lib/enrollment/actions";
import { Alternatives } from "../_components/alternatives";
import styles from "../_components/enroll.module.css";

/** Goes on to the payment, or gives the enrollment up; with other times when its own is gone. */
export function PaymentForms({
  enrollmentId,
  amount,
  held,
}: {
  enrollmentId: string;
  amount: string;
  held: boolean;
}) {
  const [state, pay] = useActionState<EnrollState, FormData>(continuePaymentAction, {});
  const [moved, move] = useActionState<EnrollState, FormData>(moveEnrollmentAction, {});
  const [given, giveUp] = useActionState<EnrollState, FormData>(giveUpEnrollmentAction, {});
  const latest = moved.message ? moved : state.message ? state : given;
  return (
    <div className={styles.form}>
      <ErrorSummary title="Please choose" message={latest.message} fieldErrors={latest.fieldErrors} />
      <Alternatives
        times={moved.alternatives ?? state.alternatives ?? []}
        action={move}
        hidden={{ enrollmentId }}
      />
      <div className={styles.actions}>
        <form action={pay}>
          <input type="hidden" name="enrollmentId" value={enrollmentId} />
          <SubmitButton pending="Opening the payment page…">
            {held ? `Continue to payment, ${amount}` : "Hold the time again and pay"}
          </SubmitButton>
        </form>
        <form action={giveUp}>
          <input type="hidden" name="enrollmentId" value={enrollmentId} />
          <SubmitButton variant="quiet" pending="Letting go…">
            Do not enroll after all
          </SubmitButton>
        </form>
      </div>
      <p className={styles.hint}>Giving up frees the time for others. Nothing was charged.</p>
    </div>
  );
}
