import { Cron } from "croner";
import type { Database, Queryable } from "./database";
import { parseDuration } from "./duration";
import { type Expression, optionalExpression, type Scope } from "./expression";
import { describeFlowControl, type FlowControl, parseFlowControl } from "./flow-control";
import { canonical, DEFAULT_RETRIES, type FunctionConfig, functionConfigSchema } from "./protocol";

type EventTrigger = { event: string; expression: Expression | undefined };
export type CronTrigger = { pattern: string; schedule: Cron; jitterMs: number };
type Cancellation = {
  event: string;
  expression: Expression | undefined;
  timeoutMs: number | undefined;
};
type ConcurrencyLimit = {
  limit: number;
  key: Expression | undefined;
  scope: "fn" | "env" | "account";
};

/** A function ready to be driven: every expression compiled, every duration in milliseconds. */
export type RegisteredFunction = {
  id: string;
  appId: string;
  name: string;
  url: string;
  maxAttempts: number;
  events: EventTrigger[];
  crons: CronTrigger[];
  concurrency: ConcurrencyLimit[];
  idempotency: Expression | undefined;
  cancellations: Cancellation[];
  startTimeoutMs: number | undefined;
  finishTimeoutMs: number | undefined;
  flow: FlowControl;
  /** Its options in words, for people. */
  options: string[];
};

/** A function that asks for something this executor does not do. It is never started. */
type RefusedFunction = { id: string; reasons: string[] };

