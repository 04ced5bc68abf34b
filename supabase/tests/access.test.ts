import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXPECTATIONS, type Reach, ROLES, type Role } from "./access-expectations";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy } from "./fixture";
import { ids, type Person, people, sessionOf } from "./fixture-ids";
import { asPrincipal, refusalOf, type TestPrincipal, visitor } from "./principal";

let database: TestDatabase;

/** Runs a statement as whoever calls, undoes it, and tells `rows:N` or the SQLSTATE of the refusal. */
const ATTEMPT = `
  create schema probe;
  grant usage on schema probe to anon, authenticated;
  create function probe.attempt(statement text) returns text language plpgsql as $$
  declare
    affected int;
  begin
    begin
      execute statement;
      get diagnostics affected = row_count;
      raise exception using errcode = 'ZZ000';
    exception when others then
      if sqlstate = 'ZZ000' then return 'rows:' || affected; end if;
      return sqlstate;
    end;
  end $$`;

/** What @supabase/lite does to every schema of the embedded stack: row level security alone must hold then. */
const OPEN_GRANTS = "grant all on all tables in schema public to anon, authenticated, service_role";

const principals: Readonly<Record<Role, TestPrincipal>> = {
  anon: visitor,
  admin: user("admin"),
  parentA: user("parentA"),
  parentB: user("parentB"),
  teacher1: user("teacher1"),
  teacher2: user("teacher2"),
  student: user("student"),
  inactive: { ...user("inactive"), isChecked: false },
  signedOut: { ...user("admin"), sessionId: "00000000-0000-4000-9000-00010000ffff", isChecked: false },
};

function user(person: Person): Extract<TestPrincipal, { kind: "user" }> {
  return { kind: "user", userId: people[person], sessionId: sessionOf(person) };
}

type FixtureRow = {
  readonly label: string;
  readonly where: string;
  readonly insert: string;
  readonly update: string;
};

type Table = { readonly name: string; readonly rows: readonly FixtureRow[] };
let tables: Table[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
  await database.owner.unsafe(ATTEMPT);
  const names = await database.owner<{ name: string }[]>`
    select c.relname as name from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`;
  tables = await Promise.all(names.map(async ({ name }) => ({ name, rows: await readRows(name) })));
});

afterAll(async () => {
  await database?.drop();
});

/** The fixture's rows of a table, each with the statements that would copy, touch and remove it. */
async function readRows(table: string): Promise<FixtureRow[]> {
  const { label = "'row'" } = EXPECTATIONS[table] ?? {};
  const columns = await database.owner<
    { name: string; is_key: boolean; is_free: boolean; is_given: boolean }[]
  >`
    select a.attname as name, a.attidentity = '' and a.attgenerated = '' as is_free, a.attgenerated = '' as is_given,
           coalesce(a.attnum = any(i.indkey), false) as is_key
      from pg_attribute a left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
     where a.attrelid = ${`public.${table}`}::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum`;
  const keys = columns.filter((column) => column.is_key).map((column) => column.name);
  const given = columns.filter((column) => column.is_given).map((column) => column.name);
  const touched = columns.find((column) => column.is_free)?.name ?? "";
  const rows = await database.owner.unsafe<{ label: string; row: string; key: Record<string, string> }[]>(
    `select ${label} as label, to_jsonb(t)::text as row,
            jsonb_build_object(${keys.map((key) => `'${key}', t.${key}::text`).join(", ")}) as key
       from public.${table} t`,
  );
  const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  return rows.map(({ label: of, row, key }) => {
    const where = keys.map((column) => `${column}::text = ${quote(key[column] ?? "")}`).join(" and ");
    return {
      label: of,
      where,
      insert: `insert into public.${table} (${given.join(", ")}) overriding system value
               select ${given.join(", ")} from jsonb_populate_record(null::public.${table}, ${quote(row)})`,
      update: `update public.${table} set ${touched} = ${touched} where ${where}`,
    };
  });
}

