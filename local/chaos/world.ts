import type postgres from "postgres";
import Stripe from "stripe";
import { openPostgres } from "@/lib/db/postgres";
import type { Principal } from "@/lib/db/principal";
import type { Stack } from "../stack/start-stack";
import { persist } from "./persist";

/** The stack under chaos, seen by those who act in it and by those who judge. */
export type World = {
  readonly stack: Stack;
  /** The owner's connection: makes accounts, and looks; nothing of the product is done through it. */
  readonly sql: postgres.Sql;
  readonly stripe: Stripe;
  /** The version of the policies that everybody agrees to. */
  readonly policies: string;
  readonly admin: Principal;
  /** A class with room for everybody, and one with a single seat. */
  readonly classes: { readonly roomy: string; readonly single: string };
  /** By the academy's clock: what came before is not chaos's. */
  readonly begunAt: Date;
};

export function openOwner(stack: Stack): postgres.Sql {
  return openPostgres(stack.env.DATABASE_ADMIN_URL ?? "", { max: 12, onnotice: () => undefined });
}

export function openStripe(stack: Stack): Stripe {
  const base = new URL(stack.urls.stripe);
  return new Stripe(stack.env.STRIPE_SECRET_KEY ?? "", {
    host: base.hostname,
    port: base.port,
    protocol: "http",
    maxNetworkRetries: 0,
    timeout: 10_000,
  });
}

/** Tells the stand-in's control endpoint, which may be away for a moment. */
export async function controlStripe(stack: Stack, path: string, body: object): Promise<void> {
  await persist(async () => {
    const answer = await fetch(`${stack.urls.stripe}/_control/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(5_000),
    });
    if (!answer.ok)
      throw new Error(`the stand-in's control answered ${answer.status}: ${await answer.text()}`);
  });
}
