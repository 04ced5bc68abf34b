"use client";

import type { Route } from "next";
import Link from "next/link";
import { useActionState, useState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { AreaField, type Choice, ChoiceField, InputField } from "@/components/ui/form-field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { countOf, formatDay, formatTimeRange, formatZone } from "@/lib/format";
import { type ClassFormState, saveClassAction } from "@/lib/scheduling/class-actions";
import { classKindWords, weekReasonWords } from "@/lib/scheduling/class-rules";
import { type ClassWeek, classKinds, type SavedClass } from "@/lib/scheduling/class-schema";
import styles from "./class-form.module.css";

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"].map(
  (label, day) => ({
    value: String(day),
    label,
  }),
);

type ClassFormProps = {
  choices: Record<"instruments" | "teachers" | "rooms" | "terms", readonly Choice[]>;
  /** What stands in the form at first; `classId` is empty for a new class. */
  initial: Readonly<Record<string, string>>;
  timeZone: string;
};

/** Writes a class with its lessons of the term. Shows every week, and what is in the way, before it is done. */
export function ClassForm({ choices, initial, timeZone }: ClassFormProps) {
  const untouched: ClassFormState = { stage: "choosing", saved: null, refused: null, typed: initial };
  const [state, action] = useActionState(saveClassAction, untouched);
  const { typed, saved } = state;
  const isNew = !initial.classId;

  if (state.stage === "done" && saved?.outcome === "saved") {
    return (
      <Notice tone="good" role="status" title={isNew ? "The class is made" : "The class is changed"}>
        <p className={styles.text}>
          {isNew
            ? `${countOf(saved.weeks.filter(({ reason }) => reason === null).length, "lesson")} stand in the calendar. `
            : "Students and waitlist see it at once. "}
          <Link href={`/admin/classes/${saved.classId}` as Route}>To the class</Link>
        </p>
      </Notice>
    );
  }
  if (state.stage === "outcome" && saved) {
    return (
      <form action={action} className={styles.form}>
        {Object.entries(typed).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <Outcome saved={saved} name={typed.name ?? ""} isNew={isNew} timeZone={timeZone} />
        <div className={styles.buttons}>
          {saved.outcome === "saved" && (
            <SubmitButton name="intent" value="confirm" pending="Saving…">
              {isNew ? "Make the class" : "Change the class"}
            </SubmitButton>
          )}
          <SubmitButton name="intent" value="back" variant="secondary">
            Change it
          </SubmitButton>
        </div>
      </form>
    );
  }
  return <Fields state={state} action={action} choices={choices} isNew={isNew} />;
}

type FieldsProps = {
  state: ClassFormState;
  action: (form: FormData) => void;
  choices: ClassFormProps["choices"];
  isNew: boolean;
};

function Fields({ state, action, choices, isNew }: FieldsProps) {
  const { typed, refused } = state;
  const [kind, setKind] = useState(typed.kind ?? "group");
  const text = (name: string) => ({
    name,
    defaultValue: typed[name] ?? "",
    errors: refused?.fieldErrors?.[name],
  });
  const choice = (name: string) => ({ name, value: typed[name] ?? "", errors: refused?.fieldErrors?.[name] });
  const isRecital = kind === "recital";
  return (
    <form action={action} className={styles.form} noValidate>
      <ErrorSummary
        title="The class was not saved"
        message={refused?.message}
        fieldErrors={refused?.fieldErrors}
      />
      <input type="hidden" name="classId" value={typed.classId ?? ""} />
      {isNew ? (
        <div className={styles.grid}>
          <ChoiceField
            {...choice("kind")}
            label="What it is"
            value={kind}
            onChoose={setKind}
            options={classKinds.map((value) => ({ value, label: classKindWords(value) }))}
          />
          <ChoiceField {...choice("termId")} label="Term" options={choices.terms} />
        </div>
      ) : (
        <>
          <input type="hidden" name="kind" value={typed.kind ?? ""} />
          <input type="hidden" name="termId" value={typed.termId ?? ""} />
        </>
      )}
      <InputField {...text("name")} label="Name" maxLength={80} />
      <AreaField
        {...text("description")}
        label="Description (optional)"
        hint="Stands on the public page."
        maxLength={1000}
      />
      <div className={styles.grid}>
        <ChoiceField {...choice("teacherId")} label="Teacher" options={choices.teachers} />
        <ChoiceField {...choice("roomId")} label="Room" options={choices.rooms} />
        <ChoiceField
          {...choice("instrumentId")}
          label="Instrument"
          options={[{ value: "", label: "None in particular" }, ...choices.instruments]}
        />
        <ChoiceField
          {...choice("status")}
          label="Students"
          options={[
            { value: "open", label: "Takes students" },
            { value: "closed", label: "Closed for new students" },
          ]}
        />
      </div>
      <div className={`${styles.grid} ${styles.quarters}`}>
        {isRecital ? (
          <InputField {...text("day")} label="Day" type="date" />
        ) : (
          <ChoiceField {...choice("weekday")} label="Weekday" options={WEEKDAYS} />
        )}
        <InputField
          {...text("starts")}
          label="Begins at"
          type="time"
          step={900}
          hint="The academy’s own time."
        />
        <InputField {...text("minutes")} label="Minutes" inputMode="numeric" />
        <InputField
          {...text("price")}
          label={isRecital ? "Price (USD)" : "Price a month (USD)"}
          inputMode="decimal"
        />
        <InputField {...text("minimumAge")} label="Lowest age" inputMode="numeric" />
        <InputField {...text("maximumAge")} label="Highest age" inputMode="numeric" hint="99 for no limit." />
        <InputField {...text("seats")} label="Seats" inputMode="numeric" />
      </div>
      <div>
        <SubmitButton name="intent" value="preview" variant="tinted" pending="Checking…">
          {isNew ? "Show its lessons" : "Show what changes"}
        </SubmitButton>
      </div>
    </form>
  );
}

function Outcome({
  saved,
  name,
  isNew,
  timeZone,
}: {
  saved: SavedClass;
  name: string;
  isNew: boolean;
  timeZone: string;
}) {
  const { weeks } = saved;
  const blocked = weeks.filter(({ reason }) => reason !== null && (reason !== "closure" || !isNew));
  if (saved.outcome === "blocked") {
    return (
      <Notice
        tone="bad"
        role="status"
        title={`${countOf(blocked.length, "week")} of ${weeks.length} ${blocked.length === 1 ? "is" : "are"} blocked: nothing is saved`}
      >
        <p className={styles.text}>
          All lessons of a class are booked, or none. Change the time, the teacher or the room.
        </p>
        <Weeks weeks={weeks} isNew={isNew} timeZone={timeZone} />
      </Notice>
    );
  }
  const lessons = weeks.filter(({ reason }) => reason === null);
  return (
    <Notice role="status" title="This is what happens">
      <p className={styles.text}>
        {isNew
          ? `“${name}” gets ${countOf(lessons.length, "lesson")}; weeks in which the academy is closed are left out.`
          : lessons.length > 0
            ? `${countOf(lessons.length, "lesson")} to come ${lessons.length === 1 ? "moves" : "move"} to these times, with ${lessons.length === 1 ? "its" : "their"} students. Nobody is written to by this.`
            : "The lessons stay where they are. New seats are offered to those who wait."}
      </p>
      <Weeks weeks={weeks} isNew={isNew} timeZone={timeZone} />
    </Notice>
  );
}

function Weeks({
  weeks,
  isNew,
  timeZone,
}: {
  weeks: readonly ClassWeek[];
  isNew: boolean;
  timeZone: string;
}) {
  if (weeks.length === 0) return null;
  return (
    <ul className={styles.weeks} aria-label="Weeks">
      {weeks.map((week) => (
        <li
          key={week.startsAt.toISOString()}
          className={week.reason && (week.reason !== "closure" || !isNew) ? styles.blocked : undefined}
        >
          {formatDay(week.startsAt, timeZone)}, {formatTimeRange(week.startsAt, week.endsAt, timeZone)}{" "}
          {formatZone(week.startsAt, timeZone)}
          {week.reason && `: ${weekReasonWords(week)}`}
        </li>
      ))}
    </ul>
  );
}
