"use client";

import { Textarea, TextInput } from "@mantine/core";
import { useActionState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { countOf, listOf } from "@/lib/format";
import { formatMoney, usd } from "@/lib/money";
import { type ErasureFormState, eraseFamilyAction } from "@/lib/privacy/actions";
import type { KeptRecords } from "@/lib/privacy/schema";
import { erasedWords } from "@/lib/privacy/wording";
import styles from "./erasure-form.module.css";

const roomy = { input: { minHeight: 44, fontSize: "1rem" } };

/** What stays in the books and the calendar, line by line; at least one. */
function keptWords(kept: KeptRecords): { what: string; how: string }[] {
  const sums = Object.entries(kept.paid).map(([currency, cents]) =>
    currency === "usd" ? formatMoney(usd(cents)) : `${(cents / 100).toFixed(2)} ${currency.toUpperCase()}`,
  );
  const lines = [
    {
      count: kept.payments,
      what: countOf(kept.payments, "payment"),
      how: `, ${listOf(sums)} altogether, with their dates and receipt numbers`,
    },
    {
      count: kept.invoices,
      what: countOf(kept.invoices, "invoice"),
      how: " with numbers, dates and amounts",
    },
    {
      count: kept.ledgerEntries,
      what: countOf(kept.ledgerEntries, "entry", "entries"),
      how: " in the books",
    },
    {
      count: kept.lessons,
      what: countOf(kept.lessons, "lesson"),
      how: " in the calendar and in teachers' pay",
    },
  ].filter((line) => line.count > 0);
  return lines.length > 0
    ? lines
    : [{ what: "The dates and states of the enrollments", how: "; nothing was paid or taught" }];
}

type ErasureFormProps = {
  familyId: string;
  familyName: string;
  /** Whether Stripe has a customer of this family, which is erased there. */
  isAtStripe: boolean;
};

/** Erases a family. Shows what goes and what stays before it is done, and asks for its name. */
export function ErasureForm({ familyId, familyName, isAtStripe }: ErasureFormProps) {
  const untouched: ErasureFormState = {
    stage: "reason",
    outcome: null,
    refused: null,
    typed: { reason: "", name: "" },
  };
  const [state, action] = useActionState(eraseFamilyAction, untouched);

  if (state.stage === "done") {
    return (
      <Notice tone="good" role="status" title="The family has been erased">
        The books and the calendar are as they were. Who asked and why stands in the list of requests.
      </Notice>
    );
  }

  if (state.stage === "outcome" && state.outcome) {
    const { erased, kept } = state.outcome;
    return (
      <form action={action} className={styles.form} noValidate>
        <ErrorSummary
          title="Nothing was erased"
          message={undefined}
          fieldErrors={state.refused?.fieldErrors}
        />
        <input type="hidden" name="familyId" value={familyId} />
        <input type="hidden" name="reason" value={state.typed.reason} />
        <Notice tone="bad" role="status" title="This is what happens, and it cannot be undone">
          <div className={styles.lists}>
            <section aria-labelledby="goes">
              <h3 id="goes" className={styles.title}>
                What goes
              </h3>
              <ul className={styles.outcome}>
                {erasedWords(erased).map(({ what, how }) => (
                  <li key={what}>
                    <strong>{what}</strong>: {how}
                  </li>
                ))}
              </ul>
            </section>
            <section aria-labelledby="stays">
              <h3 id="stays" className={styles.title}>
                What stays, without a name
              </h3>
              <ul className={styles.outcome}>
                {keptWords(kept).map(({ what, how }) => (
                  <li key={what}>
                    <strong>{what}</strong>
                    {how}
                  </li>
                ))}
                {isAtStripe && (
                  <li>At Stripe, the customer and the card: delete the customer there as well</li>
                )}
              </ul>
            </section>
            <p>Reason in the list of requests: “{state.typed.reason.trim()}”</p>
          </div>
        </Notice>
        <TextInput
          id="name"
          name="name"
          label="Type the family's name to confirm"
          description={familyName}
          autoComplete="off"
          required
          withAsterisk={false}
          maxLength={120}
          defaultValue={state.typed.name}
          error={state.refused?.fieldErrors?.name?.[0]}
          styles={roomy}
        />
        <div className={styles.buttons}>
          <SubmitButton name="intent" value="confirm" variant="danger" pending="Erasing…">
            Erase for good
          </SubmitButton>
          <SubmitButton name="intent" value="back" variant="secondary">
            Back
          </SubmitButton>
        </div>
      </form>
    );
  }

  return (
    <form action={action} className={styles.form} noValidate>
      <ErrorSummary
        title="Nothing was erased"
        message={state.refused?.message}
        fieldErrors={state.refused?.fieldErrors}
      />
      <input type="hidden" name="familyId" value={familyId} />
      <Textarea
        id="reason"
        name="reason"
        label="Reason"
        description="For the list of requests, where it stays: name nobody."
        autosize
        minRows={2}
        maxLength={500}
        required
        withAsterisk={false}
        defaultValue={state.typed.reason}
        error={state.refused?.fieldErrors?.reason?.[0]}
      />
      <div>
        <SubmitButton name="intent" value="preview" variant="tinted" pending="Looking…">
          Show what happens
        </SubmitButton>
      </div>
    </form>
  );
}