/** Compiles a function's configuration, or says in words why it is refused. */
function parseFunction(appId: string, raw: unknown): RegisteredFunction | RefusedFunction {
  const parsed = functionConfigSchema.safeParse(raw);
  if (!parsed.success) {
    const id = typeof raw === "object" && raw !== null && "id" in raw ? String(raw.id) : "(no id)";
    return { id, reasons: parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`) };
  }
  const config = parsed.data;
  const reasons: string[] = [];
  const attempt = <T>(what: string, work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      reasons.push(
        `${what}: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}`,
      );
      return undefined;
    }
  };
  const duration = (what: string, text: string | undefined): number | undefined => {
    const value = text === undefined ? undefined : parseDuration(text);
    if (text !== undefined && value === undefined) reasons.push(`${what}: "${text}" is not a duration`);
    return value;
  };

  const step = config.steps.step;
  if (!step) reasons.push("steps.step is missing");
  if (step && step.runtime.type !== "http") reasons.push(`runtime ${step.runtime.type} is not supported`);

  const events: EventTrigger[] = [];
  const crons: CronTrigger[] = [];
  for (const trigger of config.triggers) {
    if ("cron" in trigger) {
      const cron = attempt(`cron "${trigger.cron}"`, () => parseCron(trigger.cron));
      const jitterMs = duration("jitter", trigger.jitter) ?? 0;
      if (cron) crons.push({ pattern: trigger.cron, schedule: cron, jitterMs });
    } else {
      const expression = attempt("trigger if", () => optionalExpression(trigger.expression));
      events.push({ event: trigger.event, expression });
    }
  }
  const cancellations = (config.cancel ?? []).map((cancel) => ({
    event: cancel.event,
    expression: attempt("cancelOn if", () => optionalExpression(cancel.if)),
    timeoutMs: duration("cancelOn timeout", cancel.timeout),
  }));
  const idempotency = attempt("idempotency", () => optionalExpression(config.idempotency));
  const concurrency = concurrencyList(config).map((entry) => ({
    limit: entry.limit,
    scope: entry.scope ?? "fn",
    key: attempt("concurrency key", () => optionalExpression(entry.key)),
  }));
  const startTimeoutMs = duration("timeouts.start", config.timeouts?.start);
  const finishTimeoutMs = duration("timeouts.finish", config.timeouts?.finish);
  const refuse = (reason: string) => void reasons.push(reason);
  const flow = parseFlowControl(config, { attempt, duration, refuse });

  if (reasons.length > 0 || !step) return { id: config.id, reasons };
  return {
    id: config.id,
    appId,
    name: config.name ?? config.id,
    url: step.runtime.url,
    maxAttempts: Math.max(0, step.retries?.attempts ?? DEFAULT_RETRIES) + 1,
    events,
    crons,
    concurrency,
    idempotency,
    cancellations,
    startTimeoutMs,
    finishTimeoutMs,
    flow,
    options: describeFlowControl(config),
  };
}

function concurrencyList(config: FunctionConfig) {
  const { concurrency } = config;
  if (concurrency === undefined) return [];
  const list = typeof concurrency === "number" ? [{ limit: concurrency }] : [concurrency].flat();
  // Inngest reads a limit of zero as "no limit".
  return list
    .filter((entry) => entry.limit > 0)
    .map((entry) => ({ key: undefined, scope: undefined, ...entry }));
}

/** A five-field pattern, optionally led by `TZ=Area/City`; UTC without it. */
function parseCron(pattern: string): Cron {
  const zoned = /^(?:CRON_)?TZ=(\S+)\s+(.*)$/.exec(pattern.trim());
  const fields = zoned?.[2] ?? pattern.trim();
  return new Cron(fields, {
    timezone: zoned?.[1] ?? "UTC",
    paused: true,
    ...(fields.startsWith("@") ? {} : { mode: "5-part" as const }),
  });
}

/** The keys that each call of a run takes, one a limit of its function. */
export function concurrencySlots(fn: RegisteredFunction, scope: Scope): string[] | null {
  if (fn.concurrency.length === 0) return null;
  return fn.concurrency.map(({ key, scope: reach }) => {
    const value = key ? `${key.source}=${key.text(scope) ?? ""}` : "";
    return reach === "fn" ? `fn/${fn.id}/${value}` : `${reach}/${value}`;
  });
}

type Stored = { id: string; appId: string; config: string; active: boolean };

/** The functions this executor knows: a copy in memory of the table, replaced as a whole. */
export class Registry {
  #byId = new Map<string, RegisteredFunction>();
  #byEvent = new Map<string, { fn: RegisteredFunction; trigger: EventTrigger }[]>();
  #byCancelEvent = new Map<string, { fn: RegisteredFunction; cancellation: Cancellation }[]>();
  #refused: RefusedFunction[] = [];
  #fingerprint = "";
  #everSynced = false;
  #hasPriorities = false;

  /** False until an app has registered for the first time: events would start nothing, so none is accepted. */
  get everSynced(): boolean {
    return this.#everSynced;
  }

  get all(): RegisteredFunction[] {
    return [...this.#byId.values()];
  }

  /** Whether some function lets its runs go before others. */
  get hasPriorities(): boolean {
    return this.#hasPriorities;
  }

  get refused(): readonly RefusedFunction[] {
    return this.#refused;
  }

  get(id: string): RegisteredFunction | undefined {
    return this.#byId.get(id);
  }

  triggeredBy(event: string) {
    return this.#byEvent.get(event) ?? [];
  }

  cancelledBy(event: string) {
    return this.#byCancelEvent.get(event) ?? [];
  }

  /** Reads the table. True when something changed since the last time. */
  async load(sql: Queryable): Promise<boolean> {
    const rows = await sql<Stored[]>`
      select id, app_id as "appId", config::text as config, active from inngest.functions order by id`;
    const fingerprint = JSON.stringify(rows);
    if (fingerprint === this.#fingerprint) return false;
    this.#fingerprint = fingerprint;
    this.#everSynced = rows.length > 0;
    this.#byId = new Map();
    this.#byEvent = new Map();
    this.#byCancelEvent = new Map();
    this.#refused = [];
    for (const row of rows) {
      if (row.active) this.#add(parseFunction(row.appId, JSON.parse(row.config)));
    }
    this.#hasPriorities = this.all.some((fn) => fn.flow.priority);
    return true;
  }

  #add(fn: RegisteredFunction | RefusedFunction): void {
    if ("reasons" in fn) {
      this.#refused.push(fn);
      return;
    }
    this.#byId.set(fn.id, fn);
    for (const trigger of fn.events) append(this.#byEvent, trigger.event, { fn, trigger });
    for (const cancellation of fn.cancellations) {
      append(this.#byCancelEvent, cancellation.event, { fn, cancellation });
    }
  }
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** Replaces the functions of one app by what it registered. True when that changed anything. */
export async function saveFunctions(
  sql: Database,
  appId: string,
  configs: readonly unknown[],
  now: Date,
): Promise<boolean> {
  const wanted = new Map<string, string>();
  for (const config of configs) {
    const id = typeof config === "object" && config !== null && "id" in config ? String(config.id) : "";
    if (id) wanted.set(id, canonical(config));
  }
  const stored = await sql<Stored[]>`
    select id, app_id as "appId", config::text as config, active from inngest.functions where app_id = ${appId}`;
  const same =
    stored.filter((row) => row.active).length === wanted.size &&
    stored.every((row) => !row.active || wanted.get(row.id) === row.config);
  if (same) return false;
  await sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtext('inngest.functions'))`;
    await tx`
      update inngest.functions set active = false
      where app_id = ${appId} and active and id <> all (${[...wanted.keys()]}::text[])`;
    await tx`
      insert into inngest.functions (id, app_id, config, active, synced_at)
      select id, ${appId}, config::json, true, ${now}
      from unnest(${[...wanted.keys()]}::text[], ${[...wanted.values()]}::text[]) as wanted (id, config)
      on conflict (id) do update
        set app_id = excluded.app_id, config = excluded.config, active = true, synced_at = excluded.synced_at`;
  });
  return true;
}
