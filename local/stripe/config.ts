/** What the stand-in is told by its environment. */
export interface Config {
  port: number;
  databaseUrl: string;
  secretKey: string;
  webhookSecret: string;
  webhookUrl: string;
}

/** Reads the environment; throws a sentence that names the variable at fault. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const required = (name: string): string => {
    const value = env[name];
    if (!value) throw new Error(`${name} is not set: the Stripe stand-in cannot start without it.`);
    return value;
  };
  const port = Number(required("PORT"));
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new Error(`PORT is not a port: ${env.PORT}.`);
  const secretKey = required("STRIPE_SECRET_KEY");
  if (!secretKey.startsWith("sk_test_")) {
    throw new Error("STRIPE_SECRET_KEY must start with sk_test_: the stand-in never takes a live key.");
  }
  return {
    port,
    databaseUrl: required("DATABASE_ADMIN_URL"),
    secretKey,
    webhookSecret: required("STRIPE_WEBHOOK_SECRET"),
    webhookUrl: required("WEBHOOK_URL"),
  };
}
