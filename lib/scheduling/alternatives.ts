import type { Db } from "@/lib/db/principal";
import { listNearestOpenTimes, type OpenTimesFilter } from "./queries";
import { type Alternative, chooseAlternatives, OTHER_TEACHER_MS } from "./rules";

/** A lesson that somebody wants: a teacher and a start that are not to be had. */
export type WantedLesson = Omit<OpenTimesFilter, "teacherId" | "limit" | "from" | "until"> & {
  readonly teacherId: string;
  readonly startsAt: Date;
  /** Earliest and latest start of what may be offered instead; the whole bookable time unless given. */
  readonly from?: Date | undefined;
  readonly until?: Date | undefined;
};

/** The best open times in place of a lost one, each with its reason: three when three exist. */
export async function listAlternatives(db: Db, wanted: WantedLesson, count = 3): Promise<Alternative[]> {
  const { teacherId, startsAt, ...filter } = wanted;
  const nearest = await listNearestOpenTimes(db, filter, {
    teacherId,
    startsAt,
    otherTeacherMs: OTHER_TEACHER_MS,
  });
  const times = nearest.map(({ timeZone: _, ...time }) => time);
  return chooseAlternatives(times, { teacherId, startsAt, timeZone: nearest[0]?.timeZone ?? "UTC" }, count);
}
