import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { simpleParser } from "mailparser";
import postgres from "postgres";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { placeOf } from "@/lib/http/rate-limit";
import type * as Accounts from "./accounts";
import type * as Attempts from "./attempts";
import type * as Supabase from "./supabase";

/** The real Auth service on a database of its own, with the project's migrations; mails are caught on the way. */
const serverUrl = process.env.TEST_DATABASE_ADMIN_URL;
const name = `auth_${randomBytes(5).toString("hex")}`;
const password = "a long first password";
const tokens = new Map<string, string[]>();

let accounts: typeof Accounts;
let attempts: typeof Attempts;
let supabase: typeof Supabase;
let owner: postgres.Sql;
let server: postgres.Sql;
let auth: ChildProcess;
let smtp: SMTPServer;

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (typeof address === "object" && address ? resolve(address.port) : reject()));
    });
  });
}

/** Catches each mail's token by address. */
function catchMails(): SMTPServer {
  return new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    onData: (stream, _session, done) => {
      simpleParser(stream).then((mail) => {
        const to = [mail.to].flat().flatMap((line) => line?.value[0]?.address ?? [])[0] ?? "";
        const token = /token_hash=([A-Za-z0-9_-]+)/.exec(mail.text ?? "")?.[1] ?? "";
        tokens.set(to, [...(tokens.get(to) ?? []), token]);
        done();
      }, done);
    },
  });
}

function lastToken(email: string): string {
  const token = tokens.get(email)?.at(-1);
  if (!token) throw new Error(`no mail to ${email}`);
  return token;
}

