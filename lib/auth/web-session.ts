import "server-only";
import { cookies } from "next/headers";
import { encode } from "next-auth/jwt";
import { env } from "@/lib/env";
import { errorFacts, log } from "@/lib/log";
import { endAllSessions, endSession, type SessionIds } from "./accounts";
import { sessionInCookie } from "./next-auth";
import { sessionCookie } from "./session-cookie";

/**
 * Puts a session into this browser's cookie, in an action or a route handler. A session that the browser carried
 * before is ended: nobody could reach it any more.
 */
export async function startWebSession({ userId, sessionId }: SessionIds): Promise<void> {
  const before = await sessionInCookie();
  const cookie = sessionCookie();
  const token = await encode({
    token: { sub: userId, sid: sessionId },
    secret: env().AUTH_SECRET,
    maxAge: cookie.maxAge,
  });
  (await cookies()).set(cookie.name, token, { ...cookie.options, maxAge: cookie.maxAge });
  log("info", "sign_in.session_started", { userId, sessionId });
  if (before && before.sessionId !== sessionId) await endQuietly(before);
}

/** Signs this browser out. */
export async function endWebSession(): Promise<void> {
  const ids = await sessionInCookie();
  await removeCookie();
  if (ids) await endQuietly(ids);
}

/** Signs the account out everywhere; the cookie stays when the database could not do it. */
export async function endWebSessionEverywhere(): Promise<void> {
  const ids = await sessionInCookie();
  if (ids) await endAllSessions(ids);
  await removeCookie();
}

async function removeCookie(): Promise<void> {
  const cookie = sessionCookie();
  // Not `delete`: a browser ignores the removal of a __Secure- cookie that does not say "secure" itself.
  (await cookies()).set(cookie.name, "", { ...cookie.options, maxAge: 0 });
}

/** Without its cookie a session is out of reach; that its row lives on is worth a line, not a failure. */
async function endQuietly(ids: SessionIds): Promise<void> {
  try {
    await endSession(ids);
  } catch (error) {
    log("warn", "sign_in.session_not_ended", { sessionId: ids.sessionId, ...errorFacts(error) });
  }
}
