/** A billing rhythm: every `interval_count` of `interval`. */
export interface Rhythm {
  interval: string;
  interval_count: number;
}

const DAY = 86_400;

/**
 * The n-th boundary counted from an anchor, in Unix seconds and UTC. Months are counted from the anchor, not
 * from the boundary before: an anchor on the 31st falls on the last day of a short month and returns to the
 * 31st after it.
 */
export function boundaryAt(anchor: number, rhythm: Rhythm, n: number): number {
  const units = rhythm.interval_count * n;
  if (rhythm.interval === "day") return anchor + units * DAY;
  if (rhythm.interval === "week") return anchor + units * 7 * DAY;
  const months = rhythm.interval === "year" ? units * 12 : units;
  const start = new Date(anchor * 1000);
  const lastDay = new Date(
    Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + months + 1, 0),
  ).getUTCDate();
  const moved = new Date(start);
  moved.setUTCDate(1);
  moved.setUTCMonth(start.getUTCMonth() + months);
  moved.setUTCDate(Math.min(start.getUTCDate(), lastDay));
  return Math.floor(moved.getTime() / 1000);
}

/** The first boundary after an instant; an anchor in the future is itself a boundary. */
export function nextBoundary(anchor: number, rhythm: Rhythm, after: number): number {
  return boundaryAt(anchor, rhythm, boundaryNumber(anchor, rhythm, after) + 1);
}

/** The last boundary at or before an instant. */
export function lastBoundary(anchor: number, rhythm: Rhythm, at: number): number {
  return boundaryAt(anchor, rhythm, boundaryNumber(anchor, rhythm, at));
}

/** The largest n whose boundary is at or before an instant (negative before the anchor). */
function boundaryNumber(anchor: number, rhythm: Rhythm, at: number): number {
  const lengths: Record<string, number> = { day: DAY, week: 7 * DAY, month: 30.44 * DAY, year: 365.25 * DAY };
  const length = (lengths[rhythm.interval] ?? DAY) * rhythm.interval_count;
  // The estimate is off by one at most; a margin on both sides makes the search exact.
  let n = Math.floor((at - anchor) / length) + 2;
  while (boundaryAt(anchor, rhythm, n) > at) n -= 1;
  return n;
}

/** Cents of an amount for a part of a period, rounded half up. */
export function prorate(amount: number, part: number, whole: number): number {
  if (whole <= 0) return 0;
  return Math.round((amount * part) / whole);
}
