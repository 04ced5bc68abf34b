import { env } from "@/lib/env";

const DAY = 24 * 60 * 60;

/** next-auth's session cookie: its name, its flags, and how long it lasts (seconds). */
export function sessionCookie() {
  const secure = env().SITE_URL.startsWith("https://");
  return {
    name: `${secure ? "__Secure-" : ""}next-auth.session-token`,
    options: { httpOnly: true, sameSite: "lax", path: "/", secure },
    maxAge: 30 * DAY,
  } as const;
}

/** The header in which proxy.ts tells pages which path was asked for. */
export const askedPathHeader = "x-asked-path";
