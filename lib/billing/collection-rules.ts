import type { InvoiceStatus } from "@/lib/db/database.gen";
import { isFinalDecline } from "./decline-wording";

/** A charge that failed. */
export type Attempt = { readonly at: Date; readonly declineCode: string };

/**
 * What is known of an overdue invoice. `pausesAt`: when its lessons pause; `isPaused`: they do; `hasLessons`: there are
 * lessons that could.
 */
export type Overdue = {
  readonly status: InvoiceStatus;
  readonly attempts: readonly Attempt[];
  readonly pausesAt: Date;
  readonly isPaused: boolean;
  readonly hasLessons: boolean;
  readonly retryHours: number;
  readonly retryLimit: number;
};

/** What the academy does next about an overdue invoice, and when; `stop`: nothing more by itself. */
export type NextMove =
  | { readonly kind: "retry"; readonly at: Date; readonly turn: number; readonly of: number }
  | { readonly kind: "pause"; readonly at: Date }
  | { readonly kind: "stop"; readonly because: "settled" | "paused" | "nothing_left" };

/**
 * The next move for an overdue invoice: the charge is tried again so many hours after the last one, at most so many
 * times, never after a decline that is final; lessons pause on their day, whether retries are left or not; then only a
 * payment helps.
 */
export function nextMove(of: Overdue): NextMove {
  if (of.status !== "open") return { kind: "stop", because: "settled" };
  if (of.isPaused) return { kind: "stop", because: "paused" };
  const last = of.attempts.at(-1);
  const retries = of.attempts.length - 1;
  if (last && retries < of.retryLimit && !isFinalDecline(last.declineCode)) {
    const at = new Date(last.at.getTime() + of.retryHours * 3_600_000);
    if (at < of.pausesAt || !of.hasLessons)
      return { kind: "retry", at, turn: retries + 1, of: of.retryLimit };
  }
  if (!of.hasLessons) return { kind: "stop", because: "nothing_left" };
  return { kind: "pause", at: of.pausesAt };
}
