import "server-only";
import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import type { AppRole } from "@/lib/db/database.gen";
import { AppError } from "@/lib/errors";
import { readSignedIn, type SignedIn } from "./accounts";
import { sessionInCookie } from "./next-auth";
import { loginPath, safeNext } from "./rules";
import { askedPathHeader } from "./session-cookie";

export type { SignedIn };

type Found =
  | { readonly state: "in"; readonly person: SignedIn }
  | { readonly state: "out" }
  | { readonly state: "ended" };

/** Once a render: layouts and pages may all ask. */
const find = cache(async (): Promise<Found> => {
  const ids = await sessionInCookie();
  if (!ids) return { state: "out" };
  const person = await readSignedIn(ids);
  return person ? { state: "in", person } : { state: "ended" };
});

/** The signed-in person; null when nobody is, the session has ended, or the account is closed. */
export async function currentPrincipal(): Promise<SignedIn | null> {
  const found = await find();
  return found.state === "in" ? found.person : null;
}

/**
 * The signed-in person, for actions and routes.
 * @throws AppError "unauthenticated", "session_ended", or "forbidden" for another role.
 */
export async function requirePrincipal(roles: readonly AppRole[]): Promise<SignedIn> {
  const found = await find();
  if (found.state === "out") {
    throw new AppError("unauthenticated", { userMessage: "Please sign in to do this." });
  }
  if (found.state === "ended") {
    throw new AppError("session_ended", { userMessage: "Your session has ended. Please sign in again." });
  }
  if (!roles.includes(found.person.role)) {
    throw new AppError("forbidden", {
      message: `role ${found.person.role} refused`,
      userMessage: "Your account cannot do this.",
    });
  }
  return found.person;
}

/**
 * The signed-in person, for pages and layouts: a signed-out visitor goes to the sign-in page, which leads back to
 * `path` (in the portals the proxy knows it); for another role the page does not exist.
 */
export async function requirePage(roles: readonly AppRole[], path?: string): Promise<SignedIn> {
  const found = await find();
  if (found.state !== "in") {
    const next = safeNext(path ?? (await headers()).get(askedPathHeader));
    redirect(loginPath(next, found.state === "ended" ? "session-ended" : undefined));
  }
  if (!roles.includes(found.person.role)) notFound();
  return found.person;
}
