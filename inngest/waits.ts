import { errorFacts, log } from "@/lib/log";
import { noteWait } from "@/lib/workflows/mutations";

type Wait = Parameters<typeof noteWait>[0];

const MOST_REMEMBERED = 10_000;
const noted = new Set<string>();
const pending = new Set<Promise<void>>();

/**
 * Notes a wait of a run beside the run: a tool of Inngest must be called at once, or parallel waits would not be seen
 * together. Waits that this process noted before are skipped, since a run passes them again at each call.
 */
export function noteWaitOf(wait: Wait): void {
  const key = `${wait.runId} ${wait.step}`;
  if (noted.has(key)) return;
  if (noted.size >= MOST_REMEMBERED) noted.clear();
  noted.add(key);
  const note = noteWait(wait).catch((error: unknown) => {
    noted.delete(key);
    log("warn", "wait.unnoted", { run: wait.runId, step: wait.step, ...errorFacts(error) });
  });
  pending.add(note);
  void note.finally(() => pending.delete(note));
}

/** Waits until every wait is noted: before the executor hears of it, so that what follows finds the note. */
export async function waitsNoted(): Promise<void> {
  await Promise.all(pending);
}
