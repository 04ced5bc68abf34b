import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attempt } from "./attempt";
import { collectionViolations } from "./collection-violations";
import { createTestDatabase, type TestDatabase } from "./database";
import { enrollmentChangeViolations } from "./enrollment-change-violations";
import { arrangeAcademy } from "./fixture";
import {
  foreignKeyViolations,
  type Generated,
  keyViolations,
  refusalIn,
  requiredColumns,
  withoutTriggers,
} from "./generated-violations";
import { lessonChangeViolations } from "./lesson-change-violations";
import {
  calendarViolations,
  makeupViolations,
  seriesViolations,
  teachingViolations,
  type Violations,
} from "./lesson-violations";
import { billingViolations, payViolations } from "./money-violations";
import { accountViolations, enrollmentViolations } from "./people-violations";
import { refusalOf } from "./principal";
import { raisedNames } from "./raised-names";
import { teacherTimeViolations } from "./teacher-time-violations";
import { valueViolations } from "./value-violations";
import { waitlistViolations } from "./waitlist-violations";
import { workflowViolations } from "./workflow-violations";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
});

afterAll(async () => {
  await database?.drop();
});

const constraintsOf = async (types: string): Promise<string[]> => {
  const rows = await database.owner.unsafe<{ name: string }[]>(`
    select conname as name from pg_constraint
     where connamespace in ('public'::regnamespace, 'private'::regnamespace) and contype in (${types}) order by 1`);
  return rows.map((row) => row.name);
};

describe("what a constraint refuses without the help of a trigger", () => {
  it("is refused by each check, by its name", async () => {
    const checks = await constraintsOf("'c'");
    expect(new Set(checks).size, "two checks have one name").toBe(checks.length);
    const refusedBy = await withoutTriggers(database.owner, async (tx) => {
      const found: [string, string][] = [];
      for (const name of checks) {
        const statement = valueViolations[name];
        found.push([name, statement ? (await refusalIn(tx, statement)).name : "no statement"]);
      }
      return found;
    });
    expect(refusedBy).toEqual(checks.map((name) => [name, name]));
  });

  it("is refused by each key and each foreign key, by its name", async () => {
    const all = [...(await keyViolations(database.owner)), ...(await foreignKeyViolations(database.owner))];
    const names = all.map(({ name }) => name);
    expect(new Set(names).size, "two keys have one name").toBe(names.length);
    const { unrefused, needless } = await withoutTriggers(database.owner, async (tx) => {
      const isRefused = async ({ refusedBy, statements }: Generated): Promise<boolean> => {
        for (const statement of statements) {
          if ((await refusalIn(tx, statement)).name === refusedBy) return true;
        }
        return false;
      };
      const found: { unrefused: string[]; needless: string[] } = { unrefused: [], needless: [] };
      for (const key of all) {
        const written = valueViolations[key.name];
        const isGenerated = await isRefused(key);
        if (isGenerated && written) found.needless.push(key.name);
        if (!isGenerated && !(await isRefused({ ...key, statements: written ? [written] : [] })))
          found.unrefused.push(key.name);
      }
      return found;
    });
    expect(unrefused, "keys that refused nothing").toEqual([]);
    expect(needless, "statements written for what can be generated").toEqual([]);
    const known = new Set([...names, ...(await constraintsOf("'c'"))]);
    expect(
      Object.keys(valueViolations).filter((name) => !known.has(name)),
      "statements for what does not exist",
    ).toEqual([]);
  });

  it("is refused by each column that must have a value", async () => {
    const columns = await requiredColumns(database.owner);
    const allowed = await withoutTriggers(database.owner, async (tx) => {
      const found: string[] = [];
      for (const { table, column } of columns) {
        const refusal = await refusalIn(tx, `update ${table} set ${column} = null`);
        if (refusal.code !== "23502" || refusal.column !== column)
          found.push(`${table}.${column} ${refusal.code}`);
      }
      return found;
    });
    expect(columns.length).toBeGreaterThan(100);
    expect(allowed).toEqual([]);
  });
});

type Trigger = { readonly table: string; readonly columns: readonly string[] };

/** Tables with a trigger that calls one of our functions, with the trigger's arguments. */
const triggersOf = (name: string, each: "row" | "statement" = "row"): Promise<Trigger[]> =>
  database.owner.unsafe<Trigger[]>(`
    select t.tgrelid::regclass::text as table,
           array_remove(string_to_array(replace(encode(t.tgargs, 'escape'), '\\000', '|'), '|'), '') as columns
      from pg_trigger t join pg_proc p on p.oid = t.tgfoid
     where p.proname = '${name}' and t.tgtype & 1 = ${each === "row" ? 1 : 0} order by 1`);

