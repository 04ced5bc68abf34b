import { z } from "zod";
import { holdSomeTime, openPage, pay, submit, tryToHold, untilActive } from "../enrolling";
import { openAccount } from "../families";
import { type Flow, Undone, type Visit } from "../flow";

const kept = z.object({
  enrollmentId: z.string(),
  checkoutUrl: z.string(),
  teacherId: z.string(),
  startsAt: z.date(),
  instrument: z.string(),
});

async function beginAndLeave(visit: Visit): Promise<void> {
  const { world, record } = visit;
  const family = await openAccount(world, "Lorcan");
  const held = await holdSomeTime(visit);
  const enrollmentId = await submit(visit, family, held, { instrument: held.instrument, start: "trial" });
  record.mayEnd(enrollmentId, "active", "cancelled", "lapsed");
  record.kept = { ...held, enrollmentId, checkoutUrl: await openPage(world, enrollmentId) };
}

/** Somebody else asks for the time of the other one, and pays. */
async function rival(visit: Visit, time: z.output<typeof kept>): Promise<boolean> {
  const held = await tryToHold(visit, time.instrument, time);
  if (!held) return false;
  const family = await openAccount(visit.world, "Rowena");
  const enrollmentId = await submit(visit, family, held, { instrument: time.instrument, start: "trial" });
  if ((await pay(await openPage(visit.world, enrollmentId))) !== "paid")
    throw new Undone("the rival's page expired");
  await untilActive(visit.world, enrollmentId);
  return true;
}

/**
 * Paid once the hold is over, while the payment page is still open: before the workflow has closed that page, or just after.
 * The time is theirs if nobody took it, else the money goes back.
 */
export const late: Flow = {
  name: "late",
  weight: 2,
  visits: [
    beginAndLeave,
    async ({ world, record }) => {
      const { enrollmentId, checkoutUrl } = kept.parse(record.kept);
      const outcome = await pay(checkoutUrl);
      if (outcome === "expired") record.mayEnd(enrollmentId, "lapsed");
      else record.mayEnd(enrollmentId, "active", "cancelled");
      record.expect(`paid late, as the page said (${outcome}), is what Stripe took`, async () => {
        const [row] = await world.sql<{ count: number }[]>`
          select count(*)::int as count from payments where enrollment_id = ${enrollmentId}`;
        return (row?.count === 1) === (outcome === "paid");
      });
    },
  ],
};

/** As `late`, but another family asks for the time first. Whoever gets it, it is one of them, and nobody pays for nothing. */
export const lostToRival: Flow = {
  name: "lost-to-rival",
  weight: 2,
  visits: [
    beginAndLeave,
    async (visit) => {
      const { record } = visit;
      const time = kept.parse(record.kept);
      const [outcome, isTaken] = await Promise.all([pay(time.checkoutUrl), rival(visit, time)]);
      if (outcome === "expired") record.mayEnd(time.enrollmentId, "lapsed");
      else if (isTaken) record.mayEnd(time.enrollmentId, "cancelled");
      else record.mayEnd(time.enrollmentId, "active", "cancelled");
    },
  ],
};
