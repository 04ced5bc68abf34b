import { createClient } from "@supabase/supabase-js";
import type postgres from "postgres";
import { type SampleAccount, sampleAccounts } from "./accounts";
import type { Sql } from "./rows";

/** Makes one account, its address not yet confirmed. */
export type SignUp = (account: SampleAccount) => Promise<void>;

/** Signs up with the real Auth service. */
export function signUpWith(url: string, anonKey: string): SignUp {
  const supabase = createClient(url, anonKey, { auth: { persistSession: false, autoRefreshToken: false } });
  return async ({ email, password, name }) => {
    const { error } = await supabase.auth.signUp({ email, password, options: { data: { full_name: name } } });
    if (error)
      throw new Error(`The sample account ${email} could not be made: ${error.message}.`, { cause: error });
  };
}

/** Writes accounts past the Auth service: for databases without one, where nobody signs in with a password. */
export function insertAccountsInto(sql: postgres.Sql): SignUp {
  return async ({ email, name }) => {
    await sql`insert into auth.users (id, email, raw_user_meta_data)
              values (gen_random_uuid(), ${email}, ${sql.json({ full_name: name })})`;
  };
}

/** Makes the sample accounts that do not exist yet; can be run again after it was interrupted. */
export async function signUpSampleAccounts(sql: postgres.Sql, signUp: SignUp): Promise<void> {
  const known = await sql<{ email: string }[]>`
    select lower(email) as email from auth.users
     where lower(email) = any(${sampleAccounts.map((account) => account.email)})`;
  const missing = sampleAccounts.filter(({ email }) => !known.some((row) => row.email === email));
  await Promise.all(missing.map(signUp));
}

/** Confirms the sample accounts' addresses, which gives them the roles that they were invited to. */
export async function confirmSampleAccounts(sql: Sql): Promise<void> {
  await sql`
    update auth.users set email_confirmed_at = private.now()
     where email_confirmed_at is null and lower(email) = any(${sampleAccounts.map((account) => account.email)})`;
}
