import { describe, expect, it } from "vitest";
import { EnvironmentError, parseEnv } from "./env";

const hosted = {
  NODE_ENV: "production",
  SITE_URL: "https://music.example",
  AUTH_SECRET: "a".repeat(32),
  DATABASE_URL: "postgres://app_login.ref:pw@db.pooler.example:6543/postgres",
  SUPABASE_URL: "https://ref.supabase.example",
  SUPABASE_ANON_KEY: "sb_publishable_0123456789",
  INNGEST_EVENT_KEY: "event-key-0123",
  INNGEST_SIGNING_KEY: "signkey-prod-00ff",
  STRIPE_SECRET_KEY: "sk_live_abc",
  STRIPE_WEBHOOK_SECRET: "whsec_abc",
  SMTP_URL: "smtps://user:pw@mail.example:465",
  MAIL_FROM: "Cedar Heights Music Academy <hello@cedarheights.example>",
  ACADEMY_EMAIL: "office@cedarheights.example",
};

const embedded = {
  ...hosted,
  SITE_URL: "http://127.0.0.1:3000",
  DATABASE_URL: "postgres://app_login:pw@127.0.0.1:54420/cedar",
  SUPABASE_URL: "http://127.0.0.1:54421",
  SUPABASE_JWT_SECRET: "j".repeat(32),
  INNGEST_BASE_URL: "http://127.0.0.1:54423",
  STRIPE_SECRET_KEY: "sk_test_abc",
  STRIPE_API_BASE: "http://127.0.0.1:54422",
  SMTP_URL: "smtp://127.0.0.1:54425",
  EMBEDDED: "1",
  CLOCK_FILE: "/somewhere/clock-offset",
  CONTROL_URL: "http://127.0.0.1:54426",
  MAILBOX_URL: "http://127.0.0.1:54424",
};

type Source = Record<string, string | undefined>;

function problemsOf(source: Source): readonly string[] {
  try {
    parseEnv(source);
    return [];
  } catch (error) {
    if (error instanceof EnvironmentError) return error.problems;
    throw error;
  }
}

describe("parseEnv accepts", () => {
  const accepted: [string, Source][] = [
    ["hosted services", hosted],
    ["the embedded stack", embedded],
    ["the embedded stack in development", { ...embedded, NODE_ENV: "development" }],
    ["test keys in production", { ...hosted, STRIPE_SECRET_KEY: "sk_test_abc" }],
    ["a restricted Stripe key", { ...hosted, STRIPE_SECRET_KEY: "rk_live_abc" }],
    ["a production server tried on this machine", { ...hosted, SITE_URL: "http://localhost:3000" }],
    ["a bare sender address", { ...hosted, MAIL_FROM: "hello@cedarheights.example" }],
    ["INNGEST_DEV=0 in production", { ...hosted, INNGEST_DEV: "0" }],
    [
      "Inngest's dev server in development",
      { ...hosted, NODE_ENV: "development", STRIPE_SECRET_KEY: "sk_test_a", INNGEST_DEV: "1" },
    ],
    ["variables that are none of ours", { ...hosted, PATH: "/bin", LANG: "C" }],
  ];
  it.each(accepted)("%s", (_name, source) => {
    expect(problemsOf(source)).toEqual([]);
  });
});

