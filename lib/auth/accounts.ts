import "server-only";
import type { EmailOtpType, Session } from "@supabase/supabase-js";
import { decodeJwt } from "jose";
import { sql } from "kysely";
import type { AppRole } from "@/lib/db/database.gen";
import { service, withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { log } from "@/lib/log";
import { accountClosed, refusalCode, toSignInError } from "./errors";
import { accessTokenSchema } from "./schema";
import { statelessAuth } from "./supabase";

/** A session of Supabase Auth, by its ids. */
export type SessionIds = { readonly userId: string; readonly sessionId: string };

/** A signed-in person; usable as the principal of a transaction. */
export type SignedIn = SessionIds & {
  readonly kind: "user";
  readonly role: AppRole;
  readonly name: string;
  readonly email: string;
};

/** The person behind a session; null when the session has ended or the account is closed. */
export async function readSignedIn({ userId, sessionId }: SessionIds): Promise<SignedIn | null> {
  const ids = { kind: "user", userId, sessionId } as const;
  try {
    const profile = await withPrincipal(ids, (db) =>
      db
        .selectFrom("profiles")
        .select(["role", "full_name as name", "email"])
        .where("id", "=", userId)
        .executeTakeFirst(),
    );
    return profile ? { ...ids, ...profile } : null;
  } catch (error) {
    if (error instanceof AppError && error.code === "session_ended") return null;
    throw error;
  }
}

/** Which session a token from Supabase Auth belongs to. Only for tokens that Supabase Auth itself just answered with. */
function idsOf(session: Session): SessionIds {
  const claims = accessTokenSchema.parse(decodeJwt(session.access_token));
  return { userId: claims.sub, sessionId: claims.session_id };
}

type PasswordOutcome =
  | { readonly outcome: "signed_in"; readonly person: SignedIn }
  | { readonly outcome: "unconfirmed" }
  | { readonly outcome: "refused" };

/**
 * Tries an address and a password. A person who is let in has a new session.
 * @throws AppError "forbidden" for a closed account, "rate_limited", "unavailable".
 */
export async function signInWithPassword(email: string, password: string): Promise<PasswordOutcome> {
  const auth = statelessAuth();
  const { data, error } = await auth.signInWithPassword({ email, password });
  if (error) {
    const code = refusalCode(error);
    if (code === "invalid_credentials") return { outcome: "refused" };
    if (code === "email_not_confirmed") return { outcome: "unconfirmed" };
    throw toSignInError(error);
  }
  const person = await readSignedIn(idsOf(data.session));
  if (!person) {
    await auth.signOut({ scope: "local" });
    throw accountClosed();
  }
  return { outcome: "signed_in", person };
}

function returnAddress(next: string | null): string {
  return new URL(next ?? "/", env().SITE_URL).href;
}

/**
 * Opens an account and has its address confirmed by mail; the link leads on to `next`. Tells the new account's id, or
 * a meaningless one when the address is taken: a caller cannot find out which, nor can the visitor.
 */
export async function openAccount(input: {
  name: string;
  email: string;
  password: string;
  next: string | null;
}): Promise<string | null> {
  await withPrincipal(service("registration"), (db) =>
    sql`select private.discard_unconfirmed_account(${input.email})`.execute(db),
  );
  const { data, error } = await statelessAuth().signUp({
    email: input.email,
    password: input.password,
    // A name to greet with, nothing more: the person can change this data, so no right may hang on it.
    options: { data: { full_name: input.name }, emailRedirectTo: returnAddress(input.next) },
  });
  if (error) {
    // Some settings of a hosted project refuse a taken address openly; the visitor still gets the same answer.
    if (refusalCode(error) === "user_already_exists" || refusalCode(error) === "email_exists") return null;
    throw toSignInError(error);
  }
  return data.user?.id ?? null;
}

/** Sends the confirmation mail again; the same answer whether or not there is such an account. */
export async function sendConfirmationAgain(email: string, next: string | null): Promise<void> {
  const { error } = await statelessAuth().resend({
    type: "signup",
    email,
    options: { emailRedirectTo: returnAddress(next) },
  });
  if (error) quietly("resend", error);
}

/** Sends the link to a new password; the same answer whether or not there is such an account. */
export async function sendRecovery(email: string, next: string | null): Promise<void> {
  const { error } = await statelessAuth().resetPasswordForEmail(email, { redirectTo: returnAddress(next) });
  if (error) quietly("recovery", error);
}

/** An outage is told; a refusal would tell who has an account, so it only leaves a line in the log. */
function quietly(mail: string, error: unknown): void {
  const known = toSignInError(error);
  if (known instanceof AppError && known.code === "unavailable") throw known;
  log("info", "sign_in.mail_refused", { mail, code: refusalCode(error) ?? "unknown" });
}

type RedeemedLink =
  | { readonly outcome: "redeemed"; readonly session: Session; readonly ids: SessionIds }
  | { readonly outcome: "expired" };

/**
 * Redeems a mail's link, which works once.
 * @throws AppError "unavailable" when Supabase Auth does not answer: the link is then still good.
 */
export async function redeemLink(tokenHash: string, type: EmailOtpType): Promise<RedeemedLink> {
  const { data, error } = await statelessAuth().verifyOtp({ token_hash: tokenHash, type });
  if (error) {
    const known = toSignInError(error);
    if (known instanceof AppError) throw known;
    return { outcome: "expired" };
  }
  if (!data.session) return { outcome: "expired" };
  return { outcome: "redeemed", session: data.session, ids: idsOf(data.session) };
}

/** Ends one session; quiet when it has ended already. */
export async function endSession(ids: SessionIds): Promise<void> {
  await asOwner(ids, sql`select private.end_my_session()`);
}

/** Ends every session of the account, web and API. */
export async function endAllSessions(ids: SessionIds): Promise<void> {
  await asOwner(ids, sql`select private.end_my_sessions()`);
}

async function asOwner(ids: SessionIds, statement: ReturnType<typeof sql>): Promise<void> {
  try {
    await withPrincipal({ kind: "user", ...ids }, (db) => statement.execute(db));
  } catch (error) {
    if (error instanceof AppError && error.code === "session_ended") return;
    throw error;
  }
}
