import { readdirSync } from "node:fs";
import { basename } from "node:path";
import postgres from "postgres";
import { inProject } from "./project";
import { runNodeProgram } from "./run-program";
import { StackError } from "./stack-error";

function listMigrationVersions(): string[] {
  return readdirSync(inProject("supabase", "migrations"))
    .filter((name) => name.endsWith(".sql"))
    .map((name) => basename(name).split("_")[0] ?? name);
}

/** Whether a migration of the project is not in the database's history yet. Milliseconds, where the CLI takes seconds. */
async function hasPending(adminUrl: string): Promise<boolean> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {} });
  try {
    const [history] = await sql<{ name: string | null }[]>`
      select to_regclass('supabase_migrations.schema_migrations')::text as name`;
    if (!history?.name) return true;
    const rows = await sql<{ version: string }[]>`select version from supabase_migrations.schema_migrations`;
    const applied = new Set(rows.map((row) => row.version));
    return listMigrationVersions().some((version) => !applied.has(version));
  } finally {
    await sql.end();
  }
}

/**
 * Applies the project's migrations with the Supabase CLI, so that its history and format are the ones that a hosted
 * project has. The `auth` schema must be there. Does nothing when none is pending.
 * @returns how many seconds it took, 0 when there was nothing to do.
 * @throws StackError with the database's own words when a migration fails.
 */
export async function applyMigrations(adminUrl: string, signal?: AbortSignal): Promise<number> {
  if (!(await hasPending(adminUrl))) return 0;
  const started = performance.now();
  const { code, lines } = await runNodeProgram(
    [
      inProject("node_modules", "supabase", "dist", "supabase.js"),
      "db",
      "push",
      "--db-url",
      `${adminUrl}?sslmode=disable`,
      "--include-all",
      "--yes",
    ],
    { signal },
  );
  if (signal?.aborted) throw new StackError("The migrations were interrupted.");
  if (code !== 0) {
    throw new StackError(
      `A migration failed, and the database is as the last good one left it:\n${lines.join("\n").replaceAll(adminUrl, "the database")}\nMend the file in supabase/migrations, or start over with \`npm run up -- --fresh\`.`,
    );
  }
  return (performance.now() - started) / 1000;
}
