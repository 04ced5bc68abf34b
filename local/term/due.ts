/** Something that falls due by the clock: the play stops once within it, in milliseconds since 1970. */
export type Window = {
  readonly what: string;
  readonly from: number;
  readonly until: number;
};

/**
 * The next stop of the clock: the earliest instant at which everything has fallen due that a later one would miss. What
 * began before `now` had its stop.
 * @returns null when nothing is due before the end.
 */
export function nextStop(windows: readonly Window[], now: number): number | null {
  const coming = windows.filter(({ from, until }) => from > now && until >= from);
  if (coming.length === 0) return null;
  const deadline = Math.min(...coming.map(({ until }) => until));
  return Math.max(...coming.filter(({ from }) => from <= deadline).map(({ from }) => from));
}
