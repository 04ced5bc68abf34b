const UNITS: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds of a duration such as `1d2h30m10s`; empty is zero, undefined what is not a duration. */
export function parseDuration(text: string): number | undefined {
  if (text === "") return 0;
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhdw]))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g)) {
    total += Number(amount) * (UNITS[unit ?? ""] ?? 0);
  }
  return total;
}

/** The instant that a duration (counted from `now`) or a date names; undefined when it is neither. */
export function parseInstant(text: string, now: Date): Date | undefined {
  const duration = parseDuration(text);
  const time = duration === undefined ? Date.parse(text) : now.getTime() + duration;
  return Number.isNaN(time) ? undefined : new Date(time);
}

/** The instant of a `retry-after` header: seconds, or a date. */
export function parseRetryAfter(text: string, now: Date): Date | undefined {
  if (/^\d+(?:\.\d+)?$/.test(text)) return new Date(now.getTime() + Number(text) * 1_000);
  return parseInstant(text, now);
}

const DEFAULT_BACKOFF_MS = [15, 30, 60, 120, 300, 600, 1_200, 2_400, 3_600, 7_200].map((s) => s * 1_000);

/**
 * Milliseconds to wait before attempt number `attempt + 1`. Without a table of one's own: Inngest's, with
 * up to 10 % jitter so that what failed together does not come back together.
 */
export function backoffMs(attempt: number, table: readonly number[] | undefined): number {
  const steps = table ?? DEFAULT_BACKOFF_MS;
  const base = steps[Math.min(attempt, steps.length - 1)] ?? 0;
  return table ? base : Math.round(base * (1 + Math.random() / 10));
}

/** Milliseconds before the app is called again when it was away: quick, because it mostly restarts. */
export function reconnectMs(drops: number): number {
  return Math.min(3_000, 100 * 2 ** Math.min(drops, 10));
}
