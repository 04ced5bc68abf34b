import "server-only";
import { createHmac } from "node:crypto";
import { sql } from "kysely";
import { service, visitor, withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** What is tried: to sign in, to open an account, to have a mail sent. */
type Attempt = "sign_in" | "register" | "mail";

type Limit = { readonly by: "address" | "place" | "both"; readonly most: number; readonly seconds: number };

/**
 * How often a thing may be tried. The pair of address and place is strict; the address alone is generous, so that
 * nobody can lock a family out from elsewhere; the place alone leaves room for a school behind one connection.
 */
const limits: Readonly<Record<Attempt, readonly Limit[]>> = {
  sign_in: [
    { by: "both", most: 10, seconds: 15 * MINUTE },
    { by: "address", most: 50, seconds: 15 * MINUTE },
    { by: "place", most: 100, seconds: 15 * MINUTE },
  ],
  register: [{ by: "place", most: 120, seconds: HOUR }],
  mail: [
    { by: "address", most: 6, seconds: HOUR },
    { by: "place", most: 240, seconds: HOUR },
  ],
};

type Who = { readonly email: string; readonly place: string | null };

/** The bucket's name tells nothing about the person: a keyed hash of address and place. */
function bucketOf(attempt: Attempt, limit: Limit, who: Who): string | null {
  if (limit.by !== "address" && who.place === null) return null;
  const subject =
    limit.by === "address" ? who.email : limit.by === "place" ? who.place : `${who.email} ${who.place}`;
  const hash = createHmac("sha256", env().AUTH_SECRET)
    .update(`${limit.by} ${subject}`)
    .digest("hex")
    .slice(0, 32);
  return `${attempt}:${limit.by}:${hash}`;
}

/**
 * Counts one attempt.
 * @throws AppError "rate_limited" with the time to wait when there were too many.
 */
export async function countAttempt(attempt: Attempt, who: Who): Promise<void> {
  const waitUntil = await withPrincipal(visitor, async (db) => {
    let latest = 0;
    for (const limit of limits[attempt]) {
      const bucket = bucketOf(attempt, limit, who);
      if (!bucket) continue;
      const { rows } = await sql<{ hits: number; resets_at: Date }>`
        select hits, resets_at from private.count_hit(${bucket}, ${limit.seconds})`.execute(db);
      const [count] = rows;
      if (count && count.hits > limit.most) latest = Math.max(latest, count.resets_at.getTime());
    }
    return latest;
  });
  if (waitUntil === 0) return;
  const minutes = Math.max(1, Math.ceil((waitUntil - Date.now()) / (MINUTE * 1000)));
  throw new AppError("rate_limited", {
    message: `too many attempts: ${attempt}`,
    userMessage: `Too many attempts. Please try again in ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`,
  });
}

/** Takes an attempt back that succeeded: only failures use up the allowance. */
export async function forgiveAttempt(attempt: Attempt, who: Who): Promise<void> {
  const buckets = limits[attempt].flatMap((limit) => bucketOf(attempt, limit, who) ?? []);
  await withPrincipal(service("sign-in"), (db) =>
    db
      .updateTable("rate_limits")
      .set((update) => ({ hits: update("hits", "-", 1) }))
      .where("bucket", "in", buckets)
      .where("hits", ">", 0)
      .execute(),
  );
}

/**
 * Where a request comes from, for counting only. The last entry is the one that the nearest proxy wrote; those before
 * it are whatever the client claims. Null when nothing is known.
 */
export function placeOf(headers: Pick<Headers, "get">): string | null {
  const chain = headers.get("x-forwarded-for")?.split(",") ?? [];
  return chain.at(-1)?.trim() || headers.get("x-real-ip")?.trim() || null;
}
