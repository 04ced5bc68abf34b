import { sql } from "kysely";
import { service, withPrincipal } from "@/lib/db/principal";

const academy = service("workflow");

/** What a run is about: shown in the monitor, and to the family for its own enrollment. */
export type RunSubject = {
  readonly type:
    | "enrollment"
    | "payment"
    | "stripe_event"
    | "lesson"
    | "waitlist_offer"
    | "freed_time"
    | "outbox"
    | "retention";
  readonly id: string | null;
};

export type RunRecord = { readonly runId: string; readonly functionId: string; readonly subject: RunSubject };

/** Notes that a step begins; the run's own row is made by its first step. */
export async function beginStep(run: RunRecord, step: string, position: number): Promise<void> {
  await withPrincipal(academy, async (db) => {
    const enrollment = run.subject.type === "enrollment" ? run.subject.id : null;
    const lesson = run.subject.type === "lesson" ? run.subject.id : null;
    const offer = run.subject.type === "waitlist_offer" ? run.subject.id : null;
    await db
      .insertInto("workflow_runs")
      .values({
        id: run.runId,
        function_id: run.functionId,
        subject_type: run.subject.type,
        subject_id: run.subject.id,
        family_id: sql`coalesce((select family_id from enrollments where id = ${enrollment}::uuid),
                                (select family_id from lessons where id = ${lesson}::uuid),
                                (select family_id from waitlist_offers where id = ${offer}::uuid))`,
      })
      .onConflict((conflict) => conflict.column("id").doNothing())
      .execute();
    await db
      .insertInto("workflow_steps")
      .values({ run_id: run.runId, step, position })
      .onConflict((conflict) =>
        conflict.columns(["run_id", "step"]).doUpdateSet({
          status: "running",
          attempts: sql`workflow_steps.attempts + 1`,
          error: null,
          ended_at: null,
        }),
      )
      .execute();
  });
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

/** Notes that a run ended; the first end counts. */
export async function endRun(
  runId: string,
  status: "completed" | "failed" | "cancelled",
  error?: string,
): Promise<void> {
  await withPrincipal(academy, (db) =>
    db
      .updateTable("workflow_runs")
      .set({ status, error: error ?? null, ended_at: sql`private.now()` })
      .where("id", "=", runId)
      .where("ended_at", "is", null)
      .execute(),
  );
}