/** What changes a column whatever it holds, in SQL. */
async function anotherValue(table: string, column: string): Promise<string> {
  const [found] = await database.owner<{ type: string; isEnum: boolean; isGenerated: boolean }[]>`
    select format_type(a.atttypid, null) as type, t.typtype = 'e' as "isEnum", a.attidentity <> '' as "isGenerated"
      from pg_attribute a join pg_type t on t.oid = a.atttypid
     where a.attrelid = ${table}::regclass and a.attname = ${column}`;
  if (!found) throw new Error(`${table} has no column ${column}.`);
  if (found.isGenerated) return "default";
  if (found.isEnum)
    return `(select v from unnest(enum_range(null::${found.type})) v where v is distinct from ${column} limit 1)`;
  const values: Readonly<Record<string, string>> = {
    uuid: "gen_random_uuid()",
    jsonb: `'{"another": true}'`,
    integer: "987654",
    bigint: "987654",
    "timestamp with time zone": "'2199-01-01'",
  };
  return values[found.type] ?? "'another'";
}

const APPEND_ONLY = { code: "CH002", constraint: "append_only" };

describe("what is written once", () => {
  it("keeps each column that never changes", async () => {
    const triggers = await triggersOf("refuse_column_change");
    expect(triggers.length).toBeGreaterThan(20);
    const changed: string[] = [];
    for (const { table, columns } of triggers) {
      expect(columns.length, table).toBeGreaterThan(0);
      for (const column of columns) {
        const statement = `update ${table} set ${column} = ${await anotherValue(table, column)}`;
        const refusal = await attempt(database.app, (tx) => tx.unsafe(statement));
        if (refusal?.constraint !== "immutable_column" || refusal.code !== "CH003")
          changed.push(`${statement}: ${refusal?.code} ${refusal?.constraint}`);
      }
    }
    expect(changed).toEqual([]);
  });

  it("adds nothing to a transaction of the books that was posted, not even what balances", async () => {
    for (const amounts of [[100], [100, -100]]) {
      const refusal = await attempt(database.app, async (tx) => {
        for (const cents of amounts) {
          await tx`insert into ledger_entries (transaction_id, account, amount_cents, currency)
                   select id, 'refunds', ${cents}, 'usd' from ledger_transactions where cause = 'ch_A'`;
        }
      });
      expect(refusal).toEqual(APPEND_ONLY);
    }
  });

  it("keeps each row that is never removed, and each that is never changed", async () => {
    const [kept, unchanged] = [await triggersOf("refuse_delete"), await triggersOf("refuse_change")];
    expect(kept.length).toBeGreaterThan(15);
    // What moves with the chain of the audit log is tried in audit.test.ts.
    expect(unchanged.map(({ table }) => table).filter((table) => table !== "private.audit_head")).toEqual([
      "audit_log",
      "consent_texts",
      "credit_applications",
      "ledger_entries",
      "ledger_transactions",
    ]);
    const emptied = await triggersOf("refuse_change", "statement");
    expect(emptied.map(({ table }) => table)).toEqual([
      "audit_log",
      "ledger_entries",
      "ledger_transactions",
      "private.audit_head",
    ]);
    // The owner tries: the academy itself has not even the right to some of it.
    for (const { table } of kept) {
      expect(await refusalOf(database.owner.unsafe(`delete from ${table}`)), table).toEqual({
        code: "CH006",
        constraint: "soft_delete_only",
      });
    }
    for (const { table } of unchanged.filter((one) => one.table !== "private.audit_head")) {
      const [column] = await database.owner<{ name: string }[]>`
        select attname as name from pg_attribute where attrelid = ${table}::regclass and attnum = 2`;
      for (const statement of [
        `update ${table} set ${column?.name} = ${column?.name}`,
        `delete from ${table}`,
      ]) {
        expect(await refusalOf(database.owner.unsafe(statement)), statement).toEqual(APPEND_ONLY);
      }
    }
    for (const { table } of emptied) {
      expect(await refusalOf(database.owner.unsafe(`truncate ${table} cascade`)), table).toEqual(APPEND_ONLY);
    }
  });
});

/** Names for which the tests above make a statement for each table. */
const GENERATED = ["append_only", "soft_delete_only"];

const violations: Violations = {
  ...calendarViolations,
  ...seriesViolations,
  ...enrollmentChangeViolations,
  ...teachingViolations,
  ...teacherTimeViolations,
  ...makeupViolations,
  ...waitlistViolations,
  ...lessonChangeViolations,
  ...billingViolations,
  ...collectionViolations,
  ...payViolations,
  ...accountViolations,
  ...enrollmentViolations,
  ...workflowViolations,
};

describe("what a rule refuses", () => {
  it("has a statement for each exclusion and for each name that a function of ours raises", async () => {
    const raised = await raisedNames(database.owner);
    const expected = [...(await constraintsOf("'x'")), ...raised].filter((name) => !GENERATED.includes(name));
    const known = [...expected, ...(await constraintsOf("'c'"))];
    expect(expected.filter((name) => !(name in violations)).sort(), "without a statement").toEqual([]);
    expect(
      Object.keys(violations).filter((name) => !known.includes(name)),
      "statements for what does not exist",
    ).toEqual([]);
  });

  it.each(
    Object.entries(violations).flatMap(([name, statements]) =>
      Object.entries(statements).map(([title, statement]) => ({ name, title, statement })),
    ),
  )("by $name: $title", async ({ name, statement }) => {
    expect(await attempt(database.app, statement)).toMatchObject({ constraint: name });
  });
});
