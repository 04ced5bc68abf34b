import { withPrincipal } from "@/lib/db/principal";
import { acceptOffer } from "@/lib/scheduling/waitlist-mutations";
import { openPage, pay, submit, untilActive } from "../enrolling";
import { openAccount } from "../families";
import { type Flow, Undone } from "../flow";
import { getOffer } from "../offers";
import { persistUntil } from "../persist";

/** A time is offered to a family that waits; it accepts, enrolls and pays. */
export const waitlistTime: Flow = {
  name: "waitlist-time",
  weight: 1,
  visits: [
    async (visit) => {
      const { world } = visit;
      const family = await openAccount(world, "Thaddeus");
      const { offerId, instrument } = await getOffer(visit, family);
      const draftId = await persistUntil(
        async () => {
          const [row] = await world.sql<{ id: string }[]>`
            select d.id from waitlist_offers o join enrollment_drafts d on d.hold_id = o.booking_id
             where o.id = ${offerId} and o.status = 'accepted'`;
          return row?.id ?? null;
        },
        () => withPrincipal(family.principal, (db) => acceptOffer(db, offerId)),
      );
      const enrollmentId = await submit(visit, family, { draftId }, { instrument, start: "trial" });
      if ((await pay(await openPage(world, enrollmentId))) !== "paid")
        throw new Undone("the payment page expired");
      await untilActive(world, enrollmentId);
    },
  ],
};
