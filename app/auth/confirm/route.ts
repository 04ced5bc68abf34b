import { type NextRequest, NextResponse } from "next/server";
import { readSignedIn, redeemLink } from "@/lib/auth/accounts";
import { forgetPendingRegistration, readPendingRegistration } from "@/lib/auth/pending-registration";
import { startRecovery } from "@/lib/auth/recovery";
import { forgotPasswordPath, landing, loginPath, resetPasswordPath, safeNext } from "@/lib/auth/rules";
import { mailLinkSchema } from "@/lib/auth/schema";
import { startWebSession } from "@/lib/auth/web-session";
import { env } from "@/lib/env";
import { errorFacts, log } from "@/lib/log";

/**
 * Where the links of our mails lead: redeems the link, which works once, and goes on to `next`. A mail scanner that
 * opens links with GET can use one up; the person then asks for another.
 */
export async function GET(request: NextRequest): Promise<NextResponse> {
  const query = request.nextUrl.searchParams;
  const next = safeNext(query.get("next"), env().SITE_URL);
  const link = mailLinkSchema.safeParse({ token_hash: query.get("token_hash"), type: query.get("type") });
  const recovers = query.get("type") === "recovery";
  const expired = recovers ? forgotPasswordPath(next, "link-expired") : loginPath(next, "link-expired");
  if (!link.success) return goTo(expired);
  try {
    const redeemed = await redeemLink(link.data.token_hash, link.data.type);
    if (redeemed.outcome === "expired") return goTo(expired);
    const person = await readSignedIn(redeemed.ids);
    if (!person) return goTo(loginPath(null, "account-closed"));
    const pending = await readPendingRegistration();
    const registeredHere = pending?.userId === person.userId;
    // Somebody else may have registered an invited address, with a password of theirs, before its owner did: who
    // comes from another browser into more than a parent's rights chooses the password first.
    const choosesPassword = recovers || (person.role !== "parent" && !registeredHere);
    if (choosesPassword) {
      await startRecovery(redeemed.session);
      return goTo(resetPasswordPath(next));
    }
    await startWebSession(person);
    await forgetPendingRegistration();
    return goTo(landing(person.role, next));
  } catch (error) {
    log("error", "sign_in.link_failed", errorFacts(error));
    return goTo(recovers ? forgotPasswordPath(next, "unavailable") : loginPath(next, "unavailable"));
  }
}

/** Link checkers ask with HEAD: that must not use the link up, as the framework's own answer by GET would. */
export function HEAD(): Response {
  return new Response(null, { status: 200, headers: { "cache-control": "no-store" } });
}

function goTo(path: string): NextResponse {
  const response = NextResponse.redirect(new URL(path, env().SITE_URL), 303);
  response.headers.set("cache-control", "no-store");
  // The address holds the link's secret: no page after it shall see where the visitor came from.
  response.headers.set("referrer-policy", "no-referrer");
  return response;
}
