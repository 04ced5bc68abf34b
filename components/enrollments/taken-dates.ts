import type { TakenLesson } from "@/lib/enrollment/changes";
import { formatDayTime, formatZone } from "@/lib/format";

/** A freed lesson whose time is gone, in words, with what can be chosen for it. */
export type TakenDate = {
  readonly lessonId: string;
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
};

/** Lessons in words, with what can be chosen for each. */
export function takenDates(taken: readonly TakenLesson[], timeZone: string): TakenDate[] {
  const moment = (at: Date) => `${formatDayTime(at, timeZone)} ${formatZone(at, timeZone)}`;
  return taken.map(({ lessonId, startsAt, isTooSoon, instead }) => ({
    lessonId,
    label: `Instead of ${moment(startsAt)}`,
    options: [
      ...instead.map((at) => ({ value: at.toISOString(), label: moment(at) })),
      { value: "skip", label: isTooSoon ? "Too soon to book again: leave it out" : "Leave it out" },
    ],
  }));
}
