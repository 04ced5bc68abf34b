import { createHash } from "node:crypto";
import { sql } from "kysely";
import { policySections } from "@/lib/academy/policies";
import type { Academy } from "@/lib/academy/schema";
import { service, withPrincipal } from "@/lib/db/principal";
import { POLICY_VERSION } from "./schema";

/** The policies as a family reads them today. The version changes with the wording and with each number in it. */
function policyText(academy: Academy): { readonly version: string; readonly body: string } {
  const body = policySections(academy)
    .map(({ title, sentences }) => [title, ...sentences].join("\n"))
    .join("\n\n");
  const mark = createHash("sha256").update(body).digest("hex").slice(0, 8);
  return { version: `${POLICY_VERSION}-${mark}`, body };
}

const published = new Set<string>();

/** Keeps the words that a family is about to agree to, and tells their version. */
export async function publishPolicies(academy: Academy): Promise<string> {
  const { version, body } = policyText(academy);
  if (!published.has(version)) {
    await withPrincipal(service("policies"), (db) =>
      sql`select private.publish_text('policies', ${version}, ${body})`.execute(db),
    );
    published.add(version);
  }
  return version;
}
