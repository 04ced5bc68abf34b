import { createHash } from "node:crypto";
import { sql } from "kysely";
import { service, withPrincipal } from "@/lib/db/principal";
import type { ConsentText } from "./schema";

const published = new Set<string>();

/** Words under a version that changes with them: `edition` and the beginning of their hash. */
export function versionOf(edition: string, body: string): ConsentText {
  const mark = createHash("sha256").update(body).digest("hex").slice(0, 8);
  return { version: `${edition}-${mark}`, body };
}

/** Keeps the words that somebody is about to agree to, for as long as there is the academy; tells their version. */
export async function publishText(document: string, { version, body }: ConsentText): Promise<string> {
  const key = `${document} ${version}`;
  if (!published.has(key)) {
    await withPrincipal(service("policies"), (db) =>
      sql`select private.publish_text(${document}, ${version}, ${body})`.execute(db),
    );
    published.add(key);
  }
  return version;
}
