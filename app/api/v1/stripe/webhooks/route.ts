import Stripe from "stripe";
import { storeStripeEvent } from "@/lib/billing/stripe-events";
import { env } from "@/lib/env";
import { errorFacts, log } from "@/lib/log";
import { API_RELEASE, stripe } from "@/lib/stripe/client";

export const dynamic = "force-dynamic";

const LIMIT = 1_000_000;

function refuse(status: number, detail: string): Response {
  return Response.json(
    { type: "about:blank", title: "Webhook refused", status, detail },
    { status, headers: { "content-type": "application/problem+json" } },
  );
}

/** Stripe's door: verifies the signature over the raw body, stores the event once, answers. The work follows elsewhere. */
export async function POST(request: Request): Promise<Response> {
  const { STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET } = env();
  const body = await request.text();
  if (body.length > LIMIT) return refuse(413, "The body is too large.");
  let event: Stripe.Event;
  try {
    event = stripe().webhooks.constructEvent(
      body,
      request.headers.get("stripe-signature") ?? "",
      STRIPE_WEBHOOK_SECRET,
    );
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error;
    log("warn", "stripe.signature", errorFacts(error));
    return refuse(400, "The signature does not fit.");
  }
  const live = STRIPE_SECRET_KEY.startsWith("sk_live_") || STRIPE_SECRET_KEY.startsWith("rk_live_");
  if (event.livemode !== live) return refuse(400, "The event is from the other mode of Stripe.");
  if (event.api_version && event.api_version !== API_RELEASE) {
    return refuse(400, `The webhook endpoint must use API version ${API_RELEASE}.`);
  }
  const object = event.data.object as { id?: string };
  if (!object.id) return Response.json({ received: true, stored: false });
  const stored = await storeStripeEvent({ id: event.id, type: event.type, objectId: object.id });
  log("info", "stripe.event", { type: event.type, id: event.id, stored });
  return Response.json({ received: true, stored });
}
