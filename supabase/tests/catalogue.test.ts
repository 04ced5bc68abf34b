import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SERVER_ONLY_TABLES } from "./access-expectations";
import { createTestDatabase, type TestDatabase } from "./database";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database?.drop();
});

async function list(query: string): Promise<string[]> {
  const rows = await database.owner.unsafe<{ name: string }[]>(query);
  return rows.map((row) => row.name);
}

const OURS = "('public', 'private')";

/** Functions of ours alone: an extension's own are not ours to judge. */
const FUNCTIONS = `from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname in ${OURS}
    and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')`;

const TABLES = `from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ${OURS} and c.relkind in ('r', 'p')`;

/**
 * Who may call what in the schema private, by hand. A function that is not listed may be called by nobody but the owner:
 * triggers need no such right.
 */
const CALLABLE: Readonly<Record<string, readonly string[]>> = {
  apply_retention: ["service_role"],
  book_weekly: ["service_role"],
  count_hit: ["anon", "authenticated", "service_role"],
  discard_unconfirmed_account: ["service_role"],
  emit: ["service_role"],
  end_my_session: ["authenticated"],
  end_my_sessions: ["authenticated"],
  enrollment_lines: ["authenticated", "service_role"],
  erase_family: ["authenticated"],
  erasure_obstacles: ["authenticated", "service_role"],
  export_family: ["authenticated"],
  extend_hold: ["authenticated"],
  family_account_ids: ["authenticated", "service_role"],
  family_run_ids: ["authenticated", "service_role"],
  has_session: ["authenticated", "service_role"],
  held_until: ["authenticated", "service_role"],
  is_admin: ["anon", "authenticated", "service_role"],
  my_class_ids: ["anon", "authenticated", "service_role"],
  my_family: ["authenticated"],
  my_family_ids: ["anon", "authenticated", "service_role"],
  my_invoice_ids: ["authenticated", "service_role"],
  my_lesson_ids: ["authenticated", "service_role"],
  my_payer_ids: ["authenticated", "service_role"],
  my_payment_ids: ["authenticated", "service_role"],
  my_role: ["authenticated"],
  my_seated_lesson_ids: ["authenticated", "service_role"],
  my_student_ids: ["anon", "authenticated", "service_role"],
  my_teacher_id: ["anon", "authenticated", "service_role"],
  my_thread_ids: ["authenticated", "service_role"],
  now: ["anon", "authenticated", "service_role"],
  open_times: ["anon", "authenticated", "service_role"],
  publish_text: ["service_role"],
  release_expired_holds: ["service_role"],
  require_session: ["authenticated"],
  submit_enrollment: ["authenticated"],
  taught_student_ids: ["authenticated", "service_role"],
};

