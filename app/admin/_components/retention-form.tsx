"use client";

import { TextInput } from "@mantine/core";
import { useActionState, useId } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { countOf } from "@/lib/format";
import { changeRetentionAction, type RetentionFormState } from "@/lib/privacy/actions";
import { removedWords } from "@/lib/privacy/wording";
import styles from "./retention-form.module.css";

type RetentionFormProps = { subject: string; title: string; days: number };

/** Changes for how many days something is kept. Shows what tonight would remove before it is the rule. */
export function RetentionForm({ subject, title, days }: RetentionFormProps) {
  const untouched: RetentionFormState = { stage: "choosing", removed: 0, refused: null, typed: String(days) };
  const [state, action] = useActionState(changeRetentionAction, untouched);
  const id = useId();
  return (
    <details className={styles.details}>
      <summary aria-label={`Change: ${title}`}>Change</summary>
      <form action={action} className={styles.form} noValidate>
        <input type="hidden" name="subject" value={subject} />
        {state.stage === "outcome" ? (
          <>
            <input type="hidden" name="days" value={state.typed} />
            <Notice tone="waiting" role="status" title={`Kept for ${countOf(Number(state.typed), "day")}`}>
              <p>
                {state.removed === 0
                  ? "Nothing is that old: tonight removes nothing of it."
                  : `Tonight: ${removedWords([{ subject, removed: state.removed }])}. It cannot be brought back afterwards.`}
              </p>
            </Notice>
            <div className={styles.buttons}>
              <SubmitButton name="intent" value="confirm" size="small" pending="Saving…">
                Make it the rule
              </SubmitButton>
              <SubmitButton name="intent" value="back" variant="secondary" size="small">
                Back
              </SubmitButton>
            </div>
          </>
        ) : (
          <>
            {/* The field's own error stands beside it: eight forms of one page share no ids. */}
            <ErrorSummary
              title="Nothing was changed"
              message={state.refused?.fieldErrors ? undefined : state.refused?.message}
            />
            {state.stage === "done" && (
              <Notice tone="good" role="status">
                Saved. The next night goes by it.
              </Notice>
            )}
            <TextInput
              id={`${id}-days`}
              name="days"
              label={`Days for which this is kept: ${title.toLowerCase()}`}
              inputMode="numeric"
              autoComplete="off"
              maxLength={6}
              key={`${state.stage} ${state.typed}`}
              defaultValue={state.typed}
              error={state.refused?.fieldErrors?.days?.[0]}
              styles={{ input: { minHeight: 44, fontSize: "1rem" } }}
            />
            <div>
              <SubmitButton name="intent" value="preview" variant="tinted" size="small" pending="Looking…">
                Show what happens
              </SubmitButton>
            </div>
          </>
        )}
      </form>
    </details>
  );
}
