import { sql } from "kysely";
import type { RunStatus, StepStatus } from "@/lib/db/database.gen";
import type { Db } from "@/lib/db/principal";
import type { Id } from "@/lib/ids";
import { STUCK_AFTER_MINUTES } from "@/lib/workflows/rules";
import { containsPattern, type ListParams, type ListShape, PAGE_SIZE, type Page } from "./list-params";

/** A run of a workflow with what it is about. */
export type WorkflowRun = {
  readonly id: string;
  readonly functionId: string;
  /** What the workflow does, in words; null for a run from before that was kept. */
  readonly name: string | null;
  readonly eventName: string | null;
  readonly eventId: string | null;
  /** The run that this one tries again, and the one that tries this one again. */
  readonly retryOf: string | null;
  readonly retriedBy: string | null;
  readonly isStuck: boolean;
  readonly subjectType: string;
  readonly subjectId: string | null;
  /** The subject in words, where it is an enrollment or a payment. */
  readonly subject: string | null;
  readonly familyId: Id<"family"> | null;
  readonly familyName: string | null;
  readonly status: RunStatus;
  readonly error: string | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly steps: readonly WorkflowStep[];
};

export type WorkflowStep = {
  readonly step: string;
  readonly status: StepStatus;
  readonly attempts: number;
  readonly detail: string | null;
  readonly error: string | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  /** Names of what undoes it. */
  readonly undo: readonly string[];
  /** For an undo: the step that it undoes. */
  readonly undoes: string | null;
  /** For a wait: the event that may end it, and when it ends at the latest. */
  readonly waitsFor: string | null;
  readonly waitsUntil: Date | null;
};

type StepRow = Omit<WorkflowStep, "startedAt" | "endedAt" | "waitsUntil"> & {
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly waitsUntil: string | null;
};
type RunRow = Omit<WorkflowRun, "steps"> & { readonly steps: readonly StepRow[] | null };

/** `isStuck` of lib/workflows/rules.ts, in SQL: a test compares the two. */
export const STUCK = sql`(r.status = 'running' and (
  exists (select from workflow_steps st where st.run_id = r.id and st.status = 'running' and st.waits_until is null
             and st.started_at < (select private.now()) - ${sql.lit(STUCK_AFTER_MINUTES.step)} * interval '1 minute')
  or not exists (select from workflow_steps st where st.run_id = r.id and st.status = 'running'
                    and st.waits_until >= (select private.now()) - ${sql.lit(STUCK_AFTER_MINUTES.run)} * interval '1 minute')
     and greatest(r.started_at, (select max(coalesce(st.ended_at, st.started_at)) from workflow_steps st where st.run_id = r.id))
         < (select private.now()) - ${sql.lit(STUCK_AFTER_MINUTES.run)} * interval '1 minute'))`;

const RUN = sql`r.id, r.function_id as "functionId", r.name, r.event_name as "eventName", r.event_id as "eventId",
  r.retry_of as "retryOf", (select a.id from workflow_runs a where a.retry_of = r.id limit 1) as "retriedBy",
  ${STUCK} as "isStuck", r.subject_type as "subjectType", r.subject_id as "subjectId",
  coalesce((select '#' || e.number || ' ' || s.first_name || ' ' || s.last_name
              from enrollments e join students s on s.id = e.student_id where e.id = r.subject_id),
           (select 'Receipt ' || p.receipt_number from payments p where p.id = r.subject_id)) as subject,
  r.family_id as "familyId", f.name as "familyName", r.status, r.error, r.started_at as "startedAt",
  r.ended_at as "endedAt"`;

const STEPS = sql`(select json_agg(json_build_object('step', st.step, 'status', st.status, 'attempts', st.attempts,
    'detail', st.detail, 'error', st.error, 'undo', st.undo, 'undoes', st.undoes, 'waitsFor', st.waits_for,
    'waitsUntil', st.waits_until, 'startedAt', st.started_at, 'endedAt', st.ended_at)
    order by st.position, st.started_at) from workflow_steps st where st.run_id = r.id)`;

function toRun(row: RunRow): WorkflowRun {
  return {
    ...row,
    steps: (row.steps ?? []).map((step) => ({
      ...step,
      startedAt: new Date(step.startedAt),
      endedAt: step.endedAt ? new Date(step.endedAt) : null,
      waitsUntil: step.waitsUntil ? new Date(step.waitsUntil) : null,
    })),
  };
}

/** The runs about some things (enrollments, payments) with every step, oldest first. */
export async function listRunsOfSubjects(db: Db, subjectIds: readonly string[]): Promise<WorkflowRun[]> {
  const { rows } = await sql<RunRow>`
    select ${RUN}, ${STEPS} as steps
      from workflow_runs r left join families f on f.id = r.family_id
     where r.subject_id in (${sql.join(subjectIds)})
     order by r.started_at, r.id limit 100`.execute(db);
  return rows.map(toRun);
}

