import { hearOwnChanges, PUBLIC_CHANGES } from "@/lib/db/announcements";
import { listen } from "@/lib/db/listen";
import { Perishable } from "@/lib/perishable";
import type { OfferedTime } from "./offered-time";

/** A public page as it left the server, for whoever is not signed in. */
export type StoredPage = {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly gzip: Uint8Array<ArrayBuffer>;
  readonly brotli: Uint8Array<ArrayBuffer>;
};

export type PublicCache = {
  /** Open times with names by instrument and length; some 300 bytes each. */
  readonly times: Perishable<readonly OfferedTime[]>;
  /** Answers of the public API by what was asked. */
  readonly answers: Perishable<unknown>;
  readonly pages: Perishable<StoredPage>;
  /** Tells the cache, with the announcement's text, that what public pages show has changed. */
  readonly hear: (change: string) => void;
};

const REMEMBERED = 100;

/** Shared by the bundles of pages, routes and the proxy: they live in one process. */
const holder = globalThis as typeof globalThis & { cedarPublicCache?: PublicCache };

/**
 * What this process keeps of the public pages; undefined where nobody told it to listen, and then nothing is kept.
 */
export const publicCache = (): PublicCache | undefined => holder.cedarPublicCache;

/**
 * Keeps public pages and open times from now on, and listens for what changes them. Where announcements do not arrive
 * (a pooler in transaction mode), what is kept is true to the minute.
 */
export function startPublicCache(): void {
  if (holder.cedarPublicCache) return;
  const cache = createPublicCache();
  holder.cedarPublicCache = cache;
  hearOwnChanges(cache.hear);
  // What was announced while nobody listened is not known.
  listen({
    channel: PUBLIC_CHANGES,
    name: "cedar-heights cache",
    hear: cache.hear,
    begin: () => cache.hear(""),
  });
}

/** An empty cache that hears nothing but what it is told. */
export function createPublicCache(): PublicCache {
  const times = new Perishable<readonly OfferedTime[]>({ most: 150_000, weigh: ({ length }) => length + 10 });
  const answers = new Perishable<unknown>({ most: 2_000, weigh: () => 1 });
  const pages = new Perishable<StoredPage>({
    most: 32_000_000,
    weigh: ({ gzip, brotli }) => gzip.length + brotli.length + 2_000,
    isKept: ({ status }) => status === 200,
  });
  const heard = new Set<string>();
  return {
    times,
    answers,
    pages,
    hear(change) {
      // A change is announced to each connection that listens; what was made after the first of them is true.
      if (change && heard.has(change)) return;
      if (heard.size >= REMEMBERED) heard.clear();
      heard.add(change);
      for (const part of [times, answers, pages]) part.drop();
    },
  };
}
