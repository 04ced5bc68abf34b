import { cards, enroll, pay } from "../enrolling";
import { openAccount } from "../families";
import type { Flow } from "../flow";

/** Nobody pays: the time is free when the hold is over, three reminders go out, and after 14 days it has lapsed. */
export const abandoned: Flow = {
  name: "abandoned",
  weight: 2,
  visits: [
    async (visit) => {
      const { world, random, record } = visit;
      const family = await openAccount(world, "Abigail");
      const { enrollmentId, checkoutUrl } = await enroll(
        visit,
        family,
        random.chance(0.5) ? "trial" : "plan",
      );
      record.mayEnd(enrollmentId, "lapsed");
      if (random.chance(0.5)) await pay(checkoutUrl, cards.declined);
      record.expect("three reminders and the word that it has lapsed went out", async () => {
        const keys = [1, 5, 12].map((day) => `provisional-reminder:${enrollmentId}:${day}`);
        const [row] = await world.sql<{ count: number }[]>`
          select count(*)::int as count from email_log
           where status = 'sent' and key = any(${[...keys, `enrollment-lapsed:${enrollmentId}`]})`;
        const [enrollment] = await world.sql<{ code: string | null }[]>`
          select failure_code as code from enrollments where id = ${enrollmentId}`;
        return row?.count === 4 || enrollment?.code === "workflow_failed";
      });
    },
  ],
};
