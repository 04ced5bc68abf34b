"use client";

import { useActionState, useState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { AreaField, ChoiceField, InputField, SeveralField } from "@/components/ui/form-field";
import { SubmitButton } from "@/components/ui/submit-button";
import { chooseTimeAction, type EnrollState, saveStudentAction } from "@/lib/enrollment/actions";
import { Alternatives } from "./alternatives";
import styles from "./enroll.module.css";
import { findOversized } from "./oversized";

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat"].map((label, day) => ({ value: String(day), label }));

export type StudentFormValues = Readonly<Record<string, string | readonly string[]>>;

/** The first page's form: who learns what, and what would suit. */
export function StudentForm({
  instruments,
  styleNames,
  initial,
  trial,
  chosenTime,
}: {
  instruments: readonly { slug: string; label: string }[];
  styleNames: readonly string[];
  initial: StudentFormValues;
  trial: { minutes: number; price: string };
  /** A time that was picked on the public pages, to be held as soon as the student is known. */
  chosenTime: { teacher: string; startsAt: string } | null;
}) {
  const [state, submit] = useActionState<EnrollState, FormData>(saveStudentAction, {});
  const [lost, choose] = useActionState<EnrollState, FormData>(chooseTimeAction, {});
  const [oversized, setOversized] = useState<string | null>(null);
  const typed = state.typed ?? initial;
  const text = (name: string) => {
    const value = typed[name];
    return typeof value === "string" ? value : "";
  };
  const list = (name: string) => {
    const value = typed[name];
    return value === undefined || value === "" ? [] : typeof value === "string" ? [value] : value;
  };
  const errors = oversized
    ? { [oversized]: ["This is too long to be sent. Please shorten it."] }
    : (state.fieldErrors ?? {});
  const alternatives = lost.alternatives ?? state.alternatives ?? [];
  return (
    <>
      <ErrorSummary message={oversized ? undefined : (lost.message ?? state.message)} fieldErrors={errors} />
      <Alternatives times={alternatives} action={choose} />
      <form
        action={submit}
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          const found = findOversized(new FormData(event.currentTarget));
          if (found) event.preventDefault();
          setOversized(found);
        }}
      >
        {chosenTime && (
          <>
            <input type="hidden" name="teacher" value={chosenTime.teacher} />
            <input type="hidden" name="startsAt" value={chosenTime.startsAt} />
          </>
        )}
        <ChoiceField
          name="instrument"
          label="Instrument"
          options={[
            { value: "", label: "Choose an instrument" },
            ...instruments.map((i) => ({ value: i.slug, label: i.label })),
          ]}
          value={text("instrument")}
          errors={errors.instrument}
        />
        <div className={styles.pair}>
          <InputField
            name="firstName"
            label="Student's first name"
            defaultValue={text("firstName")}
            errors={errors.firstName}
            autoComplete="off"
            maxLength={60}
          />
          <InputField
            name="lastName"
            label="Student's last name"
            defaultValue={text("lastName")}
            errors={errors.lastName}
            autoComplete="off"
            maxLength={60}
          />
        </div>
        <div className={styles.pair}>
          <InputField
            name="birthDate"
            label="Birth date"
            type="date"
            defaultValue={text("birthDate")}
            errors={errors.birthDate}
          />
          <InputField
            name="email"
            label="Student's own email (optional)"
            type="email"
            hint="Older students see their lessons with an account of their own."
            defaultValue={text("email")}
            errors={errors.email}
            autoComplete="off"
          />
        </div>
        <SeveralField
          name="level"
          label="Level"
          kind="radio"
          options={[
            { value: "beginner", label: "Beginner" },
            { value: "intermediate", label: "Intermediate" },
            { value: "advanced", label: "Advanced" },
          ]}
          chosen={[text("level") || "beginner"]}
          errors={errors.level}
        />
        <SeveralField
          name="start"
          label="How to start"
          kind="radio"
          options={[
            { value: "trial", label: `Trial lesson, ${trial.minutes} minutes, ${trial.price}` },
            { value: "plan", label: "Weekly lessons right away" },
          ]}
          chosen={[text("start") || "trial"]}
          hint="The trial is credited when weekly lessons begin within a week of it."
          errors={errors.start}
        />
        <SeveralField
          name="minutes"
          label="Length of weekly lessons"
          kind="radio"
          options={[30, 45, 60].map((minutes) => ({ value: String(minutes), label: `${minutes} minutes` }))}
          chosen={[text("minutes") || "30"]}
          hint="Up to age 6 lessons last 30 minutes."
          errors={errors.minutes}
        />
        <SeveralField
          name="days"
          label="Days that suit (optional)"
          kind="checkbox"
          options={DAYS}
          chosen={list("days")}
          errors={errors.days}
        />
        <div className={styles.pair}>
          <ChoiceField
            name="timeOfDay"
            label="Time of day"
            options={[
              { value: "any", label: "Any time" },
              { value: "morning", label: "Morning" },
              { value: "afternoon", label: "Afternoon, before 5" },
              { value: "evening", label: "Evening, from 5" },
            ]}
            value={text("timeOfDay") || "any"}
          />
          <ChoiceField
            name="style"
            label="Style (optional)"
            options={[
              { value: "", label: "No preference" },
              ...styleNames.map((style) => ({ value: style, label: style })),
            ]}
            value={text("style")}
          />
        </div>
        <ChoiceField
          name="teacherGender"
          label="Teacher"
          options={[
            { value: "any", label: "No preference" },
            { value: "female", label: "Prefer a woman" },
            { value: "male", label: "Prefer a man" },
          ]}
          value={text("teacherGender") || "any"}
        />
        <AreaField
          name="wishes"
          label="Wishes for the teacher (optional)"
          hint="Favorite songs, goals, anything that helps. The teacher reads this."
          defaultValue={text("wishes")}
          maxLength={1000}
          errors={errors.wishes}
        />
        <div className={styles.actions}>
          <SubmitButton pending="Checking…">
            {chosenTime ? "Hold this time and go on" : "See teachers and times"}
          </SubmitButton>
        </div>
      </form>
    </>
  );
}
