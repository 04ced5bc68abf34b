import { StatusBadge, type Tone } from "@/components/ui/status-badge";
import type { PaymentStatus } from "@/lib/db/database.gen";

const words: Readonly<Record<PaymentStatus, { word: string; tone: Tone }>> = {
  succeeded: { word: "Paid", tone: "good" },
  refunded: { word: "Refunded", tone: "neutral" },
  partially_refunded: { word: "Partly refunded", tone: "neutral" },
  disputed: { word: "Disputed", tone: "bad" },
};

/** What became of a payment. */
export function PaymentStatusBadge({ status }: { status: PaymentStatus }) {
  return <StatusBadge tone={words[status].tone}>{words[status].word}</StatusBadge>;
}
