import type postgres from "postgres";
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
  transfer_enrollment: ["authenticated", "service_role"],
  transfer_weeks: ["authenticated", "service_role"],
  local_today: ["service_role"],
  begin_pause: ["service_role"],
  end_pause: ["service_role"],
  finish_withdrawal: ["service_role"],
  local_midnight: ["service_role"],
  tuition_charges: ["service_role"],
  tuition_periods: ["service_role"],
  freed_lessons: ["authenticated", "service_role"],
  keep_enrollment: ["authenticated", "service_role"],
  pause_enrollment: ["authenticated", "service_role"],
  resume_enrollment: ["authenticated", "service_role"],
  withdraw_enrollment: ["authenticated", "service_role"],
  accept_offer: ["authenticated"],
  accept_proposal: ["authenticated"],
  announce_absences: ["service_role"],
  announce_due_series: ["service_role"],
  apply_retention: ["service_role"],
  assign_substitute: ["authenticated"],
  book_weekly: ["service_role"],
  choose_family_zone: ["authenticated"],
  claim_lesson_reminders: ["service_role"],
  class_clashes: ["authenticated"],
  class_counts: ["anon", "authenticated", "service_role"],
  collect_everything: ["authenticated"],
  collect_family: ["authenticated"],
  count_hit: ["anon", "authenticated", "service_role"],
  decline_offer: ["authenticated"],
  book_makeup: ["authenticated", "service_role"],
  cancel_run: ["authenticated"],
  cancel_lesson: ["authenticated", "service_role"],
  continue_series: ["service_role"],
  close_unanswered: ["service_role"],
  propose: ["service_role"],
  renew_proposals: ["service_role"],
  credit_to_money: ["authenticated", "service_role"],
  discard_unconfirmed_account: ["service_role"],
  emit: ["service_role"],
  end_my_session: ["authenticated"],
  end_my_sessions: ["authenticated"],
  end_series: ["authenticated", "service_role"],
  enrollment_lines: ["authenticated", "service_role"],
  enter_closure: ["authenticated"],
  enter_time_off: ["authenticated"],
  erase_audit: ["service_role"],
  erase_family: ["authenticated"],
  erasure_obstacles: ["authenticated", "service_role"],
  expire_offer: ["service_role"],
  export_family: ["authenticated"],
  extend_hold: ["authenticated"],
  family_account_ids: ["authenticated"],
  family_addresses: ["authenticated"],
  family_drafts: ["authenticated"],
  family_run_ids: ["authenticated", "service_role"],
  feed_lessons: ["service_role"],
  has_session: ["authenticated", "service_role"],
  held_until: ["authenticated", "service_role"],
  installation: ["service_role"],
  is_admin: ["anon", "authenticated", "service_role"],
  lesson_conflicts: ["anon", "authenticated", "service_role"],
  make_feed: ["authenticated"],
  local_instant: ["anon", "authenticated", "service_role"],
  join_class_waitlist: ["authenticated"],
  join_lesson_waitlist: ["authenticated"],
  leave_class: ["authenticated"],
  leave_waitlist: ["authenticated"],
  move_lesson: ["authenticated", "service_role"],
  move_series: ["authenticated", "service_role"],
  my_class_ids: ["anon", "authenticated", "service_role"],
  my_class_lesson_ids: ["authenticated", "service_role"],
  my_family: ["authenticated"],
  my_family_ids: ["anon", "authenticated", "service_role"],
  my_invoice_ids: ["authenticated", "service_role"],
  my_learner_ids: ["authenticated", "service_role"],
  my_lesson_ids: ["authenticated", "service_role"],
  my_payer_ids: ["authenticated", "service_role"],
  my_payment_ids: ["authenticated", "service_role"],
  my_role: ["authenticated"],
  my_seated_lesson_ids: ["authenticated", "service_role"],
  my_student_ids: ["anon", "authenticated", "service_role"],
  my_teacher_id: ["anon", "authenticated", "service_role"],
  my_thread_ids: ["authenticated", "service_role"],
  now: ["anon", "authenticated", "service_role"],
  open_feed: ["service_role"],
  offer_by_hand: ["authenticated"],
  offer_time: ["service_role"],
  offered_times: ["authenticated", "service_role"],
  open_times: ["anon", "authenticated", "service_role"],
  payer_of: ["authenticated", "service_role"],
  plan_series: ["authenticated", "service_role"],
  publish_text: ["service_role"],
  record_export: ["authenticated"],
  record_feed_reading: ["service_role"],
  release_expired_holds: ["service_role"],
  replace_week: ["authenticated"],
  request_undo: ["authenticated"],
  require_session: ["authenticated"],
  retry_run: ["authenticated"],
  revoke_feed: ["authenticated"],
  runs_about_family: ["authenticated"],
  save_class: ["authenticated"],
  series_moves: ["authenticated", "service_role"],
  series_weeks: ["authenticated", "service_role"],
  submit_enrollment: ["authenticated"],
  substitutes_for: ["authenticated"],
  take_class_seat: ["authenticated"],
  taught_student_ids: ["authenticated", "service_role"],
  time_off_lessons: ["authenticated"],
  undos_left: ["authenticated", "service_role"],
  verify_audit: ["authenticated", "service_role"],
  weekly_times_taken: ["service_role"],
  withdraw_time_off: ["authenticated"],
  waitlist_places: ["authenticated", "service_role"],
  pause_unpaid: ["service_role"],
  refund_payment: ["authenticated"],
  resume_paid: ["service_role"],
  unpaid_pause_at: ["authenticated", "service_role"],
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

