"use client";

import { Textarea, TextInput } from "@mantine/core";
import { useActionState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { Notice } from "@/components/ui/notice";
import { SelectField } from "@/components/ui/select-field";
import { SubmitButton } from "@/components/ui/submit-button";
import styles from "@/components/ui/two-step-form.module.css";
import { type RefundFormState, refundAction } from "@/lib/billing/refund-actions";
import { formatMoney, type Money } from "@/lib/money";
import { accountWords } from "../../../_components/account-wording";

type RefundFormProps = {
  paymentId: string;
  left: Money;
  /** "Visa ending 4242"; null when the payment was not made by card. */
  card: string | null;
};

/** Gives back part of a payment or all that is left of it. Shows what it comes to before it is done. */
export function RefundForm({ paymentId, left, card }: RefundFormProps) {
  const untouched: RefundFormState = {
    stage: "choosing",
    outcome: null,
    refused: null,
    typed: {
      amount: (left.cents / 100).toFixed(2),
      target: card ? "card" : "credit",
      reason: "",
      endsTuition: "no",
    },
  };
  const [state, action] = useActionState(refundAction, untouched);
  const { typed, outcome } = state;

  if (state.stage === "done" && outcome) {
    return (
      <Notice tone="good" role="status" title={`${formatMoney(outcome.amount)} given back`}>
        {outcome.target === "card"
          ? "Stripe sends it to the card; the family gets an email as soon as it has left. It stands above with its status."
          : "It is the family's credit now, and the family gets an email."}
      </Notice>
    );
  }

  if (state.stage === "outcome" && outcome) {
    return (
      <form action={action} className={styles.form}>
        <input type="hidden" name="paymentId" value={paymentId} />
        {Object.entries(typed).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <Notice tone="waiting" role="status" title="This is what happens">
          <ul className={styles.outcome}>
            <li>
              The family gets <strong>{formatMoney(outcome.amount)}</strong>{" "}
              {outcome.target === "card"
                ? `back to its ${card ?? "card"}, usually within 5 to 10 business days.`
                : "as credit, at once; it lessens what it is asked for next."}
            </li>
            <li>
              Of {formatMoney(outcome.leftBefore)} that can be given back, {formatMoney(outcome.leftAfter)}{" "}
              remain.
            </li>
            <li>
              In the books:{" "}
              {outcome.postings
                .map(({ account, amount }) => `${accountWords[account]} ${formatMoney(amount)}`)
                .join(", ")}
              .
            </li>
            <li>
              {outcome.endsTuition
                ? `The tuition of ${formatMoney(outcome.endsTuition)} that renews itself ends at once. Lessons stay until the enrollment is ended.`
                : outcome.goesOn
                  ? `The tuition of ${formatMoney(outcome.goesOn)} that renews itself goes on.`
                  : "No tuition renews itself for this payment."}
            </li>
            <li>The family gets an email with the reason: “{typed.reason.trim()}”</li>
          </ul>
        </Notice>
        <div className={styles.buttons}>
          <SubmitButton name="intent" value="confirm" pending="Giving back…">
            Give {formatMoney(outcome.amount)} back
          </SubmitButton>
          <SubmitButton name="intent" value="back" variant="secondary">
            Change it
          </SubmitButton>
        </div>
      </form>
    );
  }

  const errors = state.refused?.fieldErrors;
  return (
    <form action={action} className={styles.form} noValidate>
      <ErrorSummary title="Nothing was given back" message={state.refused?.message} fieldErrors={errors} />
      <input type="hidden" name="paymentId" value={paymentId} />
      <TextInput
        id="amount"
        name="amount"
        label="Amount in dollars"
        description={`Up to ${formatMoney(left)}.`}
        inputMode="decimal"
        autoComplete="off"
        required
        withAsterisk={false}
        defaultValue={typed.amount}
        error={errors?.amount?.[0]}
      />
      <SelectField
        name="target"
        label="Where it goes"
        options={[
          ...(card ? [{ value: "card", label: `Back to the ${card}` }] : []),
          { value: "credit", label: "Credit of the family" },
        ]}
        value={typed.target}
      />
      <SelectField
        name="endsTuition"
        label="Tuition that renews itself"
        options={[
          { value: "no", label: "Goes on, if there is any" },
          { value: "yes", label: "Ends with the refund" },
        ]}
        value={typed.endsTuition}
      />
      <Textarea
        id="reason"
        name="reason"
        label="Reason"
        description="The family reads it in its email."
        autosize
        minRows={2}
        maxLength={500}
        required
        withAsterisk={false}
        defaultValue={typed.reason}
        error={errors?.reason?.[0]}
      />
      <div>
        <SubmitButton name="intent" value="preview" variant="tinted" pending="Checking…">
          Show what happens
        </SubmitButton>
      </div>
    </form>
  );
}
