import { type Expression, optionalExpression, type Scope } from "./expression";
import type { FunctionConfig } from "./protocol";
import { evenRate, type Rate } from "./rate";

/** What a function asks of when and how often it starts, ready to be followed. */
export type FlowControl = {
  /** Starts above the rate are dropped. */
  rateLimit: KeyedRate | undefined;
  /** Starts above the rate wait. */
  throttle: KeyedRate | undefined;
  debounce: Debounce | undefined;
  batch: Batch | undefined;
  singleton: Singleton | undefined;
  /** Seconds by which a run goes before others of the queue. */
  priority: Expression | undefined;
};

type Key = { key: Expression | undefined };
type KeyedRate = Key & { rate: Rate };
export type Debounce = Key & { periodMs: number; longestMs: number | undefined };
export type Batch = Key & { maxSize: number; timeoutMs: number; condition: Expression | undefined };
export type Singleton = Key & { mode: "skip" | "cancel" };

export const FREE: FlowControl = {
  rateLimit: undefined,
  throttle: undefined,
  debounce: undefined,
  batch: undefined,
  singleton: undefined,
  priority: undefined,
};

/** How a function's configuration is read: each of these notes a reason for refusing it and goes on. */
export type ConfigReader = {
  attempt<T>(what: string, work: () => T): T | undefined;
  duration(what: string, text: string | undefined): number | undefined;
  refuse(reason: string): void;
};

/** Reads the options of flow control; what cannot be followed is noted with the reader. */
export function parseFlowControl(config: FunctionConfig, reader: ConfigReader): FlowControl {
  const { rateLimit, throttle, debounce, batchEvents, singleton, priority } = config;
  const expression = (what: string, source: string | undefined) =>
    reader.attempt(what, () => optionalExpression(source));
  const period = (what: string, text: string): number => {
    const ms = reader.duration(what, text) ?? 0;
    if (ms < 1_000) reader.refuse(`${what}: "${text}" is shorter than a second`);
    return ms;
  };
  const limit = (what: string, value: number): number => {
    if (!Number.isInteger(value) || value < 1)
      reader.refuse(`${what}: ${value} is not a whole number from 1`);
    return value;
  };

  if (batchEvents) {
    // As the official server has it: these speak of one event.
    if (config.cancel?.length) reader.refuse("batchEvents cannot be combined with cancelOn");
    if (debounce) reader.refuse("batchEvents cannot be combined with debounce");
    if (priority?.run) reader.refuse("batchEvents cannot be combined with priority");
  }
  return {
    // As the official server has it: a tenth of the limit may start early, and an idempotency key goes before.
    rateLimit:
      rateLimit && config.idempotency === undefined
        ? {
            key: expression("rateLimit.key", rateLimit.key),
            rate: evenRate(
              limit("rateLimit.limit", rateLimit.limit),
              period("rateLimit.period", rateLimit.period),
              Math.floor(rateLimit.limit / 10) + 1,
            ),
          }
        : undefined,
    throttle: throttle && {
      key: expression("throttle.key", throttle.key),
      rate: evenRate(
        limit("throttle.limit", throttle.limit),
        period("throttle.period", throttle.period),
        Math.max(1, limit("throttle.burst", throttle.burst ?? 1)),
      ),
    },
    debounce: debounce && {
      key: expression("debounce.key", debounce.key),
      periodMs: period("debounce.period", debounce.period),
      longestMs: reader.duration("debounce.timeout", debounce.timeout),
    },
    batch: batchEvents && {
      key: expression("batchEvents.key", batchEvents.key),
      maxSize: limit("batchEvents.maxSize", batchEvents.maxSize),
      timeoutMs: period("batchEvents.timeout", batchEvents.timeout),
      condition: expression("batchEvents.if", batchEvents.if),
    },
    singleton: singleton && { key: expression("singleton.key", singleton.key), mode: singleton.mode },
    priority: expression("priority.run", priority?.run),
  };
}

const MOST_PRIORITY_SECONDS = 600;

/** Whole seconds from -600 to 600 by which a run goes before others; zero where its expression gives no number. */
export function prioritySeconds({ priority }: FlowControl, scope: Scope): number {
  const seconds = Math.trunc(Number(priority?.text(scope) ?? 0));
  if (Number.isNaN(seconds)) return 0;
  return Math.max(-MOST_PRIORITY_SECONDS, Math.min(MOST_PRIORITY_SECONDS, seconds));
}

/** The value of a key's expression as text, empty where there is none or it cannot be computed. */
export function keyText({ key }: Key, scope: Scope): string {
  return key?.text(scope) ?? "";
}

/** One line for each option that is set, as the page shows it. */
export function describeFlowControl(config: FunctionConfig): string[] {
  const options = {
    concurrency: config.concurrency,
    rateLimit: config.rateLimit,
    throttle: config.throttle,
    debounce: config.debounce,
    batchEvents: config.batchEvents,
    singleton: config.singleton,
    priority: config.priority,
    idempotency: config.idempotency,
    timeouts: config.timeouts,
    cancelOn: config.cancel,
  };
  return Object.entries(options).flatMap(([name, value]) =>
    value === undefined || (Array.isArray(value) && value.length === 0) ? [] : [`${name}: ${inWords(value)}`],
  );
}

function inWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(inWords).join("; ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([name, part]) => `${name} ${inWords(part)}`)
    .join(", ");
}
