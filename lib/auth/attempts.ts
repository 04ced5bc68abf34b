import "server-only";
import { service, withPrincipal } from "@/lib/db/principal";
import { type Allowance, bucketOf, countUse } from "@/lib/http/rate-limit";

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

function allowancesOf(attempt: Attempt, { email, place }: Who): Allowance[] {
  return limits[attempt].flatMap(({ by, most, seconds }) => {
    if (by !== "address" && place === null) return [];
    const subject = by === "address" ? email : by === "place" ? place : `${email} ${place}`;
    return [{ subject: `${by} ${subject}`, most, seconds }];
  });
}

/**
 * Counts one attempt.
 * @throws AppError "rate_limited" with the time to wait when there were too many.
 */
export async function countAttempt(attempt: Attempt, who: Who): Promise<void> {
  await countUse(attempt, allowancesOf(attempt, who));
}

/** Takes an attempt back that succeeded: only failures use up the allowance. */
export async function forgiveAttempt(attempt: Attempt, who: Who): Promise<void> {
  const buckets = allowancesOf(attempt, who).map(({ subject }) => bucketOf(attempt, subject));
  await withPrincipal(service("sign-in"), (db) =>
    db
      .updateTable("rate_limits")
      .set((update) => ({ hits: update("hits", "-", 1) }))
      .where("bucket", "in", buckets)
      .where("hits", ">", 0)
      .execute(),
  );
}
