import type { Route } from "next";
import type { AppRole } from "@/lib/db/database.gen";

const homes = {
  admin: "/admin",
  teacher: "/teach",
  parent: "/family",
  student: "/student",
} as const satisfies Record<AppRole, `/${string}`>;

/** Where a role's portal begins. */
export function portalHome(role: AppRole): Route {
  return homes[role] as Route;
}

/** Pages of the sign-in itself and doors for machines: nobody is sent "back" there. */
const NOT_A_DESTINATION = /^\/(?:api|auth|login|register|forgot-password|reset-password)(?=[/?#]|$)/i;
const LONGEST_PATH = 2000;
// A browser drops tabs and line breaks inside an address and reads "\" as "/": both can hide another host.
const UNSAFE_CHARACTER = /[\p{Cc}\\]/u;

/**
 * The page of this site to go on to, or null when the value is anything else. What comes back is a path with query
 * and fragment that a browser cannot read as another site. With `siteUrl`, absolute addresses of our own origin are
 * accepted too: a hosted Supabase mail carries the return address whole.
 */
export function safeNext(value: unknown, siteUrl?: string): string | null {
  if (typeof value !== "string" || value.length > LONGEST_PATH || UNSAFE_CHARACTER.test(value)) return null;
  const origin = siteUrl ? new URL(siteUrl).origin : undefined;
  const path = origin && value.startsWith(`${origin}/`) ? value.slice(origin.length) : value;
  if (!path.startsWith("/") || path.startsWith("//")) return null;
  const base = "http://site.invalid";
  if (!URL.canParse(path, base)) return null;
  const url = new URL(path, base);
  // "/.//host" becomes "//host" once the dots are resolved.
  if (url.origin !== base || url.pathname.startsWith("//")) return null;
  if (NOT_A_DESTINATION.test(url.pathname)) return null;
  return `${url.pathname}${url.search}${url.hash}`;
}

/** Where a person stands after signing in: the page asked for, unless it belongs to another role's portal. */
export function landing(role: AppRole, next: string | null): Route {
  const path = safeNext(next);
  if (!path) return portalHome(role);
  const own = homes[role];
  const foreign = Object.values(homes).some((home) => home !== own && isWithin(path, home));
  return (foreign ? own : path) as Route;
}

function isWithin(path: string, home: string): boolean {
  return path === home || ["/", "?", "#"].some((mark) => path.startsWith(`${home}${mark}`));
}

/** What the sign-in pages say when somebody is sent there. */
export type LoginNotice =
  | "account-closed"
  | "link-expired"
  | "session-ended"
  | "sign-in-failed"
  | "signed-out"
  | "signed-out-everywhere"
  | "unavailable";

function withQuery(path: string, query: Record<string, string | null | undefined>): Route {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) parameters.set(name, value);
  const search = parameters.toString();
  return (search ? `${path}?${search}` : path) as Route;
}

/** The sign-in page that leads back to `next`. */
export function loginPath(next?: string | null, notice?: LoginNotice): Route {
  return withQuery("/login", { next: safeNext(next), notice });
}

/** The registration page that leads back to `next`, also by way of the confirmation mail. */
export function registerPath(next?: string | null): Route {
  return withQuery("/register", { next: safeNext(next) });
}

/** The page that waits for the confirmation mail. */
export function checkEmailPath(next?: string | null, sent?: "again"): Route {
  return withQuery("/register/check-email", { next: safeNext(next), sent });
}

/** The page that asks for a mail to choose a new password. */
export function forgotPasswordPath(next?: string | null, notice?: "link-expired" | "unavailable"): Route {
  return withQuery("/forgot-password", { next: safeNext(next), notice });
}

/** The page on which a new password is chosen. */
export function resetPasswordPath(next?: string | null): Route {
  return withQuery("/reset-password", { next: safeNext(next) });
}
