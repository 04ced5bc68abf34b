import { sql } from "kysely";
import { type Db, service, withPrincipal } from "@/lib/db/principal";
import { AppError } from "@/lib/errors";
import type { LessonWish } from "./waitlist-schema";

const academy = service("waitlist");

/** An answer that PostgreSQL's function gives in one row. */
function only<T>(rows: readonly T[]): T {
  const row = rows[0];
  if (!row) throw new Error("a function of the waitlist returned nothing");
  return row;
}

/**
 * Step "find-family": holds a freed time for the first family of the waitlist that it suits. The offer's id; null when
 * there is none, or when this round has its offer already: repeating it changes nothing.
 */
export async function offerFreedTime(freed: {
  teacherId: string;
  startsAt: Date;
  endsAt: Date;
  round: string;
}): Promise<string | null> {
  return withPrincipal(academy, async (db) => {
    const { rows } = await sql<{ offerId: string | null }>`
      select private.offer_time(${freed.teacherId}, tstzrange(${freed.startsAt}, ${freed.endsAt}), ${freed.round}) as "offerId"`.execute(
      db,
    );
    return only(rows).offerId;
  });
}

/** An offer as long as nobody has answered it, its end included; null afterwards. */
export async function readOpenOffer(offerId: string): Promise<{ expiresAt: Date } | null> {
  return withPrincipal(academy, async (db) => {
    const offer = await db
      .selectFrom("waitlist_offers")
      .select("expires_at as expiresAt")
      .where("id", "=", offerId)
      .where("status", "=", "open")
      .executeTakeFirst();
    return offer ?? null;
  });
}

export type OfferEnd = {
  readonly ended: boolean;
  readonly nextOfferId: string | null;
  /** Milliseconds since 1970 at which it is over for sure; null when nobody has to look again. */
  readonly lookAgainAt: number | null;
};

/**
 * Step "end-offer": ends an offer whose time is over and passes it on. Repeating it changes nothing. By the database's
 * clock the time may not be quite over: then somebody has to look again.
 */
export async function expireOffer(offerId: string): Promise<OfferEnd> {
  return withPrincipal(academy, async (db) => {
    const { rows } = await sql<{ ended: boolean; nextOfferId: string | null; expiresAt: Date | null }>`
      select x.ended, x.next_offer as "nextOfferId",
             (select o.expires_at from waitlist_offers o where o.id = ${offerId} and o.status = 'open' and not x.ended) as "expiresAt"
        from private.expire_offer(${offerId}) x`.execute(db);
    const { expiresAt, ...end } = only(rows);
    return { ...end, lookAgainAt: expiresAt ? expiresAt.getTime() + 1_000 : null };
  });
}

/** The place, from 1, of an entry among all who wait for the same. */
async function placeOf(db: Db, entryId: string): Promise<number> {
  const { rows } = await sql<{ place: number }>`
    select place from private.waitlist_places() where entry_id = ${entryId}`.execute(db);
  return only(rows).place;
}

export type JoinedWaitlist = { readonly entryId: string; readonly place: number };

/** Puts a child last on the waitlist of a full class. Its refusals are those of `private.join_class_waitlist`. */
export async function joinClassWaitlist(
  db: Db,
  wish: { classId: string; studentId: string },
): Promise<JoinedWaitlist> {
  const { rows } = await sql<{ entryId: string }>`
    select private.join_class_waitlist(${wish.studentId}, ${wish.classId}) as "entryId"`.execute(db);
  const { entryId } = only(rows);
  return { entryId, place: await placeOf(db, entryId) };
}

/** Puts a child last on the waitlist for private lessons. Its refusals are those of `private.join_lesson_waitlist`. */
export async function joinLessonWaitlist(db: Db, wish: LessonWish): Promise<JoinedWaitlist> {
  const times = `{${wish.times.map(({ from, until }) => `[${from},${until})`).join(",")}}`;
  const { rows } = await sql<{ entryId: string }>`
    select private.join_lesson_waitlist(${wish.studentId}, ${wish.instrumentId}, ${wish.minutes}, ${wish.teacherId},
                                        ${times}::int4multirange) as "entryId"`.execute(db);
  const { entryId } = only(rows);
  return { entryId, place: await placeOf(db, entryId) };
}

/** Gives up a place on the waitlist; an open offer goes on to the next family. */
export async function leaveWaitlist(db: Db, entryId: string): Promise<void> {
  await sql`select private.leave_waitlist(${entryId})`.execute(db);
}

export type AcceptedOffer = {
  /** The class in which the seat is taken; null for a time. */
  readonly classId: string | null;
  /** The draft with which the enrollment goes on; null for a seat. */
  readonly draftId: string | null;
  readonly firstAt: Date;
  readonly lessons: number;
  readonly heldUntil: Date | null;
};

/** Accepts an offer: a seat is taken, a time goes on into the enrollment. `expired` when it has run out. */
export async function acceptOffer(db: Db, offerId: string): Promise<AcceptedOffer> {
  const { rows } = await sql<AcceptedOffer>`
    select class_id as "classId", draft_id as "draftId", first_at as "firstAt", lessons, held_until as "heldUntil"
      from private.accept_offer(${offerId})`.execute(db);
  return only(rows);
}

/** Declines an offer; the family keeps its place. */
export async function declineOffer(db: Db, offerId: string): Promise<void> {
  await sql`select private.decline_offer(${offerId})`.execute(db);
}

export type HandOffer = {
  readonly entryId: string;
  readonly reason: string;
  /** For lessons the open time; null for a seat. */
  readonly time: { readonly teacherId: string; readonly startsAt: Date } | null;
};

/** Offers a seat or an open time to a chosen entry. Administrators only; see `private.offer_by_hand`. */
export async function offerByHand(db: Db, offer: HandOffer): Promise<{ offerId: string; openUntil: Date }> {
  const { rows } = await sql<{ offerId: string; openUntil: Date }>`
    select offer_id as "offerId", open_until as "openUntil"
      from private.offer_by_hand(${offer.entryId}, ${offer.reason}, ${offer.time?.teacherId ?? null},
                                 ${offer.time?.startsAt ?? null})`.execute(db);
  return only(rows);
}

/** The offer that a family's entry has or had; `not_found` for every other family. */
export async function requireOffer(db: Db, offerId: string) {
  const offer = await db
    .selectFrom("waitlist_offers as o")
    .innerJoin("waitlist_entries as e", "e.id", "o.entry_id")
    .innerJoin("students as s", "s.id", "e.student_id")
    .select([
      "o.id",
      "o.class_id as classId",
      "e.instrument_id as instrumentId",
      "e.minutes",
      "s.birth_date as birthDate",
    ])
    .where("o.id", "=", offerId)
    .executeTakeFirst();
  if (!offer)
    throw new AppError("not_found", {
      userMessage: "This offer is not there any more. Reload the page to see what is open.",
    });
  const { rows } = await sql<{ teacherId: string; startsAt: Date }>`
    select teacher_id as "teacherId", starts_at as "startsAt" from private.offered_times() where offer_id = ${offerId}`.execute(
    db,
  );
  return { ...offer, time: rows[0] ?? null };
}
