import type { Database } from "./database";
import { storedError } from "./protocol";
import type { JobKind } from "./queue";
import type { RunStatus } from "./runs";

const RUNS_SHOWN = 100;
const EVENTS_SHOWN = 30;

export type ListedRun = {
  id: string;
  functionId: string;
  status: RunStatus;
  eventId: string;
  eventName: string;
  doneSeq: number;
  openSteps: number;
  createdAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
  /** The message of the run's error, or of the last failed attempt. */
  problem: string | null;
  /** Names of the open steps. */
  waitingFor: string | null;
};

/** The latest runs, newest first. */
export async function readRuns(
  sql: Database,
  filter: { status?: RunStatus; functionId?: string },
): Promise<ListedRun[]> {
  type Row = Omit<ListedRun, "problem"> & { error: string | null; attempts: number };
  const rows = await sql<Row[]>`
    select r.id, r.function_id as "functionId", r.status, r.event_id as "eventId", e.name as "eventName",
      r.done_seq as "doneSeq", r.open_steps as "openSteps", r.created_at as "createdAt",
      r.started_at as "startedAt", r.ended_at as "endedAt",
      coalesce(r.error, j.last_error)::text as error, coalesce(j.attempt, 0) as attempts,
      case when r.ended_at is null then (
        select string_agg(s.name || coalesce(' (' || s.wait_event || ')', ''), ', ')
        from inngest.steps s where s.run_id = r.id and s.state = 'open'
      ) end as "waitingFor"
    from inngest.runs r
    join inngest.events e on e.id = r.event_id
    left join lateral (
      select attempt, last_error from inngest.jobs where run_id = r.id and last_error is not null limit 1
    ) j on true
    where true
      ${filter.status ? sql`and r.status = ${filter.status}` : sql``}
      ${filter.functionId ? sql`and r.function_id = ${filter.functionId}` : sql``}
    order by r.created_at desc, r.id desc limit ${RUNS_SHOWN}`;
  // Read here, because `->>` refuses a text with \u0000.
  return rows.map(({ error, attempts, ...run }) => {
    if (error === null) return { ...run, problem: null };
    const { message } = storedError(JSON.parse(error));
    return { ...run, problem: run.endedAt ? message : `after attempt ${attempts}: ${message}` };
  });
}

/** How many runs of each status a function has. */
export async function readFunctionCounts(sql: Database): Promise<Map<string, Record<string, number>>> {
  const rows = await sql<{ functionId: string; status: RunStatus; count: number }[]>`
    select function_id as "functionId", status, count(*)::int as count from inngest.runs group by 1, 2`;
  const counts = new Map<string, Record<string, number>>();
  for (const { functionId, status, count } of rows) {
    counts.set(functionId, { ...counts.get(functionId), [status]: count });
  }
  return counts;
}

/** The latest events, newest first. */
export async function readEvents(
  sql: Database,
): Promise<{ id: string; name: string; receivedAt: Date; runs: number }[]> {
  return sql<{ id: string; name: string; receivedAt: Date; runs: number }[]>`
    select e.id, e.name, e.received_at as "receivedAt",
      (select count(*)::int from inngest.runs r where r.event_id = e.id) as runs
    from inngest.events e order by e.received_at desc, e.id desc limit ${EVENTS_SHOWN}`;
}

export type RunDetail = Omit<ListedRun, "problem" | "waitingFor"> & {
  parentRunId: string | null;
  /** JSON texts. */
  event: string;
  output: string | null;
  error: string | null;
  steps: {
    name: string;
    op: string;
    state: "open" | "done";
    failed: boolean;
    attempts: number;
    output: string | null;
    waitEvent: string | null;
    dueAt: Date | null;
    endedAt: Date | null;
    childRunId: string | null;
  }[];
  jobs: { kind: JobKind; attempt: number; runAt: Date; leased: boolean; lastError: string | null }[];
};

/** One run with its steps in order and what it will do next. */
export async function readRun(sql: Database, id: string): Promise<RunDetail | undefined> {
  const [[run], steps, jobs] = await Promise.all([
    sql<Omit<RunDetail, "steps" | "jobs">[]>`
      select r.id, r.function_id as "functionId", r.status, r.event_id as "eventId", e.name as "eventName",
        r.done_seq as "doneSeq", r.open_steps as "openSteps", r.created_at as "createdAt",
        r.started_at as "startedAt", r.ended_at as "endedAt", r.parent_run_id as "parentRunId",
        e.payload::text as event, r.output::text as output, r.error::text as error
      from inngest.runs r join inngest.events e on e.id = r.event_id where r.id = ${id}`,
    sql<RunDetail["steps"]>`
      select name, op, state, failed, attempts, output::text as output, wait_event as "waitEvent",
        due_at as "dueAt", ended_at as "endedAt", child_run_id as "childRunId"
      from inngest.steps where run_id = ${id} order by done_seq nulls last, created_at`,
    sql<RunDetail["jobs"]>`
      select kind, attempt, run_at as "runAt", leased_by is not null as leased, last_error::text as "lastError"
      from inngest.jobs where run_id = ${id} order by run_at`,
  ]);
  return run && { ...run, steps: [...steps], jobs: [...jobs] };
}
