import type { Check } from "../../chaos/invariants/check";
import type { World } from "../../chaos/world";
import { addMonths, DAY, HOUR, midnight } from "../calendar";
import { mailsTo } from "../mailbox";
import { type Player, players, type Story } from "../story";

type Break = { readonly from: Date; readonly until: Date };
/** What keeps tuition from being asked for: `moves` a wished pause, `voids` one for overdue tuition, and the end. */
type Terms = { readonly moves: Break | null; readonly voids: Break | null; readonly endsAt: Date };

/** When tuition is to be charged again after the first payment, month by month, in UTC as Stripe counts. */
function expectedCharges(paidAt: Date, { moves, voids, endsAt }: Terms): Date[] {
  const charges: Date[] = [];
  let anchor = paidAt;
  let months = 0;
  for (let from = paidAt; ; ) {
    months += 1;
    let at = addMonths(anchor, months);
    if (moves && from < moves.from && moves.from <= at) {
      at = new Date(at.getTime() + moves.until.getTime() - moves.from.getTime());
      anchor = at;
      months = 0;
    }
    if (at >= endsAt) return charges;
    if (!voids || at < voids.from || at >= voids.until) charges.push(at);
    from = at;
  }
}

type Renewal = {
  id: string;
  status: string;
  total: number;
  issuedAt: Date;
  payments: number;
  paid: number;
  postings: number;
  receipts: number;
};

async function listRenewals({ sql }: World, { enrollmentId }: Player): Promise<Renewal[]> {
  return sql<Renewal[]>`
    select i.id, i.status, i.total_cents as total, private.local_midnight(i.issued_on) as "issuedAt",
           (select count(*)::int from payments p where p.invoice_id = i.id) as payments,
           (select coalesce(sum(p.amount_cents), 0)::int from payments p where p.invoice_id = i.id) as paid,
           (select count(distinct t.id)::int from payments p join ledger_transactions t on t.cause = p.stripe_charge_id
             where p.invoice_id = i.id) as postings,
           (select count(*)::int from payments p join email_log m on m.key = 'receipt:' || p.id
             where p.invoice_id = i.id and m.status = 'sent') as receipts
      from invoices i
     where i.stripe_invoice_id is not null and i.status <> 'void'
       and exists (select from invoice_lines l where l.invoice_id = i.id and l.enrollment_id = ${enrollmentId})
     order by i.issued_on, i.number`;
}

async function readTerms(story: Story, { enrollmentId }: Player): Promise<Terms & { paidAt: Date }> {
  const { world, endsAt } = story;
  const [row] = await world.sql<
    { paidAt: Date; pausedAt: Date | null; resumedAt: Date | null; leftAt: Date | null }[]
  >`
    select (select min(p.paid_at) from payments p where p.enrollment_id = e.id) as "paidAt",
           u.paused_at as "pausedAt", u.resumed_at as "resumedAt", private.local_midnight(e.ends_on + 1) as "leftAt"
      from enrollments e left join unpaid_pauses u on u.enrollment_id = e.id where e.id = ${enrollmentId}`;
  if (!row) throw new Error(`the enrollment ${enrollmentId} is gone`);
  const wished = enrollmentId === story.leaving.enrollmentId ? story.pause : null;
  return {
    paidAt: row.paidAt,
    moves: wished && {
      from: await midnight(world, wished.firstDay),
      until: await midnight(world, wished.dayAfter),
    },
    voids: row.pausedAt && { from: row.pausedAt, until: row.resumedAt ?? endsAt },
    // An hour after its period a bill is closed and charged.
    endsAt: new Date(Math.min(row.leftAt?.getTime() ?? Number.POSITIVE_INFINITY, endsAt.getTime() - HOUR)),
  };
}

export const renewalChecks: readonly Check<Story>[] = [
  {
    name: "each month's tuition was asked for once, on its day, and for no month of a pause or after the end",
    find: async (story) => {
      const found: string[] = [];
      for (const player of players(story)) {
        const terms = await readTerms(story, player);
        const expected = expectedCharges(terms.paidAt, terms);
        const renewals = await listRenewals(story.world, player);
        const isOf = (at: Date) => (renewal: Renewal) =>
          Math.abs(renewal.issuedAt.getTime() - at.getTime()) <= DAY;
        // One that falls on the very day on which a pause begins or ends may be asked for or not.
        const missing = expected.filter(
          (at) => !isAtEdge(at, terms) && renewals.filter(isOf(at)).length !== 1,
        );
        const astray = renewals.filter(
          (renewal) => !expected.some((at) => isOf(at)(renewal)) && !isAtEdge(renewal.issuedAt, terms),
        );
        if (missing.length > 0 || astray.length > 0 || expected.length < 2)
          found.push(
            `enrollment ${player.enrollmentId}: expected ${words(expected)}; there are ${words(renewals.map(({ issuedAt }) => issuedAt))}`,
          );
      }
      return found;
    },
  },
  {
    name: "each of these invoices is paid by one payment, posted once, with one receipt in the mailbox",
    find: async (story) => {
      const found: string[] = [];
      for (const player of players(story)) {
        const renewals = await listRenewals(story.world, player);
        for (const { id, status, total, payments, paid, postings, receipts } of renewals) {
          if (status !== "paid" || payments !== 1 || paid !== total || postings !== 1 || receipts !== 1)
            found.push(
              `invoice ${id} of ${total} cents is ${status}: ${payments} payments of ${paid} cents, ${postings} postings, ${receipts} receipts`,
            );
        }
        const inBox = (await mailsTo(story.world, player.family.email)).filter(({ subject }) =>
          subject.startsWith("Receipt "),
        ).length;
        // The first month was paid when the lessons were bought.
        if (inBox !== renewals.length + 1)
          found.push(`${player.family.email} has ${inBox} receipts for ${renewals.length + 1} payments`);
      }
      return found;
    },
  },
];

const isAtEdge = (at: Date, { voids }: Terms): boolean =>
  voids !== null &&
  [voids.from, voids.until].some((edge) => Math.abs(edge.getTime() - at.getTime()) < DAY / 2);

const words = (days: readonly Date[]): string =>
  days.length === 0 ? "none" : days.map((day) => day.toISOString().slice(0, 16)).join(", ");
