import type { ReactNode } from "react";
import styles from "./step-list.module.css";

/** undone: was done and then taken back because a later step failed. */
export type StepState = "done" | "running" | "waiting" | "failed" | "undone";

export type Step = {
  id: string;
  label: string;
  /** What happened, what is happening, what went wrong and what to do. */
  detail?: ReactNode;
  state: StepState;
};

const spoken: Record<StepState, string> = {
  done: "Done",
  running: "In progress",
  waiting: "Not started",
  failed: "Failed",
  undone: "Taken back",
};

/** The steps of a piece of work in their order, each with its state. */
export function StepList({ steps, label }: { steps: readonly Step[]; label: string }) {
  return (
    <ol className={styles.list} aria-label={label}>
      {steps.map((step) => (
        <li
          className={`${styles.step} ${styles[step.state]}`}
          key={step.id}
          data-state={step.state}
          aria-current={step.state === "running" ? "step" : undefined}
        >
          <span className={styles.mark} aria-hidden="true">
            <StepGlyph state={step.state} />
          </span>
          <div>
            <p className={styles.label}>
              {step.label}
              <span className={styles.spoken}>: {spoken[step.state]}</span>
            </p>
            {step.detail && <div className={styles.detail}>{step.detail}</div>}
          </div>
        </li>
      ))}
    </ol>
  );
}

const glyphs: Partial<Record<StepState, string>> = {
  done: "M3 8.5 6.5 12 13 4.5",
  failed: "M4 4l8 8M12 4l-8 8",
  undone: "M6 4 3 7l3 3M3 7h6a4 4 0 0 1 0 8",
};

function StepGlyph({ state }: { state: StepState }) {
  const path = glyphs[state];
  if (!path) return null;
  return (
    <svg viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="2.4" aria-hidden="true">
      <path d={path} strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
