import { z } from "zod";

const environment = z.object({
  PORT: z.coerce.number().int().min(1).max(65_535),
  DATABASE_ADMIN_URL: z.url(),
  SITE_URL: z.url(),
  SUPABASE_ANON_KEY: z.string().min(16),
  SUPABASE_JWT_SECRET: z.string().min(32),
  SMTP_URL: z.url(),
  MAIL_FROM: z.string().min(3),
});

/** The Auth service's settings, all from environment variables (see `.env.example`). */
export type AuthSettings = z.infer<typeof environment>;

/** @throws an error that names each missing or malformed variable. */
export function readAuthSettings(): AuthSettings {
  const parsed = environment.safeParse(process.env);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`The Auth service cannot start: ${problems.join("; ")}.`);
}

/** Seconds for which the link of a mail is good. The same on a hosted project (see supabase/config.toml). */
export const linkExpirySeconds = 60 * 60;

export const minimumPasswordLength = 10;
