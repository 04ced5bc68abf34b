/**
 * Supabase Auth of the embedded stack: Supabase's own library on the stack's PostgreSQL, with the academy's mails.
 * Its Data API is off: the product reaches its data through lib/db only.
 */
import { serve } from "@hono/node-server";
import { App } from "@supabase/lite";
import { createPostgresConnection } from "@supabase/lite/postgres";
import postgres from "postgres";
import { logEvent } from "../stack/log-event";
import { asLibraryMailer, createAcademyMailer, requestedRedirect } from "./academy-mailer";
import { prepareAuthSchema } from "./auth-schema";
import { createHostedSignup, otpLength } from "./hosted-signup";
import { linkExpirySeconds, minimumPasswordLength, readAuthSettings } from "./settings";

process.env.DO_NOT_TRACK = "1";

const settings = readAuthSettings();
let isStopping = false;
const postgresOptions = {
  max: 8,
  max_lifetime: null,
  onnotice: () => {},
  // The library's pool does not get over a lost connection (see lib/db/postgres.ts): the supervisor starts us again.
  onclose: () => {
    if (isStopping) return;
    logEvent({ event: "auth.database-lost" });
    process.exit(1);
  },
};
const sql = postgres(settings.DATABASE_ADMIN_URL, postgresOptions);
const connection = createPostgresConnection({ url: settings.DATABASE_ADMIN_URL, postgresOptions });
const app = new App({
  connection,
  api: { enabled: false },
  auth: {
    enabled: true,
    site_url: settings.SITE_URL,
    jwt_secret: settings.SUPABASE_JWT_SECRET,
    publishable_key: settings.SUPABASE_ANON_KEY,
    minimum_password_length: minimumPasswordLength,
    email: {
      enable_signup: true,
      enable_confirmations: true,
      // The new address must be proven; a typing error in it must not lock the family out.
      double_confirm_changes: false,
      otp_length: otpLength,
      otp_expiry: linkExpirySeconds,
    },
  },
});
const mailer = createAcademyMailer(settings);
app._mailer = asLibraryMailer(mailer);
const hostedSignup = createHostedSignup(sql, mailer);

await prepareAuthSchema(app, sql);

async function readJson(request: Request): Promise<unknown> {
  try {
    return await request.clone().json();
  } catch {
    return undefined;
  }
}

async function answer(request: Request): Promise<Response> {
  const url = new URL(request.url);
  if (url.pathname === "/health") return Response.json({ ok: true });
  return requestedRedirect.run(url.searchParams.get("redirect_to"), async () => {
    if (request.method === "POST" && request.headers.get("apikey") === settings.SUPABASE_ANON_KEY) {
      const own =
        url.pathname === "/auth/v1/signup"
          ? await hostedSignup.signup(await readJson(request))
          : url.pathname === "/auth/v1/resend"
            ? await hostedSignup.resend(await readJson(request))
            : undefined;
      if (own) return own;
    }
    return app.fetch(request);
  });
}

async function fetchAndLog(request: Request): Promise<Response> {
  const started = performance.now();
  const { pathname } = new URL(request.url);
  let response: Response;
  try {
    response = await answer(request);
  } catch (error) {
    logEvent({ event: "auth.failed", method: request.method, path: pathname, error: String(error) });
    response = Response.json(
      {
        code: 500,
        error_code: "unexpected_failure",
        msg: "The Auth service could not do this now. Try again.",
      },
      { status: 500 },
    );
  }
  if (pathname !== "/health") {
    const ms = Math.round(performance.now() - started);
    logEvent({ event: "auth.request", method: request.method, path: pathname, status: response.status, ms });
  }
  return response;
}

const server = serve({ fetch: fetchAndLog, hostname: "127.0.0.1", port: settings.PORT }, () => {
  logEvent({ event: "auth.ready", port: settings.PORT });
});

async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  server.close();
  if ("closeIdleConnections" in server) server.closeIdleConnections();
  mailer.close();
  await Promise.all([sql.end({ timeout: 3 }), connection.close()]);
  process.exit(0);
}
process.on("SIGTERM", () => void stop());
process.on("SIGINT", () => void stop());
