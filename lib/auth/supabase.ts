import "server-only";
import { createServerClient } from "@supabase/ssr";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { cookies } from "next/headers";
import { env } from "@/lib/env";

const ANSWER_WITHIN_MS = 10_000;

const fetchInTime: typeof fetch = (input, init) =>
  fetch(input, { ...init, cache: "no-store", signal: init?.signal ?? AbortSignal.timeout(ANSWER_WITHIN_MS) });

/** A client of Supabase Auth for one piece of work: its session lives in memory and ends with the request. */
export function statelessAuth(): SupabaseClient["auth"] {
  const { SUPABASE_URL, SUPABASE_ANON_KEY } = env();
  return createClient(SUPABASE_URL, SUPABASE_ANON_KEY, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: { fetch: fetchInTime },
  }).auth;
}

const RECOVERY_COOKIE = "cedar-recovery";
const RECOVERY_SECONDS = 30 * 60;
/** Only the page that chooses a new password and its action ever see the cookie. */
const RECOVERY_PATH = "/reset-password";

/**
 * A client whose session lies in a short-lived cookie, for the way from a mail's link to the new password. The cookie
 * signs nobody in: web sessions are carried by next-auth alone.
 */
export async function recoveryAuth(): Promise<SupabaseClient["auth"]> {
  const { SUPABASE_URL, SUPABASE_ANON_KEY, SITE_URL } = env();
  const jar = await cookies();
  return createServerClient(SUPABASE_URL, SUPABASE_ANON_KEY, {
    global: { fetch: fetchInTime },
    cookieOptions: {
      name: RECOVERY_COOKIE,
      path: RECOVERY_PATH,
      httpOnly: true,
      sameSite: "lax",
      secure: SITE_URL.startsWith("https://"),
      maxAge: RECOVERY_SECONDS,
    },
    cookies: {
      getAll: () => jar.getAll(),
      setAll: (changes) => {
        for (const { name, value, options } of changes) {
          try {
            jar.set(name, value, {
              ...options,
              path: RECOVERY_PATH,
              // @supabase/ssr asks for 400 days; an empty value with age 0 removes the cookie.
              maxAge: value ? RECOVERY_SECONDS : 0,
            });
          } catch {
            // A page that renders may not set cookies; the action that follows does.
          }
        }
      },
    },
  }).auth;
}
