import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { BackLink } from "@/components/portal/back-link";
import { Columns } from "@/components/portal/columns";
import { Card } from "@/components/ui/card";
import { DataList } from "@/components/ui/data-list";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { withPrincipal } from "@/lib/db/principal";
import { readId } from "@/lib/ids";
import { listAuditOfRows } from "@/lib/reporting/audit-queries";
import { getPayment, listLedger } from "@/lib/reporting/payment-queries";
import { AuditTrail } from "../../_components/audit-trail";
import { Ledger } from "../../_components/ledger";
import { PaymentFacts } from "../../_components/payment-facts";
import styles from "../../admin.module.css";

export const metadata: Metadata = { title: "Payment" };

export default async function AdminPayment({ params }: PageProps<"/admin/payments/[id]">) {
  const admin = await requirePage(["admin"]);
  const id = readId<"payment">((await params).id);
  if (!id) notFound();
  const [{ timeZone }, found] = await Promise.all([
    loadAcademy(),
    withPrincipal(admin, async (db) => {
      const payment = await getPayment(db, id);
      return (
        payment && {
          payment,
          ledger: await listLedger(db, [id]),
          audit: await listAuditOfRows(db, { payments: [id] }),
        }
      );
    }),
  ]);
  if (!found) notFound();
  const { payment, ledger, audit } = found;

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
