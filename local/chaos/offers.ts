import { withPrincipal } from "@/lib/db/principal";
import { AppError } from "@/lib/errors";
import { joinLessonWaitlist, offerByHand } from "@/lib/scheduling/waitlist-mutations";
import { chooseTime, findInstrument } from "./enrolling";
import { enterChild, type Family } from "./families";
import type { Visit } from "./flow";
import { persistUntil, waitFor } from "./persist";

const WEEK_MINUTES = 7 * 24 * 60;

/** The family waits for lessons, the administrator offers an open time by hand, and the letter about it has come. */
export async function getOffer(
  visit: Visit,
  family: Family,
): Promise<{ offerId: string; instrument: string }> {
  const { world } = visit;
  const { sql } = world;
  const studentId = await enterChild(world, family);
  for (let attempt = 0; attempt < 8; attempt++) {
    const { instrument, ...time } = await chooseTime(visit);
    const instrumentId = await findInstrument(world, instrument);
    const entryId = await persistUntil(
      async () => {
        const [row] = await sql<{ id: string }[]>`
          select id from waitlist_entries where student_id = ${studentId} and instrument_id = ${instrumentId}`;
        return row?.id ?? null;
      },
      () =>
        withPrincipal(family.principal, (db) =>
          joinLessonWaitlist(db, {
            studentId,
            instrumentId,
            minutes: 30,
            teacherId: null,
            times: [{ from: 0, until: WEEK_MINUTES }],
          }),
        ),
    );
    const look = async () => {
      const [row] = await sql<{ id: string }[]>`select id from waitlist_offers where entry_id = ${entryId}`;
      return row?.id ?? null;
    };
    try {
      const offerId = await persistUntil(look, () =>
        withPrincipal(world.admin, (db) => offerByHand(db, { entryId, reason: "waits for long", time })),
      );
      await waitFor(`the letter about offer ${offerId}`, async () => {
        const rows = await sql`
          select from email_log where key = ${`waitlist-offer:${offerId}`} and status = 'sent'`;
        return rows.length > 0 ? true : null;
      });
      return { offerId, instrument };
    } catch (error) {
      // Somebody else was quicker with this time.
      if (!(error instanceof AppError) || !["slot_taken", "invalid", "conflict"].includes(error.code))
        throw error;
    }
  }
  throw new Error("eight times in a row the time to offer was gone");
}
