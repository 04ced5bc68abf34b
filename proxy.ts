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

export const config = {
  matcher: ["/family/:path*", "/teach/:path*", "/admin/:path*", "/student/:path*"],
};
