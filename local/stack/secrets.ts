import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { StackError, systemCode } from "./stack-error";

const shape = z.object({
  ownerPassword: z.string().min(20),
  appPassword: z.string().min(20),
  authSecret: z.string().min(32),
  supabaseAnonKey: z.string().min(20),
  supabaseJwtSecret: z.string().min(32),
  inngestEventKey: z.string().min(16),
  inngestSigningKey: z.string().regex(/^signkey-prod-[0-9a-f]+$/),
  stripeSecretKey: z.string().startsWith("sk_test_"),
  stripeWebhookSecret: z.string().startsWith("whsec_"),
});

/** What the services of one stack prove themselves to each other with. Random, made once a data folder. */
export type StackSecrets = z.infer<typeof shape>;

function makeSecrets(): StackSecrets {
  const letters = (bytes: number) => randomBytes(bytes).toString("hex");
  return {
    ownerPassword: letters(20),
    appPassword: letters(20),
    authSecret: letters(32),
    supabaseAnonKey: `sb_publishable_${letters(16)}`,
    supabaseJwtSecret: letters(32),
    inngestEventKey: letters(24),
    inngestSigningKey: `signkey-prod-${letters(32)}`,
    stripeSecretKey: `sk_test_${letters(24)}`,
    stripeWebhookSecret: `whsec_${letters(24)}`,
  };
}

/**
 * The secrets of a data folder, made on first use in `secrets.json`, which only its owner may read.
 * @throws StackError when the file is there but damaged.
 */
export function loadSecrets(dataDir: string): StackSecrets {
  const file = join(dataDir, "secrets.json");
  try {
    return shape.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    if (systemCode(error) !== "ENOENT") {
      throw new StackError(`${file} is damaged. Start over with \`npm run up -- --fresh\`.`, {
        cause: error,
      });
    }
  }
  const secrets = makeSecrets();
  mkdirSync(dataDir, { recursive: true, mode: 0o711 });
  writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  return secrets;
}