beforeAll(async () => {
  if (!serverUrl) throw new Error("TEST_DATABASE_ADMIN_URL is missing: run the tests with `npm test`.");
  server = postgres(serverUrl, { max: 1, onnotice: () => undefined });
  await server.unsafe(`create database ${name}`);
  await server.unsafe(`create role ${name} login noinherit password '${name}'`);
  await server.unsafe(`grant anon, authenticated, service_role to ${name}`);
  const ownerUrl = new URL(serverUrl);
  ownerUrl.pathname = `/${name}`;
  const productUrl = new URL(ownerUrl);
  productUrl.username = name;
  productUrl.password = name;

  smtp = catchMails();
  const [smtpPort, port] = [await freePort(), await freePort()];
  await new Promise<void>((resolve) => smtp.listen(smtpPort, "127.0.0.1", resolve));
  const settings = {
    SITE_URL: "http://127.0.0.1:3000",
    SUPABASE_ANON_KEY: randomBytes(16).toString("hex"),
    SUPABASE_JWT_SECRET: randomBytes(32).toString("hex"),
    SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
    MAIL_FROM: "Cedar Heights <hello@cedarheights.example>",
  };
  auth = spawn(process.execPath, ["--import", "tsx", "local/supabase/main.ts"], {
    env: { ...process.env, ...settings, PORT: String(port), DATABASE_ADMIN_URL: ownerUrl.href },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise<void>((resolve, reject) => {
    auth.once("exit", (code) => reject(new Error(`the Auth service ended with ${code}`)));
    auth.stdout?.on("data", (chunk) => String(chunk).includes("auth.ready") && resolve());
  });

  owner = postgres(ownerUrl.href, { max: 2, onnotice: () => undefined });
  for (const file of readdirSync("supabase/migrations").toSorted()) {
    await owner.unsafe(readFileSync(`supabase/migrations/${file}`, "utf8")).simple();
  }

  const product = {
    ...settings,
    SUPABASE_URL: `http://127.0.0.1:${port}`,
    DATABASE_URL: productUrl.href,
    AUTH_SECRET: randomBytes(32).toString("hex"),
    INNGEST_EVENT_KEY: "not-used-here",
    INNGEST_SIGNING_KEY: `signkey-test-${"ab".repeat(16)}`,
    STRIPE_SECRET_KEY: "sk_test_not_used_here",
    STRIPE_WEBHOOK_SECRET: "whsec_not_used_here",
    ACADEMY_EMAIL: "office@cedarheights.example",
  };
  for (const [variable, value] of Object.entries(product)) vi.stubEnv(variable, value);
  [accounts, attempts, supabase] = await Promise.all([
    import("./accounts"),
    import("./attempts"),
    import("./supabase"),
  ]);
  // Reads the settings while they are there.
  (await import("@/lib/env")).env();
});

afterAll(async () => {
  await owner?.end();
  if (auth?.exitCode === null) {
    auth.kill("SIGTERM");
    await once(auth, "exit");
  }
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
  await server.unsafe(`drop database if exists ${name} with (force)`);
  await server.unsafe(`drop role if exists ${name}`);
  await server.end();
});

async function register(email: string, chosen = password): Promise<void> {
  await accounts.openAccount({ name: "Ana Silva", email, password: chosen, next: null });
}

async function confirm(email: string): Promise<Accounts.SessionIds> {
  const redeemed = await accounts.redeemLink(lastToken(email), "signup");
  if (redeemed.outcome !== "redeemed") throw new Error(`the link to ${email} did not work`);
  return redeemed.ids;
}

async function signIn(email: string, typed = password): Promise<Accounts.SignedIn> {
  const tried = await accounts.signInWithPassword(email, typed);
  if (tried.outcome !== "signed_in") throw new Error(tried.outcome);
  return tried.person;
}

async function member(email: string): Promise<Accounts.SignedIn> {
  await register(email);
  await confirm(email);
  return signIn(email);
}

describe("opening an account", () => {
  it("lets nobody in before the address is confirmed, and then as a parent", async () => {
    const email = "confirm@example.com";
    await register(email);
    expect(await accounts.signInWithPassword(email, password)).toEqual({ outcome: "unconfirmed" });
    const ids = await confirm(email);
    expect(await accounts.readSignedIn(ids)).toEqual({
      kind: "user",
      ...ids,
      role: "parent",
      name: "Ana Silva",
      email,
    });
  });

  it("has links that work once, and only the newest one", async () => {
    const email = "links@example.com";
    await register(email);
    const first = lastToken(email);
    await accounts.sendConfirmationAgain(email, null);
    expect(await accounts.redeemLink(first, "signup")).toEqual({ outcome: "expired" });
    const second = lastToken(email);
    expect((await accounts.redeemLink(second, "signup")).outcome).toBe("redeemed");
    expect(await accounts.redeemLink(second, "signup")).toEqual({ outcome: "expired" });
    expect(await accounts.redeemLink(second, "recovery")).toEqual({ outcome: "expired" });
  });

  it("counts with the password of whoever registered last, as long as nobody has confirmed", async () => {
    const email = "twice@example.com";
    await register(email, "somebody else's password");
    await register(email);
    await confirm(email);
    expect(await accounts.signInWithPassword(email, "somebody else's password")).toEqual({
      outcome: "refused",
    });
    expect((await signIn(email)).email).toBe(email);
  });

  it("answers the same for a taken address, sends nothing, and changes nothing", async () => {
    const email = "taken@example.com";
    const before = await member(email);
    const mails = tokens.get(email)?.length;
    const id = await accounts.openAccount({ name: "X", email, password: "another password", next: null });
    expect(id).not.toBe(before.userId);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(tokens.get(email)).toHaveLength(mails ?? 0);
    expect((await signIn(email)).name).toBe("Ana Silva");
  });
});

describe("roles", () => {
  it("never come from what the person says about themselves", async () => {
    const email = "self-made@example.com";
    const { error } = await supabase.statelessAuth().signUp({
      email,
      password,
      options: { data: { full_name: "Mallory", role: "admin", app_role: "admin" } },
    });
    expect(error).toBeNull();
    await confirm(email);
    expect((await signIn(email)).role).toBe("parent");

    const auth = supabase.statelessAuth();
    await auth.signInWithPassword({ email, password });
    await auth.updateUser({ data: { role: "admin" } });
    expect((await signIn(email)).role).toBe("parent");
  });

  it("come from an invitation, once the invited address is confirmed", async () => {
    const email = "office-manager@example.com";
    await owner`insert into public.invitations
      ${owner({ email, role: "admin", expires_at: new Date("2100-01-01") })}`;
    await register(email);
    const [before] = await owner`select role from public.profiles where email = ${email}`;
    expect(before?.role).toBe("parent");
    await confirm(email);
    expect((await signIn(email)).role).toBe("admin");
  });

  it("are refused by an invitation that has run out", async () => {
    const email = "too-late@example.com";
    await owner`insert into public.invitations
      ${owner({ email, role: "admin", created_at: new Date("2026-01-01"), expires_at: new Date("2026-01-08") })}`;
    expect((await member(email)).role).toBe("parent");
  });
});

describe("a session", () => {
  it("is refused at the next query once it was ended, and the others stay", async () => {
    const email = "sessions@example.com";
    const here = await member(email);
    const there = await signIn(email);
    await accounts.endSession(here);
    expect(await accounts.readSignedIn(here)).toBeNull();
    expect(await accounts.readSignedIn(there)).toMatchObject({ email });
    await accounts.endSession(here);
  });

  it("is ended everywhere, with the tokens of API clients", async () => {
    const email = "everywhere@example.com";
    const web = await member(email);
    const client = supabase.statelessAuth();
    await client.signInWithPassword({ email, password });
    await accounts.endAllSessions(web);
    expect(await accounts.readSignedIn(web)).toBeNull();
    expect((await client.refreshSession()).error).not.toBeNull();
    const [left] = await owner`select count(*)::int as n from auth.sessions where user_id = ${web.userId}`;
    expect(left?.n).toBe(0);
  });

  it("cannot end another person's", async () => {
    const ana = await member("own@example.com");
    const ben = await member("other@example.com");
    await accounts.endSession({ userId: ana.userId, sessionId: ben.sessionId });
    await accounts.endSession({ userId: ben.userId, sessionId: ana.sessionId });
    await accounts.endAllSessions(ana);
    expect(await accounts.readSignedIn(ben)).toMatchObject({ email: "other@example.com" });
    expect(await accounts.readSignedIn({ userId: ana.userId, sessionId: ben.sessionId })).toBeNull();
  });

  it("of a closed account ends at once, and the password opens no other", async () => {
    const email = "closed@example.com";
    const person = await member(email);
    await owner`update public.profiles set is_active = false where id = ${person.userId}`;
    expect(await accounts.readSignedIn(person)).toBeNull();
    const before = await owner`select id from auth.sessions where user_id = ${person.userId}`;
    await expect(accounts.signInWithPassword(email, password)).rejects.toMatchObject({ code: "forbidden" });
    const after = await owner`select id from auth.sessions where user_id = ${person.userId}`;
    expect(after).toEqual(before);
  });
});

describe("a forgotten password", () => {
  it("has a link that works once and opens a session", async () => {
    const email = "forgot@example.com";
    await member(email);
    await accounts.sendRecovery(email, null);
    const token = lastToken(email);
    expect((await accounts.redeemLink(token, "recovery")).outcome).toBe("redeemed");
    expect(await accounts.redeemLink(token, "recovery")).toEqual({ outcome: "expired" });
  });

  it("does not tell who has an account", async () => {
    await expect(accounts.sendRecovery("nobody@example.com", null)).resolves.toBeUndefined();
    await expect(accounts.sendConfirmationAgain("nobody@example.com", null)).resolves.toBeUndefined();
    expect(tokens.has("nobody@example.com")).toBe(false);
  });
});

describe("attempts", () => {
  const who = { email: "guess@example.com", place: "203.0.113.7" };

  it("are refused after ten from one place, while another place may still try", async () => {
    for (let i = 0; i < 10; i++) await attempts.countAttempt("sign_in", who);
    await expect(attempts.countAttempt("sign_in", who)).rejects.toMatchObject({
      code: "rate_limited",
      userMessage: expect.stringMatching(
        /^Too many attempts\. Please try again in (a minute|\d+ minutes)\.$/,
      ),
    });
    await expect(attempts.countAttempt("sign_in", { ...who, place: "203.0.113.8" })).resolves.toBeUndefined();
  });

  it("that succeed do not count", async () => {
    const busy = { email: "busy@example.com", place: "203.0.113.9" };
    for (let i = 0; i < 12; i++) {
      await attempts.countAttempt("sign_in", busy);
      await attempts.forgiveAttempt("sign_in", busy);
    }
  });

  it("leave neither addresses nor places in the table", async () => {
    const rows = await owner`select bucket from public.rate_limits`;
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row.bucket).toMatch(/^[a-z_]+:[0-9a-f]{32}$/);
  });

  it("come from what the nearest proxy saw, not from what the client claims", () => {
    expect(placeOf(new Headers({ "x-forwarded-for": "1.1.1.1, 198.51.100.4" }))).toBe("198.51.100.4");
    expect(placeOf(new Headers({ "x-real-ip": "198.51.100.5" }))).toBe("198.51.100.5");
    expect(placeOf(new Headers())).toBeNull();
  });
});
