"use client";

import { Checkbox, Textarea } from "@mantine/core";
import { useActionState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { Notice } from "@/components/ui/notice";
import { SelectField, type SelectOption } from "@/components/ui/select-field";
import { SubmitButton } from "@/components/ui/submit-button";
import {
  type CancelFormState,
  cancelLessonAction,
  type LessonPortal,
} from "@/lib/scheduling/lesson-change-actions";
import { cancellationLines } from "@/lib/scheduling/lesson-change-rules";
import styles from "./lesson-change.module.css";

type CancelFormProps = {
  lessonId: string;
  portal: LessonPortal;
  /** First name, or the class's name where it is called off as a whole. */
  student: string;
  /** Why a lesson may be cancelled by whoever reads this; with one there is nothing to choose. */
  kinds: readonly SelectOption[];
  /** Children with a seat, in a lesson of a class. */
  seats?: readonly SelectOption[];
  /** The academy may choose money for the family, and make exceptions. */
  isStaff?: boolean;
  isReasonRequired?: boolean;
  /** What the button does: `Cancel the lesson`. */
  verb: string;
  timeZone: string;
  makeupValidDays: number;
};

/** Cancels a lesson. Shows what it comes to, item by item, before it is done. */
export function CancelForm(props: CancelFormProps) {
  const { lessonId, portal, kinds, verb, isStaff = false, isReasonRequired = false } = props;
  const seats = props.seats ?? [];
  const untouched: CancelFormState = {
    stage: "choosing",
    outcome: null,
    refused: null,
    typed: {
      kind: kinds[0]?.value ?? "",
      reason: "",
      wants: "credit",
      studentId: seats[0]?.value ?? "",
      isException: false,
    },
  };
  const [state, action] = useActionState(cancelLessonAction, untouched);
  const { typed, outcome } = state;
  const studentName = seats.find((seat) => seat.value === typed.studentId)?.label ?? props.student;

  if (state.stage === "outcome" && outcome) {
    return (
      <form action={action} className={styles.form}>
        <input type="hidden" name="lessonId" value={lessonId} />
        <input type="hidden" name="portal" value={portal} />
        <input type="hidden" name="kind" value={typed.kind} />
        <input type="hidden" name="reason" value={typed.reason} />
        <input type="hidden" name="wants" value={typed.wants} />
        <input type="hidden" name="studentId" value={typed.studentId} />
        {typed.isException && <input type="hidden" name="isException" value="on" />}
        <Notice tone="waiting" role="status" title="This is what happens">
          <ul className={styles.lines}>
            {cancellationLines(outcome, { ...props, student: studentName }).map((line) => (
              <li key={line}>{line}</li>
            ))}
            <li>
              {outcome.outcome === "seat_given_up" ? "" : "The time is free for others at once. "}
              This cannot be undone.
            </li>
            <li>The family and the teacher get an email with the entry for their calendars.</li>
            {typed.reason.trim() && <li>Reason: “{typed.reason.trim()}”</li>}
          </ul>
        </Notice>
        <div className={styles.buttons}>
          <SubmitButton name="intent" value="confirm" pending="Cancelling…">
            {verb}
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
        title="Nothing was cancelled"
        message={state.refused?.message}
        fieldErrors={state.refused?.fieldErrors}
      />
      <input type="hidden" name="lessonId" value={lessonId} />
      <input type="hidden" name="portal" value={portal} />
      {seats.length > 1 ? (
        <SelectField name="studentId" label="Who does not come" options={seats} value={typed.studentId} />
      ) : (
        <input type="hidden" name="studentId" value={typed.studentId} />
      )}
      {kinds.length > 1 ? (
        <SelectField name="kind" label="Why" options={kinds} value={typed.kind} />
      ) : (
        <input type="hidden" name="kind" value={typed.kind} />
      )}
      {isStaff && (
        <SelectField
          name="wants"
          label="The family gets"
          options={[
            { value: "credit", label: "A credit, which it may turn into money" },
            { value: "money", label: "Money at once (teacher, weather, academy)" },
          ]}
          value={typed.wants}
        />
      )}
      <Textarea
        id="reason"
        name="reason"
        label={isReasonRequired ? "Reason" : "Reason (optional)"}
        description={`${isStaff ? "Needed for the teacher, the academy and exceptions. " : ""}The family, the teacher and the academy can read it.`}
        autosize
        minRows={2}
        maxLength={300}
        defaultValue={typed.reason}
        error={state.refused?.fieldErrors?.reason?.[0]}
        key={typed.reason}
      />
      {isStaff && (
        <Checkbox
          name="isException"
          label="Exception: give the credit in spite of the rule"
          description="With a reason. The audit trail shows it."
          defaultChecked={typed.isException}
        />
      )}
      <div>
        <SubmitButton name="intent" value="preview" variant="tinted" pending="Checking…">
          Show what happens
        </SubmitButton>
      </div>
    </form>
  );
}
