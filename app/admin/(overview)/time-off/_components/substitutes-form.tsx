"use client";

import { useActionState } from "react";
import { LessonHead, Proposals } from "@/components/teachers/open-lessons";
import { ErrorSummary } from "@/components/ui/error-summary";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { countOf, formatDay, formatDayTime, formatTimeRange, listOf } from "@/lib/format";
import type { AssignedSubstitute, OpenLesson } from "@/lib/teachers/time-off";
import { type SubstitutesState, substitutesAction } from "@/lib/teachers/time-off-actions";
import styles from "./substitutes-form.module.css";

type SubstitutesFormProps = { lessons: readonly OpenLesson[]; timeZone: string };

const untouched: SubstitutesState = { stage: "choosing", outcome: null, refused: null, typed: {} };

/** Chooses who gives each lesson in the absent teacher's place; what it comes to is shown first. */
export function SubstitutesForm({ lessons, timeZone }: SubstitutesFormProps) {
  const [state, action] = useActionState(substitutesAction, untouched);

  if (state.stage === "outcome" && state.outcome) {
    const assigned = state.outcome;
    return (
      <form action={action} className={styles.form}>
        {Object.entries(state.typed).map(([id, teacher]) => (
          <input key={id} type="hidden" name={`lesson-${id}`} value={teacher} />
        ))}
        <Notice tone="waiting" role="status" title="This is what happens">
          <ul className={styles.outcome}>
            {assigned.map((lesson) => (
              <li key={lesson.lessonId}>{outcomeWords(lesson, timeZone)}</li>
            ))}
            <li>
              {assigned.length === 1 ? "The family is" : "The families are"} told by email, with the changed
              entry for the calendar; so {substitutesOf(assigned)}.
            </li>
            <li>The substitute is paid for the lesson, at their own rate.</li>
          </ul>
        </Notice>
        <div className={styles.buttons}>
          <SubmitButton name="intent" value="confirm" pending="Giving…">
            {assigned.length === 1
              ? "Give the lesson to the substitute"
              : "Give the lessons to the substitutes"}
          </SubmitButton>
          <SubmitButton name="intent" value="back" variant="secondary">
            Choose others
          </SubmitButton>
        </div>
      </form>
    );
  }

  return (
    <form action={action} className={styles.form} noValidate>
      {state.stage === "done" && state.outcome && (
        <Notice
          tone="good"
          role="status"
          title={`${countOf(state.outcome.length, "lesson")} given to a substitute`}
        >
          The families are being told.
        </Notice>
      )}
      <ErrorSummary
        title="No substitute was chosen"
        message={state.refused?.message}
        fieldErrors={state.refused?.fieldErrors}
      />
      <ul className={styles.lessons} aria-label="Lessons that need somebody">
        {lessons.map((lesson) => (
          <LessonChoice
            key={lesson.id}
            lesson={lesson}
            timeZone={timeZone}
            chosen={state.typed[lesson.id] ?? ""}
            mistake={state.refused?.fieldErrors?.[`lesson-${lesson.id}`]?.[0]}
          />
        ))}
      </ul>
      {lessons.some((lesson) => lesson.substitutes.length > 0) && (
        <div>
          <SubmitButton name="intent" value="preview" variant="tinted" pending="Checking…">
            Show what happens
          </SubmitButton>
        </div>
      )}
    </form>
  );
}

type LessonChoiceProps = {
  lesson: OpenLesson;
  timeZone: string;
  chosen: string;
  mistake: string | undefined;
};

function LessonChoice({ lesson, timeZone, chosen, mistake }: LessonChoiceProps) {
  const field = `lesson-${lesson.id}`;
  return (
    <li className={styles.lesson}>
      <div className={styles.words}>
        <LessonHead lesson={lesson} timeZone={timeZone} />
        <Proposals lesson={lesson} timeZone={timeZone} />
      </div>
      {lesson.substitutes.length > 0 && (
        <div className={styles.choice}>
          <label htmlFor={field}>
            Who gives it
            <span className={styles.unseen}>
              : {lesson.name}, {formatDayTime(lesson.startsAt, timeZone)}
            </span>
          </label>
          <select
            id={field}
            name={field}
            defaultValue={chosen}
            key={chosen}
            className={styles.select}
            aria-invalid={mistake ? true : undefined}
            aria-describedby={mistake ? `${field}-mistake` : undefined}
          >
            <option value="">Leave it for now</option>
            {lesson.substitutes.map((substitute, nth) => (
              <option key={substitute.teacherId} value={substitute.teacherId}>
                {nth + 1}. {substitute.name}
                {substitute.cautions.length > 0 ? " (ask first)" : ""}
              </option>
            ))}
          </select>
          {mistake && (
            <p className={styles.mistake} id={`${field}-mistake`}>
              {mistake}
            </p>
          )}
        </div>
      )}
    </li>
  );
}

/** `Mia Alvarez, piano, Mon, Dec 7, 4:00 – 4:30 pm: Nia Cole in place of Samuel Adeyemi, in Room 2 as before.` */
function outcomeWords(lesson: AssignedSubstitute, timeZone: string): string {
  const when = `${formatDay(lesson.startsAt, timeZone)}, ${formatTimeRange(lesson.startsAt, lesson.endsAt, timeZone)}`;
  const room = lesson.roomBefore
    ? `in ${lesson.room} instead of ${lesson.roomBefore}`
    : `in ${lesson.room} as before`;
  return `${lesson.name}, ${lesson.subject.toLowerCase()}, ${when}: ${lesson.teacher} in place of ${lesson.teacherBefore}, ${room}.`;
}

/** `is Nia Cole`, `are Nia Cole and Ben Ito` */
function substitutesOf(assigned: readonly AssignedSubstitute[]): string {
  const names = [...new Set(assigned.map(({ teacher }) => teacher))];
  return `${names.length === 1 ? "is" : "are"} ${listOf(names)}`;
}
