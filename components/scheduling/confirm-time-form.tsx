"use client";

import { useActionState } from "react";
import styles from "@/components/lessons/lesson-change.module.css";
import { ErrorSummary } from "@/components/ui/error-summary";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import {
  bookMakeupAction,
  type MoveFormState,
  moveLessonAction,
} from "@/lib/scheduling/lesson-change-actions";
import { TimeRefusalNotice } from "./time-refusal";

type ConfirmTimeFormProps = {
  /** What is done with the time. */
  what: "move" | "makeup";
  /** The lesson that moves, or the credit that is used. */
  id: string;
  teacherId: string;
  /** ISO instant. */
  at: string;
  /** What it comes to, item by item. */
  lines: readonly string[];
  verb: string;
  timeZone: string;
  /** This page, for other times when this one has just been taken. */
  page: string;
};

const actions = { move: moveLessonAction, makeup: bookMakeupAction } as const;
const untouched: MoveFormState = { refused: null, refusal: null };

/** Shows what a chosen time comes to, and does it when it is confirmed. */
export function ConfirmTimeForm({
  what,
  id,
  teacherId,
  at,
  lines,
  verb,
  timeZone,
  page,
}: ConfirmTimeFormProps) {
  const [state, action] = useActionState(actions[what], untouched);
  if (state.refusal) return <TimeRefusalNotice {...state.refusal} timeZone={timeZone} page={page} isAnswer />;
  return (
    <form action={action} className={styles.form}>
      <ErrorSummary
        title="Nothing was changed"
        message={state.refused?.message}
        fieldErrors={state.refused?.fieldErrors}
      />
      <input type="hidden" name={what === "move" ? "lessonId" : "creditId"} value={id} />
      <input type="hidden" name="teacherId" value={teacherId} />
      <input type="hidden" name="at" value={at} />
      <Notice tone="waiting" role="status" title="This is what happens">
        <ul className={styles.lines}>
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </Notice>
      <div className={styles.buttons}>
        <SubmitButton pending="One moment…">{verb}</SubmitButton>
      </div>
    </form>
  );
}
