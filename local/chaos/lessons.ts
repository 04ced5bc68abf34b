import { withPrincipal } from "@/lib/db/principal";
import type { Id } from "@/lib/ids";
import { cancelLesson } from "@/lib/scheduling/lesson-changes";
import { listOpenTimes } from "@/lib/scheduling/queries";
import { enrollAndPay, type Start } from "./enrolling";
import { Undone, type Visit } from "./flow";
import { persist, persistUntil } from "./persist";

export type ComingLesson = {
  readonly id: Id<"lesson">;
  readonly teacherId: string;
  readonly instrumentId: string;
  readonly studentId: string;
  readonly startsAt: Date;
};

/** A lesson of weekly lessons that were just begun, far enough ahead to be cancelled or moved. */
export async function beginWeeklyLessons(visit: Visit, name: string) {
  const enrolled = await enrollAndPay(visit, name, "plan");
  const lessons = await persist(
    () => visit.world.sql<ComingLesson[]>`
      select id, teacher_id as "teacherId", instrument_id as "instrumentId", student_id as "studentId",
             starts_at as "startsAt"
        from lessons where enrollment_id = ${enrolled.enrollmentId} and status = 'scheduled'
         and starts_at > ${visit.world.begunAt}::timestamptz + interval '26 hours'
       order by starts_at limit 3`,
  );
  if (lessons.length === 0) throw new Undone("no lesson is far enough ahead");
  return { ...enrolled, lesson: visit.random.pick(lessons) };
}

/** The family cancels a lesson in time. The credit that it gets. */
export async function cancelInTime(
  visit: Visit,
  of: Awaited<ReturnType<typeof beginWeeklyLessons>>,
): Promise<string> {
  const { sql } = visit.world;
  const { lesson, family } = of;
  return persistUntil(
    async () => {
      const [row] = await sql<{ id: string }[]>`
        select c.id from makeup_credits c join lessons l on l.id = c.origin_lesson_id
         where l.id = ${lesson.id} and l.status = 'cancelled'`;
      return row?.id ?? null;
    },
    () => withPrincipal(family.principal, (db) => cancelLesson(db, { lessonId: lesson.id, kind: "family" })),
  );
}

/** Open times for a student's own lesson, or make-up, near enough. */
export async function listTimesFor(lesson: ComingLesson, forMakeup: boolean): Promise<readonly Start[]> {
  return persist(() =>
    withPrincipal({ kind: "service", purpose: "chaos" }, (db) =>
      listOpenTimes(db, {
        instrumentId: lesson.instrumentId,
        minutes: 30,
        studentId: lesson.studentId,
        forMakeup,
        ...(forMakeup ? {} : { teacherId: lesson.teacherId }),
      }),
    ),
  );
}
