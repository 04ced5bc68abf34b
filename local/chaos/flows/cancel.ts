import type { Flow } from "../flow";
import { beginWeeklyLessons, cancelInTime } from "../lessons";

/** A family cancels one of its weekly lessons in time: one credit. */
export const cancel: Flow = {
  name: "cancel",
  weight: 3,
  visits: [
    async (visit) => {
      const { world, record } = visit;
      const begun = await beginWeeklyLessons(visit, "Cressida");
      await cancelInTime(visit, begun);
      record.expect(`lesson ${begun.lesson.id} is cancelled for one credit, unused`, async () => {
        const rows = await world.sql<{ used: boolean }[]>`
          select used_at is not null as used from makeup_credits where origin_lesson_id = ${begun.lesson.id}`;
        return rows.length === 1 && rows[0]?.used === false;
      });
    },
  ],
};
