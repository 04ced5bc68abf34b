import { Timeline } from "@/components/portal/timeline";
import { StatusBadge, type Tone } from "@/components/ui/status-badge";
import type { CheckoutStatus } from "@/lib/db/database.gen";
import { formatDate, formatTime } from "@/lib/format";
import { formatMoney } from "@/lib/money";
import type { CheckoutLine } from "@/lib/reporting/enrollment-case";

const words: Readonly<Record<CheckoutStatus, { word: string; tone: Tone }>> = {
  open: { word: "Open", tone: "waiting" },
  paid: { word: "Paid", tone: "good" },
  expired: { word: "Closed unpaid", tone: "neutral" },
};

/** The visits to Stripe Checkout: when, for how much, and what came of each. */
export function CheckoutList({
  checkouts,
  timeZone,
}: {
  checkouts: readonly CheckoutLine[];
  timeZone: string;
}) {
  return (
    <Timeline
      label="Payment pages"
      items={checkouts.map((checkout) => ({
        id: checkout.id,
        when: `${formatDate(checkout.createdAt, timeZone)}, ${formatTime(checkout.createdAt, timeZone)}`,
        what: (
          <>
            {formatMoney(checkout.amount)}{" "}
            <StatusBadge tone={words[checkout.status].tone}>{words[checkout.status].word}</StatusBadge>
          </>
        ),
        note: checkout.stripeSessionId,
      }))}
    />
  );
}
