import postgres from "postgres";
import { ownerUrl, type PostgresOptions } from "./server";

/** Name of the product's database on every server that this stack runs. */
export const databaseName = "cedar";

/**
 * Makes, where they are missing, the database and the roles that hosted Supabase has: `anon`, `authenticated` and
 * `service_role` (which passes row level security), and `app_login`, the product's login role. It owns nothing and
 * inherits nothing: before a transaction has taken one of the three roles it may do nothing.
 */
export async function ensureDatabase(
  server: Pick<PostgresOptions, "port" | "ownerPassword">,
  appPassword: string,
): Promise<void> {
  const sql = postgres(ownerUrl(server, "postgres"), { max: 1, onnotice: () => {} });
  try {
    const [found] = await sql`select 1 from pg_database where datname = ${databaseName}`;
    if (!found) await sql.unsafe(`create database ${databaseName}`);
    await ensureRoles(sql, appPassword);
  } finally {
    await sql.end();
  }
}

async function ensureRoles(sql: postgres.Sql, appPassword: string): Promise<void> {
  const rows = await sql<{ name: string }[]>`select rolname as name from pg_roles`;
  const roles = new Set(rows.map((row) => row.name));
  if (!roles.has("anon")) await sql.unsafe("create role anon nologin noinherit");
  if (!roles.has("authenticated")) await sql.unsafe("create role authenticated nologin noinherit");
  if (!roles.has("service_role")) await sql.unsafe("create role service_role nologin noinherit bypassrls");
  if (!roles.has("app_login")) {
    await sql.unsafe("create role app_login login noinherit");
    await sql.unsafe("grant anon, authenticated, service_role to app_login");
  }
  // CREATE and ALTER ROLE take no parameters; the password is our own random letters and digits.
  await sql.unsafe(`alter role app_login password '${appPassword.replaceAll("'", "''")}'`);
}
