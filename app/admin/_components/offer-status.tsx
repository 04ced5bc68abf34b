import { StatusBadge, type Tone } from "@/components/ui/status-badge";
import type { OfferStatus } from "@/lib/db/database.gen";

const states: Readonly<Record<OfferStatus, { word: string; tone: Tone }>> = {
  open: { word: "Open", tone: "waiting" },
  accepted: { word: "Accepted", tone: "good" },
  declined: { word: "Declined", tone: "neutral" },
  expired: { word: "Ran out", tone: "neutral" },
};

/** What became of an offer of the waitlist. */
export function OfferStatusBadge({ status }: { status: OfferStatus }) {
  return <StatusBadge tone={states[status].tone}>{states[status].word}</StatusBadge>;
}
