import { type Step, StepList } from "@/components/ui/step-list";
import { formatDayTime } from "@/lib/format";
import type { WorkflowRun, WorkflowStep } from "@/lib/reporting/workflow-queries";
import styles from "./run-steps.module.css";
import { functionWords, stepWords, tookWords } from "./workflow-wording";

const states = { running: "running", completed: "done", failed: "failed" } as const;

/** Every step of a run: what came of it, how often it was tried, how long it took, what went wrong. */
export function RunSteps({ run, timeZone }: { run: WorkflowRun; timeZone: string }) {
  const done = new Set(run.steps.filter((step) => step.status === "completed").map((step) => step.step));
  const isUndone = ({ undo }: WorkflowStep) =>
    undo.length > 0 && undo.every((name) => done.has(`undo:${name}`));
  const steps = run.steps.map(
    (step): Step => ({
      id: step.step,
      label: stepWords(step.step),
      state: isUndone(step) ? "undone" : states[step.status],
      detail: <StepDetail step={step} timeZone={timeZone} />,
    }),
  );
  if (steps.length === 0) return <p className={styles.none}>No step has begun yet.</p>;
  return <StepList label={`Steps: ${functionWords(run.functionId, run.name)}`} steps={steps} />;
}

function StepDetail({ step, timeZone }: { step: WorkflowStep; timeZone: string }) {
  return (
    <>
      {step.detail && <p>{step.detail}</p>}
      {step.error && <p>{step.error}</p>}
      <p className={styles.facts}>
        {formatDayTime(step.startedAt, timeZone)}
        {step.waitsUntil &&
          step.status === "running" &&
          ` · until ${formatDayTime(step.waitsUntil, timeZone)} at the latest`}
        {step.endedAt && ` · ${tookWords(step.endedAt.getTime() - step.startedAt.getTime())}`}
        {step.attempts > 1 && ` · ${step.attempts} attempts`}
      </p>
    </>
  );
}
