"use client";

import Link from "next/link";
import { useActionState, useState } from "react";
import { Card } from "@/components/ui/card";
import { DataList } from "@/components/ui/data-list";
import { ErrorSummary } from "@/components/ui/error-summary";
import { SubmitButton } from "@/components/ui/submit-button";
import { type EnrollState, submitEnrollmentAction } from "@/lib/enrollment/actions";
import styles from "../_components/enroll.module.css";

type Amounts = {
  lines: readonly { label: string; value: string; recurring: boolean }[];
  total: string;
  repeats: string;
};
type Cadence = "monthly" | "semester" | "yearly";

/** The plan, each amount that is due today, the policies, and the way to Stripe. */
export function ReviewForm({
  draft,
  kind,
  hadTrial,
  trial,
  trialCreditDays,
  semesterMonths,
  plans,
}: {
  /** Which draft is shown, and its state: another window may change it meanwhile. */
  draft: { id: string; seen: string };
  kind: "trial" | "plan";
  hadTrial: boolean;
  trial: Amounts;
  trialCreditDays: number;
  semesterMonths: number;
  plans: readonly (Amounts & { cadence: Cadence })[];
}) {
  const [state, submit] = useActionState<EnrollState, FormData>(submitEnrollmentAction, {});
  const [cadence, setCadence] = useState<Cadence>("monthly");
  const plan = plans.find((candidate) => candidate.cadence === cadence);
  const today = kind === "trial" ? trial : plan;
  const names: Record<Cadence, string> = {
    monthly: "By the month",
    semester: `Every ${semesterMonths} months`,
    yearly: "By the year",
  };
  return (
    <form action={submit} className={styles.form}>
      <ErrorSummary message={state.message} fieldErrors={state.fieldErrors} />
      <input type="hidden" name="draft" value={draft.id} />
      <input type="hidden" name="seen" value={draft.seen} />
      <input type="hidden" name="kind" value={kind} />
      <Card title={kind === "trial" ? "After the trial" : "Your plan"}>
        <div className={styles.form}>
          {hadTrial && <p>The trial lesson for this instrument has been had, so weekly lessons begin now.</p>}
          <fieldset className={styles.fieldset} id="cadence">
            <legend className={styles.legend}>How would you like to pay for weekly lessons?</legend>
            <div className={styles.options}>
              {plans.map((option) => (
                <label className={styles.option} key={option.cadence}>
                  <input
                    type="radio"
                    name="cadence"
                    value={option.cadence}
                    checked={cadence === option.cadence}
                    onChange={() => setCadence(option.cadence)}
                  />
                  <span className={styles.optionName}>{names[option.cadence]}</span>
                  <span className={styles.price}>{option.repeats}</span>
                </label>
              ))}
            </div>
          </fieldset>
          {kind === "trial" && (
            <p className={styles.hint}>
              This is only a preference: after the trial you decide whether to go on. If you do within{" "}
              {trialCreditDays} days, the trial is credited. Nothing is charged by itself.
            </p>
          )}
        </div>
      </Card>
      <Card title="Due today" raised>
        <div className={styles.form}>
          {today && (
            <DataList
              kind="amounts"
              items={[
                ...today.lines.map(({ label, value }) => ({ label, value })),
                { label: "Total today", value: today.total, total: true },
              ]}
            />
          )}
          {kind === "plan" && plan && (
            <p className={styles.hint}>
              Then {plan.repeats}{" "}
              {cadence === "monthly"
                ? "each month"
                : cadence === "semester"
                  ? `every ${semesterMonths} months`
                  : "each year"}
              , until you end the plan.
            </p>
          )}
          <label className={styles.agree} htmlFor="policies">
            <input
              id="policies"
              type="checkbox"
              name="policies"
              value="yes"
              aria-invalid={state.fieldErrors?.policies ? true : undefined}
              aria-describedby={state.fieldErrors?.policies ? "policies-error" : undefined}
            />
            <span>
              I have read the <Link href="/policies">policies</Link> and agree to them.
            </span>
          </label>
          {state.fieldErrors?.policies && (
            <span className={styles.error} id="policies-error">
              {state.fieldErrors.policies.join(" ")}
            </span>
          )}
          <SubmitButton wide pending="Opening the payment page…">
            Continue to payment
          </SubmitButton>
          <p className={styles.hint}>Card details are entered at Stripe and never reach us.</p>
        </div>
      </Card>
    </form>
  );
}
