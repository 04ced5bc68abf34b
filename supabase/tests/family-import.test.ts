import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Imported, ImportRefused, importFamilies } from "../import/import-families";
import { loadAcademy } from "../seed/load-academy";
import { createTestDatabase, type TestDatabase } from "./database";

/** The academy's own clock in these tests, ahead of the real one or behind it. */
const now = new Date("2026-11-24T17:00:00Z");
const offset = (of: Date): number => of.getTime() - Date.now();

const EXAMPLE = fileURLToPath(new URL("../import/families.example.csv", import.meta.url));
const COMMAND = fileURLToPath(new URL("../import/command.ts", import.meta.url));
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SLOW = 120_000;

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase();
  await loadAcademy(database.owner, { now, clockOffsetMs: offset(now) });
  folder = mkdtempSync(join(tmpdir(), "family-import-"));
}, SLOW);

afterAll(async () => {
  if (folder) rmSync(folder, { recursive: true });
  await database?.drop();
});

const HEADINGS = [
  "family name",
  "guardian name",
  "guardian email",
  "guardian phone",
  "guardian address",
  "guardian share",
  "second guardian name",
  "second guardian email",
  "second guardian phone",
  "second guardian address",
  "second guardian share",
  "student first name",
  "student last name",
  "birth date",
  "instrument",
  "level",
  "wishes",
] as const;
type Cells = Partial<Record<(typeof HEADINGS)[number], string>>;

/** A line about the family of a name, whose guardian and student it invents. */
const about = (name: string, cells: Cells = {}): Cells => ({
  "family name": name,
  "guardian name": `Kim ${name}`,
  "guardian email": `kim@${name.toLowerCase()}.example`,
  "guardian phone": "(914) 555-0100",
  "guardian address": "1 Elm Street, Cedar Heights",
  "guardian share": "100",
  "student first name": "Lou",
  "student last name": name,
  "birth date": "2014-02-03",
  instrument: "piano",
  level: "beginner",
  ...cells,
});

function csv(...lines: readonly Cells[]): Uint8Array {
  const field = (text = "") => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = [
    HEADINGS.join(","),
    ...lines.map((cells) => HEADINGS.map((one) => field(cells[one])).join(",")),
  ];
  return new TextEncoder().encode(rows.join("\n"));
}

const run = (bytes: Uint8Array, apply: boolean, sql: postgres.Sql = database.owner): Promise<Imported> =>
  importFamilies(sql, bytes, { apply, now, clockOffsetMs: offset(now) });
const preview = (bytes: Uint8Array) => run(bytes, false);
const apply = (bytes: Uint8Array) => run(bytes, true);

/** The changes of any table since the beginning, which nothing can happen without. */
async function countChanges(): Promise<number> {
  const [row] = await database.owner<{ n: number }[]>`select count(*)::int as n from audit_log`;
  return row?.n ?? 0;
}

/** A plan without the ids that it made up. */
function withoutIds(plan: Imported["plan"]): unknown {
  const made = new Set(
    [...plan.added.families, ...plan.added.guardians, ...plan.added.students].map(({ id }) => id),
  );
  return JSON.parse(JSON.stringify(plan), (_, value) => (made.has(value) ? "made" : value));
}

