import { join } from "node:path";
import { databaseName } from "../postgres/database";
import type { StackPorts } from "./ports";
import type { StackSecrets } from "./secrets";

/** A set of environment variables. */
export type Environment = Record<string, string>;

/** The addresses of a running stack, for people and tests. */
export interface StackUrls {
  web: string;
  mailbox: string;
  stripe: string;
  inngest: string;
  auth: string;
  control: string;
}

export function stackUrls(ports: StackPorts): StackUrls {
  const at = (port: number) => `http://127.0.0.1:${port}`;
  return {
    web: at(ports.web),
    mailbox: at(ports.mailbox),
    stripe: at(ports.stripe),
    inngest: at(ports.inngest),
    auth: at(ports.auth),
    control: at(ports.control),
  };
}

/** The file that moves the clock of every process of this stack (see lib/clock.ts). */
export function clockFile(dataDir: string): string {
  return join(dataDir, "clock-offset");
}

/**
 * Everything that `.env.example` explains, filled in for this stack. One set serves the product and the local services;
 * DATABASE_ADMIN_URL is in it for migrations, seed and tests, and is kept from the product (see services.ts).
 */
export function stackEnvironment(stack: {
  dataDir: string;
  ports: StackPorts;
  secrets: StackSecrets;
}): Environment {
  const { ports, secrets } = stack;
  const urls = stackUrls(ports);
  const database = `127.0.0.1:${ports.postgres}/${databaseName}`;
  return {
    SITE_URL: urls.web,
    NEXTAUTH_URL: urls.web,
    AUTH_SECRET: secrets.authSecret,
    DATABASE_URL: `postgres://app_login:${secrets.appPassword}@${database}`,
    DATABASE_ADMIN_URL: `postgres://postgres:${secrets.ownerPassword}@${database}`,
    SUPABASE_URL: urls.auth,
    SUPABASE_ANON_KEY: secrets.supabaseAnonKey,
    SUPABASE_JWT_SECRET: secrets.supabaseJwtSecret,
    INNGEST_BASE_URL: urls.inngest,
    INNGEST_EVENT_KEY: secrets.inngestEventKey,
    INNGEST_SIGNING_KEY: secrets.inngestSigningKey,
    STRIPE_SECRET_KEY: secrets.stripeSecretKey,
    STRIPE_WEBHOOK_SECRET: secrets.stripeWebhookSecret,
    STRIPE_API_BASE: urls.stripe,
    STRIPE_DASHBOARD_URL: urls.stripe,
    SMTP_URL: `smtp://127.0.0.1:${ports.smtp}`,
    MAIL_FROM: "Cedar Heights Music Academy <hello@cedarheights.example>",
    ACADEMY_EMAIL: "office@cedarheights.example",
    EMBEDDED: "1",
    CLOCK_FILE: clockFile(stack.dataDir),
    MAILBOX_URL: urls.mailbox,
    CONTROL_URL: urls.control,
  };
}
