"use client";

import { type ReactNode, useActionState, useEffect, useRef } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { countOf } from "@/lib/format";
import type { SeriesFormState } from "@/lib/scheduling/series-actions";
import styles from "./series-steps.module.css";
import { SeriesWeeks } from "./series-weeks";

type SeriesStepsProps = {
  action: (before: SeriesFormState, form: FormData) => Promise<SeriesFormState>;
  /** What stands in the form at the beginning, by field name; fields that are not shown are kept through the steps. */
  typed: Readonly<Record<string, string>>;
  /** The fields of the first step. */
  fields: (state: SeriesFormState) => ReactNode;
  /** Title of a refusal: `The lessons were not moved`. */
  refused: string;
  /** The button that does it, and what it says meanwhile. */
  confirm: string;
  pending: string;
  /** What happens beside the outcome: who is told, what stays. */
  effects: readonly string[];
  /** What it says when it is done, and where to go next. */
  done: string;
  next: ReactNode;
};

/** A form about a series in its steps: fields, weeks that need an answer, the outcome, done. */
export function SeriesSteps(props: SeriesStepsProps) {
  const [state, submit] = useActionState(props.action, {
    stage: "choosing",
    weeks: [],
    outcome: [],
    refused: null,
    typed: props.typed,
  } satisfies SeriesFormState);
  const heading = useRef<HTMLHeadingElement>(null);
  const { stage } = state;
  // The button that was pressed is gone: the keyboard goes on at the new step.
  useEffect(() => {
    if (stage !== "choosing") heading.current?.focus();
  }, [stage]);

  if (stage === "done") {
    return (
      <Notice tone="good" role="status" title={props.done}>
        {state.outcome.map((words) => (
          <p key={words}>{words}</p>
        ))}
        <div className={styles.next}>{props.next}</div>
      </Notice>
    );
  }

  const weeks = state.weeks.length > 0 && (
    <SeriesWeeks weeks={state.weeks} label="Weeks" isAsking={stage === "weeks"} />
  );
  const blocked = state.weeks.filter((week) => week.state === "blocked").length;
  return (
    <form action={submit} className={styles.form} noValidate>
      <ErrorSummary
        title={props.refused}
        message={state.refused?.message}
        fieldErrors={state.refused?.fieldErrors}
      />
      {stage === "choosing" ? (
        <>
          {props.fields(state)}
          <div>
            <SubmitButton name="intent" value="preview" variant="tinted" pending="Checking…">
              Show what happens
            </SubmitButton>
          </div>
        </>
      ) : (
        <>
          {Object.entries(state.typed).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          <h3 className={styles.heading} tabIndex={-1} ref={heading}>
            {stage === "weeks"
              ? `${countOf(blocked, "week")} of ${state.weeks.length} ${blocked === 1 ? "is" : "are"} not free`
              : "This is what happens"}
          </h3>
          {stage === "weeks" ? (
            <p className={styles.intro}>
              Nothing has been changed. Choose for each of them what happens instead, or go back and choose
              another day or time for all.
            </p>
          ) : (
            <Notice tone="waiting">
              <ul className={styles.outcome}>
                {[...state.outcome, ...props.effects].map((words) => (
                  <li key={words}>{words}</li>
                ))}
              </ul>
            </Notice>
          )}
          {stage === "weeks" && weeks}
          <div className={styles.buttons}>
            {stage === "weeks" ? (
              <SubmitButton name="intent" value="preview" pending="Checking…">
                Show what happens
              </SubmitButton>
            ) : (
              <SubmitButton name="intent" value="confirm" pending={props.pending}>
                {props.confirm}
              </SubmitButton>
            )}
            <SubmitButton name="intent" value="back" variant="secondary">
              Change it
            </SubmitButton>
          </div>
          {stage === "outcome" && weeks}
        </>
      )}
    </form>
  );
}
