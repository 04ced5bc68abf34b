import { sql } from "kysely";
import { getAcademy } from "@/lib/academy/queries";
import { clock } from "@/lib/clock";
import { type Db, service, withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import type { Id } from "@/lib/ids";
import { deliver } from "@/lib/messaging/deliver";
import { renderMakeupOffer } from "@/lib/messaging/makeup-offer-mail";
import { usd } from "@/lib/money";
import { getMakeupCredit } from "./lesson-change-queries";
import { listMakeupTimes, makeupPath } from "./makeup-times";

const academyItself = service("messaging");

/** Letters that one step sends. */
const BATCH = 40;

type DueOffer = {
  readonly key: string;
  readonly creditId: Id<"makeup-credit">;
  readonly familyId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly readerName: string;
  readonly email: string;
};

/**
 * Credits that end within two weeks, or within three days, and the guardians who have not been written to about it: each
 * once for either.
 */
async function listDue(db: Db): Promise<DueOffer[]> {
  const { rows } = await sql<DueOffer>`
    select o.* from (
      select 'makeup-offer:' || c.id || ':' || case when c.expires_at <= private.now() + interval '3 days' then '3' else '14' end
               || ':' || g.id as key,
             c.id as "creditId", c.family_id as "familyId", s.first_name as "firstName", s.last_name as "lastName",
             g.full_name as "readerName", g.email, c.expires_at
        from makeup_credits c
        join students s on s.id = c.student_id and s.deleted_at is null
        join guardians g on g.family_id = c.family_id and g.deleted_at is null
       where c.used_at is null and c.voided_at is null
         and c.expires_at > private.now() + interval '1 day' and c.expires_at <= private.now() + interval '14 days'
         -- A credit that has just been given came with a letter of its own.
         and c.issued_at < private.now() - interval '1 day'
         and not exists (select from notification_choices n
                          where n.profile_id = g.profile_id and n.kind = 'makeup_offer' and n.channel = 'none')) o
     where not exists (select from email_log e where e.key = o.key and (e.status = 'sent' or e.attempts >= 5))
     order by o.expires_at, o.key
     limit ${BATCH}`.execute(db);
  return rows;
}

/** Writes to guardians whose make-up credits end soon, with three open times for each. Returns how many were tried. */
export async function sendMakeupOffers(): Promise<number> {
  const { SITE_URL: siteUrl } = env();
  const { academy, due } = await withPrincipal(academyItself, async (db) => ({
    academy: { ...(await getAcademy(db)), siteUrl },
    due: await listDue(db),
  }));
  for (const offer of due) {
    await deliver(
      { key: offer.key, kind: "makeup-offer", to: offer.email, familyId: offer.familyId },
      async () => {
        const now = clock.now();
        const { credit, times } = await withPrincipal(academyItself, async (db) => {
          const credit = await getMakeupCredit(db, offer.creditId);
          return { credit, times: credit ? await listMakeupTimes(db, credit, now) : [] };
        });
        if (!credit) throw new Error("the make-up credit does not exist any more");
        const name = `${offer.firstName} ${offer.lastName}`;
        return renderMakeupOffer({
          academy,
          timeZone: academy.timeZone,
          readerFirstName: offer.readerName.split(" ")[0] ?? offer.readerName,
          student: {
            firstName: offer.firstName,
            lastName: offer.lastName,
            isReader: name.toLowerCase() === offer.readerName.toLowerCase(),
          },
          minutes: credit.minutes,
          expiresAt: credit.expiresAt,
          now,
          money: credit.moneyCents === null ? null : usd(credit.moneyCents),
          times: times.map(({ path, ...time }) => ({ ...time, url: `${siteUrl}${path}` })),
          makeupUrl: `${siteUrl}${makeupPath(credit.id)}`,
        });
      },
    );
  }
  return due.length;
}
