import { createHmac } from "node:crypto";
import { sql } from "kysely";
import { type Db, visitor, withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";

/** How often one subject (an address, a place) may do a thing in a window of so many seconds. */
export type Allowance = { readonly subject: string; readonly most: number; readonly seconds: number };

/** Too many uses; it can be tried again at `resetsAt`. */
export class RateLimitError extends AppError {
  readonly most: number;
  readonly resetsAt: Date;

  constructor(purpose: string, most: number, resetsAt: Date) {
    const minutes = Math.max(1, Math.ceil((resetsAt.getTime() - Date.now()) / 60_000));
    super("rate_limited", {
      message: `too many attempts: ${purpose}`,
      userMessage: `Too many attempts. Please try again in ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`,
    });
    this.most = most;
    this.resetsAt = resetsAt;
  }

  /** Seconds to wait, for `Retry-After`. */
  waitSeconds(): number {
    return Math.max(1, Math.ceil((this.resetsAt.getTime() - Date.now()) / 1000));
  }
}

/** The name of a count. It tells nothing about the person: the subject is in it as a keyed hash. */
export function bucketOf(purpose: string, subject: string): string {
  const hash = createHmac("sha256", env().AUTH_SECRET).update(subject).digest("hex").slice(0, 32);
  return `${purpose}:${hash}`;
}

/**
 * Counts one use of `purpose` against each allowance.
 * @throws RateLimitError when one of them is used up.
 */
export async function countUse(purpose: string, allowances: readonly Allowance[]): Promise<void> {
  const refusal = await withPrincipal(visitor, async (db) => {
    let latest: RateLimitError | undefined;
    for (const allowance of allowances) {
      const error = await countHit(db, purpose, allowance);
      if (error && (!latest || error.resetsAt > latest.resetsAt)) latest = error;
    }
    return latest;
  });
  if (refusal) throw refusal;
}

/**
 * Counts one use in a unit of work, so that a use that is undone with it was none.
 * @throws RateLimitError when the allowance is used up.
 */
export async function countUseWithin(db: Db, purpose: string, allowance: Allowance): Promise<void> {
  const error = await countHit(db, purpose, allowance);
  if (error) throw error;
}

async function countHit(
  db: Db,
  purpose: string,
  { subject, most, seconds }: Allowance,
): Promise<RateLimitError | undefined> {
  const { rows } = await sql<{ hits: number; resetsAt: Date }>`
    select hits, resets_at as "resetsAt"
      from private.count_hit(${bucketOf(purpose, subject)}, ${seconds})`.execute(db);
  const [count] = rows;
  return count && count.hits > most ? new RateLimitError(purpose, most, count.resetsAt) : undefined;
}

type Count = { hits: number; readonly resetsAt: number };
const counts = new Map<string, Count>();
const MOST_COUNTS = 10_000;

/**
 * Counts one request in this process alone: enough against a flood, which a count in the database would only make
 * dearer.
 * @throws RateLimitError when the allowance is used up.
 */
export function countRequest(purpose: string, { subject, most, seconds }: Allowance): void {
  const now = Date.now();
  const key = `${purpose} ${subject}`;
  let count = counts.get(key);
  if (!count || count.resetsAt <= now) {
    if (counts.size >= MOST_COUNTS) forgetOld(now);
    count = { hits: 0, resetsAt: now + seconds * 1000 };
    counts.set(key, count);
  }
  count.hits++;
  if (count.hits > most) throw new RateLimitError(purpose, most, new Date(count.resetsAt));
}

/** What has run out; when that is not enough, everything: a limit forgotten early harms nobody. */
function forgetOld(now: number): void {
  for (const [key, { resetsAt }] of counts) if (resetsAt <= now) counts.delete(key);
  if (counts.size >= MOST_COUNTS) counts.clear();
}

/**
 * Where a request comes from, for counting only. The last entry is the one that the nearest proxy wrote; those before
 * it are whatever the client claims. Null when nothing is known.
 */
export function placeOf(headers: Pick<Headers, "get">): string | null {
  const chain = headers.get("x-forwarded-for")?.split(",") ?? [];
  return chain.at(-1)?.trim() || headers.get("x-real-ip")?.trim() || null;
}

/** A place on this machine is a proxy that does not say for whom it asks. */
export function isLoopback(place: string): boolean {
  return /^(?:::ffff:)?127\.|^::1$/.test(place);
}
