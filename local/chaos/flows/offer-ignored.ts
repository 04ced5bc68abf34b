import { openAccount } from "../families";
import type { Flow } from "../flow";
import { getOffer } from "../offers";

/** A time is offered to a family that does not answer: after two hours the offer has ended and the time is free. */
export const offerIgnored: Flow = {
  name: "offer-ignored",
  weight: 1,
  visits: [
    async (visit) => {
      const { world, record } = visit;
      const { offerId } = await getOffer(visit, await openAccount(world, "Ignatius"));
      record.expect(`offer ${offerId} has ended unanswered, its time is free`, async () => {
        const [row] = await world.sql<{ status: string; held: boolean }[]>`
          select o.status, b.is_active as held from waitlist_offers o join bookings b on b.id = o.booking_id
           where o.id = ${offerId}`;
        return row?.status === "expired" && !row.held;
      });
    },
  ],
};
