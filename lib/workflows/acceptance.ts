import { sql } from "kysely";
import { jsonb } from "@/lib/db/json";
import { type Db, service, withPrincipal } from "@/lib/db/principal";
import { readId } from "@/lib/ids";
import { type ArrivedEvent, judgeEvent } from "./rules";
import { findSubject, type RunSubject } from "./subjects";

const academy = service("workflow");

/** A run that asks to begin. */
export type Arrival = {
  readonly runId: string;
  readonly functionId: string;
  /** What the workflow does, in words. */
  readonly name: string;
  /** Null for nightly work, and for a run that another run of ours began. */
  readonly event: ArrivedEvent | null;
  /** What the data lacks, in words; null when it fits. */
  readonly dataProblem: string | null;
  readonly subject: RunSubject;
  /** Names of what undoes that which was there before the run. */
  readonly undo: readonly string[];
};

/** `originId`: the first event of which this one is another try, or the event itself. */
export type Acceptance =
  | { readonly verdict: "accepted"; readonly originId: string | null }
  | { readonly verdict: "refused"; readonly reason: string }
  /** Another try of a run of another workflow. */
  | { readonly verdict: "not_meant" };

type Known = {
  readonly name: string;
  readonly isSameData: boolean;
  readonly createdAt: Date;
  readonly retryOf: string | null;
  readonly forFunction: string | null;
  readonly originId: string | null;
};

/**
 * Decides whether a run may begin, and records it: as running, or as refused with the reason. Asked again by the same
 * run it answers the same.
 */
export async function acceptRun(arrival: Arrival): Promise<Acceptance> {
  return withPrincipal(academy, async (db) => {
    const before = await db
      .selectFrom("workflow_runs")
      .select(["status", "error", "event_id"])
      .where("id", "=", arrival.runId)
      .executeTakeFirst();
    const { event } = arrival;
    const known = event ? await findEvent(db, event) : null;
    const originId = known?.originId ?? event?.id ?? null;
    if (before) {
      return before.status === "refused"
        ? { verdict: "refused", reason: before.error ?? "" }
        : { verdict: "accepted", originId };
    }
    if (known?.forFunction && known.forFunction !== arrival.functionId) return { verdict: "not_meant" };

    const problem = (event ? await findProblem(db, event, known) : null) ?? arrival.dataProblem;
    const subject = problem ? { familyId: null, isGone: false } : await findSubject(db, arrival.subject);
    const reason =
      problem ??
      (subject.isGone
        ? `The ${arrival.subject.type.replaceAll("_", " ")} that the event tells of does not exist any more.`
        : null);
    if (reason !== null) return refuse(db, arrival, reason);

    const started = await db
      .insertInto("workflow_runs")
      .values({
        ...described(arrival),
        family_id: subject.familyId,
        event_data: event ? jsonb(event.data) : null,
        retry_of: known?.retryOf ?? null,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning("id")
      .executeTakeFirst();
    if (!started)
      return refuse(db, arrival, "The same event has a run already, which goes on or came to its end.");
    if (arrival.undo.length > 0) {
      await db
        .insertInto("workflow_steps")
        .values({
          run_id: arrival.runId,
          step: "start",
          position: 0,
          status: "completed",
          undo: [...arrival.undo],
          ended_at: sql`private.now()`,
        })
        .execute();
    }
    return { verdict: "accepted", originId };
  });
}

async function findEvent(db: Db, event: ArrivedEvent): Promise<Known | null> {
  const id = readId(event.id);
  if (!id) return null;
  const row = await db
    .selectFrom("outbox")
    .select(["name", "created_at as createdAt", "retry_of as retryOf", "for_function as forFunction"])
    .select(["origin_id as originId", sql<boolean>`data = ${jsonb(event.data)}`.as("isSameData")])
    .where("id", "=", id)
    .executeTakeFirst();
  return row ?? null;
}

async function findProblem(db: Db, event: ArrivedEvent, outbox: Known | null): Promise<string | null> {
  const { rows } = await sql<{ installation: string; now: Date }>`
    select private.installation() as installation, private.now() as now`.execute(db);
  const [row] = rows;
  if (!row) throw new Error("this installation has no mark");
  return judgeEvent(event, { outbox, installation: row.installation, now: row.now });
}

async function refuse(db: Db, arrival: Arrival, reason: string): Promise<Acceptance> {
  await db
    .insertInto("workflow_runs")
    .values({ ...described(arrival), status: "refused", error: reason, ended_at: sql`private.now()` })
    .execute();
  return { verdict: "refused", reason };
}

function described({ runId, functionId, name, event, subject }: Arrival) {
  return {
    id: runId,
    function_id: functionId,
    name,
    subject_type: subject.type,
    // An executor's own ids are no uuids.
    subject_id: subject.id === null ? null : readId(subject.id),
    event_id: event?.id.slice(0, 200) ?? null,
    event_name: event?.name.slice(0, 200) ?? null,
  };
}
