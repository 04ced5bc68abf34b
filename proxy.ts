import { type NextRequest, NextResponse } from "next/server";
import { getToken } from "next-auth/jwt";
import { loginPath } from "@/lib/auth/rules";
import { askedPathHeader, sessionCookie } from "@/lib/auth/session-cookie";
import { env } from "@/lib/env";

/**
 * Spares signed-out visitors a page they cannot see, and tells pages which path was asked for. It is not the wall: it
 * only looks whether the cookie is ours. Layouts, pages and actions ask again, and PostgreSQL decides.
 */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  if (Number(request.headers.get("content-length") ?? 0) >= BODY_LIMIT) return tooLarge();
  const path = `${request.nextUrl.pathname}${request.nextUrl.search}`;
  const headers = new Headers(request.headers);
  headers.set(askedPathHeader, path);
  const goOn = NextResponse.next({ request: { headers } });
  // A form that was sent after the session ended gets its own answer, with what was typed in it.
  if (request.method !== "GET" && request.method !== "HEAD") return goOn;
  const token = await getToken({
    req: request,
    secret: env().AUTH_SECRET,
    cookieName: sessionCookie().name,
  });
  return token ? goOn : NextResponse.redirect(new URL(loginPath(path), env().SITE_URL));
}

/** Bytes. Next refuses larger forms as well, but as a failure of ours; no form comes near it. */
const BODY_LIMIT = 1_000_000;

function tooLarge(): NextResponse {
  return new NextResponse("This is too large to be sent: 1 MB at most. Nothing was stored.", {
    status: 413,
    headers: { "content-type": "text/plain" },
  });
}

export const config = {
  matcher: [
    "/family/:path*",
    "/teach/:path*",
    "/admin/:path*",
    "/student/:path*",
    // Everywhere but at the doors for machines, which have limits of their own: bodies from 1 MB on.
    { source: "/((?!api/|_next/).*)", has: [{ type: "header", key: "content-length", value: "\\d{7,}" }] },
  ],
};