describe("the example", () => {
  it("imports into the sample academy without errors, once", async () => {
    const file = readFileSync(EXAMPLE);
    const before = await countChanges();
    const seen = await preview(file);
    expect(seen.errors).toEqual([]);
    expect(await countChanges()).toBe(before);

    const first = await apply(file);
    expect(first).toMatchObject({ errors: [], isWritten: true, lines: 9 });
    expect(withoutIds(first.plan)).toEqual(withoutIds(seen.plan));
    expect(first.plan.counts).toMatchObject({
      families: { added: 6, changed: 0, unchanged: 0 },
      guardians: { added: 8 },
      students: { added: 8 },
      instruments: { added: 9 },
    });
    const [written] = await database.owner`
      select array(select f.name from families f join guardians g on g.family_id = f.id where g.email = 'yumi.takeda@mailbox.example') as families,
             (select json_agg(json_build_array(g.full_name, g.payer_share_bp) order by g.payer_share_bp desc) from guardians g
               where g.family_id = (select family_id from guardians where email = 'signe@halvorsen.example')) as shares,
             (select address from guardians where email = 'daniel.takeda@mailbox.example') as address,
             (select json_agg(i.slug order by i.slug) from students s join student_instruments l on l.student_id = s.id
                join instruments i on i.id = l.instrument_id where s.first_name = 'Ifeoma') as instruments,
             (select birth_date::text from students where first_name = 'Rafael' and last_name = 'Castellanos') as born`;
    expect(written).toEqual({
      families: ["Takeda family"],
      shares: [
        ["Signe Halvorsen", 6000],
        ["Marcus Reyes", 4000],
      ],
      address: "77 Larch Road\nCedar Heights, NY 10598",
      instruments: ["violin", "voice"],
      born: "1984-02-29",
    });

    const after = await countChanges();
    const second = await apply(file);
    expect(second).toMatchObject({ errors: [], isWritten: true });
    expect(second.plan.changes).toEqual([]);
    expect(second.plan.counts.students).toEqual({ added: 0, changed: 0, unchanged: 8 });
    expect(await countChanges()).toBe(after);
  });

  it.each(["2026-08-31T12:00:00Z", "2029-07-17T12:00:00Z"])("fits the academy on %s too", async (day) => {
    const at = new Date(day);
    const { errors } = await importFamilies(database.owner, readFileSync(EXAMPLE), {
      apply: false,
      now: at,
      clockOffsetMs: offset(at),
    });
    expect(errors).toEqual([]);
  });
});

