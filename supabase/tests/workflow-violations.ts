import type { Person } from "./fixture-ids";
import type { Violations } from "./lesson-violations";
import type { Tx } from "./principal";
import { become } from "./waitlist-steps";

const EVENT = "00000000-0000-4000-8000-00e000000001";

/** A run of an event of the outbox, in a state. */
async function addRun(
  tx: Tx,
  { status = "failed", event = EVENT as string | null, undo = [] as string[] } = {},
): Promise<void> {
  await become(tx, "academy");
  await tx`insert into outbox (id, name, data, delivered_at)
           values (${EVENT}, 'enrollment/paid', '{}', private.now()) on conflict do nothing`;
  await tx`insert into workflow_runs (id, function_id, subject_type, status, event_id, event_name, ended_at)
           values ('run_v', 'complete-enrollment', 'enrollment', ${status}, ${event}, 'enrollment/paid',
                   case when ${status} <> 'running' then private.now() end)`;
  await tx`insert into workflow_steps (run_id, step, position, status, undo)
           values ('run_v', 'start', 0, 'completed', ${undo}::text[])`;
}

const act = async (
  tx: Tx,
  name: "retry_run" | "cancel_run" | "request_undo",
  run = "run_v",
  as: Person = "admin",
) => {
  await become(tx, as);
  await tx`select ${tx.unsafe(`private.${name}`)}(${run})`;
};

export const workflowViolations: Violations = {
  run_missing: { "a run that there is not": (tx) => act(tx, "retry_run", "nothing") },
  run_not_failed: {
    "another try of a run that goes on": async (tx) => {
      await addRun(tx, { status: "running" });
      await act(tx, "retry_run");
    },
    "another try of a run that has succeeded": async (tx) => {
      await addRun(tx, { status: "completed" });
      await act(tx, "retry_run");
    },
  },
  run_without_event: {
    "another try of nightly work": async (tx) => {
      await addRun(tx, { event: null });
      await act(tx, "retry_run");
    },
  },
  run_retried: {
    "a second click": async (tx) => {
      await addRun(tx);
      await act(tx, "retry_run");
      await act(tx, "retry_run");
    },
  },
  run_ended: {
    "the end of a run that has ended": async (tx) => {
      await addRun(tx);
      await act(tx, "cancel_run");
    },
    "a second click": async (tx) => {
      await addRun(tx, { status: "running" });
      await act(tx, "cancel_run");
      await act(tx, "cancel_run");
    },
  },
  run_goes_on: {
    "the undo of a run that goes on": async (tx) => {
      await addRun(tx, { status: "running", undo: ["refund"] });
      await act(tx, "request_undo");
    },
  },
  nothing_to_undo: {
    "a run without undos": async (tx) => {
      await addRun(tx);
      await act(tx, "request_undo");
    },
  },
  undo_requested: {
    "a second click": async (tx) => {
      await addRun(tx, { undo: ["refund"] });
      await act(tx, "request_undo");
      await act(tx, "request_undo");
    },
  },
};
