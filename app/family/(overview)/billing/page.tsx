import type { Metadata } from "next";
import Link from "next/link";
import { AttemptTable, whatIsNext } from "@/components/billing/failed-bill";
import { cadencePeriod } from "@/components/enrollments/enrollment-wording";
import { PaymentStatusBadge } from "@/components/enrollments/payment-status";
import { Stack } from "@/components/portal/columns";
import { DataTable } from "@/components/portal/data-table";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { DataList } from "@/components/ui/data-list";
import { EmptyState } from "@/components/ui/empty-state";
import { Notice } from "@/components/ui/notice";
import { PageHeader } from "@/components/ui/page-header";
import { Stat, StatGrid } from "@/components/ui/stat";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage, type SignedIn } from "@/lib/auth/session";
import { readCardOwner, recordCard } from "@/lib/billing/cards";
import type { FailedBill } from "@/lib/billing/failed-bill";
import { type CardOnFile, getFamilyCard, listFamilyOverdue } from "@/lib/billing/overdue-queries";
import {
  listFamilyPayments,
  listSubscriptions,
  listYearTotals,
  type Subscription,
  type YearTotal,
} from "@/lib/billing/queries";
import { cardInWords } from "@/lib/billing/receipt";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { countOf, formatCalendarDate, formatDate, listOf, localDate } from "@/lib/format";
import { errorFacts, log } from "@/lib/log";
import { formatMoney, type Money, subtractMoney, sumMoney, usd } from "@/lib/money";
import { queryValue } from "@/lib/reporting/list-params";
import { ReplaceCardForm } from "../../_components/replace-card-form";
import styles from "../../family.module.css";

export const metadata: Metadata = { title: "Billing" };

