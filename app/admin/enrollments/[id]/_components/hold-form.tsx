"use client";

import { Textarea } from "@mantine/core";
import { useActionState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { Notice } from "@/components/ui/notice";
import { SelectField, type SelectOption } from "@/components/ui/select-field";
import { SubmitButton } from "@/components/ui/submit-button";
import styles from "@/components/ui/two-step-form.module.css";
import { formatDayTime, formatZone } from "@/lib/format";
import { extendHoldAction, type HoldFormState } from "@/lib/scheduling/hold-actions";

type HoldFormProps = {
  enrollmentId: string;
  /** `Piano with Elena Marsh, Thu, Dec 3, 4:15 pm, Room 2` */
  slot: string;
  /** Values are instants (ISO), labels say them in words. */
  choices: readonly SelectOption[];
  timeZone: string;
};

/** Keeps a family's time longer. Shows what it comes to before it is done. */
export function HoldForm({ enrollmentId, slot, choices, timeZone }: HoldFormProps) {
  const untouched: HoldFormState = {
    stage: "choosing",
    hold: null,
    refused: null,
    typed: { until: choices[0]?.value ?? "", reason: "" },
  };
  const [state, action] = useActionState(extendHoldAction, untouched);
  const moment = (instant: Date) => `${formatDayTime(instant, timeZone)} ${formatZone(instant, timeZone)}`;

  if (state.stage === "done" && state.hold) {
    return (
      <Notice tone="good" role="status" title={`Held until ${moment(state.hold.heldUntil)}`}>
        The audit trail below shows who kept it and why.
      </Notice>
    );
  }

  if (state.stage === "outcome" && state.hold) {
    const { heldBefore, heldUntil } = state.hold;
    return (
      <form action={action} className={styles.form}>
        <Fields enrollmentId={enrollmentId} typed={state.typed} />
        <Notice tone="waiting" role="status" title="This is what happens">
          <ul className={styles.outcome}>
            <li>
              {slot} stays out of the open times until <strong>{moment(heldUntil)}</strong>.
            </li>
            <li>
              {heldBefore
                ? `Until now it was held until ${moment(heldBefore)}.`
                : "It is not held at the moment; it is taken up again, because nobody has taken it."}
            </li>
            <li>
              The family may pay at any moment until then. Nothing is charged and no email is sent by this.
            </li>
            <li>Reason in the audit trail: “{state.typed.reason.trim()}”</li>
          </ul>
        </Notice>
        <div className={styles.buttons}>
          <SubmitButton name="intent" value="confirm" pending="Extending…">
            Extend the hold
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
        title="The hold was not extended"
        message={state.refused?.message}
        fieldErrors={state.refused?.fieldErrors}
      />
      <input type="hidden" name="enrollmentId" value={enrollmentId} />
      <SelectField name="until" label="Keep the time until" options={choices} value={state.typed.until} />
      <Textarea
        id="reason"
        name="reason"
        label="Reason"
        description="For the audit trail; the family does not see it."
        autosize
        minRows={2}
        maxLength={500}
        required
        withAsterisk={false}
        defaultValue={state.typed.reason}
        error={state.refused?.fieldErrors?.reason?.[0]}
      />
      <div>
        <SubmitButton name="intent" value="preview" variant="tinted" pending="Checking…">
          Show what happens
        </SubmitButton>
      </div>
    </form>
  );
}

function Fields({ enrollmentId, typed }: { enrollmentId: string; typed: HoldFormState["typed"] }) {
  return (
    <>
      <input type="hidden" name="enrollmentId" value={enrollmentId} />
      <input type="hidden" name="until" value={typed.until} />
      <input type="hidden" name="reason" value={typed.reason} />
    </>
  );
}
