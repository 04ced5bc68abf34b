import { Kysely } from "kysely";
import { PostgresJSDialect } from "kysely-postgres-js";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { DB } from "@/lib/db/database.gen";
import { auditedTables, auditList, listAudit, verifyAuditChain } from "@/lib/reporting/audit-queries";
import { readListParams } from "@/lib/reporting/list-params";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy } from "./fixture";
import { ids, type Person, people, sessionOf } from "./fixture-ids";
import { asPrincipal, refusalOf, service, type TestPrincipal, type Tx } from "./principal";

let database: TestDatabase;

async function arrange(): Promise<void> {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
}
const drop = () => database?.drop();

const user = (person: Person): TestPrincipal => ({
  kind: "user",
  userId: people[person],
  sessionId: sessionOf(person),
});
const appendOnly = { code: "CH002", constraint: "append_only" };

const asService = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => asPrincipal(database.app, service, work);

const rename = (tx: Tx, name: string) => tx`update families set name = ${name} where id = ${ids.familyA}`;

type Verdict = { checked: number; erased: number; first_broken: number | null; problem: string | null };

async function verify(from = 1): Promise<Verdict | undefined> {
  const [verdict] = await asPrincipal(
    database.app,
    user("admin"),
    (tx) => tx<Verdict[]>`
      select checked::int, erased::int, first_broken::int, problem from private.verify_audit(${from})`,
  );
  return verdict;
}

const intact = (checked: number, erased = 0): Verdict => ({
  checked,
  erased,
  first_broken: null,
  problem: null,
});

/** As somebody with every right to the database would: no trigger fires. */
async function tamper(statements: string): Promise<void> {
  await database.owner.begin((tx) =>
    tx.unsafe(`set local session_replication_role = replica; ${statements}`),
  );
}

/** What the check says after tampering, which is undone. */
async function verdictAfter(statements: string): Promise<Verdict | undefined> {
  let verdict: Verdict | undefined;
  const undone = new Error("undone");
  await database.owner
    .begin(async (tx) => {
      await tx.unsafe(`set local session_replication_role = replica; ${statements}`);
      [verdict] = await tx<Verdict[]>`
        select checked::int, erased::int, first_broken::int, problem from private.verify_audit()`;
      throw undone;
    })
    .catch((error: unknown) => {
      if (error !== undone) throw error;
    });
  return verdict;
}

/** Entries in the log, and the newest position of the chain. */
async function lengths(): Promise<{ entries: number; head: number; gapless: boolean }> {
  const [row] = await database.owner<{ entries: number; head: number; gapless: boolean }[]>`
    select count(*)::int as entries, (select position::int from private.audit_head) as head,
           count(*) = max(position) and min(position) = 1 and count(distinct position) = count(*) as gapless
      from audit_log`;
  if (!row) throw new Error("no row");
  return row;
}

