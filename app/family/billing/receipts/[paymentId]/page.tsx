import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Wordmark } from "@/components/brand/wordmark";
import { BackLink } from "@/components/portal/back-link";
import { PrintButton } from "@/components/portal/print-button";
import { DataList } from "@/components/ui/data-list";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { getReceipt } from "@/lib/billing/queries";
import { cardInWords } from "@/lib/billing/receipt";
import { withPrincipal } from "@/lib/db/principal";
import { formatLongDay } from "@/lib/format";
import { readId } from "@/lib/ids";
import { formatMoney, subtractMoney, usd } from "@/lib/money";
import styles from "./receipt.module.css";

export const metadata: Metadata = { title: "Receipt" };

export default async function ReceiptPage({ params }: PageProps<"/family/billing/receipts/[paymentId]">) {
  const parent = await requirePage(["parent"]);
  const id = readId<"payment">((await params).paymentId);
  if (!id) notFound();
  const [academy, receipt] = await Promise.all([
    loadAcademy(),
    withPrincipal(parent, (db) => getReceipt(db, id)),
  ]);
  if (!receipt) notFound();
  const { payer, refunded } = receipt;

  return (
    <div className={styles.page}>
      <PageHeader
        eyebrow={<BackLink href="/family/billing">Billing</BackLink>}
        title={`Receipt No. ${receipt.receiptNumber}`}
        actions={<PrintButton>Print or save as PDF</PrintButton>}
      />
      <article className={styles.sheet} aria-label={`Receipt No. ${receipt.receiptNumber}`}>
        <div className={styles.head}>
          <div>
            <Wordmark />
            <p className={styles.address}>
              {academy.name}
              <br />
              {academy.address}
              <br />
              {academy.phone} · {academy.email}
            </p>
          </div>
          <p className={styles.number}>
            <span>Receipt</span>
            <strong>No. {receipt.receiptNumber}</strong>
          </p>
        </div>
        <DataList
          items={[
            { label: "Paid on", value: formatLongDay(receipt.paidAt, academy.timeZone) },
            {
              label: "Paid by",
              value: payer ? (
                <>
                  {payer.name}
                  <span className={styles.second}>{payer.email}</span>
                  {payer.address && <span className={styles.second}>{payer.address}</span>}
                </>
              ) : (
                receipt.familyName
              ),
            },
            ...(receipt.studentName ? [{ label: "Student", value: receipt.studentName }] : []),
            { label: "Paid with", value: receipt.card ? cardInWords(receipt.card) : "Other means" },
            { label: "For", value: receipt.description },
          ]}
        />
        <div className={styles.sum}>
          <DataList
            kind="amounts"
            items={[
              ...receipt.lines.map((line) => ({ label: line.label, value: formatMoney(line.amount) })),
              { label: "Paid, US dollars", value: formatMoney(receipt.paid), total: true },
              ...(refunded.cents > 0
                ? [
                    { label: "Given back since", value: formatMoney(subtractMoney(usd(0), refunded)) },
                    {
                      label: "Remains",
                      value: formatMoney(subtractMoney(receipt.paid, refunded)),
                      total: true,
                    },
                  ]
                : []),
            ]}
          />
        </div>
        <p className={styles.thanks}>Thank you. Please keep this receipt for your records.</p>
      </article>
    </div>
  );
}