describe("every table", () => {
  it("has row level security", async () => {
    expect(
      await list(`select n.nspname || '.' || c.relname as name ${TABLES} and not c.relrowsecurity`),
    ).toEqual([]);
  });

  it("has a comment", async () => {
    expect(
      await list(
        `select n.nspname || '.' || c.relname as name ${TABLES} and obj_description(c.oid, 'pg_class') is null`,
      ),
    ).toEqual([]);
  });

  it("has a policy, or is the server's alone", async () => {
    expect(
      await list(`select n.nspname || '.' || c.relname as name ${TABLES}
                     and not exists (select from pg_policy p where p.polrelid = c.oid and p.polpermissive) order by 1`),
    ).toEqual([...SERVER_ONLY_TABLES].sort());
  });

  it("has at most one permissive policy for an action and role", async () => {
    expect(
      await list(`
        select concat(p.polrelid::regclass, ' ', p.polcmd, ' ', r.role) as name
          from pg_policy p, unnest(p.polroles) r (role)
         where p.polpermissive group by p.polrelid, p.polcmd, r.role having count(*) > 1`),
    ).toEqual([]);
  });

  it("is written to under a check, and asks each helper once a statement, never once a row", async () => {
    expect(
      await list(`select polrelid::regclass || ' ' || polname as name from pg_policy
                   where polcmd in ('a', 'w', '*') and polwithcheck is null`),
    ).toEqual([]);
    // Outside a subselect a helper would be called for every row (measured: 100 times slower).
    expect(
      await list(`
        select polrelid::regclass || ' ' || polname as name from pg_policy,
               concat(pg_get_expr(polqual, polrelid), ' ', pg_get_expr(polwithcheck, polrelid)) text
         where regexp_replace(text, 'SELECT (private|auth)\\.', '', 'g') ~ '(private|auth)\\.[a-z_]+\\('`),
    ).toEqual([]);
  });

  it("keeps an index for each foreign key that a family's or a lesson's rows are found by", async () => {
    expect(
      await list(`
        select c.conrelid::regclass || ' ' || a.attname as name
          from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
         where c.contype = 'f' and c.connamespace = 'public'::regnamespace
           and a.attname in ('family_id', 'student_id', 'enrollment_id', 'profile_id', 'run_id', 'transaction_id')
           and not exists (select from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1])
           and a.attname || ' ' || c.conrelid::regclass <> 'profile_id consents' order by 1`),
    ).toEqual([]);
  });

  it("keeps instants with their zone and money whole", async () => {
    expect(
      await list(`
        select c.oid::regclass || '.' || a.attname as name
          from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
         where n.nspname in ${OURS} and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
           and (a.atttypid in ('timestamp'::regtype, 'timetz'::regtype, 'money'::regtype)
                or a.attname like '%cents' and a.atttypid not in ('int'::regtype, 'bigint'::regtype))`),
    ).toEqual([]);
  });
});

describe("every view", () => {
  it("asks with the caller's rights", async () => {
    expect(
      await list(`
        select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname in ${OURS} and c.relkind = 'v'
           and not coalesce(c.reloptions @> '{security_invoker=true}' or c.reloptions @> '{security_invoker=on}', false)`),
    ).toEqual([]);
    expect(
      await list(`select c.oid::regclass::text as name ${TABLES.replace("('r', 'p')", "('m')")}`),
    ).toEqual([]);
  });
});

describe("every function", () => {
  it("has a fixed, empty search path when it runs with the owner's rights, and for triggers too", async () => {
    expect(
      await list(`select p.oid::regprocedure::text as name ${FUNCTIONS}
                     and not coalesce(p.proconfig @> array['search_path=""'], false)`),
    ).toEqual([]);
  });

  it("of the schema private has a comment", async () => {
    expect(
      await list(
        `select p.oid::regprocedure::text as name ${FUNCTIONS} and obj_description(p.oid, 'pg_proc') is null`,
      ),
    ).toEqual([]);
  });

  it("may be called by those who are listed and nobody else", async () => {
    const rows = await database.owner.unsafe<{ name: string; is_open: boolean; callers: string[] }[]>(`
      select p.proname as name, has_function_privilege('public', p.oid, 'execute') as is_open,
             array(select r from unnest(array['anon', 'authenticated', 'service_role']) r
                    where has_function_privilege(r, p.oid, 'execute')) as callers
        ${FUNCTIONS} order by 1`);
    expect(
      rows.filter((row) => row.is_open).map((row) => row.name),
      "executable by PUBLIC",
    ).toEqual([]);
    const callers = Object.fromEntries(
      rows.filter((row) => row.callers.length > 0).map((row) => [row.name, row.callers]),
    );
    expect(callers).toEqual(CALLABLE);
  });
});

describe("the application's login", () => {
  it("owns nothing, passes no row level security, and has the three roles without inheriting them", async () => {
    const [login] = await database.owner`
      select rolinherit, rolbypassrls, rolsuper, rolcreatedb, rolcreaterole,
             (select count(*)::int from pg_class c where c.relowner = r.oid) as owned,
             array(select m.roleid::regrole::text from pg_auth_members m where m.member = r.oid order by 1) as roles
        from pg_roles r where rolname = 'app_login'`;
    expect(login).toEqual({
      rolinherit: false,
      rolbypassrls: false,
      rolsuper: false,
      rolcreatedb: false,
      rolcreaterole: false,
      owned: 0,
      roles: ["anon", "authenticated", "service_role"],
    });
  });
});
