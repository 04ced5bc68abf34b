import { sql } from "kysely";
import { type Db, service, withPrincipal } from "@/lib/db/principal";

const academy = service("workflow");

/** A step of a run, as the monitor shows it. */
export type StepRecord = {
  readonly runId: string;
  readonly step: string;
  /** Steps are shown in this order. */
  readonly position: number;
  /** Names of what undoes it, in their order. */
  readonly undo?: readonly string[];
  /** For an undo: the step that it undoes. */
  readonly undoes?: string;
};

/** Notes that a step begins, and that a wait before it is over. */
export async function beginStep({ runId, step, position, undo, undoes }: StepRecord): Promise<void> {
  await withPrincipal(academy, (db) =>
    sql`with over as (
          update workflow_steps set status = 'completed', ended_at = private.now()
           where run_id = ${runId} and waits_until is not null and status = 'running' and position < ${position}
        )
        insert into workflow_steps (run_id, step, position, undo, undoes)
        values (${runId}, ${step}, ${position}, ${[...(undo ?? [])]}::text[], ${undoes ?? null})
        on conflict (run_id, step) do update
          set status = 'running', attempts = workflow_steps.attempts + 1, error = null, ended_at = null,
              started_at = private.now()`.execute(db),
  );
}

/** Notes for what a run waits, and until when at the latest. The first note of a wait counts. */
export async function noteWait(wait: {
  readonly runId: string;
  readonly step: string;
  readonly position: number;
  readonly waitsFor: string | null;
  readonly waitsUntil: Date;
}): Promise<void> {
  await withPrincipal(academy, (db) =>
    db
      .insertInto("workflow_steps")
      .values({
        run_id: wait.runId,
        step: wait.step,
        position: wait.position,
        waits_for: wait.waitsFor,
        waits_until: wait.waitsUntil,
      })
      .onConflict((conflict) => conflict.columns(["run_id", "step"]).doNothing())
      .execute(),
  );
}

/** Notes how a step ended: its result or its error, in words. */
export async function endStep(
  runId: string,
  step: string,
  end: { status: "completed"; detail: string | null } | { status: "failed"; error: string },
): Promise<void> {
  await withPrincipal(academy, (db) =>
    db
      .updateTable("workflow_steps")
      .set({
        status: end.status,
        detail: end.status === "completed" ? end.detail : null,
        error: end.status === "failed" ? end.error : null,
        ended_at: sql`private.now()`,
      })
      .where("run_id", "=", runId)
      .where("step", "=", step)
      .execute(),
  );
}

/** Notes that a run ended, and its waits with it; the first end counts. */
export async function endRun(runId: string, status: "completed" | "cancelled"): Promise<void> {
  await withPrincipal(academy, (db) =>
    sql`with ended as (
          update workflow_runs set status = ${status}, ended_at = private.now()
           where id = ${runId} and ended_at is null returning id
        )
        update workflow_steps s set status = 'completed', ended_at = private.now()
          from ended e where s.run_id = e.id and s.waits_until is not null and s.status = 'running'`.execute(
      db,
    ),
  );
}

/** An undo that a run asks for: its name, and the step that it undoes. */
export type WantedUndo = { readonly step: string; readonly name: string };

/**
 * Notes that a run failed for good, and answers what it is then. `unaccepted`: its very first step failed, nothing had
 * been done, and it is put on record only now. `ended`: it had ended otherwise before, and nothing is to follow.
 */
export async function failRun(failed: {
  readonly runId: string;
  readonly functionId: string;
  readonly name: string;
  readonly eventId: string | null;
  readonly eventName: string | null;
  readonly reason: string;
}): Promise<"failed" | "unaccepted" | "ended"> {
  return withPrincipal(academy, async (db) => {
    const { rows } = await sql<{ status: string; subject_type: string }>`
      insert into workflow_runs as r (id, function_id, name, subject_type, event_id, event_name, status, error, ended_at)
      values (${failed.runId}, ${failed.functionId}, ${failed.name}, 'event', ${failed.eventId}, ${failed.eventName},
              'failed', ${failed.reason}, private.now())
      on conflict (id) do update
        set status = case when r.ended_at is null then 'failed' else r.status end,
            error = case when r.ended_at is null then excluded.error else r.error end,
            ended_at = coalesce(r.ended_at, excluded.ended_at)
      returning r.status, r.subject_type`.execute(db);
    await db
      .updateTable("workflow_steps")
      .set({ status: "completed", ended_at: sql`private.now()` })
      .where("run_id", "=", failed.runId)
      .where("waits_until", "is not", null)
      .where("status", "=", "running")
      .execute();
    const [run] = rows;
    if (run?.status !== "failed") return "ended";
    return run.subject_type === "event" ? "unaccepted" : "failed";
  });
}

/** What the completed steps of a run ask to have undone, the last step first; without what was undone already. */
export async function listUndos(runId: string): Promise<WantedUndo[]> {
  return withPrincipal(academy, async (db) => {
    const { rows } = await sql<WantedUndo>`select step, name from private.undos_left(${runId})`.execute(db);
    return rows;
  });
}

/** Marks a run as cancelled; the caller has the executor end it before the transaction commits. */
export async function cancelRun(db: Db, runId: string): Promise<void> {
  await sql`select private.cancel_run(${runId})`.execute(db);
}

/** Sends the event of a run that ended badly again, for that workflow alone. */
export async function retryRun(db: Db, runId: string): Promise<void> {
  await sql`select private.retry_run(${runId})`.execute(db);
}

/** Has what the run's completed steps did taken back; answers the names of the undos, in their order. */
export async function requestUndo(db: Db, runId: string): Promise<string[]> {
  const { rows } = await sql<WantedUndo>`select step, name from private.undos_left(${runId})`.execute(db);
  await sql`select private.request_undo(${runId})`.execute(db);
  return rows.map((undo) => undo.name);
}

/** What an undo by hand needs to know of a run; null when there is none. */
export async function readRun(
  runId: string,
): Promise<{ functionId: string; data: Record<string, unknown> } | null> {
  return withPrincipal(academy, async (db) => {
    const run = await db
      .selectFrom("workflow_runs")
      .select(["function_id", "event_data"])
      .where("id", "=", runId)
      .executeTakeFirst();
    return run
      ? { functionId: run.function_id, data: (run.event_data ?? {}) as Record<string, unknown> }
      : null;
  });
}
