import { z } from "zod";
import { startExecutor } from "./executor";
import { logToStdout } from "./log";

const environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535),
  DATABASE_ADMIN_URL: z.string().startsWith("postgres"),
  APP_URL: z.url(),
  INNGEST_EVENT_KEY: z.string().min(1),
  INNGEST_SIGNING_KEY: z.string().regex(/^signkey-\w+-[0-9a-f]+$/i, "must look like signkey-prod-<hex>"),
  INNGEST_BACKOFF_MS: z
    .string()
    .optional()
    .transform((text) => (text ? text.split(",").map(Number) : undefined))
    .refine((list) => list?.every((ms) => Number.isFinite(ms) && ms >= 0) ?? true, "must list milliseconds"),
  INNGEST_CAPACITY: z.coerce.number().int().positive().optional(),
});

const parsed = environment.safeParse(process.env);
if (!parsed.success) {
  for (const { path, message } of parsed.error.issues) {
    process.stderr.write(`${path.join(".")}: ${message}\n`);
  }
  process.exit(1);
}
const env = parsed.data;

const executor = await startExecutor({
  port: env.PORT,
  databaseUrl: env.DATABASE_ADMIN_URL,
  appUrl: env.APP_URL,
  eventKey: env.INNGEST_EVENT_KEY,
  signingKey: env.INNGEST_SIGNING_KEY,
  ...(env.INNGEST_BACKOFF_MS ? { backoff: env.INNGEST_BACKOFF_MS } : {}),
  ...(env.INNGEST_CAPACITY ? { capacity: env.INNGEST_CAPACITY } : {}),
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    executor.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logToStdout("error", "executor.stop-failed", { error: String(error) });
        process.exit(1);
      },
    );
  });
}
