import type { Db } from "@/lib/db/principal";
import { listAlternatives } from "./alternatives";
import type { MakeupCredit } from "./lesson-change";
import { teacherNames } from "./lesson-change-queries";

/** A time at which a make-up can be booked now, and the page that books it. */
export type MakeupTime = {
  readonly startsAt: Date;
  readonly teacherName: string;
  /** Path and query of the family's page. */
  readonly path: string;
};

/** The family's page on which a credit is used. */
export const makeupPath = (creditId: string): string => `/family/makeups/${creditId}`;

/** Open times for a credit's make-up nearest to an instant, best first; none while the student is not enrolled. */
export async function listMakeupTimes(
  db: Db,
  credit: MakeupCredit,
  near: Date,
  count = 3,
): Promise<MakeupTime[]> {
  const { instrument, teacherId } = credit;
  if (!credit.isOpen || !instrument || !teacherId) return [];
  const times = await listAlternatives(
    db,
    {
      instrumentId: instrument.id,
      minutes: credit.minutes,
      studentId: credit.studentId,
      forMakeup: true,
      teacherId,
      startsAt: near,
      // A make-up begins before its credit ends.
      until: new Date(credit.expiresAt.getTime() - 1),
    },
    count,
  );
  const names = await teacherNames(
    db,
    times.map((time) => time.teacherId),
  );
  return times.map((time) => ({
    startsAt: time.startsAt,
    teacherName: names.get(time.teacherId) ?? "a teacher",
    path: `${makeupPath(credit.id)}?teacher=${time.teacherId}&at=${encodeURIComponent(time.startsAt.toISOString())}`,
  }));
}
