import { withPrincipal } from "@/lib/db/principal";
import { AppError } from "@/lib/errors";
import { moveLesson } from "@/lib/scheduling/lesson-changes";
import { type Flow, Undone } from "../flow";
import { beginWeeklyLessons, listTimesFor } from "../lessons";
import { persistUntil } from "../persist";

/** A family moves one of its weekly lessons to another time of the same teacher. */
export const move: Flow = {
  name: "move",
  weight: 3,
  visits: [
    async (visit) => {
      const { world, random, record } = visit;
      const { lesson, family } = await beginWeeklyLessons(visit, "Marius");
      for (const to of random.shuffle(await listTimesFor(lesson, false)).slice(0, 6)) {
        try {
          await persistUntil(
            async () => {
              const [row] = await world.sql<{ id: string }[]>`
                select id from lessons where id = ${lesson.id} and starts_at = ${to.startsAt}`;
              return row?.id ?? null;
            },
            () =>
              withPrincipal(family.principal, (db) =>
                moveLesson(db, { lessonId: lesson.id, startsAt: to.startsAt, teacherId: to.teacherId }),
              ),
          );
        } catch (error) {
          if (error instanceof AppError && ["slot_taken", "invalid", "conflict"].includes(error.code))
            continue;
          throw error;
        }
        record.expect(`lesson ${lesson.id} is at ${to.startsAt.toISOString()}`, async () => {
          const [row] = await world.sql<{ id: string }[]>`
            select id from lessons where id = ${lesson.id} and starts_at = ${to.startsAt}`;
          return row !== undefined;
        });
        return;
      }
      throw new Undone("six times in a row somebody else was quicker");
    },
  ],
};