describe("the chain", () => {
  beforeAll(arrange);
  afterAll(drop);

  it("holds every entry of the fixture's transaction, in the order in which they were written", async () => {
    const { entries, head, gapless } = await lengths();
    expect(entries).toBeGreaterThan(60);
    expect({ head, gapless }).toEqual({ head: entries, gapless: true });
    expect(await verify()).toEqual(intact(entries));
    const disorder = await database.owner`
      select a.id from audit_log a join audit_log b on b.position = a.position + 1
       where b.id < a.id or b.previous_hash <> a.hash`;
    expect([...disorder]).toEqual([]);
  });

  it("takes many concurrent transactions without gap, fork or deadlock", async () => {
    const CONNECTIONS = 20;
    const CHANGES = 50;
    const { entries } = await lengths();
    await database.owner`
      insert into rooms (name) select 'Room ' || n from generate_series(1, ${CONNECTIONS}::int) n`;
    await Promise.all(
      Array.from({ length: CONNECTIONS }, async (_, nth) => {
        for (let change = 1; change <= CHANGES; change++) {
          await asService(async (tx) => {
            await tx`update rooms set name = ${`Room ${nth}, ${change}`} where name ~ ${`^Room ${nth + 1}$|^Room ${nth}, `}`;
          });
        }
      }),
    );
    const expected = entries + CONNECTIONS + CONNECTIONS * CHANGES;
    expect(await lengths()).toEqual({ entries: expected, head: expected, gapless: true });
    expect(await verify()).toEqual(intact(expected));
  }, 60_000);

  it("lets whole transactions overlap: only commits take turns", async () => {
    await asService(async (tx) => {
      await rename(tx, "begun first");
      await asService(
        (other) => other`update families set name = 'committed first' where id = ${ids.familyB}`,
      );
    });
    const rows =
      await database.owner`select after ->> 'name' as name from audit_log order by position desc limit 2`;
    expect(rows.map((row) => row.name)).toEqual(["begun first", "committed first"]);
    const { entries } = await lengths();
    expect(await verify()).toEqual(intact(entries));
  });

  it("has no place for what was rolled back, by transaction or savepoint", async () => {
    const { entries } = await lengths();
    await expect(
      asService(async (tx) => {
        await rename(tx, "never");
        await tx`set constraints all immediate`;
        throw new Error("undone");
      }),
    ).rejects.toThrow("undone");
    await asService(async (tx) => {
      await tx.savepoint(async (inner) => rename(inner, "kept"));
      await tx
        .savepoint(async (inner) => {
          await rename(inner, "undone, though sealed");
          await inner`set constraints all immediate`;
          throw new Error("undone");
        })
        .catch(() => undefined);
      await tx`set constraints all deferred`;
      await rename(tx, "kept as well");
    });
    expect(await lengths()).toEqual({ entries: entries + 2, head: entries + 2, gapless: true });
    expect(await verify()).toEqual(intact(entries + 2));
  });

  it("seals at once when asked to, and goes on afterwards", async () => {
    const { entries } = await lengths();
    await asService(async (tx) => {
      await rename(tx, "one");
      await tx`set constraints all immediate`;
      await rename(tx, "two");
      const [open] = await tx`select count(*)::int as n from audit_log where position is null`;
      expect(open?.n).toBe(0);
    });
    expect(await verify()).toEqual(intact(entries + 2));
  });

  it("refuses a snapshot that is older than the chain, so that the work is run again", async () => {
    const refusal = await refusalOf(
      database.app.begin("isolation level repeatable read", async (tx) => {
        await tx`select set_config('role', 'service_role', true)`;
        await rename(tx, "late");
        await asService((other) => other`update families set name = 'early' where id = ${ids.familyB}`);
      }),
    );
    expect(refusal?.code).toBe("40001");
    const { entries } = await lengths();
    expect(await verify()).toEqual(intact(entries));
  });

  it("seals twenty thousand entries of one transaction, though its plans were made for few", async () => {
    const { entries } = await lengths();
    const connection = await database.owner.reserve();
    try {
      for (let nth = 0; nth < 8; nth++) await connection`update families set name = ${`Family ${nth}`}`;
      await connection`insert into families (name) select 'Family ' || n from generate_series(1, 20000) n`;
    } finally {
      connection.release();
    }
    const expected = entries + 8 * 2 + 20_000;
    expect(await lengths()).toEqual({ entries: expected, head: expected, gapless: true });
    expect(await verify()).toEqual(intact(expected));
    expect(await verify(expected - 9)).toEqual(intact(10));
    expect(await verify(expected + 1)).toEqual(intact(0));
  }, 120_000);

  it("says who, in which role and request, through which workflow run", async () => {
    await asService((tx) => rename(tx, "Named"));
    await database.app.begin(async (tx) => {
      await tx`select set_config('role', 'service_role', true), set_config('app.actor_role', 'enrollment', true),
                      set_config('request.jwt.claim.sub', ${people.admin}, true),
                      set_config('app.request_id', 'req_1', true), set_config('app.run_id', 'run_A', true)`;
      await rename(tx, "Renamed");
    });
    const [entry] = await database.owner`
      select actor_id, actor_role, request_id, run_id, table_name, row_id, action, before, after
        from audit_log order by position desc limit 1`;
    expect(entry).toEqual({
      actor_id: people.admin,
      actor_role: "enrollment",
      request_id: "req_1",
      run_id: "run_A",
      table_name: "families",
      row_id: ids.familyA,
      action: "update",
      before: { name: "Named" },
      after: { name: "Renamed" },
    });
  });
});

