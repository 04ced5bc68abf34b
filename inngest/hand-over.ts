import type { Handover, OutboxEvent } from "@/lib/workflows/outbox";

type Send = (events: readonly OutboxEvent[]) => Promise<void>;

/** Answers that are about the sender or the moment, not about the event: key, time, rate. */
const NOT_ABOUT_THE_EVENT: ReadonlySet<number> = new Set([401, 403, 404, 408, 425, 429]);

/** Why the executor will not take what was sent, however often it is sent; null when a later try may do. */
function refusalOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const status = Number(/Inngest API Error: (\d{3})\b/.exec(error.message)?.[1]);
  return status >= 400 && status < 500 && !NOT_ABOUT_THE_EVENT.has(status) ? error.message : null;
}

/**
 * Hands events over in their order: together, and where the executor refuses them, half by half, until the very event
 * that it will not take is found. The ones behind it go on. What cannot be reached at all ends the attempt.
 */
export async function handOver(events: readonly OutboxEvent[], send: Send): Promise<Handover> {
  try {
    await send(events);
    return { delivered: events.map((event) => event.id), refused: [], trouble: null };
  } catch (error) {
    const reason = refusalOf(error);
    if (reason === null) return { delivered: [], refused: [], trouble: error };
    const [only] = events;
    if (events.length === 1 && only)
      return { delivered: [], refused: [{ id: only.id, reason }], trouble: null };
    const middle = Math.ceil(events.length / 2);
    const first = await handOver(events.slice(0, middle), send);
    if (first.trouble) return first;
    const second = await handOver(events.slice(middle), send);
    return {
      delivered: [...first.delivered, ...second.delivered],
      refused: [...first.refused, ...second.refused],
      trouble: second.trouble,
    };
  }
}
