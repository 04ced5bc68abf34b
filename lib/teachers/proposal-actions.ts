"use server";

import type { Route } from "next";
import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { withPrincipal } from "@/lib/db/principal";
import { AppError } from "@/lib/errors";
import { type ActionResult, authAction } from "@/lib/http/action";
import { acceptProposal, lessonOfProposal, renewProposals } from "./proposals";

export type ProposalFormState = {
  /** Why the last choice was refused; the choices that are left stand below it. */
  readonly refused: Extract<ActionResult<never>, { ok: false }>["error"] | null;
};

const accept = authAction(
  {
    name: "proposal.accept",
    roles: ["parent"],
    schema: z.object({ proposalId: z.guid("Choose one of the proposals.") }),
  },
  async ({ input, principal }) => {
    try {
      const taken = await withPrincipal(principal, (db) => acceptProposal(db, input.proposalId));
      return { lessonId: taken.lessonId as string, done: taken.kind as string };
    } catch (error) {
      // Somebody was quicker: what is left, and others in place of what is gone, are there before the page is read again.
      if (error instanceof AppError && ["conflict", "slot_taken", "expired"].includes(error.code)) {
        const lessonId = await withPrincipal(principal, (db) => lessonOfProposal(db, input.proposalId));
        // Nothing is left to choose: the lesson's page says how it stands.
        if (lessonId && (await renewProposals(lessonId)) === 0) return { lessonId, done: "settled" };
      }
      throw error;
    }
  },
);

/** Takes a proposal: field `proposalId`. Once done, the lesson's page says what it came to; refused, what is left. */
export async function acceptProposalAction(
  _before: ProposalFormState,
  form: FormData,
): Promise<ProposalFormState> {
  const result = await accept(form);
  if (result.ok) redirect(`/family/lessons/${result.data.lessonId}?done=${result.data.done}` as Route);
  refresh();
  return { refused: result.error };
}