describe("tampering by the owner, with every trigger off, is found", () => {
  beforeAll(arrange);
  afterAll(drop);

  /** What it does to the entry at 10, and what the check then says of which entry. */
  const cases: readonly (readonly [string, string, number, string])[] = [
    [
      "contents",
      `update audit_log set after = '{"name": "Forged"}' where position = 10`,
      10,
      "What it says was changed has been altered.",
    ],
    [
      "contents with a digest of their own",
      `update audit_log set after = '{}', digest = private.audit_digest(salt, before, '{}') where position = 10`,
      10,
      "Who, when or which row has been altered.",
    ],
    [
      "an entry sealed anew",
      `update audit_log set action = 'delete' where position = 10;
       update audit_log a set hash = private.audit_hash(a, 10, a.previous_hash) where position = 10`,
      11,
      "It does not follow the entry before it.",
    ],
    ...[
      `at = at + interval '1 microsecond'`,
      `actor_id = gen_random_uuid()`,
      `actor_role = 'nobody'`,
      `request_id = 'other'`,
      `run_id = 'other'`,
      `table_name = 'prices'`,
      `row_id = 'other'`,
      `action = 'delete'`,
    ].map(
      (fact) =>
        [
          `a fact: ${fact}`,
          `update audit_log set ${fact} where position = 10`,
          10,
          "Who, when or which row has been altered.",
        ] as const,
    ),
    ["an entry taken out", "delete from audit_log where position = 10", 10, "Entries are missing."],
    ["the first taken out", "delete from audit_log where position = 1", 1, "Entries are missing."],
    [
      "an entry taken out and the gap closed",
      `delete from audit_log where position = 10;
       update audit_log set position = -position where position > 10;
       update audit_log set position = -position - 1 where position < 0;
       update private.audit_head set position = position - 1`,
      10,
      "It does not follow the entry before it.",
    ],
    [
      "two entries swapped",
      `update audit_log set position = -10 where position = 10;
       update audit_log set position = 10 where position = 20;
       update audit_log set position = 20 where position = -10`,
      10,
      "It does not follow the entry before it.",
    ],
    [
      "contents hidden as if they had been erased",
      `update audit_log set after = private.without_values(after), before = null, salt = null,
              erased_at = now(), erased_reason = 'on request' where position = 10`,
      10,
      "Its contents are gone, and no erasure tells of it.",
    ],
  ];

  it.each(cases)("%s", async (_, statements, position, problem) => {
    expect(await verdictAfter(statements)).toMatchObject({ first_broken: position, problem });
  });

  it("entries taken from the end", async () => {
    const { entries } = await lengths();
    expect(await verdictAfter(`delete from audit_log where position > ${entries - 3}`)).toEqual({
      checked: entries - 3,
      erased: 0,
      first_broken: entries - 2,
      problem: "The newest entries are not those that were written.",
    });
  });

  it("a head moved back, emptied or given another hash", async () => {
    const { entries } = await lengths();
    const problem = "The newest entries are not those that were written.";
    expect(await verdictAfter("update private.audit_head set position = position - 2")).toMatchObject({
      first_broken: entries - 1,
      problem,
    });
    expect(await verdictAfter("update private.audit_head set hash = sha256('')")).toMatchObject({
      first_broken: entries + 1,
      problem,
    });
    expect(await verdictAfter("delete from private.audit_head")).toMatchObject({
      first_broken: 1,
      problem: "The record of the newest entry is missing.",
    });
  });

  it("an entry written past the chain, and a change of which none tells", async () => {
    const { entries } = await lengths();
    await tamper("update families set name = 'Silent'");
    expect(await verify()).toEqual(intact(entries));
    await tamper(
      `insert into audit_log (table_name, row_id, action, digest) values ('rooms', 'x', 'delete', '')`,
    );
    expect(await verify()).toMatchObject({ first_broken: entries + 1 });
    expect((await verify())?.problem).toMatch(/^Entry \d+ was written past the chain\.$/);
  });
});

