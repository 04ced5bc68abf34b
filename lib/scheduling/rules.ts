/** A bookable start: instants, and a free room that fits the instrument. */
export type OpenTime = {
  readonly teacherId: string;
  readonly roomId: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
};

/** An open time offered in place of one that is gone, with the reason in words. */
export type Alternative = OpenTime & { readonly reason: string };

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** How many hours' distance weigh as much as another teacher. */
const OTHER_TEACHER = 36 * HOUR;

/**
 * The best times in place of a lost one, three when three exist: the same time with another teacher, then the
 * nearest times with the same teacher, then the nearest ones with anybody. Times that overlap one already chosen
 * with the same teacher are left out as long as there are others.
 */
export function chooseAlternatives(
  open: readonly OpenTime[],
  lost: { readonly teacherId: string; readonly startsAt: Date },
  count = 3,
): Alternative[] {
  const distance = (time: OpenTime) => Math.abs(time.startsAt.getTime() - lost.startsAt.getTime());
  const score = (time: OpenTime) => distance(time) + (time.teacherId === lost.teacherId ? 0 : OTHER_TEACHER);
  const ranked = [...open]
    .filter((time) => time.teacherId !== lost.teacherId || distance(time) > 0)
    .map((time) => ({ time, score: distance(time) === 0 ? 0 : score(time) }))
    .sort((a, b) => a.score - b.score || a.time.teacherId.localeCompare(b.time.teacherId))
    .map(({ time }) => time);
  const chosen: OpenTime[] = [];
  for (const time of ranked) {
    if (chosen.length === count) break;
    if (!chosen.some((other) => sameTeacherOverlap(other, time))) chosen.push(time);
  }
  for (const time of ranked) {
    if (chosen.length === count) break;
    if (!chosen.includes(time)) chosen.push(time);
  }
  return chosen.map((time) => ({ ...time, reason: reasonFor(time, lost) }));
}

function sameTeacherOverlap(a: OpenTime, b: OpenTime): boolean {
  return a.teacherId === b.teacherId && a.startsAt < b.endsAt && b.startsAt < a.endsAt;
}

function reasonFor(time: OpenTime, lost: { teacherId: string; startsAt: Date }): string {
  const apart = Math.abs(time.startsAt.getTime() - lost.startsAt.getTime());
  if (time.teacherId !== lost.teacherId)
    return apart === 0 ? "Same time, another teacher" : "Another teacher";
  if (apart % (7 * DAY) === 0) return "Same teacher and time, another week";
  return apart < DAY / 2 ? "Same teacher, same day" : "Same teacher";
}