type Reached = Readonly<Record<"select" | "insert" | "update" | "delete", readonly string[]>>;

/** The labels of the rows that a principal reaches by each action. */
async function reachOf(principal: TestPrincipal, table: Table): Promise<Reached> {
  const actions = {
    select: (row: FixtureRow) => `select from public.${table.name} where ${row.where}`,
    insert: (row: FixtureRow) => row.insert,
    update: (row: FixtureRow) => row.update,
    delete: (row: FixtureRow) => `delete from public.${table.name} where ${row.where}`,
  };
  const attempts = Object.entries(actions).flatMap(([action, statement]) =>
    table.rows.map((row) => ({ action, label: row.label, statement: statement(row) })),
  );
  const outcomes = await asPrincipal(
    database.app,
    principal,
    (tx) =>
      tx<{ outcome: string }[]>`
        select probe.attempt(s.statement) as outcome
          from unnest(${attempts.map((attempt) => attempt.statement)}::text[]) with ordinality s (statement, nth) order by nth`,
  );
  const reached = (action: string): string[] =>
    [
      ...new Set(
        attempts
          .filter((attempt, nth) => attempt.action === action && isAllowed(outcomes[nth]?.outcome))
          .map((one) => one.label),
      ),
    ].sort();
  return {
    select: reached("select"),
    insert: reached("insert"),
    update: reached("update"),
    delete: reached("delete"),
  };
}

/** Whether row level security and grants let a statement through, even if a constraint stopped it afterwards. */
function isAllowed(outcome: string | undefined): boolean {
  return outcome !== undefined && outcome !== "rows:0" && outcome !== "42501";
}

function labelsOf(table: Table, reach: Reach, role: Role): string[] {
  const labels = reach[role] ?? [];
  const all = [...new Set(table.rows.map((row) => row.label))].sort();
  return labels === "*" ? all : all.filter((label) => labels.includes(label));
}

describe("each role, each table, each action", () => {
  it("has an expectation and rows for every table", () => {
    expect(tables.map((table) => table.name)).toEqual(Object.keys(EXPECTATIONS).sort());
    expect(tables.filter((table) => table.rows.length === 0).map((table) => table.name)).toEqual([]);
    expect(
      tables.filter((table) => table.rows.some((row) => row.label === null)).map((table) => table.name),
    ).toEqual([]);
  });

  for (const grants of ["the migrations' grants", "every grant given away"] as const) {
    describe(`with ${grants}`, () => {
      beforeAll(async () => {
        if (grants === "every grant given away") await database.owner.unsafe(OPEN_GRANTS);
      });

      for (const role of ROLES) {
        it(`lets ${role} do what it may and nothing else`, async () => {
          const actual: Record<string, Reached> = {};
          const expected: Record<string, Reached> = {};
          for (const table of tables) {
            const expectation = EXPECTATIONS[table.name];
            if (!expectation) continue;
            actual[table.name] = await reachOf(principals[role], table);
            expected[table.name] = {
              select: labelsOf(table, expectation.select, role),
              insert: labelsOf(table, expectation.insert, role),
              update: labelsOf(table, expectation.update, role),
              delete: labelsOf(table, expectation.delete, role),
            };
          }
          expect(actual).toEqual(expected);
        });
      }
    });
  }
});