describe("nobody, the owner included,", () => {
  beforeAll(arrange);
  afterAll(drop);

  it("changes, deletes or truncates entries, seals or unseals them", async () => {
    const statements = [
      "update audit_log set action = action",
      "update audit_log set after = '{}' where position = 10",
      "update audit_log set position = null, previous_hash = null, hash = null",
      "update audit_log set position = position + 1000000",
      "update audit_log set erased_at = now(), erased_reason = 'hidden', salt = null, after = null, before = null",
      `update audit_log set erased_at = now(), erased_reason = 'x', salt = null, actor_role = '',
              before = private.without_values(before), after = private.without_values(after)`,
      "delete from audit_log",
      "truncate audit_log",
      "update private.audit_head set position = 0",
      "insert into private.audit_head (is_only, position, hash) values (true, 0, '')",
      "delete from private.audit_head",
      "truncate private.audit_head",
      "insert into audit_log (table_name, row_id, action, digest, position, previous_hash, hash) values ('rooms', 'x', 'delete', '', 999999, '', '')",
      "insert into audit_log (table_name, row_id, action, digest) values ('rooms', 'x', 'delete', ''); update audit_log set position = 999999, previous_hash = '', hash = '' where position is null",
    ];
    // What the embedded stack gives away: the triggers must hold without the grants.
    await database.owner.unsafe(
      "grant all on all tables in schema public, private to anon, authenticated, service_role",
    );
    for (const statement of statements) {
      expect(await refusalOf(database.owner.unsafe(statement)), statement).toEqual(appendOnly);
      const refusal = await refusalOf(asService(async (tx) => tx.unsafe(statement)));
      expect(refusal?.code, `service: ${statement}`).toMatch(/^(CH002|42501)$/);
    }
    const { entries } = await lengths();
    expect(await verify()).toEqual(intact(entries));
  });

  it("reads or verifies it without being an administrator", async () => {
    for (const person of ["parentA", "teacher1", "student"] as const) {
      const [seen] = await asPrincipal(
        database.app,
        user(person),
        (tx) => tx`select count(*)::int as n from audit_log`,
      );
      expect(seen?.n).toBe(0);
      expect(
        await refusalOf(
          asPrincipal(database.app, user(person), (tx) => tx`select from private.verify_audit()`),
        ),
      ).toEqual({ code: "CH403", constraint: "admin_only" });
      expect(
        await refusalOf(
          asPrincipal(
            database.app,
            user(person),
            (tx) => tx`select private.erase_audit('students', '{}', 'why')`,
          ),
        ),
      ).toMatchObject({ code: "42501" });
    }
    expect(
      await refusalOf(
        asPrincipal(database.app, { kind: "visitor" }, (tx) => tx`select from private.verify_audit()`),
      ),
    ).toMatchObject({ code: "42501" });
    expect(
      await refusalOf(
        asPrincipal(
          database.app,
          user("admin"),
          (tx) => tx`select private.erase_audit('students', '{}', 'why')`,
        ),
      ),
    ).toMatchObject({ code: "42501" });
    const { entries } = await lengths();
    const [byServer] = await asService(
      (tx) => tx<Verdict[]>`select checked::int from private.verify_audit()`,
    );
    expect(byServer?.checked).toBe(entries);
  });
});

