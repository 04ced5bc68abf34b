"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import { type ActionResult, authAction } from "@/lib/http/action";
import { makeFeed, revokeFeed } from "./feed-mutations";
import { feedAddress, subscribeLink } from "./feed-token";

export type FeedFormState = {
  /**
   * facts: what there is · replacing, revoking: what would happen, waiting to be confirmed · made: the new address, this
   * once · revoked: it has happened.
   */
  readonly stage: "facts" | "replacing" | "revoking" | "made" | "revoked";
  /** The new address, and the same as a link that opens a calendar program. */
  readonly made: { readonly address: string; readonly link: string } | null;
  readonly refused: Extract<ActionResult<never>, { ok: false }>["error"] | null;
};

const roles = ["admin", "teacher", "parent", "student"] as const;

const make = authAction({ name: "feed.make", roles, schema: z.object({}) }, async ({ principal }) => {
  const address = feedAddress(env().SITE_URL, await withPrincipal(principal, makeFeed));
  return { address, link: subscribeLink(address) };
});

const revoke = authAction({ name: "feed.revoke", roles, schema: z.object({}) }, async ({ principal }) => {
  await withPrincipal(principal, revokeFeed);
});

/**
 * Makes, replaces or revokes the signed-in person's calendar feed. Field `intent`: make; replace and revoke, which ask
 * first; confirm, for what was asked; back.
 */
export async function changeFeedAction(before: FeedFormState, form: FormData): Promise<FeedFormState> {
  const intent = form.get("intent");
  const ask = (stage: FeedFormState["stage"]): FeedFormState => ({ stage, made: null, refused: null });
  if (intent === "replace") return ask("replacing");
  if (intent === "revoke") return ask("revoking");
  if (intent === "confirm" && before.stage === "revoking") {
    const result = await revoke({});
    if (result.ok) refresh();
    return result.ok ? ask("revoked") : { ...ask("facts"), refused: result.error };
  }
  if (intent === "make" || (intent === "confirm" && before.stage === "replacing")) {
    const result = await make({});
    if (result.ok) refresh();
    return result.ok
      ? { stage: "made", made: result.data, refused: null }
      : { ...ask("facts"), refused: result.error };
  }
  return ask("facts");
}
