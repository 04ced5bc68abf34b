import { loadAcademy } from "@/lib/academy/loaders";
import { clock } from "@/lib/clock";
import type { Draft } from "@/lib/enrollment/drafts";
import { formatDayTime, formatZone } from "@/lib/format";
import { HoldTimer } from "./hold-timer";

/** The chosen time and how long it is still held. */
export async function DraftHold({ draft }: { draft: Draft }) {
  if (!draft.hold) return null;
  const { timeZone } = await loadAcademy();
  const { startsAt, expiresAt } = draft.hold;
  return (
    <HoldTimer
      what={`${formatDayTime(startsAt, timeZone)} ${formatZone(startsAt, timeZone)}`}
      secondsLeft={Math.max(0, Math.floor((expiresAt.getTime() - clock.now().getTime()) / 1000))}
    />
  );
}
