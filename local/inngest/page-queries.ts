import type postgres from "postgres";
import type { Database } from "./database";
import { storedError } from "./protocol";
import type { JobKind } from "./queue";
import type { RunStatus } from "./runs";

const RUNS_SHOWN = 100;
const EVENTS_SHOWN = 100;

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
  return selectRuns(
    sql,
    sql`true
      ${filter.status ? sql`and r.status = ${filter.status}` : sql``}
      ${filter.functionId ? sql`and r.function_id = ${filter.functionId}` : sql``}`,
  );
}

/** The runs that an event started, alone or in a batch. */
export async function readRunsOfEvent(sql: Database, eventId: string): Promise<ListedRun[]> {
  return selectRuns(sql, sql`r.event_id = ${eventId} or r.event_ids @> ${[eventId]}::text[]`);
}

async function selectRuns(
  sql: Database,
  condition: postgres.PendingQuery<postgres.Row[]>,
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
    where ${condition}
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

export type ListedEvent = { id: string; name: string; receivedAt: Date; runs: number };

/** The latest events, newest first; all or those of one name. */
export async function readEvents(sql: Database, name?: string): Promise<ListedEvent[]> {
  return sql<ListedEvent[]>`
    select e.id, e.name, e.received_at as "receivedAt",
      (select count(*)::int from inngest.runs r where r.event_id = e.id)
      + (select count(*)::int from inngest.runs r where r.event_ids @> array[e.id] and r.event_id <> e.id) as runs
    from inngest.events e
    where ${name ? sql`e.name = ${name}` : sql`true`}
    order by e.received_at desc, e.id desc limit ${EVENTS_SHOWN}`;
}

export type EventDetail = {
  id: string;
  name: string;
  receivedAt: Date;
  /** JSON text. */
  payload: string;
  /** The functions for which it is put off or gathered, with the hour of their start. */
  waitsFor: string | null;
};

/** One event; undefined when there is none with that id. */
export async function readEvent(sql: Database, id: string): Promise<EventDetail | undefined> {
  const [event] = await sql<EventDetail[]>`
    select id, name, received_at as "receivedAt", payload::text as payload, (
      select string_agg(format('%s, at %s UTC', function_id, to_char(due_at, 'YYYY-MM-DD HH24:MI:SS')), '; ')
      from (
        select function_id, due_at from inngest.debounces where event_id = ${id}
        union all select function_id, due_at from inngest.batches where event_ids @> ${[id]}::text[]
      ) waiting
    ) as "waitsFor"
    from inngest.events where id = ${id}`;
  return event;
}

export type RunDetail = Omit<ListedRun, "problem" | "waitingFor"> & {
  parentRunId: string | null;
  /** Of a batch; null where there is one event. */
  eventIds: string[] | null;
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
    createdAt: Date;
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
        r.event_ids as "eventIds", e.payload::text as event, r.output::text as output, r.error::text as error
      from inngest.runs r join inngest.events e on e.id = r.event_id where r.id = ${id}`,
    sql<RunDetail["steps"]>`
      select name, op, state, failed, attempts, output::text as output, wait_event as "waitEvent",
        due_at as "dueAt", created_at as "createdAt", ended_at as "endedAt", child_run_id as "childRunId"
      from inngest.steps where run_id = ${id} order by done_seq nulls last, created_at`,
    sql<RunDetail["jobs"]>`
      select kind, attempt, run_at as "runAt", leased_by is not null as leased, last_error::text as "lastError"
      from inngest.jobs where run_id = ${id} order by run_at`,
  ]);
  return run && { ...run, steps: [...steps], jobs: [...jobs] };
}