describe("an import", () => {
  it("does what its preview says, and the audit log has all of it", async () => {
    await apply(csv(about("Abara"), about("Bellweather"), about("Corwin", { wishes: "Jazz" })));
    const next = csv(
      about("Abara"),
      about("Bellweather", { "guardian phone": "(914) 555-0111", "guardian address": "2 Oak Street" }),
      about("Bellweather", { "student first name": "Max", "guardian phone": "", "guardian address": "" }),
      about("Corwin", { level: "advanced", wishes: "Jazz\nand blues" }),
      about("Corwin", { instrument: "voice" }),
      about("Delacroix", {
        "second guardian name": "Jo",
        "second guardian email": "Jo@delacroix.example",
        "second guardian share": "0",
      }),
    );
    const seen = await preview(next);
    const done = await apply(next);
    expect(done).toMatchObject({ errors: [], isWritten: true });
    expect(withoutIds(done.plan)).toEqual(withoutIds(seen.plan));
    expect(done.plan.counts).toEqual({
      families: { added: 1, changed: 0, unchanged: 3 },
      guardians: { added: 2, changed: 1, unchanged: 2 },
      students: { added: 2, changed: 1, unchanged: 2 },
      instruments: { added: 3, changed: 1, unchanged: 2 },
    });
    expect(done.plan.changes.map(({ line, who, field, from, to }) => [line, who, field, from, to])).toEqual([
      [3, "Kim Bellweather", "phone", "(914) 555-0100", "(914) 555-0111"],
      [3, "Kim Bellweather", "address", "1 Elm Street, Cedar Heights", "2 Oak Street"],
      [5, "Lou Corwin", "piano level", "beginner", "advanced"],
      [5, "Lou Corwin", "piano wishes", "Jazz", "Jazz\nand blues"],
    ]);
    const log = await database.owner`
      select table_name || ' ' || action as what, count(*)::int as n, array_agg(distinct actor_role) as roles
        from audit_log where request_id = ${done.requestId} group by 1 order by 1`;
    expect(Object.fromEntries(log.map(({ what, n }) => [what, n]))).toEqual({
      "families insert": 1,
      "guardians insert": 2,
      "guardians update": 1,
      "invitations insert": 2,
      "student_instruments insert": 3,
      "student_instruments update": 1,
      "students insert": 2,
    });
    expect(new Set(log.flatMap(({ roles }) => roles))).toEqual(new Set(["import of families"]));
    const again = await preview(next);
    expect([again.plan.added, again.plan.changes, again.plan.invitations]).toEqual([
      { families: [], guardians: [], students: [], instruments: [] },
      [],
      [],
    ]);
  });

  it("lives in the academy's time", async () => {
    const past = new Date("2015-06-01T12:00:00Z");
    const future = csv(about("Eastman", { "birth date": "2015-06-02" }));
    const options = { apply: true, now: past, clockOffsetMs: offset(past) };
    expect((await importFamilies(database.owner, future, options)).errors).toMatchObject([
      { line: 2, column: "birth date", message: expect.stringContaining("in the future") },
    ]);
    await importFamilies(database.owner, csv(about("Eastman", { "birth date": "2008-06-01" })), options);
    const [row] = await database.owner<{ at: Date }[]>`
      select created_at as at from students where last_name = 'Eastman'`;
    expect(row?.at.toISOString().slice(0, 10)).toBe("2015-06-01");
  });

  it("waits for the guardian's account, or finds it", async () => {
    const file = csv(about("Fairbank"), about("Goldsworthy"));
    const register = async (email: string, isConfirmed: boolean) => {
      await database.owner`
        insert into auth.users (id, email, raw_user_meta_data) values (gen_random_uuid(), ${email}, '{"full_name": "Kim Own-Name"}')`;
      if (isConfirmed)
        await database.owner`update auth.users set email_confirmed_at = private.now() where email = ${email}`;
    };
    await register("kim@goldsworthy.example", true);
    await apply(file);
    await register("kim@fairbank.example", true);
    const linked = await database.owner`
      select g.email, g.full_name as name from guardians g join profiles p on p.id = g.profile_id and p.email = g.email
       where g.email in ('kim@fairbank.example', 'kim@goldsworthy.example') order by 1`;
    expect(linked).toEqual([
      { email: "kim@fairbank.example", name: "Kim Fairbank" },
      { email: "kim@goldsworthy.example", name: "Kim Own-Name" },
    ]);
    const before = await countChanges();
    const again = await apply(file);
    expect(again.plan.changes).toEqual([]);
    expect(again.plan.kept.map(({ who, field }) => [who, field])).toEqual([["Kim Own-Name", "name"]]);
    expect(await countChanges()).toBe(before);
  });

  it("writes nothing when a line is wrong", async () => {
    const before = await countChanges();
    const bad = csv(about("Hollis"), about("Ibsen", { level: "expert" }));
    const result = await apply(bad);
    expect(result.isWritten).toBe(false);
    expect(result.errors).toMatchObject([{ line: 3, column: "level" }]);
    expect(await countChanges()).toBe(before);
  });

  it("writes nothing when the database refuses a row", async () => {
    const before = await countChanges();
    await database.owner`alter table student_instruments add constraint no_tuba check (wishes <> 'A tuba') not valid`;
    try {
      await expect(apply(csv(about("Hollis"), about("Ibsen", { wishes: "A tuba" })))).rejects.toMatchObject({
        constraint_name: "no_tuba",
      });
    } finally {
      await database.owner`alter table student_instruments drop constraint no_tuba`;
    }
    expect(await countChanges()).toBe(before);
    const rows = await database.owner`select from families where name in ('Hollis family', 'Ibsen family')`;
    expect(rows).toHaveLength(0);
  });

  it("sends the same number of statements for any number of lines", async () => {
    let statements = 0;
    const counting = postgres(database.url, { max: 1, onnotice: () => undefined, debug: () => statements++ });
    const families = (count: number, prefix: string) =>
      Array.from({ length: count }, (_, nth) => about(`${prefix}${nth}`));
    try {
      await run(csv(...families(2, "Few")), true, counting);
      const ofTwo = statements;
      await run(csv(...families(300, "Many")), true, counting);
      expect(statements - ofTwo).toBeLessThanOrEqual(ofTwo);
    } finally {
      await counting.end();
    }
    const [row] = await database.owner`select count(*)::int as n from families where name like 'Many%'`;
    expect(row?.n).toBe(300);
  });

  it("is refused where there is no database, with a sentence", async () => {
    const nowhere = postgres("postgres://nobody@127.0.0.1:1/nothing", { max: 1 });
    await expect(run(csv(about("Abara")), true, nowhere)).rejects.toThrow(/^The database cannot be reached/);
    await nowhere.end();
  });

  it("is refused where there is no academy, with a sentence", async () => {
    const empty = await createTestDatabase();
    try {
      await expect(run(csv(about("Abara")), true, empty.owner)).rejects.toThrow(ImportRefused);
    } finally {
      await empty.drop();
    }
  });
});

