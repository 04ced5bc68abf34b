"use client";

import { useActionState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { AreaField, InputField } from "@/components/ui/form-field";
import { Notice } from "@/components/ui/notice";
import { SelectField, type SelectOption } from "@/components/ui/select-field";
import { SubmitButton } from "@/components/ui/submit-button";
import form from "@/components/ui/two-step-form.module.css";
import { countOf } from "@/lib/format";
import { type TimeOffFormState, type TypedTimeOff, timeOffAction } from "@/lib/teachers/time-off-actions";
import { timeOffWords } from "@/lib/teachers/time-off-rules";
import { OpenLessons } from "./open-lessons";
import styles from "./time-off-form.module.css";

type TimeOffFormProps = {
  /** Whose time: one teacher's, or one to choose. */
  teachers: readonly [SelectOption, ...SelectOption[]];
  /** own: a teacher enters their own; office: the administrator for anybody. */
  reader: "own" | "office";
  /** `YYYY-MM-DD` */
  today: string;
  timeZone: string;
  /** What a person calls the zone: "New York". */
  zone: string;
};

/** Enters time off: first when and why, then the lessons that it meets, then it is confirmed. */
export function TimeOffForm({ teachers, reader, today, timeZone, zone }: TimeOffFormProps) {
  const untouched: TimeOffFormState = {
    stage: "choosing",
    outcome: null,
    refused: null,
    typed: {
      teacherId: teachers[0].value,
      fromDay: "",
      fromTime: "",
      untilDay: "",
      untilTime: "",
      reason: "",
    },
  };
  const [state, action] = useActionState(timeOffAction, untouched);
  const { typed, outcome } = state;
  const span = outcome && timeOffWords(outcome.from, outcome.until, timeZone);
  const nameOf = (id: string) => teachers.find(({ value }) => value === id)?.label ?? "The teacher";

  if (state.stage === "done" && outcome) {
    return (
      <form action={action} className={form.form}>
        <Notice tone="good" role="status" title={`Entered: ${span}`}>
          {outcome.lessons.length === 0
            ? "No lesson is touched. The open times follow at once."
            : reader === "own"
              ? `${countOf(outcome.lessons.length, "lesson")} ${outcome.lessons.length === 1 ? "is" : "are"} touched. The families are asked what they would like instead.`
              : `${countOf(outcome.lessons.length, "lesson")} ${outcome.lessons.length === 1 ? "needs" : "need"} somebody now. The families are asked, too.`}
        </Notice>
        <div>
          <SubmitButton name="intent" value="back" variant="secondary">
            Enter more
          </SubmitButton>
        </div>
      </form>
    );
  }

  if (state.stage === "outcome" && outcome) {
    return (
      <form action={action} className={form.form}>
        {Object.entries(typed).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <Notice tone="waiting" role="status" title="This is what happens">
          <ul className={form.outcome}>
            <li>
              {reader === "own" ? "You are away" : `${nameOf(typed.teacherId)} is away`}{" "}
              <strong>{span}</strong> ({zone} time). No new lessons are booked then.
            </li>
            <li>
              {outcome.lessons.length === 0
                ? "No booked lesson lies in this time."
                : `${countOf(outcome.lessons.length, "booked lesson")} ${outcome.lessons.length === 1 ? "needs" : "need"} somebody. Families get an email at once and choose: a substitute who fits, another time with the same teacher, or a credit. The academy may choose a substitute before they do; where nobody chooses in time, the lesson is cancelled with a credit. Classes wait for the academy.`}
            </li>
          </ul>
        </Notice>
        {outcome.lessons.length > 0 && (
          <OpenLessons lessons={outcome.lessons} timeZone={timeZone} label="Lessons that need somebody" />
        )}
        <div className={form.buttons}>
          <SubmitButton name="intent" value="confirm" pending="Entering…">
            Enter the time off
          </SubmitButton>
          <SubmitButton name="intent" value="back" variant="secondary">
            Change it
          </SubmitButton>
        </div>
      </form>
    );
  }

  const field = (name: keyof TypedTimeOff, label: string, type: "date" | "time") => (
    <InputField
      name={name}
      label={label}
      type={type}
      min={type === "date" ? today : undefined}
      defaultValue={typed[name]}
      errors={state.refused?.fieldErrors?.[name]}
    />
  );

  return (
    <form action={action} className={form.form} noValidate>
      <ErrorSummary
        title="The time off was not entered"
        message={state.refused?.message}
        fieldErrors={state.refused?.fieldErrors}
      />
      {reader === "own" ? (
        <input type="hidden" name="teacherId" value={teachers[0].value} />
      ) : (
        <SelectField name="teacherId" label="Teacher" options={teachers} value={typed.teacherId} />
      )}
      <div className={styles.pairs}>
        <div className={styles.pair}>
          {field("fromDay", "First day", "date")}
          {field("fromTime", "From", "time")}
        </div>
        <div className={styles.pair}>
          {field("untilDay", "Last day", "date")}
          {field("untilTime", "Until", "time")}
        </div>
      </div>
      <p className={styles.hint}>
        Whole days unless you give times; one day unless you give a last one. All in {zone} time.
      </p>
      <AreaField
        name="reason"
        label="Reason"
        hint="For the academy; families do not see it."
        rows={2}
        maxLength={300}
        required
        defaultValue={typed.reason}
        errors={state.refused?.fieldErrors?.reason}
      />
      <div>
        <SubmitButton name="intent" value="preview" variant="tinted" pending="Checking…">
          Show the lessons it meets
        </SubmitButton>
      </div>
    </form>
  );
}