export default async function FamilyBilling({ searchParams }: PageProps<"/family/billing">) {
  const parent = await requirePage(["parent"]);
  const query = await searchParams;
  const asked = Number(queryValue(query, "year"));
  const isCardSaved = await saveCard(parent, queryValue(query, "card"));
  const { timeZone } = await loadAcademy();
  const thisYear = Number(localDate(clock.now(), timeZone).slice(0, 4));
  const { years, year, payments, subscriptions, overdue, card } = await withPrincipal(parent, async (db) => {
    const years = await listYearTotals(db, timeZone);
    const year = years.find((total) => total.year === asked)?.year ?? years[0]?.year ?? thisYear;
    return {
      years,
      year,
      payments: await listFamilyPayments(db, year, timeZone),
      subscriptions: await listSubscriptions(db),
      overdue: await listFamilyOverdue(db),
      card: await getFamilyCard(db),
    };
  });
  const total: YearTotal = years.find((known) => known.year === year) ?? {
    year,
    payments: 0,
    paid: usd(0),
    refunded: usd(0),
  };
  const next = nextCharge(subscriptions, timeZone);

  if (years.length === 0 && subscriptions.length === 0) {
    return (
      <>
        <PageHeader title="Billing" />
        <EmptyState
          title="Nothing has been charged yet"
          action={<ButtonLink href="/enroll">Enroll a child</ButtonLink>}
        >
          <p>Payments and their receipts stand here. You pay when you enroll, and see every amount before.</p>
        </EmptyState>
      </>
    );
  }

  return (
    <>
      <PageHeader title="Billing" description="What you have paid, with a receipt for each payment." />
      <Stack>
        {isCardSaved && (
          <Notice tone="good" role="status" title="Your new card is saved">
            {overdue.length > 0
              ? "What is overdue is charged to it now; you get an email about the outcome within a minute or two."
              : "It is charged from now on."}
          </Notice>
        )}
        {overdue.map((bill) => (
          <OverdueCard key={bill.id} bill={bill} timeZone={timeZone} />
        ))}
        <StatGrid>
          <Stat
            label={`Paid in ${year}`}
            value={formatMoney(total.paid)}
            detail={countOf(total.payments, "payment")}
          />
          {total.refunded.cents > 0 && (
            <Stat
              label={`Given back in ${year}`}
              value={formatMoney(total.refunded)}
              detail={`${formatMoney(subtractMoney(total.paid, total.refunded))} remain`}
            />
          )}
          {next && (
            <Stat
              label="Next charge"
              value={formatMoney(next.amount)}
              detail={`${formatDate(next.at, timeZone)}, for ${listOf(next.students)}`}
            />
          )}
        </StatGrid>
        {subscriptions.length > 0 && (
          <Card title="Tuition that runs" description="Charged to your card by itself until you give notice.">
            <DataList
              kind="amounts"
              items={subscriptions.map((subscription) => ({
                label: `${subscription.student}, ${subscription.instrument.toLowerCase()}`,
                note: subscription.isPaused
                  ? "Not charged while lessons pause"
                  : subscription.nextChargeAt
                    ? `Next charge ${formatDate(subscription.nextChargeAt, timeZone)}`
                    : "No further charge is planned",
                value: `${formatMoney(subscription.amount)} ${cadencePeriod[subscription.cadence]}`,
              }))}
            />
          </Card>
        )}
        {(subscriptions.length > 0 || overdue.length > 0) && <PaymentCard card={card} />}
        <section aria-labelledby="payments">
          <div className={styles.tabs}>
            <h2 id="payments" className={styles.attentionTitle}>
              Payments
            </h2>
            {years.length > 1 && (
              <nav aria-label="Year" className={styles.tabGroup}>
                {years.map((known) => (
                  <Link
                    key={known.year}
                    href={`/family/billing?year=${known.year}`}
                    className={styles.tab}
                    aria-current={known.year === year ? "page" : undefined}
                    scroll={false}
                  >
                    {known.year}
                  </Link>
                ))}
              </nav>
            )}
          </div>
          {payments.length === 0 ? (
            <EmptyState
              title={`No payments in ${year}`}
              action={<ButtonLink href="/family">To your family's page</ButtonLink>}
            >
              <p>A payment stands here as soon as it has arrived.</p>
            </EmptyState>
          ) : (
            <DataTable
              label={`Payments in ${year}`}
              rows={payments}
              rowKey={(payment) => payment.id}
              columns={[
                { key: "what", label: "For", cell: (payment) => payment.description },
                { key: "when", label: "Paid on", cell: (payment) => formatDate(payment.paidAt, timeZone) },
                {
                  key: "card",
                  label: "With",
                  cell: (payment) => (payment.card ? cardInWords(payment.card) : "Other means"),
                },
                {
                  key: "status",
                  label: "Status",
                  cell: (payment) => <PaymentStatusBadge status={payment.status} />,
                },
                {
                  key: "amount",
                  label: "Amount",
                  align: "end",
                  cell: (payment) =>
                    payment.refunded.cents > 0
                      ? `${formatMoney(payment.paid)} (${formatMoney(payment.refunded)} back)`
                      : formatMoney(payment.paid),
                },
                {
                  key: "receipt",
                  label: "Receipt",
                  align: "end",
                  cell: (payment) => (
                    <Link
                      href={`/family/billing/receipts/${payment.id}`}
                      aria-label={`Receipt No. ${payment.receiptNumber}`}
                    >
                      No. {payment.receiptNumber}
                    </Link>
                  ),
                },
              ]}
            />
          )}
        </section>
      </Stack>
    </>
  );
}

/** Back from the card page: the card counts at once, without waiting for Stripe's message. Whether it was the reader's own. */
async function saveCard(parent: SignedIn, sessionId: string): Promise<boolean> {
  if (!/^cs_\w+$/.test(sessionId)) return false;
  const owner = await withPrincipal(parent, (db) => readCardOwner(db, parent.userId));
  try {
    const saved = await recordCard(sessionId);
    return saved !== null && saved.familyId === owner?.familyId;
  } catch (error) {
    // Stripe's message brings it later.
    log("warn", "card.not_saved_yet", errorFacts(error));
    return false;
  }
}

function OverdueCard({ bill, timeZone }: { bill: FailedBill; timeZone: string }) {
  return (
    <Card
      title={`Overdue: ${formatMoney(bill.left)}`}
      description={`${bill.what}, due on ${formatCalendarDate(bill.dueOn)}`}
    >
      <Notice
        tone={bill.isPaused ? "bad" : "waiting"}
        title={bill.isPaused ? "Lessons are paused" : "What happens next"}
      >
        <p>{whatIsNext(bill, timeZone)}</p>
        <p>A new card is charged at once, and settles it.</p>
      </Notice>
      <ReplaceCardForm isUrgent />
      <AttemptTable bill={bill} timeZone={timeZone} />
    </Card>
  );
}

function PaymentCard({ card }: { card: CardOnFile | null }) {
  return (
    <Card title="Your card" description="Stripe keeps it; we see its last four digits only.">
      <DataList
        items={[
          {
            label: "Charged",
            value: card
              ? `${cardInWords(card)}${card.expiresOn ? `, valid until ${card.expiresOn.slice(5, 7)}/${card.expiresOn.slice(0, 4)}` : ""}`
              : "No card is on file",
          },
        ]}
      />
      <ReplaceCardForm />
    </Card>
  );
}

/** What the family's cards are charged on the next day on which any of them is. */
function nextCharge(
  subscriptions: readonly Subscription[],
  timeZone: string,
): { at: Date; amount: Money; students: string[] } | null {
  const at = subscriptions.find((subscription) => subscription.nextChargeAt)?.nextChargeAt;
  if (!at) return null;
  const day = localDate(at, timeZone);
  const due = subscriptions.filter(
    ({ nextChargeAt }) => nextChargeAt && localDate(nextChargeAt, timeZone) === day,
  );
  return {
    at,
    amount: sumMoney(due.map(({ amount }) => amount)),
    students: [...new Set(due.map(({ student }) => student))],
  };
}