describe("each mistake is told with its line", () => {
  /** Takes lines 2 to 4 of each file; the mistake comes after it. */
  const good = about("Jansen", { wishes: "Plays\nby\near" });
  const second = { "second guardian name": "Jo", "second guardian email": "jo@lindqvist.example" };

  it.each<
    [string, readonly Cells[], readonly (readonly [line: number, column: string | null, message: RegExp])[]]
  >([
    [
      "29 February of a common year",
      [about("Koch", { "birth date": "2025-02-29" })],
      [[5, "birth date", /not a day/]],
    ],
    [
      "a birth date to come",
      [about("Koch", { "birth date": "2026-11-25" })],
      [[5, "birth date", /in the future/]],
    ],
    [
      "too young",
      [about("Koch", { "birth date": "2019-01-05", instrument: "voice" })],
      [[5, "birth date", /starts at age 8/]],
    ],
    [
      "an instrument that nobody teaches",
      [about("Koch", { instrument: "theremin" })],
      [[5, "instrument", /is not taught/]],
    ],
    ["a field too long", [about("Koch", { wishes: "x".repeat(1001) })], [[5, "wishes", /1000 characters/]]],
    [
      "shares that are not whole",
      [about("Lindqvist", { ...second, "guardian share": "60", "second guardian share": "30" })],
      [[5, "guardian share", /come to 90 %/]],
    ],
    [
      "a guardian of two families in the file",
      [about("Koch"), about("Lindqvist", { "guardian email": "kim@koch.example" })],
      [[6, "family name", /Koch family of line 5/]],
    ],
    [
      "a guardian of two families, as the second one",
      [
        about("Koch"),
        about("Lindqvist", {
          ...second,
          "second guardian email": "kim@koch.example",
          "second guardian share": "0",
        }),
      ],
      [[6, "second guardian email", /Koch family of line 5/]],
    ],
    [
      "the same line twice",
      [about("Koch"), about("Koch")],
      [[6, null, /Line 5 has Lou Koch with piano already/]],
    ],
    ["the same student as before", [good], [[5, null, /Line 2 has Lou Jansen/]]],
    [
      "several at once, in the order of the lines",
      [
        about("Koch", { level: "", "birth date": "" }),
        about("Lindqvist", { instrument: "theremin" }),
        about("Moreau", { "guardian name": "" }),
      ],
      [
        [5, "birth date", /Fill in/],
        [5, "level", /beginner, intermediate or advanced/],
        [6, "instrument", /is not taught/],
        [7, null, /fill in this guardian's name/],
      ],
    ],
  ])("%s", async (_, lines, expected) => {
    const before = await countChanges();
    const { errors, isWritten } = await apply(csv(good, ...lines));
    expect(errors).toEqual(
      expected.map(([line, column, message]) => ({ line, column, message: expect.stringMatching(message) })),
    );
    expect(isWritten).toBe(false);
    expect(await countChanges()).toBe(before);
  });

  it("a guardian whom the academy has in two families", async () => {
    await apply(csv(about("Nakamura")));
    await database.owner`
      with f as (insert into families (name) values ('Other family') returning id)
      insert into guardians (family_id, full_name, email) select id, 'Kim', 'kim@nakamura.example' from f`;
    const { errors } = await apply(csv(about("Nakamura")));
    expect(errors).toMatchObject([{ line: 2, message: expect.stringContaining("two families") }]);
  });
});

describe("at the same time", () => {
  it("fifty imports of one file make everybody once", async () => {
    const many = postgres(database.url, { max: 25, onnotice: () => undefined });
    const file = csv(
      about("Oyelaran"),
      about("Oyelaran", { "student first name": "Max" }),
      about("Pemberton"),
    );
    try {
      const results = await Promise.all(Array.from({ length: 50 }, () => run(file, true, many)));
      expect(results.flatMap(({ errors }) => errors)).toEqual([]);
      expect(results.map(({ plan }) => plan.added.students.length).sort()).toEqual([...Array(49).fill(0), 3]);
    } finally {
      await many.end();
    }
    const [counts] = await database.owner`
      select (select count(*)::int from families where name in ('Oyelaran family', 'Pemberton family')) as families,
             (select count(*)::int from guardians where email in ('kim@oyelaran.example', 'kim@pemberton.example')) as guardians,
             (select count(*)::int from students where last_name in ('Oyelaran', 'Pemberton')) as students`;
    expect(counts).toEqual({ families: 2, guardians: 2, students: 3 });
  });

  it("a family that somebody else is just making is recognized", async () => {
    const made = Promise.withResolvers<void>();
    const commit = Promise.withResolvers<void>();
    const other = database.owner.begin(async (tx) => {
      const [family] = await tx`insert into families (name) values ('Quigley family') returning id`;
      await tx`insert into guardians (family_id, full_name, email) values (${family?.id}, 'Kim Quigley', 'kim@quigley.example')`;
      made.resolve();
      await commit.promise;
    });
    await made.promise;
    const importing = apply(csv(about("Quigley")));
    try {
      await expect
        .poll(async () => {
          const waiting = await database.owner`
            select from pg_locks where not granted and mode = 'ShareRowExclusiveLock'
               and database = (select oid from pg_database where datname = current_database())`;
          return waiting.length;
        })
        .toBe(1);
    } finally {
      commit.resolve();
      await other;
    }
    expect((await importing).plan.counts).toMatchObject({
      families: { added: 0, unchanged: 1 },
      guardians: { added: 0, changed: 1 },
      students: { added: 1 },
    });
  });
});

describe("the command", () => {
  async function command(...args: string[]): Promise<{ code: number | null; output: string }> {
    const child = spawn(process.execPath, ["--import", "tsx", COMMAND, ...args], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, NODE_ENV: "test", DATABASE_ADMIN_URL: database.url, INIT_CWD: folder },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => (output += String(chunk)));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    return { code, output };
  }

  it(
    "shows, then writes, a file beside the person who calls it",
    async () => {
      writeFileSync(join(folder, "families.csv"), csv(about("Rosenthal")));
      const before = await countChanges();
      const shown = await command("families.csv");
      expect(shown.code).toBe(0);
      expect(shown.output).toMatch(/students +1 new, 0 changed, 0 unchanged[\s\S]*Add --apply/);
      expect(await countChanges()).toBe(before);
      const written = await command("families.csv", "--apply");
      expect(written.code).toBe(0);
      const [, requestId = ""] = /under (import-\S+)\.\n$/.exec(written.output) ?? [];
      const rows =
        await database.owner`select from audit_log where request_id = ${requestId} and table_name = 'students'`;
      expect(rows).toHaveLength(1);
      expect((await command("families.csv", "--apply")).output).toContain("there is nothing to write");
    },
    SLOW,
  );

  it.each([
    ["a file with mistakes", ["bad.csv", "--apply"], /line 2, level: .*\n[\s\S]*Nothing was written/],
    ["a file that is not there", ["missing.csv"], /missing\.csv cannot be read/],
    ["no file", [], /^Name the file to import/],
    ["an option that it does not know", ["bad.csv", "--force"], /^Name the file to import/],
  ] as const)(
    "ends with code 1 for %s",
    async (_, args, words) => {
      writeFileSync(join(folder, "bad.csv"), csv(about("Sorensen", { level: "expert" })));
      const { code, output } = await command(...args);
      expect(code).toBe(1);
      expect(output).toMatch(words);
    },
    SLOW,
  );
});
