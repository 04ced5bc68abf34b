import type { Database, Transaction } from "./database";
import type { Registry } from "./functions";
import type { StepState } from "./protocol";
import { Throttles } from "./throttle";

/** Executors show themselves by their connections' application name. */
export const EXECUTOR_PREFIX = "inngest-executor-";
export const WAKE_CHANNEL = "inngest_wake";

const LEASE = "10 seconds";
/** A lease this old, of an executor without any connection, belongs to a dead one. */
const ORPHANED = "7 seconds";
/** At most this many candidates of one concurrency key are looked at in one claim. */
const CANDIDATES_A_KEY = 50;

export type JobKind = "discover" | "step" | "resume" | "start-timeout" | "finish-timeout";

/** A job under our lease, with what the call to the app needs. */
export type ClaimedJob = {
  key: string;
  kind: JobKind;
  runId: string;
  functionId: string;
  stepId: string | null;
  slots: string[] | null;
  attempt: number;
  /** How many times the app was away or dropped the connection; these do not count as attempts at first. */
  drops: number;
  gen: number;
  /** Canonical text of the event that started the run, the first one of a batch. */
  event: string;
  /** Canonical list of a batch's events; null where there is one event. */
  batch: string | null;
  started: boolean;
  openSteps: number;
  /** Finished steps in order; doneSeq is the last one's number. */
  steps: StepState[];
  doneSeq: number;
};

type ClaimedRow = Omit<ClaimedJob, "steps" | "doneSeq"> & { seq: number };
/** What a claim got, and when a job that it put off for its throttle is to be looked at again. */
type Claim = { jobs: ClaimedJob[]; postponedTo: Date | undefined };
type Limited = { rows: ClaimedRow[]; postponedTo: Date | undefined };
type Candidate = { key: string; functionId: string; slots: string[]; throttle: string | null };

/** The table of jobs as one executor sees it. */
export class Queue {
  readonly #sql: Database;
  readonly #name: string;
  readonly #registry: Registry;

  constructor(sql: Database, name: string, registry: Registry) {
    this.#sql = sql;
    this.#name = name;
    this.#registry = registry;
  }

  get name(): string {
    return this.#name;
  }

  /** Leases up to `room` jobs that are due, by their hour and priority. */
  async claim(room: number, now: Date): Promise<Claim> {
    const { rows, isLimitedDue } = await this.#claimFree(room, now);
    const left = room - rows.length;
    const limited: Limited =
      left > 0 && isLimitedDue ? await this.#claimLimited(left, now) : { rows: [], postponedTo: undefined };
    return { jobs: await this.#withSteps([...rows, ...limited.rows]), postponedTo: limited.postponedTo };
  }

  /** Claims jobs without limits and looks whether others are due, in one round trip. */
  async #claimFree(room: number, now: Date): Promise<{ rows: ClaimedRow[]; isLimitedDue: boolean }> {
    const found = await this.#sql<((ClaimedRow | { key: null }) & { isLimitedDue: boolean })[]>`
      with due as (
        select key from inngest.jobs
        where leased_by is null and run_at <= ${now} and slots is null
        order by ${this.#order()} limit ${room} for update skip locked
      ), claimed as (
        update inngest.jobs j
        set leased_by = ${this.#name}, lease_until = now() + ${LEASE}::interval, gen = j.gen + 1
        from due where j.key = due.key returning j.*
      )
      select l.is_due as "isLimitedDue", f.*
      from (
        select exists (
          select 1 from inngest.jobs where leased_by is null and run_at <= ${now} and slots is not null
        ) as is_due
      ) l
      left join (${this.#columns()}) f on true`;
    const rows = found.flatMap(({ isLimitedDue: _, ...row }) => (row.key === null ? [] : [row]));
    return { rows, isLimitedDue: found[0]?.isLimitedDue ?? false };
  }

  /** An index gives the jobs by their hour; only where some function sets a priority must the due ones be sorted. */
  #order(sql: Database | Transaction = this.#sql) {
    return this.#registry.hasPriorities
      ? sql`run_at - priority * interval '1 second', key`
      : sql`run_at, key`;
  }

  /**
   * Jobs with concurrency keys or a throttle: counting what is under way and claiming happen under one lock, or two
   * executors would both take the last slot.
   */
  async #claimLimited(room: number, now: Date): Promise<Limited> {
    const limited: Limited = { rows: [], postponedTo: undefined };
    await this.#sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(hashtext('inngest.concurrency'))`;
      const { keys, throttles } = await this.#admissible(tx, room, now);
      limited.postponedTo = await throttles.store(tx, keys);
      if (keys.length === 0) return;
      limited.rows = await tx<ClaimedRow[]>`
        with due as (
          select key from inngest.jobs
          where key = any (${keys}::text[]) and leased_by is null for update skip locked
        ), claimed as (
          update inngest.jobs j
          set leased_by = ${this.#name}, lease_until = now() + ${LEASE}::interval, gen = j.gen + 1, throttle = null
          from due where j.key = due.key returning j.*
        )
        ${this.#columns(tx)}`;
    });
    return limited;
  }

