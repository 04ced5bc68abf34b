import { emit } from "./events";
import { cancelIntent } from "./payments";
import { findRow, type Hidden, readObject, saveObject } from "./store";
import type { Session } from "./wire";
import type { Work } from "./work";

/** Ends an open session unpaid, with the payment that may have been begun for it. Its row must be locked. */
export async function expireSession(work: Work, session: Session, hidden: Hidden): Promise<Session> {
  const expired: Session = { ...session, status: "expired", url: null };
  await saveObject(work, "checkout.session", expired, { wakeAt: null });
  if (typeof hidden.payment_intent === "string") {
    const intent = await readObject(work, "payment_intent", hidden.payment_intent, { lock: true });
    if (!["succeeded", "canceled"].includes(intent.status)) await cancelIntent(work, intent, "abandoned");
  }
  await emit(work, "checkout.session.expired", expired);
  return expired;
}

/** Called by the scheduler when a session's time is over. */
export async function expireDueSession(work: Work, id: string): Promise<void> {
  const row = await findRow(work, "checkout.session", id, true);
  if (!row?.wake_at || row.wake_at > work.now) return;
  if (row.data.status === "open") await expireSession(work, row.data, row.hidden);
  else await saveObject(work, "checkout.session", row.data, { wakeAt: null });
}