/** Undoes what `work` did and gives what it returned. */
async function afterwardsUndone<T>(work: (sql: postgres.TransactionSql) => Promise<T>): Promise<T> {
  const undo = new Error("undone on purpose");
  let result: { readonly of: T } | undefined;
  await database.owner
    .begin(async (sql) => {
      result = { of: await work(sql) };
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  if (!result) throw new Error("The work did not come to its end.");
  return result.of;
}

/** A search of the catalogue that must find nothing, with cases planted to prove that it would. */
type Sweep = {
  /** SQL that gives the `name` of each thing that is not as it should be. */
  readonly query: string;
  /** Statements that make such things and innocent ones beside them; undone afterwards. */
  readonly planted: string;
  /** The names that the query must give then, and no others. */
  readonly found: readonly string[];
  /** Names that it gives rightly, each with the reason. */
  readonly allowed?: Readonly<Record<string, string>>;
};

function describeSweeps(title: string, sweeps: Readonly<Record<string, Sweep>>): void {
  describe(title, () => {
    it.each(Object.entries(sweeps))("%s", async (_, { query, planted, found, allowed = {} }) => {
      const known = Object.keys(allowed);
      expect((await list(query)).sort(), "found in the migrations").toEqual(known.toSorted());
      const names = await afterwardsUndone(async (sql) => {
        await sql.unsafe(planted);
        return (await sql.unsafe<{ name: string }[]>(query)).map((row) => row.name);
      });
      expect(names.filter((name) => !known.includes(name)).sort(), "found when planted").toEqual(
        found.toSorted(),
      );
    });
  });
}

const IN_OURS = `in (select oid from pg_namespace where nspname in ${OURS})`;
const POLICY_TEXT = "concat(pg_get_expr(polqual, polrelid), ' ', pg_get_expr(polwithcheck, polrelid))";

describeSweeps("nobody reaches past the policies", {
  "in a schema that no test looks at": {
    query: `select nspname as name from pg_namespace
             where nspname !~ '^pg_' and nspname not in ('information_schema', 'public', 'private', 'extensions', 'auth')`,
    planted: "create schema planted",
    found: ["planted"],
  },
  "through a table without row level security, even where it has policies": {
    query: `select oid::regclass::text as name from pg_class
             where relkind in ('r', 'p') and relnamespace ${IN_OURS} and not relrowsecurity`,
    planted: `create table planted_open (id int primary key);
              create table planted_idle (id int primary key);
              create policy idle on planted_idle for select to authenticated using (id = 1)`,
    found: ["planted_open", "planted_idle"],
  },
  "through a view with its owner's rights, a copy or a foreign table": {
    query: `select oid::regclass::text as name from pg_class
             where relnamespace ${IN_OURS}
               and (relkind in ('m', 'f')
                    or relkind = 'v' and not coalesce(reloptions && '{security_invoker=true,security_invoker=on}', false))`,
    planted: `create view planted_owner as select id from families;
              create view planted_invoker with (security_invoker = true) as select id from families;
              create materialized view planted_copy as select id from families;
              create foreign data wrapper planted;
              create server planted foreign data wrapper planted;
              create foreign table planted_foreign (id int) server planted`,
    found: ["planted_owner", "planted_copy", "planted_foreign"],
  },
  "to the accounts of Auth, through a view": {
    query: `select distinct v.oid::regclass::text as name
              from pg_class v
              join pg_rewrite r on r.ev_class = v.oid
              join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
              join pg_class t on t.oid = d.refobjid and d.refclassid = 'pg_class'::regclass
             where v.relnamespace ${IN_OURS} and t.relnamespace = 'auth'::regnamespace`,
    planted: `create view planted with (security_invoker = true) as
                select p.full_name, u.email from profiles p join auth.users u on u.id = p.id;
              create view planted_innocent with (security_invoker = true) as select email from profiles`,
    found: ["planted"],
  },
  "through a function with its owner's rights in the schema public": {
    query: `select p.oid::regprocedure || ' ' || caller as name
              from pg_proc p, unnest(array['anon', 'authenticated']) caller
             where p.pronamespace = 'public'::regnamespace and p.prosecdef
               and has_function_privilege(caller, p.oid, 'execute')`,
    planted: `create function planted_open() returns int language sql security definer as 'select 1';
              create function planted_granted() returns int language sql security definer as 'select 1';
              create function planted_closed() returns int language sql security definer as 'select 1';
              create function planted_caller() returns int language sql as 'select 1';
              revoke execute on function planted_granted(), planted_closed() from public;
              grant execute on function planted_granted() to anon`,
    found: ["planted_granted() anon", "planted_open() anon", "planted_open() authenticated"],
  },
  "through what is still to be made": {
    query: `select concat(d.defaclnamespace::regnamespace, ' ', d.defaclobjtype, ' ', a.grantee::regrole) as name
              from pg_default_acl d, aclexplode(d.defaclacl) a
             where a.grantee in (0, 'anon'::regrole, 'authenticated'::regrole)`,
    planted: "alter default privileges in schema public grant select on tables to anon",
    found: ["public r anon"],
  },
  "through an extension in the schema public": {
    query: "select extname as name from pg_extension where extnamespace = 'public'::regnamespace",
    planted: "create extension citext schema public",
    found: ["citext"],
  },
  "by what people may write about themselves": {
    query: `select polrelid::regclass || ' ' || polname as name from pg_policy where ${POLICY_TEXT} ~ 'user_meta_?data'
            union all
            select oid::regprocedure::text from pg_proc where pronamespace ${IN_OURS} and prosrc ~ 'user_meta_?data'`,
    planted: `create policy planted on terms for update to authenticated
                using ((select auth.jwt()) -> 'user_metadata' ->> 'role' = 'admin') with check (false);
              create function private.planted() returns boolean language sql as
                $$ select raw_user_meta_data ? 'admin' from auth.users $$`,
    found: ["terms planted", "private.planted()"],
    allowed: { "private.create_profile()": "Takes the name that an account gave itself." },
  },
  "by a policy for every role there is": {
    query: `select polrelid::regclass || ' ' || polname as name from pg_policy where 0 = any(polroles)`,
    planted: "create policy planted on terms for select using (name = 'Fall')",
    found: ["terms planted"],
  },
  "by a policy that lets everybody write": {
    query: `select polrelid::regclass || ' ' || polname as name from pg_policy
             where polpermissive and polcmd <> 'r'
               and (pg_get_expr(polqual, polrelid) = 'true' or pg_get_expr(polwithcheck, polrelid) = 'true')`,
    planted: `create policy planted_insert on terms for insert to authenticated with check (true);
              create policy planted_delete on terms for delete to authenticated using (true);
              create policy planted_read on terms for select to authenticated using (true)`,
    found: ["terms planted_insert", "terms planted_delete"],
  },
  "by a policy that lets in whoever has no account": {
    query: `select polrelid::regclass || ' ' || polname as name from pg_policy
             where ${POLICY_TEXT} ~* 'auth\\.(uid|jwt|role|email)\\(\\)( as [a-z]+)?\\)? is null'`,
    planted: `create policy planted on terms for select to authenticated
                using ((select auth.uid()) is null or name = 'Fall')`,
    found: ["terms planted"],
  },
});

describeSweeps("tables and their indexes", {
  "have a primary key": {
    query: `select oid::regclass::text as name from pg_class c
             where relkind in ('r', 'p') and relnamespace ${IN_OURS}
               and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'p')`,
    planted: "create table planted (id int unique)",
    found: ["planted"],
  },
  "find the rows of every foreign key": {
    // An index begins with one of its columns: each that is part of a longer key, a family or a student, has few rows.
    query: `
      select c.conrelid::regclass || ' ' || c.conname as name
        from pg_constraint c
       where c.contype = 'f' and c.connamespace ${IN_OURS}
         and not exists (
           select from pg_index i, lateral (select (i.indkey::int2[])[0:i.indnkeyatts - 1] as columns) k
            where i.indrelid = c.conrelid and i.indisvalid
              and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) ~ '^\\([a-z_]+ IS NOT NULL\\)$')
              and k.columns[1] = any(c.conkey))`,
    planted: `create table planted (
                id int primary key, term_id uuid references terms (id), room_id uuid references rooms (id),
                student_id uuid references students (id), family_id uuid unique references families (id));
              create index on planted (room_id, id);
              create index on planted (id, term_id);
              create index on planted (student_id) where id > 7`,
    found: ["planted planted_student_id_fkey", "planted planted_term_id_fkey"],
  },
  "keep no index twice": {
    query: `
      with definitions as (
        select indexrelid, indrelid,
               regexp_replace(pg_get_indexdef(indexrelid), '^CREATE (UNIQUE )?INDEX \\S+ ON', '') as text
          from pg_index where indrelid in (select oid from pg_class where relnamespace ${IN_OURS}))
      select again.indexrelid::regclass::text as name
        from definitions again join definitions once using (indrelid, text)
       where once.indexrelid < again.indexrelid`,
    planted: `create index planted_once on lessons (family_id, status, student_id);
              create index planted_again on lessons (family_id, status, student_id);
              create index planted_else on lessons (family_id, status, student_id) where status = 'cancelled'`,
    found: ["planted_again"],
  },
  "have no index that PostgreSQL does not use": {
    query: "select indexrelid::regclass::text as name from pg_index where not (indisvalid and indisready)",
    planted: `create index planted on lessons (family_id, status);
              update pg_index set indisvalid = false where indexrelid = 'planted'::regclass`,
    found: ["planted"],
  },
});

/** How PostgreSQL tells its own time. In private.now() the name follows a dot, which makes it another. */
const OTHER_CLOCK = [
  "(?:^|[^.\\w]|\\mpg_catalog\\.)(?:now|clock_timestamp|transaction_timestamp|statement_timestamp|timeofday)\\s*\\(\\s*\\)",
  "\\m(?:current_timestamp|current_date|current_time|localtimestamp|localtime)\\M",
  "'(?:now|today|tomorrow|yesterday)'",
  // With one argument age() counts up to the present day.
  "\\mage\\s*\\((?:[^(),]|\\([^()]*\\))*\\)",
].join("|");

describeSweeps("the database has one clock, private.now()", {
  "in functions, defaults, views, policies, triggers and checks": {
    query: `
      with texts (name, text) as (
        select p.oid::regprocedure::text,
               concat(coalesce(pg_get_function_sqlbody(p.oid), p.prosrc), ' ', pg_get_expr(p.proargdefaults, 0))
          from pg_proc p
         where p.pronamespace ${IN_OURS}
           and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
        union all
        select concat(c.oid::regclass, '.', a.attname), pg_get_expr(d.adbin, d.adrelid)
          from pg_attrdef d join pg_class c on c.oid = d.adrelid
          join pg_attribute a on a.attrelid = c.oid and a.attnum = d.adnum
         where c.relnamespace ${IN_OURS}
        union all
        select oid::regclass::text, pg_get_viewdef(oid) from pg_class
         where relkind in ('v', 'm') and relnamespace ${IN_OURS}
        union all
        select concat(polrelid::regclass, ' ', polname), ${POLICY_TEXT} from pg_policy
        union all
        select concat(c.oid::regclass, ' ', t.tgname), pg_get_triggerdef(t.oid)
          from pg_trigger t join pg_class c on c.oid = t.tgrelid
         where not t.tgisinternal and c.relnamespace ${IN_OURS}
        union all
        select concat(coalesce(nullif(conrelid, 0)::regclass::text, contypid::regtype::text), ' ', conname),
               pg_get_constraintdef(oid)
          from pg_constraint where contype = 'c' and connamespace ${IN_OURS}
      )
      select name from texts
       where regexp_replace(text, '--[^\\n]*|/\\*.*?\\*/', '', 'g') ~* '${OTHER_CLOCK.replaceAll("'", "''")}'`,
    planted: `
      create function private.planted_function() returns interval language plpgsql as $$
        begin return private.now() - pg_catalog.now(); end $$;
      create function private.planted_default(at timestamptz default now()) returns int language sql as 'select 1';
      create function private.planted_standard() returns boolean language sql return current_date > '2026-01-01'::date;
      create function private.planted_age(birth date) returns interval language sql as 'select age(birth)';
      create function private.planted_innocent(birth date) returns interval language sql as
        'select age(private.now(), birth) /* not now() */ -- nor current_date';
      create table planted (
        id int primary key, made timestamptz default now(), kept timestamptz default private.now(), until timestamptz,
        check (until > clock_timestamp()));
      create domain planted_domain as date check (value > current_date);
      create policy planted_policy on planted for select to authenticated using (until > statement_timestamp());
      create policy planted_innocent on planted for update to authenticated using (until > (select private.now()));
      create view planted_view with (security_invoker = true) as select id from planted where until > localtimestamp;
      create trigger planted_trigger before update on planted for each row
        when (new.until < transaction_timestamp()) execute function private.touch()`,
    found: [
      "planted planted_policy",
      "planted planted_trigger",
      "planted planted_until_check",
      "planted.made",
      "planted_domain planted_domain_check",
      "planted_view",
      "private.planted_age(date)",
      "private.planted_default(timestamp with time zone)",
      "private.planted_function()",
      "private.planted_standard()",
    ],
    allowed: {
      "private.count_hit(text,integer)": "Limits real requests, in real time.",
      "private.now()": "The one clock itself.",
    },
  },
});
