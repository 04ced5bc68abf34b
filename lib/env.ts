import { z } from "zod";

/** An environment in which the academy must not start. One problem a line, each naming its variable. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `The academy does not start with these settings:\n${problems.map((problem) => `  - ${problem}`).join("\n")}\n.env.example explains each variable.`,
    );
    this.problems = problems;
  }
}

const flag = (fallback: boolean) =>
  z
    .enum(["0", "1", "false", "true"], 'must be "1" or "0"')
    .optional()
    .transform((value) => (value === undefined ? fallback : value === "1" || value === "true"));

const webAddress = z.url({ protocol: /^https?$/, error: "must be a http(s) address" });
const secret = (length: number) => z.string().min(length, `must have at least ${length} characters`);

const variables = z.object({
  NODE_ENV: z.enum(["production", "development", "test"]).default("development"),

  SITE_URL: webAddress.refine((value) => !/^\w+:\/\/[^/]+\/./.test(value), "must have no path"),
  AUTH_SECRET: secret(32),

  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: "must be a postgres:// address" }),
  DATABASE_PREPARE: z.enum(["0", "1", "false", "true"], 'must be "1" or "0"').optional(),

  SUPABASE_URL: webAddress,
  SUPABASE_ANON_KEY: secret(16),
  SUPABASE_JWT_SECRET: secret(32).optional(),

  INNGEST_BASE_URL: webAddress.optional(),
  INNGEST_API_BASE_URL: webAddress.optional(),
  INNGEST_EVENT_KEY: secret(8),
  INNGEST_SIGNING_KEY: z
    .string()
    .regex(/^signkey-[a-z0-9]+-([0-9a-f]{2})+$/i, "must look like signkey-prod-<hex>, as Inngest shows it"),
  INNGEST_DEV: z.string().optional(),

  STRIPE_SECRET_KEY: z.string().regex(/^(sk|rk)_(test|live)_/, "must begin with sk_test_ or sk_live_"),
  STRIPE_WEBHOOK_SECRET: z.string().startsWith("whsec_", "must begin with whsec_"),
  STRIPE_API_BASE: webAddress.optional(),
  STRIPE_DASHBOARD_URL: webAddress.default("https://dashboard.stripe.com"),

  SMTP_URL: z.url({ protocol: /^smtps?$/, error: "must be an smtp:// or smtps:// address" }),
  MAIL_FROM: z
    .string()
    .regex(/^[^<>\r\n]+@[^<>\s]+$|^[^<>\r\n]*<[^<>\s]+@[^<>\s]+>$/, "must be an address, or Name <address>"),
  ACADEMY_EMAIL: z.email("must be an e-mail address"),

  EMBEDDED: flag(false),
  CLOCK_FILE: z.string().optional(),
  MAILBOX_URL: webAddress.optional(),
  CONTROL_URL: webAddress.optional(),
});

/** The product's settings. `DATABASE_PREPARE` says whether the database connection may keep prepared statements. */
export type Env = Omit<z.infer<typeof variables>, "DATABASE_PREPARE" | "INNGEST_DEV"> & {
  DATABASE_PREPARE: boolean;
};

const ownerLogins = ["postgres", "supabase_admin"];

function isLoopback(address: string): boolean {
  const { hostname } = new URL(address);
  return (
    hostname === "localhost" || hostname === "[::1]" || hostname === "::1" || /^127(\.\d+){3}$/.test(hostname)
  );
}