  async #admissible(
    tx: Transaction,
    room: number,
    now: Date,
  ): Promise<{ keys: string[]; throttles: Throttles }> {
    const [leased, candidates] = await Promise.all([
      tx<{ slots: string[] }[]>`
        select slots from inngest.jobs where leased_by is not null and slots is not null`,
      tx<Candidate[]>`
        select key, function_id as "functionId", slots, throttle from (
          select key, function_id, slots, throttle, run_at, priority,
            row_number() over (partition by function_id, slots, throttle order by ${this.#order(tx)}) as place
          from inngest.jobs where leased_by is null and run_at <= ${now} and slots is not null
        ) due
        where place <= ${CANDIDATES_A_KEY} order by ${this.#order(tx)} limit 1000`,
    ]);
    const throttles = await Throttles.read(tx, this.#registry, now, candidates);
    const taken = new Map<string, number>();
    for (const { slots } of leased) for (const slot of slots) taken.set(slot, (taken.get(slot) ?? 0) + 1);
    const keys: string[] = [];
    for (const candidate of candidates) {
      const { key, functionId, slots } = candidate;
      if (keys.length >= room) break;
      const limits = this.#registry.get(functionId)?.concurrency ?? [];
      const fits = slots.every((slot, index) => (taken.get(slot) ?? 0) < (limits[index]?.limit ?? Infinity));
      if (!fits || !throttles.admit(candidate)) continue;
      for (const slot of slots) taken.set(slot, (taken.get(slot) ?? 0) + 1);
      keys.push(key);
    }
    return { keys, throttles };
  }

  #columns(sql: Database | Transaction = this.#sql) {
    return sql`
      select c.key, c.kind, c.run_id as "runId", c.function_id as "functionId", c.step_id as "stepId", c.slots,
        c.attempt, c.drops, c.gen, e.payload::text as event, r.started_at is not null as started,
        case when r.event_ids is not null then (
          select '[' || string_agg(b.payload::text, ',' order by i.n) || ']'
          from unnest(r.event_ids) with ordinality as i (id, n) join inngest.events b on b.id = i.id
        ) end as batch,
        r.open_steps as "openSteps", r.done_seq as seq
      from claimed c
      join inngest.runs r on r.id = c.run_id
      join inngest.events e on e.id = r.event_id`;
  }

  async #withSteps(rows: readonly ClaimedRow[]): Promise<ClaimedJob[]> {
    const runs = rows.filter((row) => row.seq > 0 && isCall(row.kind)).map((row) => row.runId);
    const steps = runs.length > 0 ? await readSteps(this.#sql, runs) : new Map<string, StepState[]>();
    return rows.map(({ seq: _, ...row }) => {
      const done = steps.get(row.runId) ?? [];
      return { ...row, steps: done, doneSeq: done.at(-1)?.doneSeq ?? 0 };
    });
  }

  /** Prolongs the leases of the jobs in hand. */
  async heartbeat(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await this.#sql`
      with held as (
        select key from inngest.jobs
        where key = any (${[...keys]}::text[]) and leased_by = ${this.#name} for update skip locked
      )
      update inngest.jobs j set lease_until = now() + ${LEASE}::interval from held where j.key = held.key`;
  }

  /** Frees the jobs of executors that are gone or stalled. Answers how many. */
  async reclaim(): Promise<number> {
    const freed = await this.#sql`
      with lost as (
        select key from inngest.jobs j
        where leased_by is not null and (
          lease_until < now()
          or (leased_by <> ${this.#name} and lease_until < now() + ${ORPHANED}::interval
            and not exists (select 1 from pg_stat_activity a where a.application_name = j.leased_by)))
        for update skip locked
      )
      update inngest.jobs j set leased_by = null, lease_until = null from lost where j.key = lost.key
      returning j.key`;
    return freed.length;
  }

  /** Gives back the jobs in hand, at a clean stop. */
  async release(): Promise<void> {
    await this
      .#sql`update inngest.jobs set leased_by = null, lease_until = null where leased_by = ${this.#name}`;
  }

  /** When the next job after `now` is due; undefined when none is. */
  async nextDueAt(now: Date): Promise<Date | undefined> {
    const [row] = await this.#sql<{ at: Date | null }[]>`
      select min(run_at) as at from inngest.jobs where leased_by is null and run_at > ${now}`;
    return row?.at ?? undefined;
  }

  /** Whether other executors are connected. */
  async hasPeers(): Promise<boolean> {
    const [row] = await this.#sql<{ peers: boolean }[]>`
      select exists (
        select 1 from pg_stat_activity
        where datname = current_database() and application_name <> ${this.#name}
          and starts_with(application_name, ${EXECUTOR_PREFIX})
      ) as peers`;
    return row?.peers ?? false;
  }
}

function isCall(kind: JobKind): boolean {
  return kind === "discover" || kind === "step";
}

/** Finished steps of runs, in the order they finished. */
export async function readSteps(
  sql: Database | Transaction,
  runIds: readonly string[],
): Promise<Map<string, StepState[]>> {
  const rows = await sql<(StepState & { runId: string })[]>`
    select run_id as "runId", id, output::text as output, done_seq as "doneSeq"
    from inngest.steps where run_id = any (${[...runIds]}::text[]) and state = 'done'
    order by run_id, done_seq`;
  const byRun = new Map<string, StepState[]>();
  for (const { runId, ...step } of rows) {
    const list = byRun.get(runId);
    if (list) list.push(step);
    else byRun.set(runId, [step]);
  }
  return byRun;
}