describe("erasing", () => {
  beforeEach(arrange);
  afterEach(drop);

  const erase = (tx: Tx, table: string, rows: readonly string[], reason = "The family asked for it") =>
    tx<{ n: number }[]>`select private.erase_audit(${table}, ${[...rows]}, ${reason})::int as n`;

  it("takes the personal text out of every entry of the row and leaves the chain verifiable", async () => {
    const { entries } = await lengths();
    const erased = await asService(async (tx) => {
      // The change that erases the row itself is told by an entry that is not in the chain yet.
      await tx`update students set first_name = 'Nikodemus', last_name = 'Kolophonium' where id = ${ids.studentA2}`;
      await tx`update students set first_name = 'Erased', last_name = 'Erased' where id = ${ids.studentA2}`;
      const [row] = await erase(tx, "students", [ids.studentA2]);
      return row?.n;
    });
    expect(erased).toBe(3);
    const rows = await database.owner`
      select a.id::int, a.action, a.before, a.after, a.salt, a.erased_reason, a.erased_at is not null as is_erased, a::text as text
        from audit_log a where table_name = 'students' and row_id = ${ids.studentA2} order by id`;
    expect(rows.map((row) => row.action)).toEqual(["insert", "update", "update"]);
    for (const row of rows) {
      expect(row.text).not.toMatch(/Nikodemus|Kolophonium|Abe|2016-01-01/);
      expect(row).toMatchObject({ salt: null, is_erased: true, erased_reason: "The family asked for it" });
    }
    expect(rows[1]).toMatchObject({
      before: { first_name: null, last_name: null },
      after: { first_name: null, last_name: null },
    });
    expect(Object.keys(rows[0]?.after)).toContain("birth_date");
    expect(await verify()).toEqual(intact(entries + 3, 3));

    const [record] = await database.owner`
      select actor_role, row_id, action, before, after from audit_log where table_name = 'audit_log'`;
    expect(record).toEqual({
      actor_role: "tests",
      row_id: "students",
      action: "update",
      before: null,
      after: { erased_entries: rows.map((row) => row.id), reason: "The family asked for it" },
    });
  });

  it("does nothing the second time, and takes what came since", async () => {
    const count = async () =>
      (await asService((tx) => erase(tx, "families", [ids.familyA, ids.familyB])))[0]?.n;
    expect(await count()).toBe(2);
    const { entries } = await lengths();
    expect(await count()).toBe(0);
    expect(await lengths()).toMatchObject({ entries });
    await asService((tx) => rename(tx, "Someone"));
    expect(await count()).toBe(1);
    expect(await verify()).toEqual(intact(entries + 2, 3));
  });

  it("reaches rows with another key by that key, two at once without counting twice", async () => {
    const counts = await Promise.all(
      [1, 2].map(() => asService((tx) => erase(tx, "student_instruments", [ids.studentA1]))),
    );
    expect(counts.map(([row]) => row?.n).sort()).toEqual([0, 1]);
  });

  it("wants a reason, and keeps the records of erasures", async () => {
    expect(await refusalOf(asService((tx) => erase(tx, "families", [ids.familyA], " ")))).toEqual({
      code: "CH005",
      constraint: "erasure_reason_missing",
    });
    expect(await refusalOf(asService((tx) => erase(tx, "audit_log", ["families"])))).toEqual({
      code: "CH005",
      constraint: "erasure_record_kept",
    });
  });

  it("is found when an erased entry gets contents again", async () => {
    await asService((tx) => erase(tx, "families", [ids.familyA]));
    await tamper(
      `update audit_log set after = '{"name": "Invented"}' where table_name = 'families' and erased_at is not null`,
    );
    expect(await verify()).toMatchObject({ problem: "Its contents are gone, and no erasure tells of it." });
  });
});

describe("what the administrator's page asks", () => {
  it("knows every table that is audited", async () => {
    const rows = await database.owner<{ name: string }[]>`
      select tgrelid::regclass::text as name from pg_trigger where tgfoid = 'private.audit()'::regprocedure order by 1`;
    expect(rows.map((row) => row.name)).toEqual(auditedTables.filter((table) => table !== "audit_log"));
  });

  beforeAll(arrange);
  afterAll(drop);

  it("tells how long the chain is, and of erased entries when and why", async () => {
    await asService((tx) => tx`select private.erase_audit('families', ${[ids.familyA]}, 'On request')`);
    const { entries } = await lengths();
    const kysely = new Kysely<DB>({ dialect: new PostgresJSDialect({ postgres: database.owner }) });
    const { all, newest, listed } = await kysely.transaction().execute(async (db) => ({
      all: await verifyAuditChain(db, "all"),
      newest: await verifyAuditChain(db, "newest"),
      listed: await listAudit(db, readListParams({ table: "families", row: ids.familyA }, auditList)),
    }));
    for (const chain of [all, newest]) {
      expect({ ...chain, entries: Number(chain.entries), checked: Number(chain.checked) }).toEqual({
        entries,
        checked: entries,
        firstBroken: null,
        problem: null,
      });
    }
    expect(listed.entries).toHaveLength(1);
    expect(listed.entries[0]).toMatchObject({ erasedReason: "On request", before: null });
    expect(listed.entries[0]?.erasedAt).toBeInstanceOf(Date);
  });
});
