import { loadAcademy } from "@/lib/academy/loaders";
import { withPrincipal } from "@/lib/db/principal";
import { localDate } from "@/lib/format";
import { download } from "@/lib/http/download";
import { decimalCents, toCsv } from "@/lib/reporting/csv";
import { readListParams } from "@/lib/reporting/list-params";
import { exportPayments, paymentList } from "@/lib/reporting/payment-queries";

export async function GET(request: Request) {
  return download(request, ["admin"], async (admin) => {
    const params = readListParams(Object.fromEntries(new URL(request.url).searchParams), paymentList);
    const [{ timeZone }, rows] = await Promise.all([
      loadAcademy(),
      withPrincipal(admin, (db) => exportPayments(db, params)),
    ]);
    return {
      name: "payments.csv",
      type: "text/csv; charset=utf-8",
      body: toCsv(
        [
          { heading: "Receipt", value: (row) => row.receiptNumber },
          { heading: "Paid on", value: (row) => localDate(row.paidAt, timeZone) },
          { heading: "Family", value: (row) => row.familyName },
          { heading: "For", value: (row) => row.description },
          { heading: "Enrollment", value: (row) => row.enrollmentNumber },
          { heading: "Status", value: (row) => row.status },
          { heading: "Amount (USD)", value: (row) => decimalCents(row.paid.cents) },
          { heading: "Given back (USD)", value: (row) => decimalCents(row.refunded.cents) },
          { heading: "Card", value: (row) => (row.card ? `${row.card.brand} ${row.card.last4}` : null) },
          { heading: "Stripe payment", value: (row) => row.stripePaymentIntentId },
          { heading: "Stripe charge", value: (row) => row.stripeChargeId },
        ],
        rows,
      ),
    };
  });
}
