import { policySections } from "@/lib/academy/policies";
import type { Academy } from "@/lib/academy/schema";
import { publishText, versionOf } from "@/lib/privacy/published-text";
import { POLICY_VERSION } from "./schema";

/** Keeps the words that a family is about to agree to, as they are today, and tells their version. */
export async function publishPolicies(academy: Academy): Promise<string> {
  const body = policySections(academy)
    .map(({ title, sentences }) => [title, ...sentences].join("\n"))
    .join("\n\n");
  return publishText("policies", versionOf(POLICY_VERSION, body));
}
