import { StatusBadge, type Tone } from "@/components/ui/status-badge";
import type { ClassStatus } from "@/lib/db/database.gen";

const states: Readonly<Record<ClassStatus, { word: string; tone: Tone }>> = {
  open: { word: "Takes students", tone: "good" },
  closed: { word: "Closed", tone: "neutral" },
  ended: { word: "Ended", tone: "neutral" },
  cancelled: { word: "Cancelled", tone: "bad" },
};

/** Whether a class takes students. */
export function ClassStatusBadge({ status }: { status: ClassStatus }) {
  return <StatusBadge tone={states[status].tone}>{states[status].word}</StatusBadge>;
}