describe("parseEnv refuses, naming the variable:", () => {
  const refused: [string, Source, RegExp][] = [
    ["a missing variable", { ...hosted, DATABASE_URL: undefined }, /^DATABASE_URL is missing/],
    ["an empty variable", { ...hosted, STRIPE_WEBHOOK_SECRET: "  " }, /^STRIPE_WEBHOOK_SECRET is missing/],
    ["a short secret", { ...hosted, AUTH_SECRET: "a".repeat(31) }, /^AUTH_SECRET .*32 characters/],
    [
      "a signing key of another form",
      { ...hosted, INNGEST_SIGNING_KEY: "00ff" },
      /^INNGEST_SIGNING_KEY .*signkey-prod/,
    ],
    [
      "a signing key that is not hex",
      { ...hosted, INNGEST_SIGNING_KEY: "signkey-prod-xyz" },
      /^INNGEST_SIGNING_KEY/,
    ],
    [
      "a publishable Stripe key as secret",
      { ...hosted, STRIPE_SECRET_KEY: "pk_live_abc" },
      /^STRIPE_SECRET_KEY/,
    ],
    [
      "another webhook secret",
      { ...hosted, STRIPE_WEBHOOK_SECRET: "abc" },
      /^STRIPE_WEBHOOK_SECRET .*whsec_/,
    ],
    ["an address that is none", { ...hosted, SUPABASE_URL: "ref.supabase" }, /^SUPABASE_URL/],
    ["a script as address", { ...hosted, SITE_URL: "javascript:alert(1)" }, /^SITE_URL/],
    ["a site with a path", { ...hosted, SITE_URL: "https://music.example/school" }, /^SITE_URL .*no path/],
    [
      "another database",
      { ...hosted, DATABASE_URL: "mysql://app_login@db.example/x" },
      /^DATABASE_URL .*postgres/,
    ],
    [
      "the database's owner",
      { ...hosted, DATABASE_URL: "postgres://postgres:pw@db.example/postgres" },
      /^DATABASE_URL .*app_login/,
    ],
    [
      "the owner through the pooler",
      { ...hosted, DATABASE_URL: "postgres://postgres.ref:pw@db.example:6543/postgres" },
      /^DATABASE_URL .*app_login/,
    ],
    ["a sender with a line break", { ...hosted, MAIL_FROM: "A\r\nBcc: b@c.de <a@b.example>" }, /^MAIL_FROM/],
    ["a live key with a stand-in", { ...hosted, STRIPE_API_BASE: "http://127.0.0.1:9" }, /^STRIPE_API_BASE/],
    ["a live key in development", { ...hosted, NODE_ENV: "development" }, /^STRIPE_SECRET_KEY .*live/],
    ["INNGEST_DEV in production", { ...hosted, INNGEST_DEV: "1" }, /^INNGEST_DEV/],
    [
      "INNGEST_DEV as an address in production",
      { ...hosted, INNGEST_DEV: "http://127.0.0.1:8288" },
      /^INNGEST_DEV/,
    ],
    ["http in production", { ...hosted, SITE_URL: "http://music.example" }, /^SITE_URL must be https/],
    [
      "http to Auth in production",
      { ...hosted, SUPABASE_URL: "http://ref.example" },
      /^SUPABASE_URL must be https/,
    ],
    ["EMBEDDED on a public site", { ...embedded, SITE_URL: "https://music.example" }, /^EMBEDDED .*SITE_URL/],
    [
      "EMBEDDED on a name that only looks local",
      { ...embedded, SITE_URL: "https://127.0.0.1.music.example" },
      /^EMBEDDED .*SITE_URL/,
    ],
    [
      "EMBEDDED on a hosted database",
      { ...embedded, DATABASE_URL: "postgres://app_login:pw@db.example/cedar" },
      /^EMBEDDED .*DATABASE_URL/,
    ],
    [
      "EMBEDDED on hosted Auth",
      { ...embedded, SUPABASE_URL: "https://ref.example" },
      /^EMBEDDED .*SUPABASE_URL/,
    ],
    [
      "EMBEDDED with Stripe itself",
      { ...embedded, STRIPE_API_BASE: undefined },
      /^STRIPE_API_BASE is missing/,
    ],
    ["a movable clock elsewhere", { ...hosted, CLOCK_FILE: "/somewhere" }, /^CLOCK_FILE .*EMBEDDED/],
    [
      "a control endpoint elsewhere",
      { ...hosted, CONTROL_URL: "http://127.0.0.1:9" },
      /^CONTROL_URL .*EMBEDDED/,
    ],
    ["EMBEDDED with another word", { ...embedded, EMBEDDED: "yes" }, /^EMBEDDED must be "1" or "0"/],
  ];
  it.each(refused)("%s", (_name, source, expected) => {
    const problems = problemsOf(source);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(expected);
  });

  it("every problem at once", () => {
    expect(problemsOf({ NODE_ENV: "production" }).length).toBeGreaterThan(10);
  });

  it("without repeating the secret", () => {
    const value = "hunter2hunter2";
    expect(problemsOf({ ...hosted, AUTH_SECRET: value }).join()).not.toContain(value);
  });
});

describe("parseEnv derives", () => {
  it.each([
    ["postgres://app_login:pw@db.example:5432/postgres", undefined, true],
    ["postgres://app_login:pw@db.example:6543/postgres", undefined, false],
    ["postgres://app_login:pw@db.example:5432/postgres?pgbouncer=true", undefined, false],
    ["postgres://app_login:pw@db.example:6543/postgres", "1", true],
    ["postgres://app_login:pw@db.example:5432/postgres", "0", false],
  ])("DATABASE_PREPARE of %s with %s as %s", (url, prepare, expected) => {
    expect(parseEnv({ ...hosted, DATABASE_URL: url, DATABASE_PREPARE: prepare }).DATABASE_PREPARE).toBe(
      expected,
    );
  });

  it("SITE_URL without a slash at its end", () => {
    expect(parseEnv({ ...hosted, SITE_URL: "https://music.example/" }).SITE_URL).toBe(
      "https://music.example",
    );
  });
});
