import "server-only";
import { cookies } from "next/headers";
import { z } from "zod";
import { env } from "@/lib/env";

const pendingSchema = z.object({ email: z.email(), userId: z.uuid().optional() });

/** What this browser registered and has not confirmed yet; the id is missing when only the mail was asked for. */
type PendingRegistration = z.infer<typeof pendingSchema>;

const NAME = "cedar-pending";
const DAY = 24 * 60 * 60;

/**
 * Keeps the address off the page's URL, where it would end up in logs. Nothing is decided by the cookie but whether
 * the link of a mail came back to the browser that registered.
 */
export async function keepPendingRegistration(pending: PendingRegistration): Promise<void> {
  (await cookies()).set(NAME, JSON.stringify(pending), {
    httpOnly: true,
    sameSite: "lax",
    secure: env().SITE_URL.startsWith("https://"),
    path: "/",
    maxAge: DAY,
  });
}

export async function readPendingRegistration(): Promise<PendingRegistration | null> {
  const value = (await cookies()).get(NAME)?.value;
  if (!value) return null;
  try {
    return pendingSchema.parse(JSON.parse(value));
  } catch {
    return null;
  }
}

export async function forgetPendingRegistration(): Promise<void> {
  (await cookies()).delete(NAME);
}
