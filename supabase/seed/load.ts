/**
 * Loads the sample academy: `tsx supabase/seed/load.ts [--students N] [--seed N]` with DATABASE_ADMIN_URL, and SUPABASE_URL
 * and SUPABASE_ANON_KEY for its accounts. Does nothing where an academy is already.
 */
import postgres from "postgres";
import { clock } from "@/lib/clock";
import { sampleAccounts } from "./accounts";
import { loadAcademy } from "./load-academy";
import { readSeedOptions } from "./options";
import { insertAccountsInto, signUpSampleAccounts, signUpWith } from "./sign-up";

const { DATABASE_ADMIN_URL, SUPABASE_URL, SUPABASE_ANON_KEY, MAILBOX_URL } = process.env;

async function load(): Promise<void> {
  const options = readSeedOptions(process.argv.slice(2));
  if (!DATABASE_ADMIN_URL)
    throw new Error("DATABASE_ADMIN_URL is not set: it names the database to load into.");
  if (SUPABASE_URL && !SUPABASE_ANON_KEY) {
    throw new Error("SUPABASE_ANON_KEY is not set: the Auth service at SUPABASE_URL asks for it.");
  }
  const started = performance.now();
  const sql = postgres(DATABASE_ADMIN_URL, { max: 2, onnotice: () => undefined });
  try {
    const [academy] = await sql<{ name: string }[]>`select name from public.academy_settings`;
    if (academy) {
      console.log(`${academy.name} is in the database already; nothing was loaded.`);
      return;
    }
    // The accounts come first: the academy's one transaction then confirms them, so that its presence says all is there.
    const signUp =
      SUPABASE_URL && SUPABASE_ANON_KEY
        ? signUpWith(SUPABASE_URL, SUPABASE_ANON_KEY)
        : insertAccountsInto(sql);
    await signUpSampleAccounts(sql, signUp);
    const loaded = await loadAcademy(sql, {
      now: clock.now(),
      clockOffsetMs: clock.offsetMs(),
      ...options,
    });
    // Confirmed already: their confirmation mails would only confuse.
    if (MAILBOX_URL) await fetch(new URL("/api/messages", MAILBOX_URL), { method: "DELETE" });
    console.log(
      `The sample academy is loaded: ${loaded.teachers} teachers, ${loaded.families} families, ` +
        `${loaded.students} students, ${loaded.enrollments} enrollments, ${loaded.lessons} lessons, ` +
        `${loaded.payments} payments, ${sampleAccounts.length} accounts, ` +
        `in ${((performance.now() - started) / 1000).toFixed(1)} s.`,
    );
  } finally {
    await sql.end();
  }
}

try {
  await load();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