/** One run with every step; null when there is none. */
export async function getRun(db: Db, id: string): Promise<WorkflowRun | null> {
  const { rows } = await sql<RunRow>`
    select ${RUN}, ${STEPS} as steps
      from workflow_runs r left join families f on f.id = r.family_id
     where r.id = ${id}`.execute(db);
  return rows[0] ? toRun(rows[0]) : null;
}

export type RunSort = "started" | "function" | "status";

export const runList: ListShape<RunSort, "status" | "function"> = {
  sorts: ["started", "function", "status"],
  defaultSort: "-started",
  filters: {
    status: ["stuck", "running", "completed", "failed", "cancelled", "refused"],
    function: /^[\w.-]{1,80}$/,
  },
};
export type RunListParams = ListParams<RunSort, "status" | "function">;

/** A run as one line of the list. */
export type RunLine = Omit<WorkflowRun, "steps"> & {
  readonly stepsDone: number;
  /** The step that runs now, waits or failed; null when there is none. */
  readonly currentStep: string | null;
  /** Until when it waits at the latest. */
  readonly waitsUntil: Date | null;
  readonly attempts: number;
};

const ORDER: Readonly<Record<RunSort, string>> = {
  started: "r.started_at",
  function: "r.function_id",
  status: "r.status",
};

/** One page of the runs. The search looks at the run's id, its family and its subject. */
export async function listRuns(db: Db, params: RunListParams): Promise<Page<RunLine>> {
  const search = containsPattern(params.search);
  const { rows } = await sql<RunLine & { total: number }>`
    select ${RUN}, count(*) over ()::int as total,
           (select count(*)::int from workflow_steps st where st.run_id = r.id and st.status = 'completed'
              and st.step <> 'start') as "stepsDone",
           (select coalesce(sum(st.attempts), 0)::int from workflow_steps st
             where st.run_id = r.id and st.waits_until is null and st.step <> 'start') as attempts,
           (select max(st.waits_until) from workflow_steps st
             where st.run_id = r.id and st.status = 'running') as "waitsUntil",
           (select st.step from workflow_steps st where st.run_id = r.id and st.status <> 'completed'
             order by st.position desc limit 1) as "currentStep"
      from workflow_runs r left join families f on f.id = r.family_id
     where (${params.filters.status} = '' or r.status::text = ${params.filters.status}
            or ${params.filters.status} = 'stuck' and ${STUCK})
       and (${params.filters.function} = '' or r.function_id = ${params.filters.function})
       and (${params.search} = '' or r.id ilike ${search} or f.name ilike ${search}
            or exists (select from enrollments e join students s on s.id = e.student_id
                        where e.id = r.subject_id and s.first_name || ' ' || s.last_name ilike ${search}))
     order by ${sql.raw(ORDER[params.sort])} ${sql.raw(params.descending ? "desc" : "asc")}, r.started_at desc, r.id
     limit ${PAGE_SIZE} offset ${(params.page - 1) * PAGE_SIZE}`.execute(db);
  return { rows: rows.map(({ total: _, ...row }) => row), total: rows[0]?.total ?? 0 };
}

/** The workflows that have run so far, by name. */
export async function listRunFunctions(db: Db): Promise<{ id: string; name: string | null }[]> {
  return db
    .selectFrom("workflow_runs")
    .select(["function_id as id", (eb) => eb.fn.max("name").as("name")])
    .groupBy("function_id")
    .orderBy("function_id")
    .execute();
}

/** An event that the executor would not take. */
export type SetAsideEvent = {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly setAsideAt: Date;
  readonly reason: string | null;
};

/** What has not reached the executor: how many wait, since when and why; and what was set aside, newest first. */
export type OutboxState = {
  readonly waiting: number;
  readonly oldestAt: Date | null;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly setAside: readonly SetAsideEvent[];
};

const SET_ASIDE_SHOWN = 20;

export async function getOutboxState(db: Db): Promise<OutboxState> {
  const { rows } = await sql<Omit<OutboxState, "setAside">>`
    select count(*)::int as waiting, min(o.created_at) as "oldestAt", coalesce(max(o.attempts), 0) as attempts,
           (array_agg(o.last_error order by o.seq) filter (where o.last_error is not null))[1] as "lastError"
      from outbox o where o.delivered_at is null and o.set_aside_at is null`.execute(db);
  const { rows: setAside } = await sql<SetAsideEvent>`
    select o.id, o.name, o.created_at as "createdAt", o.set_aside_at as "setAsideAt", o.last_error as reason
      from outbox o where o.set_aside_at is not null order by o.set_aside_at desc limit ${SET_ASIDE_SHOWN}`.execute(
    db,
  );
  return { ...(rows[0] ?? { waiting: 0, oldestAt: null, attempts: 0, lastError: null }), setAside };
}
