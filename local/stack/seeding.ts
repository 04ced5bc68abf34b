import { existsSync } from "node:fs";
import postgres from "postgres";
import type { Environment } from "./environment";
import { inProject } from "./project";
import { runNodeProgram } from "./run-program";
import { StackError } from "./stack-error";

const loader = inProject("supabase", "seed", "load.ts");

/** Whether the academy has no settings yet, which every academy has. */
async function isAcademyEmpty(adminUrl: string): Promise<boolean> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {} });
  try {
    const [table] = await sql<{ name: string | null }[]>`
      select to_regclass('public.academy_settings')::text as name`;
    if (!table?.name) return false;
    const [row] = await sql`select 1 from public.academy_settings limit 1`;
    return row === undefined;
  } finally {
    await sql.end();
  }
}

/** What the loader of sample data needs to know. */
function seedEnvironment(env: Environment): Environment {
  const {
    DATABASE_ADMIN_URL = "",
    SUPABASE_URL = "",
    SUPABASE_ANON_KEY = "",
    CLOCK_FILE = "",
    MAILBOX_URL = "",
  } = env;
  return { DATABASE_ADMIN_URL, SUPABASE_URL, SUPABASE_ANON_KEY, CLOCK_FILE, MAILBOX_URL };
}

/**
 * Loads the sample academy into an empty database; leaves one with data alone.
 * @param options.args the loader's arguments, such as `--students 5000`.
 * @returns how many seconds it took, 0 when there was nothing to do.
 * @throws StackError when the loader fails.
 */
export async function seedIfEmpty(
  env: Environment,
  { args = [], signal }: { args?: readonly string[]; signal?: AbortSignal | undefined } = {},
): Promise<number> {
  if (!existsSync(loader) || !(await isAcademyEmpty(env.DATABASE_ADMIN_URL ?? ""))) return 0;
  const started = performance.now();
  const { code, lines } = await runNodeProgram(["--import", "tsx", loader, ...args], {
    env: seedEnvironment(env),
    signal,
  });
  if (signal?.aborted) throw new StackError("Loading the sample academy was interrupted.");
  if (code !== 0) {
    throw new StackError(
      `The sample academy could not be loaded:\n${lines.slice(-20).join("\n")}\nStart over with \`npm run up -- --fresh\`.`,
    );
  }
  return (performance.now() - started) / 1000;
}
