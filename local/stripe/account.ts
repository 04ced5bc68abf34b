/** The account the stand-in plays. */
export const ACCOUNT_NAME = "Cedar Heights Music Academy";

/** The release whose shapes are spoken; the SDK pins the same one. */
export const API_VERSION = "2026-10-28.endive";

/**
 * Stands for this server's address in stored objects and is replaced when they are sent, because a later
 * start may listen on another port.
 */
export const ORIGIN_MARK = "http://stand-in.invalid";

/** Money for people: 2500 → $25.00. */
export function formatCents(amount: number): string {
  const text = (Math.abs(amount) / 100).toLocaleString("en-US", { style: "currency", currency: "USD" });
  return amount < 0 ? `-${text}` : text;
}
