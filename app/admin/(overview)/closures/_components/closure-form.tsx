"use client";

import { useActionState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { InputField } from "@/components/ui/form-field";
import { Notice } from "@/components/ui/notice";
import { SelectField } from "@/components/ui/select-field";
import { SubmitButton } from "@/components/ui/submit-button";
import form from "@/components/ui/two-step-form.module.css";
import { type ClosureFormState, closureAction } from "@/lib/academy/closure-actions";
import type { ClosureOutcome } from "@/lib/academy/closures";
import { countOf, formatDateSpan, formatDayTime } from "@/lib/format";
import { formatMoney, usd } from "@/lib/money";
import styles from "./closure-form.module.css";

const untouched: ClosureFormState = {
  stage: "choosing",
  outcome: null,
  refused: null,
  typed: { name: "", firstDay: "", lastDay: "", kind: "academy" },
};

function outcomeLines({ lessons, classLessons, families, credits, paidOutCents }: ClosureOutcome): string[] {
  if (lessons === 0) return ["No lesson lies on these days. None can be booked on them from now on."];
  return [
    `${countOf(lessons, "lesson")} of ${countOf(families, "family", "families")} ${lessons === 1 ? "is" : "are"} cancelled${classLessons > 0 ? `, ${classLessons} of them of classes` : ""}.`,
    ...(credits > 0
      ? [
          `${countOf(credits, "make-up credit")} ${credits === 1 ? "is" : "are"} given. They do not count against anybody's cap, and the families may take money instead.`,
        ]
      : []),
    ...(paidOutCents > 0
      ? [`${formatMoney(usd(paidOutCents))} of credit goes to the families of the classes.`]
      : []),
    "Each family and each teacher gets one email about all of theirs. No new lessons are booked on these days.",
  ];
}

/** Enters a closure: first when and why, then the lessons that it cancels, then it is confirmed. */
export function ClosureForm({ today, timeZone, zone }: { today: string; timeZone: string; zone: string }) {
  const [state, action] = useActionState(closureAction, untouched);
  const { typed, outcome } = state;
  const span = typed.firstDay ? formatDateSpan(typed.firstDay, typed.lastDay || typed.firstDay) : "";

  if (state.stage === "done" && outcome) {
    return (
      <form action={action} className={`${form.form} ${styles.narrow}`}>
        <Notice tone="good" role="status" title={`Closed: ${typed.name}, ${span}`}>
          {outcome.lessons === 0
            ? "No lesson was cancelled."
            : `${countOf(outcome.lessons, "lesson")} cancelled. The emails are on their way.`}
        </Notice>
        <div>
          <SubmitButton name="intent" value="back" variant="secondary">
            Enter another
          </SubmitButton>
        </div>
      </form>
    );
  }

  if (state.stage === "outcome" && outcome) {
    return (
      <form action={action} className={`${form.form} ${styles.narrow}`}>
        {Object.entries(typed).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <Notice tone="waiting" role="status" title={`This is what happens: ${typed.name}, ${span}`}>
          <ul className={form.outcome}>
            {outcomeLines(outcome).map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </Notice>
        {outcome.listed.length > 0 && (
          <ul className={styles.lessons} aria-label="Lessons that are cancelled">
            {outcome.listed.map((lesson) => (
              <li key={lesson.id}>
                <strong>{formatDayTime(lesson.startsAt, timeZone)}</strong> {lesson.name},{" "}
                {lesson.subject.toLowerCase()} with {lesson.teacherName}
              </li>
            ))}
            {outcome.lessons > outcome.listed.length && (
              <li>and {countOf(outcome.lessons - outcome.listed.length, "more lesson")}</li>
            )}
          </ul>
        )}
        <div className={form.buttons}>
          <SubmitButton
            name="intent"
            value="confirm"
            variant={outcome.lessons > 0 ? "danger" : "primary"}
            pending="Closing…"
          >
            {outcome.lessons > 0
              ? `Close and cancel ${countOf(outcome.lessons, "lesson")}`
              : "Close on these days"}
          </SubmitButton>
          <SubmitButton name="intent" value="back" variant="secondary">
            Change it
          </SubmitButton>
        </div>
      </form>
    );
  }

  const day = (name: "firstDay" | "lastDay", label: string) => (
    <InputField
      name={name}
      label={label}
      type="date"
      min={today}
      defaultValue={typed[name]}
      errors={state.refused?.fieldErrors?.[name]}
    />
  );
  return (
    <form action={action} className={`${form.form} ${styles.narrow}`} noValidate>
      <ErrorSummary
        title="The closure was not entered"
        message={state.refused?.message}
        fieldErrors={state.refused?.fieldErrors}
      />
      <InputField
        name="name"
        label="Name"
        hint="Families read it: Snow day, Staff training."
        maxLength={80}
        required
        defaultValue={typed.name}
        errors={state.refused?.fieldErrors?.name}
      />
      <div className={styles.pair}>
        {day("firstDay", "First day")}
        {day("lastDay", "Last day")}
      </div>
      <p className={styles.hint}>
        One day unless you give a last one. Days in {zone} time; of today, what has not begun is cancelled.
      </p>
      <SelectField
        name="kind"
        label="Why"
        value={typed.kind}
        options={[
          { value: "academy", label: "The academy closes" },
          { value: "weather", label: "Weather" },
        ]}
      />
      <div>
        <SubmitButton name="intent" value="preview" variant="tinted" pending="Checking…">
          Show the lessons it cancels
        </SubmitButton>
      </div>
    </form>
  );
}
