import { DataTable } from "@/components/portal/data-table";
import { declineInWords } from "@/lib/billing/decline-wording";
import type { FailedBill } from "@/lib/billing/failed-bill";
import { cardInWords } from "@/lib/billing/receipt";
import { formatDate, formatDayTime, formatZone } from "@/lib/format";
import { formatMoney } from "@/lib/money";

/** What the academy does by itself about a bill, in a sentence. */
export function whatIsNext(bill: FailedBill, timeZone: string): string {
  const { next } = bill;
  const moment = (at: Date) => `${formatDayTime(at, timeZone)} ${formatZone(at, timeZone)}`;
  switch (next.kind) {
    case "retry":
      return `The card is charged again on ${moment(next.at)} (${next.turn} of ${next.of}). Lessons pause if the bill is still open on ${formatDate(bill.pausesAt, timeZone)}.`;
    case "pause":
      return `This card is not charged again by itself. Lessons pause if the bill is still open on ${formatDate(next.at, timeZone)}.`;
    case "stop":
      if (next.because === "nothing_left") return "This card is not charged again by itself.";
      return next.because === "settled"
        ? "Nothing is open any more."
        : "The lessons pause until it is paid. They come back by themselves then, as far as their times are still free.";
  }
}

/** The charges for a bill that failed, with the bank's reason in words. */
export function AttemptTable({ bill, timeZone }: { bill: FailedBill; timeZone: string }) {
  return (
    <DataTable
      label={`Failed charges for invoice ${bill.number}`}
      rows={bill.attempts}
      rowKey={(attempt) => attempt.id}
      columns={[
        {
          key: "at",
          label: "Tried",
          cell: ({ at }) => `${formatDayTime(at, timeZone)} ${formatZone(at, timeZone)}`,
        },
        { key: "card", label: "With", cell: ({ card }) => (card ? cardInWords(card) : "No card") },
        { key: "why", label: "Why it failed", cell: ({ declineCode }) => declineInWords(declineCode).why },
        { key: "amount", label: "Amount", align: "end", cell: ({ amount }) => formatMoney(amount) },
      ]}
    />
  );
}
