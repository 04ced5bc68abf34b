import { formatTime, localDate } from "@/lib/format";

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
/** The distance in time that weighs as much as another teacher, in milliseconds. */
export const OTHER_TEACHER_MS = 36 * HOUR;

/** The time that is not to be had, and the academy's zone, in which a day is a day. */
export type LostTime = {
  readonly teacherId: string;
  readonly startsAt: Date;
  readonly timeZone: string;
};

/**
 * The best times in place of a lost one, three when three exist: the same time with another teacher, then the
 * nearest times with the same teacher, then the nearest ones with anybody; of two equally near the earlier. Times that
 * overlap one already chosen with the same teacher are left out as long as there are others.
 */
export function chooseAlternatives(open: readonly OpenTime[], lost: LostTime, count = 3): Alternative[] {
  const distance = (time: OpenTime) => Math.abs(time.startsAt.getTime() - lost.startsAt.getTime());
  const score = (time: OpenTime) =>
    distance(time) + (time.teacherId === lost.teacherId ? 0 : OTHER_TEACHER_MS);
  const ranked = [...open]
    .filter((time) => time.teacherId !== lost.teacherId || distance(time) > 0)
    .map((time) => ({ time, score: distance(time) === 0 ? 0 : score(time) }))
    .sort(
      (a, b) =>
        a.score - b.score ||
        a.time.teacherId.localeCompare(b.time.teacherId) ||
        a.time.startsAt.getTime() - b.time.startsAt.getTime(),
    )
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

function reasonFor(time: OpenTime, lost: LostTime): string {
  if (time.teacherId !== lost.teacherId) {
    return time.startsAt.getTime() === lost.startsAt.getTime()
      ? "Same time, another teacher"
      : "Another teacher";
  }
  // By the clock on the wall: a week in which the clocks change is an hour longer or shorter.
  const [day, lostDay] = [time, lost].map(({ startsAt }) => localDate(startsAt, lost.timeZone));
  const daysApart = (Date.parse(`${day}T00:00:00Z`) - Date.parse(`${lostDay}T00:00:00Z`)) / DAY;
  if (daysApart === 0) return "Same teacher, same day";
  const isSameTime = formatTime(time.startsAt, lost.timeZone) === formatTime(lost.startsAt, lost.timeZone);
  return isSameTime && daysApart % 7 === 0 ? "Same teacher and time, another week" : "Same teacher";
}
