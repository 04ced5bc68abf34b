import { vi } from "vitest";
import type { TestDatabase } from "./database";

/**
 * Gives the product the settings with which it works on a test database, as its login there. Nobody listens at the other
 * addresses, so that what would leave the product fails; `more` names those at which somebody does. Call it before a
 * module of the product is imported.
 */
export async function setUpProduct(
  database: TestDatabase,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { user, pass } = database.app.options;
  const url = new URL(database.url);
  url.username = String(user);
  url.password = String(pass);
  const settings = {
    SITE_URL: "http://127.0.0.1:3000",
    DATABASE_URL: url.href,
    AUTH_SECRET: "a".repeat(64),
    SUPABASE_URL: "http://127.0.0.1:9",
    SUPABASE_ANON_KEY: "a".repeat(32),
    SUPABASE_JWT_SECRET: "a".repeat(64),
    SMTP_URL: "smtp://127.0.0.1:9",
    MAIL_FROM: "Cedar Heights <hello@cedarheights.example>",
    ACADEMY_EMAIL: "office@cedarheights.example",
    INNGEST_EVENT_KEY: "not-used-here",
    INNGEST_SIGNING_KEY: `signkey-test-${"ab".repeat(16)}`,
    STRIPE_SECRET_KEY: "sk_test_standin",
    STRIPE_WEBHOOK_SECRET: "whsec_standin",
    ...more,
  };
  for (const [variable, value] of Object.entries(settings)) vi.stubEnv(variable, value);
  (await import("@/lib/env")).env();
}
