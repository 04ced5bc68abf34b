import { withPrincipal } from "@/lib/db/principal";
import { AppError } from "@/lib/errors";
import type { Id } from "@/lib/ids";
import { bookMakeup } from "@/lib/scheduling/lesson-changes";
import { type Flow, Undone } from "../flow";
import { beginWeeklyLessons, cancelInTime, listTimesFor } from "../lessons";
import { persistUntil } from "../persist";

/** A family cancels a lesson in time and books a make-up with the credit, which is used once. */
export const makeup: Flow = {
  name: "make-up",
  weight: 3,
  visits: [
    async (visit) => {
      const { world, random, record } = visit;
      const begun = await beginWeeklyLessons(visit, "Mirabel");
      const creditId = (await cancelInTime(visit, begun)) as Id<"makeup-credit">;
      for (const at of random.shuffle(await listTimesFor(begun.lesson, true)).slice(0, 6)) {
        try {
          await persistUntil(
            async () => {
              const [row] = await world.sql<{ lesson: string | null }[]>`
                select used_lesson_id as lesson from makeup_credits where id = ${creditId}`;
              return row?.lesson ?? null;
            },
            () =>
              withPrincipal(begun.family.principal, (db) =>
                bookMakeup(db, { creditId, startsAt: at.startsAt, teacherId: at.teacherId }),
              ),
          );
        } catch (error) {
          if (error instanceof AppError && ["slot_taken", "invalid", "conflict"].includes(error.code))
            continue;
          throw error;
        }
        record.expect(`credit ${creditId} is used for one make-up`, async () => {
          const rows = await world.sql`
            select from lessons where kind = 'make_up' and student_id = ${begun.lesson.studentId} and status = 'scheduled'`;
          return rows.length === 1;
        });
        return;
      }
      throw new Undone("six times in a row somebody else was quicker");
    },
  ],
};
