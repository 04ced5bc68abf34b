import Stripe from "stripe";
import { env } from "@/lib/env";

/** The API release that the SDK in use was made for; webhooks of another release are refused. */
export const API_RELEASE = "2026-10-28.endive";

const holder = globalThis as typeof globalThis & { cedarStripe?: Stripe };

/** Stripe, or the embedded stand-in where STRIPE_API_BASE names it; the code that calls it cannot tell. */
export function stripe(): Stripe {
  holder.cedarStripe ??= connect();
  return holder.cedarStripe;
}

function connect(): Stripe {
  const { STRIPE_SECRET_KEY, STRIPE_API_BASE } = env();
  const base = STRIPE_API_BASE ? new URL(STRIPE_API_BASE) : undefined;
  return new Stripe(STRIPE_SECRET_KEY, {
    apiVersion: API_RELEASE,
    appInfo: { name: "Cedar Heights" },
    timeout: 15_000,
    ...(base
      ? { host: base.hostname, port: base.port, protocol: base.protocol === "https:" ? "https" : "http" }
      : {}),
  });
}
