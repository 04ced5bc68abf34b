"use client";

import { useActionState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { AreaField, type Choice, ChoiceField } from "@/components/ui/form-field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { formatDayTime, formatZone } from "@/lib/format";
import { type HandOfferState, offerByHandAction } from "@/lib/scheduling/waitlist-actions";
import styles from "../hand-offer.module.css";

type HandOfferFormProps = {
  entryId: string;
  student: string;
  /** "a seat in Rock Band"; for lessons the chosen time says it. */
  seat: string | null;
  times: readonly Choice[];
  timeZone: string;
};

/** Offers a seat or an open time to this entry, whatever its place. Shows what it comes to before it is done. */
export function HandOfferForm({ entryId, student, seat, times, timeZone }: HandOfferFormProps) {
  const untouched: HandOfferState = {
    stage: "choosing",
    openUntil: null,
    refused: null,
    typed: { time: times[0]?.value ?? "", reason: "" },
  };
  const [state, action] = useActionState(offerByHandAction, untouched);
  const { typed, openUntil, refused } = state;
  const what = seat ?? times.find(({ value }) => value === typed.time)?.label ?? "the time";
  const until = openUntil ? `${formatDayTime(openUntil, timeZone)} ${formatZone(openUntil, timeZone)}` : "";

  if (state.stage === "done") {
    return (
      <Notice tone="good" role="status" title={`Offered until ${until}`}>
        The family is told by email.
      </Notice>
    );
  }
  if (state.stage === "outcome") {
    return (
      <form action={action} className={styles.form}>
        <input type="hidden" name="entryId" value={entryId} />
        <input type="hidden" name="time" value={typed.time} />
        <input type="hidden" name="reason" value={typed.reason} />
        <Notice role="status" title="This is what happens">
          <ul className={styles.outcome}>
            <li>
              {student} is offered <strong>{what}</strong>, before everybody else who waits.
            </li>
            <li>It is kept until {until}; the family is told by email and answers on its own page.</li>
            <li>Reason, kept with the offer: “{typed.reason.trim()}”</li>
          </ul>
        </Notice>
        <div className={styles.buttons}>
          <SubmitButton name="intent" value="confirm" pending="Offering…">
            Offer it
          </SubmitButton>
          <SubmitButton name="intent" value="back" variant="secondary">
            Change it
          </SubmitButton>
        </div>
      </form>
    );
  }
  return (
    <form action={action} className={styles.form} noValidate>
      <ErrorSummary
        title="It was not offered"
        message={refused?.message}
        fieldErrors={refused?.fieldErrors}
      />
      <input type="hidden" name="entryId" value={entryId} />
      {seat === null && (
        <ChoiceField
          name="time"
          label="Open time"
          options={times}
          value={typed.time}
          errors={refused?.fieldErrors?.time}
        />
      )}
      <AreaField
        name="reason"
        label="Reason"
        hint="Why this family comes first. It is kept with the offer, and the family’s data export has it."
        maxLength={300}
        defaultValue={typed.reason}
        errors={refused?.fieldErrors?.reason}
      />
      <div>
        <SubmitButton name="intent" value="preview" variant="tinted" pending="Checking…">
          Show what happens
        </SubmitButton>
      </div>
    </form>
  );
}
