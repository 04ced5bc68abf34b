import { sql } from "kysely";
import { getAcademy } from "@/lib/academy/queries";
import { clock } from "@/lib/clock";
import { service, withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { deliver } from "@/lib/messaging/deliver";
import { renderRefundNotice } from "@/lib/messaging/payment-mails";
import { usd } from "@/lib/money";

const academyItself = service("messaging");

type Refunded = {
  familyId: string;
  enrollmentId: string | null;
  payerName: string;
  payerEmail: string;
  status: "pending" | "succeeded" | "failed";
  failureReason: string | null;
  cents: number;
  paidCents: number;
  target: "card" | "credit";
  receiptNumber: number;
  cardBrand: string | null;
  cardLast4: string | null;
  reason: string;
  endsTuition: boolean;
  nth: number;
};

/**
 * The letter about a refund that an administrator made, once. One that failed is the academy's to deal with, not the
 * family's: it is thrown, in words, for the run to tell.
 */
export async function sendRefundLetter(refundId: string): Promise<boolean> {
  const { found, settings } = await withPrincipal(academyItself, async (db) => {
    const { rows } = await sql<Refunded>`
      select r.family_id as "familyId", p.enrollment_id as "enrollmentId", g.full_name as "payerName", g.email as "payerEmail",
             r.status, r.failure_reason as "failureReason", r.amount_cents as cents, p.amount_cents as "paidCents", r.target,
             p.receipt_number as "receiptNumber", p.card_brand as "cardBrand", p.card_last4 as "cardLast4", r.reason,
             r.ends_tuition as "endsTuition",
             (select count(*)::int from refunds o where o.payment_id = p.id and (o.created_at, o.id) <= (r.created_at, r.id)) as nth
        from refunds r
        join payments p on p.id = r.payment_id
        join guardians g on g.id = coalesce(p.guardian_id, private.payer_of(r.family_id))
       where r.id = ${refundId}`.execute(db);
    return { found: rows[0], settings: await getAcademy(db) };
  });
  if (!found) throw new AppError("not_found", { userMessage: "There is no such refund." });
  if (found.status === "failed")
    throw new AppError("conflict", {
      message: `refund ${refundId} failed: ${found.failureReason ?? "no reason given"}`,
      userMessage: `The refund to the card failed (${(found.failureReason ?? "no reason given").replaceAll("_", " ")}). Give the amount back in another way, for example as credit.`,
    });
  const { name, email, phone, address, timeZone } = settings;
  return deliver(
    {
      key: `refund:${refundId}`,
      kind: "refund-notice",
      to: found.payerEmail,
      familyId: found.familyId,
      enrollmentId: found.enrollmentId,
    },
    () =>
      renderRefundNotice({
        academy: { name, email, phone, address, siteUrl: env().SITE_URL },
        parentFirstName: found.payerName.split(" ")[0] ?? found.payerName,
        refundNumber: `R-${found.receiptNumber}${found.nth > 1 ? `-${found.nth}` : ""}`,
        receiptNumber: String(found.receiptNumber),
        refundedAt: clock.now(),
        timeZone,
        refund: {
          amount: usd(found.cents),
          card:
            found.cardBrand && found.cardLast4 ? { brand: found.cardBrand, last4: found.cardLast4 } : null,
        },
        paidTotal: usd(found.paidCents),
        isCredit: found.target === "credit",
        endsTuition: found.endsTuition,
        reason: found.reason,
        billingUrl: `${env().SITE_URL}/family/billing`,
      }),
  );
}
