import { DataTable } from "@/components/portal/data-table";
import type { RefundLine } from "@/lib/billing/refunds";
import { formatDayTime } from "@/lib/format";
import { formatMoney } from "@/lib/money";

const STATUS = { pending: "On its way", succeeded: "Done", failed: "Came back" } as const;

/** What was given back of a payment, and what came back from the bank. */
export function RefundList({ refunds, timeZone }: { refunds: readonly RefundLine[]; timeZone: string }) {
  return (
    <DataTable
      label="Refunds of this payment"
      rows={refunds}
      rowKey={(refund) => refund.id}
      columns={[
        { key: "when", label: "When", cell: ({ createdAt }) => formatDayTime(createdAt, timeZone) },
        { key: "to", label: "To", cell: ({ target }) => (target === "card" ? "The card" : "Credit") },
        {
          key: "status",
          label: "Status",
          cell: ({ status, failureReason }) =>
            failureReason && status === "failed"
              ? `${STATUS.failed}: ${failureReason.replaceAll("_", " ")}`
              : STATUS[status],
        },
        { key: "why", label: "Reason", cell: ({ reason }) => reason },
        { key: "amount", label: "Amount", align: "end", cell: ({ amount }) => formatMoney(amount) },
      ]}
    />
  );
}