/** Combinations that are wrong or dangerous though each value is well-formed. */
function findDangers(env: z.infer<typeof variables>): string[] {
  const isProduction = env.NODE_ENV === "production";
  const dangers: string[] = [];
  const refuse = (when: boolean, problem: string) => {
    if (when) dangers.push(problem);
  };

  const isLive = /^(sk|rk)_live_/.test(env.STRIPE_SECRET_KEY);
  refuse(
    isLive && env.STRIPE_API_BASE !== undefined,
    "STRIPE_API_BASE sends Stripe's calls elsewhere, and STRIPE_SECRET_KEY is a live key. Unset STRIPE_API_BASE, or use a test key.",
  );
  refuse(isLive && !isProduction, "STRIPE_SECRET_KEY is a live key outside production. Use a test key here.");
  refuse(
    isProduction && ![undefined, "0", "false"].includes(env.INNGEST_DEV),
    "INNGEST_DEV switches the check of Inngest's signatures off. Unset it in production.",
  );
  refuse(
    isProduction && new URL(env.SITE_URL).protocol === "http:" && !isLoopback(env.SITE_URL),
    "SITE_URL must be https in production, or sign-in cookies travel in the open.",
  );
  refuse(
    isProduction && new URL(env.SUPABASE_URL).protocol === "http:" && !isLoopback(env.SUPABASE_URL),
    "SUPABASE_URL must be https in production, or passwords travel in the open.",
  );
  const login = decodeURIComponent(new URL(env.DATABASE_URL).username).split(".")[0] ?? "";
  refuse(
    ownerLogins.includes(login),
    `DATABASE_URL signs in as ${login}, whom row level security does not bind. Use the login app_login.`,
  );
  return [...dangers, ...findEmbeddedDangers(env)];
}

/** The embedded stack has sample accounts with known passwords and a movable clock: it must stay on one machine. */
function findEmbeddedDangers(env: z.infer<typeof variables>): string[] {
  if (!env.EMBEDDED) {
    return (["CLOCK_FILE", "CONTROL_URL"] as const)
      .filter((name) => env[name] !== undefined)
      .map((name) => `${name} belongs to the embedded stack, and EMBEDDED is not set. Unset ${name}.`);
  }
  const dangers = (["SITE_URL", "DATABASE_URL", "SUPABASE_URL"] as const)
    .filter((name) => !isLoopback(env[name]))
    .map(
      (name) =>
        `EMBEDDED opens sample accounts and a movable clock to everybody, and ${name} is not on this machine. Unset EMBEDDED.`,
    );
  for (const name of ["STRIPE_API_BASE", "INNGEST_BASE_URL", "SUPABASE_JWT_SECRET", "CLOCK_FILE"] as const) {
    if (env[name] === undefined)
      dangers.push(`${name} is missing, and EMBEDDED needs it. Start with \`npm run up\`.`);
  }
  return dangers;
}

/** A pooler in transaction mode gives each transaction another connection, where a prepared statement is unknown. */
function keepsPreparedStatements(databaseUrl: string): boolean {
  const { port, searchParams } = new URL(databaseUrl);
  return port !== "6543" && searchParams.get("pgbouncer") !== "true";
}

/**
 * Reads and checks the product's settings; an empty variable counts as missing.
 * @throws EnvironmentError with every problem at once.
 */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): Env {
  const filled = Object.fromEntries(Object.entries(source).filter(([, value]) => value?.trim()));
  const parsed = variables.safeParse(filled);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => {
      const name = String(issue.path[0] ?? "");
      return filled[name] === undefined ? `${name} is missing.` : `${name} ${issue.message}.`;
    });
    throw new EnvironmentError([...new Set(problems)]);
  }
  const dangers = findDangers(parsed.data);
  if (dangers.length > 0) throw new EnvironmentError(dangers);

  const { DATABASE_PREPARE, INNGEST_DEV: _checkedOnly, ...rest } = parsed.data;
  return {
    ...rest,
    SITE_URL: rest.SITE_URL.replace(/\/$/, ""),
    DATABASE_PREPARE: DATABASE_PREPARE
      ? DATABASE_PREPARE === "1" || DATABASE_PREPARE === "true"
      : keepsPreparedStatements(rest.DATABASE_URL),
  };
}

let parsedOnce: Env | undefined;

/**
 * The settings of this process, read and checked at the first call: never while a module loads, so that a build needs
 * none. `instrumentation.ts` calls it at boot.
 * @throws EnvironmentError
 */
export function env(): Env {
  parsedOnce ??= parseEnv(process.env);
  return parsedOnce;
}
