"use client";

import { useActionState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import styles from "@/components/ui/two-step-form.module.css";
import { actOnRunAction, type RunFormState, type RunOutcome } from "@/lib/workflows/actions";
import type { RunAct } from "@/lib/workflows/schema";

const WORDS: Readonly<
  Record<RunAct, { ask: string; confirm: string; pending: string; done: string; next: string }>
> = {
  retry: {
    ask: "Try it again",
    confirm: "Try it again now",
    pending: "Sending…",
    done: "It is tried again",
    next: "A new run begins within seconds; reload the page to find it under “Tried again by”.",
  },
  cancel: {
    ask: "Cancel the run",
    confirm: "Cancel it now",
    pending: "Cancelling…",
    done: "The run is cancelled",
    next: "It does nothing more. What it had done stays until you undo it.",
  },
  undo: {
    ask: "Undo what it did",
    confirm: "Undo it now",
    pending: "Sending…",
    done: "It is being undone",
    next: "Each undo appears among the steps within seconds; reload the page to see it.",
  },
};

type RunActionsProps = {
  runId: string;
  acts: readonly RunAct[];
  /** Whom or what the run is about. */
  about: string;
  /** What each undo does, in words, by its name. */
  undoWords: Readonly<Record<string, string>>;
};

/** Tries a run again, cancels it or undoes what it did. Shows what it comes to before it is done. */
export function RunActions({ runId, acts, about, undoWords }: RunActionsProps) {
  const untouched: RunFormState = { stage: "choosing", outcome: null, refused: null };
  const [state, action] = useActionState(actOnRunAction, untouched);

  if (state.stage === "done" && state.outcome) {
    const { done, next } = WORDS[state.outcome.act];
    return (
      <Notice tone="good" role="status" title={done}>
        {next}
      </Notice>
    );
  }
  if (state.stage === "outcome" && state.outcome) {
    const { act } = state.outcome;
    return (
      <form action={action} className={styles.form}>
        <input type="hidden" name="runId" value={runId} />
        <input type="hidden" name="act" value={act} />
        <Notice tone="waiting" role="status" title="This is what happens">
          <ul className={styles.outcome}>
            <Outcome outcome={state.outcome} about={about} undoWords={undoWords} />
            <li>The audit trail keeps that you did it.</li>
          </ul>
        </Notice>
        <div className={styles.buttons}>
          <SubmitButton name="intent" value="confirm" pending={WORDS[act].pending}>
            {WORDS[act].confirm}
          </SubmitButton>
          <SubmitButton name="intent" value="back" variant="secondary">
            Leave it
          </SubmitButton>
        </div>
      </form>
    );
  }
  return (
    <div className={styles.form}>
      <ErrorSummary
        title="Nothing was changed"
        message={state.refused?.message}
        fieldErrors={state.refused?.fieldErrors}
      />
      <div className={styles.buttons}>
        {acts.map((act) => (
          <form action={action} key={act}>
            <input type="hidden" name="runId" value={runId} />
            <input type="hidden" name="act" value={act} />
            <SubmitButton name="intent" value="preview" variant="tinted" pending="Checking…">
              {WORDS[act].ask}
            </SubmitButton>
          </form>
        ))}
      </div>
    </div>
  );
}

function Outcome({
  outcome,
  about,
  undoWords,
}: {
  outcome: RunOutcome;
  about: string;
  undoWords: RunActionsProps["undoWords"];
}) {
  switch (outcome.act) {
    case "retry":
      return (
        <>
          <li>The event that began this run is sent again, for this workflow alone: {about}.</li>
          <li>
            Every step runs anew. What is done already is found done: no email, lesson or charge comes twice.
          </li>
          <li>This run stays as it is; the new one refers to it.</li>
        </>
      );
    case "cancel":
      return (
        <>
          <li>The run ends after the step that is at work, and does nothing more for {about}.</li>
          <li>What it has done stays as it is: nothing is undone and nobody is told.</li>
        </>
      );
    case "undo":
      return (
        <>
          <li>These are taken back, in this order, for {about}:</li>
          {outcome.undos.map((name) => (
            <li key={name}>
              <strong>{undoWords[name] ?? name}</strong>
            </li>
          ))}
          <li>Each is harmless where there is nothing left to take back.</li>
        </>
      );
  }
}
