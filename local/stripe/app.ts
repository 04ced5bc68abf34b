import { Hono } from "hono";
import { balanceOperations } from "./balance";
import { chargeOperations } from "./charges";
import { checkoutOperations } from "./checkout";
import { mountControl } from "./control";
import { couponOperations } from "./coupons";
import { customerOperations } from "./customers";
import { disputeOperations } from "./disputes";
import { eventOperations } from "./events";
import { invoiceOperations } from "./invoice-api";
import { log } from "./log";
import { mountCheckoutPages } from "./pages/checkout";
import { mountDashboard } from "./pages/dashboard";
import { mountDocuments } from "./pages/documents";
import { mountStyle, notice, sendPage } from "./pages/layout";
import { mountChallengePages } from "./pages/three-d-secure";
import { paymentIntentOperations } from "./payment-intents";
import { paymentMethodOperations } from "./payment-methods";
import { priceOperations } from "./prices";
import { productOperations } from "./products";
import { mountApi } from "./protocol";
import { refundOperations } from "./refunds";
import { setupIntentOperations } from "./setup-intents";
import { subscriptionOperations } from "./subscription-api";
import { webhookEndpointOperations } from "./webhook-endpoints";
import type { Runtime } from "./work";

/** The whole stand-in: API, pages for people, control and health. */
export function createApp(runtime: Runtime): Hono {
  const app = new Hono();
  app.get("/health", async (context) => {
    await runtime.db`select 1`;
    return context.json({ ok: true });
  });
  app.onError((error, context) => {
    log("page.failed", { path: context.req.path, error: error.stack ?? String(error) });
    if (context.req.path === "/health") return context.json({ ok: false }, 503);
    const text = "Nothing was charged by this request. Wait a moment and load the page again.";
    return sendPage(context, {
      title: "Something failed",
      body: notice("Something failed", text, null),
      status: 500,
    });
  });
  app.notFound((context) => {
    const body = notice("Page not found", "There is nothing at this address.", {
      href: "/",
      label: "To the dashboard",
    });
    return sendPage(context, { title: "Page not found", body, status: 404 });
  });
  mountControl(app, runtime);
  mountApi(app, runtime, [
    ...balanceOperations,
    ...chargeOperations,
    ...checkoutOperations,
    ...couponOperations,
    ...customerOperations,
    ...disputeOperations,
    ...eventOperations,
    ...invoiceOperations,
    ...paymentIntentOperations,
    ...paymentMethodOperations,
    ...priceOperations,
    ...productOperations,
    ...refundOperations,
    ...setupIntentOperations,
    ...subscriptionOperations,
    ...webhookEndpointOperations,
  ]);
  mountStyle(app);
  mountCheckoutPages(app, runtime);
  mountChallengePages(app, runtime);
  mountDocuments(app, runtime);
  mountDashboard(app, runtime);
  return app;
}
