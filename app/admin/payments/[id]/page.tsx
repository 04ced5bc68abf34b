import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { AttemptTable, whatIsNext } from "@/components/billing/failed-bill";
import { BackLink } from "@/components/portal/back-link";
import { Columns } from "@/components/portal/columns";
import { Card } from "@/components/ui/card";
import { DataList } from "@/components/ui/data-list";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { findFailedBill } from "@/lib/billing/overdue-queries";
import { cardInWords } from "@/lib/billing/receipt";
import { listRefunds } from "@/lib/billing/refunds";
import { withPrincipal } from "@/lib/db/principal";
import { readId } from "@/lib/ids";
import { formatMoney, subtractMoney, sumMoney, usd } from "@/lib/money";
import { listAuditOfRows } from "@/lib/reporting/audit-queries";
import { getPayment, listLedger } from "@/lib/reporting/payment-queries";
import { AuditTrail } from "../../_components/audit-trail";
import { Ledger } from "../../_components/ledger";
import { PaymentFacts } from "../../_components/payment-facts";
import styles from "../../admin.module.css";
import { RefundForm } from "./_components/refund-form";
import { RefundList } from "./_components/refund-list";

export const metadata: Metadata = { title: "Payment" };

export default async function AdminPayment({ params }: PageProps<"/admin/payments/[id]">) {
  const admin = await requirePage(["admin"]);
  const id = readId<"payment">((await params).id);
  if (!id) notFound();
  const [{ timeZone }, found] = await Promise.all([
    loadAcademy(),
    withPrincipal(admin, async (db) => {
      const payment = await getPayment(db, id);
      if (!payment) return null;
      const refunds = await listRefunds(db, id);
      return {
        payment,
        refunds,
        failed: await findFailedBill(db, id),
        ledger: await listLedger(db, [id]),
        audit: await listAuditOfRows(db, { payments: [id], refunds: refunds.map((refund) => refund.id) }),
      };
    }),
  ]);
  if (!found) notFound();
  const { payment, refunds, failed, ledger, audit } = found;
  const given = sumMoney([
    usd(0),
    ...refunds.filter(({ status }) => status !== "failed").map(({ amount }) => amount),
  ]);
  const left = subtractMoney(payment.paid, given);

  return (
    <>
      <PageHeader
        eyebrow={<BackLink href="/admin/payments">Payments</BackLink>}
        title={`Receipt No. ${payment.receiptNumber}`}
        description={payment.description}
      />
      <Columns
        aside={
          <Card title="Belongs to">
            <DataList
              items={[
                {
                  label: "Family",
                  value: <Link href={`/admin/families/${payment.familyId}`}>{payment.familyName}</Link>,
                },
                {
                  label: "Enrollment",
                  value: payment.enrollmentId ? (
                    <Link href={`/admin/enrollments/${payment.enrollmentId}`}>
                      No. {payment.enrollmentNumber}
                    </Link>
                  ) : (
                    "None"
                  ),
                },
              ]}
            />
          </Card>
        }
      >
        <Card title="Payment">
          <PaymentFacts payment={payment} timeZone={timeZone} />
        </Card>
        {refunds.length > 0 && (
          <Card title="Refunds">
            <RefundList refunds={refunds} timeZone={timeZone} />
          </Card>
        )}
        {payment.status === "disputed" ? (
          <Card title="Give money back">
            <p className={styles.soft}>The bank holds this payment while it is disputed.</p>
          </Card>
        ) : (
          left.cents > 0 && (
            <Card
              title="Give money back"
              description={`${formatMoney(left)} of this payment can be given back, in one or in parts.`}
            >
              <RefundForm
                paymentId={payment.id}
                left={left}
                card={payment.stripePaymentIntentId && payment.card ? cardInWords(payment.card) : null}
              />
            </Card>
          )
        )}
        {failed && (
          <Card title="Failed charges before it" description={whatIsNext(failed, timeZone)}>
            <AttemptTable bill={failed} timeZone={timeZone} />
          </Card>
        )}
        <Card title="In the books" description="Each transaction sums to zero; nothing here is ever changed.">
          {ledger.length === 0 ? (
            <p className={styles.soft}>Not posted yet.</p>
          ) : (
            <Ledger transactions={ledger} timeZone={timeZone} />
          )}
        </Card>
        <Card title="Audit trail">
          {audit.length === 0 ? (
            <p className={styles.soft}>Nothing is recorded.</p>
          ) : (
            <AuditTrail entries={audit} timeZone={timeZone} label="Changes of the payment" />
          )}
        </Card>
      </Columns>
    </>
  );
}
