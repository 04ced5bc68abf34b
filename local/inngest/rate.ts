/**
 * The generic cell rate algorithm, in milliseconds: starts of one key are spaced evenly over the period, a few may
 * come early. The one number kept of a key is `tat`, the instant at which the next start would be exactly on time.
 */
export type Rate = {
  /** Between two starts on time. */
  spacingMs: number;
  /** By how much starts may run ahead; as many spacings as may start at once. */
  toleranceMs: number;
};

/** `atOnce` starts may come together, then one each `periodMs / limit`. */
export function evenRate(limit: number, periodMs: number, atOnce: number): Rate {
  const spacingMs = periodMs / limit;
  return { spacingMs, toleranceMs: spacingMs * atOnce };
}

/** The earliest instant of the next start. A `tat` further ahead than it can get was left by a clock set back. */
export function earliestStart(
  { spacingMs, toleranceMs }: Rate,
  tat: number | undefined,
  now: number,
): number {
  return Math.min(tat ?? now, now + toleranceMs) + spacingMs - toleranceMs;
}

/** The `tat` after a start at `now`. */
export function afterStart({ spacingMs, toleranceMs }: Rate, tat: number | undefined, now: number): number {
  return Math.max(Math.min(tat ?? now, now + toleranceMs), now) + spacingMs;
}
