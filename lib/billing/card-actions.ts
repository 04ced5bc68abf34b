"use server";

import type { Route } from "next";
import { redirect } from "next/navigation";
import { z } from "zod";
import { withPrincipal } from "@/lib/db/principal";
import { AppError } from "@/lib/errors";
import { authAction } from "@/lib/http/action";
import { openCardPage, readCardOwner } from "./cards";

const open = authAction(
  { name: "card.open", roles: ["parent"], schema: z.object({}) },
  async ({ principal }) => {
    const owner = await withPrincipal(principal, (db) => readCardOwner(db, principal.userId));
    if (!owner)
      throw new AppError("forbidden", { userMessage: "Only a parent of the family enters its card." });
    return openCardPage(owner);
  },
);

export type CardFormState = { readonly problem: string | null };

/** Leads to Stripe's page on which the signed-in parent enters another card; nothing is charged there. */
export async function replaceCardAction(_before: CardFormState): Promise<CardFormState> {
  const result = await open({});
  if (!result.ok) return { problem: result.error.message };
  redirect(result.data as Route);
}
