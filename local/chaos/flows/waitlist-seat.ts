import { withPrincipal } from "@/lib/db/principal";
import { acceptOffer, joinClassWaitlist } from "@/lib/scheduling/waitlist-mutations";
import { enterChild, openAccount } from "../families";
import type { Flow } from "../flow";
import { persistUntil, waitFor } from "../persist";
import { giveSeatBack, hasSeat, takeSeat } from "../seats";

/** The class has one seat: those who want it come one after the other. */
let turn: Promise<void> = Promise.resolve();

function inTurn(work: () => Promise<void>): Promise<void> {
  const mine = turn.then(work);
  turn = mine.catch(() => undefined);
  return mine;
}

/** The seat of a full class is given back and offered to who waits, who accepts it, and later gives it back as well. */
export const waitlistSeat: Flow = {
  name: "waitlist-seat",
  weight: 1,
  visits: [
    ({ world, record }) =>
      inTurn(async () => {
        const { sql } = world;
        const classId = world.classes.single;
        const [first, next] = [await openAccount(world, "Ottilie"), await openAccount(world, "Nestor")];
        const seat = { classId, studentId: await enterChild(world, first) };
        const wanted = { classId, studentId: await enterChild(world, next) };
        await takeSeat(world, first, seat);
        const entryId = await persistUntil(
          async () => {
            const [row] = await sql<{ id: string }[]>`
              select id from waitlist_entries where class_id = ${classId} and student_id = ${wanted.studentId}`;
            return row?.id ?? null;
          },
          () => withPrincipal(next.principal, (db) => joinClassWaitlist(db, wanted)),
        );
        await giveSeatBack(world, first, seat);
        const offerId = await waitFor(`an offer for entry ${entryId}`, async () => {
          const [row] = await sql<
            { id: string }[]
          >`select id from waitlist_offers where entry_id = ${entryId}`;
          return row?.id ?? null;
        });
        await persistUntil(
          async () => ((await hasSeat(world, wanted)) ? true : null),
          () => withPrincipal(next.principal, (db) => acceptOffer(db, offerId)),
        );
        await giveSeatBack(world, next, wanted);
        record.expect(`offer ${offerId} was made once and accepted`, async () => {
          const rows = await sql<{ status: string }[]>`
            select status from waitlist_offers where entry_id = ${entryId}`;
          return rows.length === 1 && rows[0]?.status === "accepted";
        });
      }),
  ],
};