describe("a session that does not hold", () => {
  const ended = { code: "CH401", constraint: "session_ended" };
  const look = (principal: TestPrincipal) =>
    refusalOf(asPrincipal(database.app, principal, (tx) => tx`select from academy_settings`));

  it("refuses an inactive account", async () => {
    expect(await look(user("inactive"))).toEqual(ended);
  });

  it("refuses a session that was ended", async () => {
    const sessionId = "00000000-0000-4000-9000-00010000abcd";
    await database.owner`insert into auth.sessions (id, user_id) values (${sessionId}, ${people.parentA})`;
    const principal: TestPrincipal = { kind: "user", userId: people.parentA, sessionId };
    expect(await look(principal)).toBeUndefined();
    await database.owner`delete from auth.sessions where id = ${sessionId}`;
    expect(await look(principal)).toEqual(ended);
  });

  it("refuses somebody else's session, and none at all", async () => {
    expect(await look({ kind: "user", userId: people.admin, sessionId: sessionOf("parentA") })).toEqual(
      ended,
    );
    expect(await look({ kind: "user", userId: people.admin, sessionId: "" })).toEqual(ended);
  });

  it("lets the application's login do nothing before it has taken a principal", async () => {
    expect(await refusalOf(database.app`select from public.academy_settings`)).toMatchObject({
      code: "42501",
    });
    expect(await refusalOf(database.app`select private.is_admin()`)).toMatchObject({ code: "42501" });
  });
});

describe("an inactive account's own helpers", () => {
  it("know no role, family, student or teacher of it", async () => {
    const [row] = await database.app.begin(async (tx) => {
      await tx`select set_config('role', 'authenticated', true), set_config('request.jwt.claim.sub', ${people.inactive}, true)`;
      return tx`select private.my_role() as role, private.is_admin() as admin, private.my_teacher_id() as teacher,
                       (select count(*)::int from private.my_family_ids()) as families,
                       (select count(*)::int from public.families) as seen, (select count(*)::int from public.payments) as money`;
    });
    expect(row).toEqual({ role: null, admin: false, teacher: null, families: 0, seen: 0, money: 0 });
  });
});

describe("doors that are functions", () => {
  const call = (role: Role, statement: string) =>
    refusalOf(asPrincipal(database.app, principals[role], (tx) => tx.unsafe(statement)));

  it("gives a family to parents only", async () => {
    for (const role of ["admin", "teacher1", "student"] as const) {
      expect(await call(role, "select private.my_family()")).toEqual({
        code: "CH403",
        constraint: "parent_only",
      });
    }
    expect(await call("anon", "select private.my_family()")).toMatchObject({ code: "42501" });
  });

  it("lets administrators alone extend a hold", async () => {
    const statement = `select private.extend_hold('${ids.enrollmentA}', private.now() + interval '1 day', 'a reason')`;
    for (const role of ["parentA", "teacher1", "student"] as const) {
      expect(await call(role, statement)).toEqual({ code: "CH403", constraint: "admin_only" });
    }
    expect(await call("anon", statement)).toMatchObject({ code: "42501" });
  });

  it("lets administrators alone try a run again, cancel it or undo it, and see what could be undone", async () => {
    for (const name of ["retry_run", "cancel_run", "request_undo"]) {
      const statement = `select private.${name}('run_A')`;
      for (const role of ["parentA", "teacher1", "student"] as const) {
        expect(await call(role, statement), name).toEqual({ code: "CH403", constraint: "admin_only" });
      }
      expect(await call("anon", statement), name).toMatchObject({ code: "42501" });
    }
  });

  it("keeps the server's functions from everybody else", async () => {
    const statements = [
      "select private.emit('enrollment/paid', '{}')",
      "select private.release_expired_holds()",
      `select private.book_weekly('${ids.enrollmentA}')`,
      "select private.discard_unconfirmed_account('parenta@test.example')",
    ];
    for (const role of ROLES) {
      for (const statement of statements)
        expect(await call(role, statement), statement).toMatchObject({ code: "42501" });
    }
  });

  it("ends no session but the caller's own", async () => {
    await asPrincipal(database.app, principals.parentB, async (tx) => {
      await tx`select private.end_my_sessions(${sessionOf("parentB")})`;
    });
    const [row] = await database.owner<{ n: number }[]>`select count(*)::int as n from auth.sessions`;
    expect(row?.n).toBe(Object.keys(people).length);
  });
});
