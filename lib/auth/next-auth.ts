import "server-only";
import { getServerSession, type NextAuthOptions } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { placeOf } from "@/lib/http/rate-limit";
import { log } from "@/lib/log";
import { endSession, type SessionIds, signInWithPassword } from "./accounts";
import { countAttempt, forgiveAttempt } from "./attempts";
import { sessionTokenSchema, signInSchema } from "./schema";
import { sessionCookie } from "./session-cookie";

declare module "next-auth" {
  interface User {
    sessionId: string;
  }
  interface Session {
    ids: SessionIds | null;
  }
}

/**
 * next-auth carries the web session: one encrypted cookie with `sub` (the account) and `sid` (the session of Supabase
 * Auth). Its own doors under /api/auth work too, and go through the same checks as the sign-in form.
 */
export function nextAuthOptions(): NextAuthOptions {
  const { AUTH_SECRET, SITE_URL } = env();
  // next-auth reads its own address from the environment only.
  process.env.NEXTAUTH_URL = SITE_URL;
  const cookie = sessionCookie();
  return {
    secret: AUTH_SECRET,
    useSecureCookies: cookie.options.secure,
    cookies: { sessionToken: { name: cookie.name, options: cookie.options } },
    session: { strategy: "jwt", maxAge: cookie.maxAge },
    pages: { signIn: "/login", signOut: "/login", error: "/login" },
    logger: {
      error: (code) => log("warn", "sign_in.next_auth", { code }),
      warn: (code) => log("warn", "sign_in.next_auth", { code }),
      debug: () => undefined,
    },
    providers: [
      Credentials({
        name: "email and password",
        credentials: {
          email: { label: "Email", type: "email" },
          password: { label: "Password", type: "password" },
        },
        authorize: async (credentials, request) => {
          const parsed = signInSchema.safeParse(credentials);
          if (!parsed.success) return null;
          const { email, password } = parsed.data;
          const who = { email, place: placeOf(new Headers(request.headers as Record<string, string>)) };
          try {
            await countAttempt("sign_in", who);
            const tried = await signInWithPassword(email, password);
            if (tried.outcome !== "signed_in") return null;
            await forgiveAttempt("sign_in", who);
            return { id: tried.person.userId, sessionId: tried.person.sessionId };
          } catch (error) {
            if (error instanceof AppError) {
              log("info", "sign_in.refused", { code: error.code, reason: error.message });
              return null;
            }
            throw error;
          }
        },
      }),
    ],
    callbacks: {
      jwt: ({ token, user }) =>
        user ? { sub: user.id, sid: user.sessionId } : { sub: token.sub ?? "", sid: token.sid },
      session: ({ session, token }) => {
        const parsed = sessionTokenSchema.safeParse(token);
        return {
          expires: session.expires,
          ids: parsed.success ? { userId: parsed.data.sub, sessionId: parsed.data.sid } : null,
        };
      },
    },
    events: {
      signOut: async ({ token }) => {
        const parsed = sessionTokenSchema.safeParse(token);
        if (parsed.success) await endSession({ userId: parsed.data.sub, sessionId: parsed.data.sid });
      },
    },
  };
}

/** The session that the request's cookie names; whether it still lives, only the database knows. */
export async function sessionInCookie(): Promise<SessionIds | null> {
  const session = await getServerSession(nextAuthOptions());
  return session?.ids ?? null;
}
