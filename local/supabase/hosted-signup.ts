import { createHash, randomInt, randomUUID } from "node:crypto";
import type postgres from "postgres";
import { z } from "zod";
import type { AcademyMailer } from "./academy-mailer";

const signupBody = z.object({
  email: z.email().toLowerCase(),
  data: z.record(z.string(), z.unknown()).optional(),
});
const resendBody = z.object({ type: z.literal("signup"), email: z.email().toLowerCase() });

interface KnownUser {
  id: string;
  email: string;
  is_confirmed: boolean;
  created_at: Date;
}

/**
 * Where the Auth library differs from the hosted service, and a family would notice. Registering an address again, or
 * asking for the confirmation mail again, it always refuses with "only after 59 seconds". The hosted service sends the
 * mail again while the address is unconfirmed, and for a confirmed one answers as if an account had been made, so that
 * nobody can find out who has one. This does the same; everything else passes through to the library.
 */
export function createHostedSignup(sql: postgres.Sql, mailer: AcademyMailer) {
  async function findUser(email: string): Promise<KnownUser | undefined> {
    const [user] = await sql<KnownUser[]>`
      select id, email, email_confirmed_at is not null as is_confirmed, created_at
      from auth.users where email = ${email} and not is_sso_user`;
    return user;
  }

  /** The library keeps sha-256 of address and code; the code itself never leaves this function. */
  async function sendConfirmationAgain(user: KnownUser): Promise<void> {
    const code = Array.from({ length: otpLength }, () => randomInt(10)).join("");
    const tokenHash = createHash("sha256")
      .update(user.email.toLowerCase() + code)
      .digest("hex");
    await sql`
      update auth.users set confirmation_token = ${tokenHash}, confirmation_sent_at = now() where id = ${user.id}`;
    await mailer.send("confirm", user.email, tokenHash);
  }

  return {
    /** The answer to `POST /auth/v1/signup` when the address is known already; otherwise `undefined`. */
    async signup(body: unknown): Promise<Response | undefined> {
      const parsed = signupBody.safeParse(body);
      if (!parsed.success) return undefined;
      const user = await findUser(parsed.data.email);
      if (!user) return undefined;
      if (!user.is_confirmed) await sendConfirmationAgain(user);
      return Response.json(seemingUser(user, parsed.data.data ?? {}));
    },

    /** The answer to `POST /auth/v1/resend` for a confirmation mail; otherwise `undefined`. */
    async resend(body: unknown): Promise<Response | undefined> {
      const parsed = resendBody.safeParse(body);
      if (!parsed.success) return undefined;
      const user = await findUser(parsed.data.email);
      if (user && !user.is_confirmed) await sendConfirmationAgain(user);
      return Response.json({});
    },
  };
}

/** Long enough that the hash in a link cannot be found by trying all codes for a known address. */
export const otpLength = 10;

/** What a first registration would answer; a confirmed account is hidden behind a number of its own. */
function seemingUser(user: KnownUser, data: Record<string, unknown>) {
  const now = new Date().toISOString();
  return {
    id: user.is_confirmed ? randomUUID() : user.id,
    aud: "authenticated",
    role: "",
    email: user.email,
    phone: "",
    confirmation_sent_at: now,
    app_metadata: { provider: "email", providers: ["email"] },
    user_metadata: data,
    identities: [],
    created_at: user.is_confirmed ? now : user.created_at.toISOString(),
    updated_at: now,
    is_anonymous: false,
  };
}
