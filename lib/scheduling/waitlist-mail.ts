import { sql } from "kysely";
import { getAcademy } from "@/lib/academy/queries";
import { type Db, service, withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { deliver } from "@/lib/messaging/deliver";
import { type OfferedThing, renderWaitlistOffer } from "@/lib/messaging/waitlist-mails";
import { usd } from "@/lib/money";
import type { ClassKind } from "./class-schema";

const academyItself = service("messaging");

type OfferRow = {
  readonly familyId: string;
  readonly expiresAt: Date;
  readonly firstName: string;
  readonly lastName: string;
  readonly parentName: string;
  readonly parentEmail: string;
  readonly instrument: string | null;
  readonly startsAt: Date | null;
  readonly minutes: number;
  readonly className: string | null;
  readonly classKind: ClassKind | null;
  readonly weekday: number | null;
  readonly starts: string | null;
  readonly nextAt: Date | null;
  readonly cents: number | null;
  readonly teacherName: string | null;
  readonly roomName: string | null;
};

async function readOffer(db: Db, offerId: string): Promise<OfferRow> {
  const { rows } = await sql<OfferRow>`
    select o.family_id as "familyId", o.expires_at as "expiresAt", s.first_name as "firstName", s.last_name as "lastName",
           g.full_name as "parentName", g.email as "parentEmail", i.name as instrument, b.starts_at as "startsAt",
           coalesce(c.minutes, e.minutes) as minutes, c.name as "className", c.kind as "classKind", c.weekday,
           c.starts::text as starts, c.price_cents as cents,
           (select min(l.starts_at) from lessons l
             where l.class_id = c.id and l.status = 'scheduled' and l.starts_at > private.now()) as "nextAt",
           t.first_name || ' ' || t.last_name as "teacherName", r.name as "roomName"
      from waitlist_offers o
      join waitlist_entries e on e.id = o.entry_id
      join students s on s.id = e.student_id
      join guardians g on g.id = private.payer_of(o.family_id)
      left join private.offered_times() b on b.offer_id = o.id
      left join classes c on c.id = o.class_id
      left join instruments i on i.id = e.instrument_id
      left join teachers t on t.id = coalesce(c.teacher_id, b.teacher_id)
      left join rooms r on r.id = coalesce(c.room_id, b.room_id)
     where o.id = ${offerId}`.execute(db);
  if (!rows[0]) throw new AppError("not_found", { userMessage: "This offer does not exist." });
  return rows[0];
}

function offeredThing(offer: OfferRow): OfferedThing {
  if (offer.className && offer.classKind && offer.cents !== null) {
    const { className: name, classKind, weekday, starts, minutes, nextAt } = offer;
    return { kind: "class", name, classKind, weekday, starts, minutes, nextAt, price: usd(offer.cents) };
  }
  if (!offer.startsAt || !offer.instrument) {
    throw new AppError("conflict", { userMessage: "The offer has neither a time nor a class." });
  }
  return {
    kind: "lesson",
    instrument: offer.instrument.toLowerCase(),
    startsAt: offer.startsAt,
    minutes: offer.minutes,
  };
}

/** Tells the family's payer of an offer, once. False when it had been sent before. */
export async function sendWaitlistOffer(offerId: string): Promise<boolean> {
  const { offer, settings } = await withPrincipal(academyItself, async (db) => ({
    offer: await readOffer(db, offerId),
    settings: await getAcademy(db),
  }));
  const siteUrl = env().SITE_URL;
  const { name, email, phone, address, timeZone } = settings;
  return deliver(
    {
      key: `waitlist-offer:${offerId}`,
      kind: "waitlist-offer",
      to: offer.parentEmail,
      familyId: offer.familyId,
    },
    () =>
      renderWaitlistOffer({
        academy: { name, email, phone, address, siteUrl },
        parentFirstName: offer.parentName.split(" ")[0] ?? offer.parentName,
        student: {
          firstName: offer.firstName,
          lastName: offer.lastName,
          isReader: `${offer.firstName} ${offer.lastName}`.toLowerCase() === offer.parentName.toLowerCase(),
        },
        offered: offeredThing(offer),
        teacherName: offer.teacherName,
        roomName: offer.roomName,
        openUntil: offer.expiresAt,
        timeZone,
        offerUrl: `${siteUrl}/family/classes#offers`,
      }),
  );
}
