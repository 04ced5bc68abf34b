import { visitor, withPrincipal } from "@/lib/db/principal";
import type { OfferedTime } from "./offered-time";
import { listOfferedTimes } from "./open-times";
import { publicCache } from "./public-cache";

type PublicFilter = {
  /** Slug. */
  readonly instrument: string;
  readonly minutes: number;
  /** Slug. */
  readonly teacher?: string | undefined;
  /** Latest start. */
  readonly until?: Date | undefined;
};

/**
 * Bookable times with names, soonest first, for pages and answers that anybody may see. An instrument's whole window is
 * read by one statement, kept while it is true (see Perishable), and every narrower question is answered from it. It opens a transaction
 * of its own: call it outside of others.
 */
export async function listPublicTimes(filter: PublicFilter): Promise<readonly OfferedTime[]> {
  const { instrument, minutes, teacher, until } = filter;
  const read = () => withPrincipal(visitor, (db) => listOfferedTimes(db, { instrument, minutes }));
  const times = await (publicCache()?.times.get(`${instrument} ${minutes}`, read) ?? read());
  if (!teacher && !until) return times;
  return times.filter(
    (time) => (!teacher || time.teacherSlug === teacher) && (!until || time.startsAt <= until),
  );
}

/** What `read` reads for anybody, kept under a key while it is true. */
export async function keptAnswer<T>(key: string, read: () => Promise<T>): Promise<T> {
  return (await (publicCache()?.answers.get(key, read) ?? read())) as T;
}
