import { createHmac } from "node:crypto";
import { sql } from "kysely";
import { visitor, withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";

/**
 * Counts one use of `purpose` by `subject` (an address, never stored in the clear).
 * @throws AppError "rate_limited" with the time to wait when there were more than `limit` in `seconds`.
 */
export async function countHit(
  use: { readonly purpose: string; readonly subject: string },
  allowed: { readonly limit: number; readonly seconds: number },
): Promise<void> {
  const subject = createHmac("sha256", env().AUTH_SECRET).update(use.subject).digest("hex").slice(0, 32);
  const { rows } = await withPrincipal(visitor, (db) =>
    sql<{ hits: number; resetsAt: Date }>`
      select hits, resets_at as "resetsAt" from private.count_hit(${`${use.purpose}:${subject}`}, ${allowed.seconds})`.execute(
      db,
    ),
  );
  const [count] = rows;
  if (!count || count.hits <= allowed.limit) return;
  const minutes = Math.max(1, Math.ceil((count.resetsAt.getTime() - Date.now()) / 60_000));
  throw new AppError("rate_limited", {
    message: `${use.purpose}: more than ${allowed.limit} in ${allowed.seconds} s`,
    userMessage: `That was tried too often. Please try again in ${minutes} ${minutes === 1 ? "minute" : "minutes"}.`,
  });
}
