import { createHmac } from "node:crypto";
import { sql } from "kysely";
import { visitor, withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";

/** How often one subject (an address, a place) may do a thing in a window of so many seconds. */
export type Allowance = { readonly subject: string; readonly most: number; readonly seconds: number };

/** The name of a count. It tells nothing about the person: the subject is in it as a keyed hash. */
export function bucketOf(purpose: string, subject: string): string {
  const hash = createHmac("sha256", env().AUTH_SECRET).update(subject).digest("hex").slice(0, 32);
  return `${purpose}:${hash}`;
}

/**
 * Counts one use of `purpose` against each allowance.
 * @throws AppError "rate_limited" with the time to wait when one of them is used up.
 */
export async function countUse(purpose: string, allowances: readonly Allowance[]): Promise<void> {
  const waitUntil = await withPrincipal(visitor, async (db) => {
    let latest = 0;
    for (const { subject, most, seconds } of allowances) {
      const { rows } = await sql<{ hits: number; resetsAt: Date }>`
        select hits, resets_at as "resetsAt"
          from private.count_hit(${bucketOf(purpose, subject)}, ${seconds})`.execute(db);
      const [count] = rows;
      if (count && count.hits > most) latest = Math.max(latest, count.resetsAt.getTime());
    }
    return latest;
  });
  if (waitUntil === 0) return;
  const minutes = Math.max(1, Math.ceil((waitUntil - Date.now()) / 60_000));
  throw new AppError("rate_limited", {
    message: `too many attempts: ${purpose}`,
    userMessage: `Too many attempts. Please try again in ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`,
  });
}

/**
 * Where a request comes from, for counting only. The last entry is the one that the nearest proxy wrote; those before
 * it are whatever the client claims. Null when nothing is known.
 */
export function placeOf(headers: Pick<Headers, "get">): string | null {
  const chain = headers.get("x-forwarded-for")?.split(",") ?? [];
  return chain.at(-1)?.trim() || headers.get("x-real-ip")?.trim() || null;
}
