import { sql } from "kysely";
import type { RunStatus, StepStatus } from "@/lib/db/database.gen";
import type { Db } from "@/lib/db/principal";
import type { Id } from "@/lib/ids";
import { containsPattern, type ListParams, type ListShape, PAGE_SIZE, type Page } from "./list-params";

/** A run of a workflow with what it is about. */
export type WorkflowRun = {
  readonly id: string;
  readonly functionId: string;
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
};

type StepRow = Omit<WorkflowStep, "startedAt" | "endedAt"> & {
  readonly startedAt: string;
  readonly endedAt: string | null;
};
type RunRow = Omit<WorkflowRun, "steps"> & { readonly steps: readonly StepRow[] | null };

const RUN = sql`r.id, r.function_id as "functionId", r.subject_type as "subjectType", r.subject_id as "subjectId",
  coalesce((select '#' || e.number || ' ' || s.first_name || ' ' || s.last_name
              from enrollments e join students s on s.id = e.student_id where e.id = r.subject_id),
           (select 'Receipt ' || p.receipt_number from payments p where p.id = r.subject_id)) as subject,
  r.family_id as "familyId", f.name as "familyName", r.status, r.error, r.started_at as "startedAt",
  r.ended_at as "endedAt"`;

const STEPS = sql`(select json_agg(json_build_object('step', st.step, 'status', st.status, 'attempts', st.attempts,
    'detail', st.detail, 'error', st.error, 'startedAt', st.started_at, 'endedAt', st.ended_at)
    order by st.position, st.started_at) from workflow_steps st where st.run_id = r.id)`;

function toRun(row: RunRow): WorkflowRun {
  return {
    ...row,
    steps: (row.steps ?? []).map((step) => ({
      ...step,
      startedAt: new Date(step.startedAt),
      endedAt: step.endedAt ? new Date(step.endedAt) : null,
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
  filters: { status: ["running", "completed", "failed", "cancelled"], function: /^[\w.-]{1,80}$/ },
};
export type RunListParams = ListParams<RunSort, "status" | "function">;

/** A run as one line of the list. */
export type RunLine = Omit<WorkflowRun, "steps"> & {
  readonly stepsDone: number;
  /** The step that runs now or failed; null when there is none. */
  readonly currentStep: string | null;
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
           (select count(*)::int from workflow_steps st where st.run_id = r.id and st.status = 'completed') as "stepsDone",
           (select st.step from workflow_steps st where st.run_id = r.id and st.status <> 'completed'
             order by st.position desc limit 1) as "currentStep"
      from workflow_runs r left join families f on f.id = r.family_id
     where (${params.filters.status} = '' or r.status::text = ${params.filters.status})
       and (${params.filters.function} = '' or r.function_id = ${params.filters.function})
       and (${params.search} = '' or r.id ilike ${search} or f.name ilike ${search}
            or exists (select from enrollments e join students s on s.id = e.student_id
                        where e.id = r.subject_id and s.first_name || ' ' || s.last_name ilike ${search}))
     order by ${sql.raw(ORDER[params.sort])} ${sql.raw(params.descending ? "desc" : "asc")}, r.started_at desc, r.id
     limit ${PAGE_SIZE} offset ${(params.page - 1) * PAGE_SIZE}`.execute(db);
  return { rows: rows.map(({ total: _, ...row }) => row), total: rows[0]?.total ?? 0 };
}

/** The workflows that have run so far, by name. */
export async function listRunFunctions(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom("workflow_runs")
    .select("function_id")
    .distinct()
    .orderBy("function_id")
    .execute();
  return rows.map((row) => row.function_id);
}
