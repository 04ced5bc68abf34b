import { StatusBadge, type Tone } from "@/components/ui/status-badge";
import type { RunStatus } from "@/lib/db/database.gen";

export const runStatusWords: Readonly<Record<RunStatus, { word: string; tone: Tone }>> = {
  running: { word: "Running", tone: "waiting" },
  completed: { word: "Completed", tone: "good" },
  failed: { word: "Failed", tone: "bad" },
  cancelled: { word: "Cancelled", tone: "neutral" },
  refused: { word: "Refused", tone: "neutral" },
};

/** Where a workflow run stands. */
export function RunStatusBadge({ status, isStuck = false }: { status: RunStatus; isStuck?: boolean }) {
  if (isStuck) return <StatusBadge tone="bad">Stuck</StatusBadge>;
  return <StatusBadge tone={runStatusWords[status].tone}>{runStatusWords[status].word}</StatusBadge>;
}
