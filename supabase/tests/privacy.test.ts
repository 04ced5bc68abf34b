import { strFromU8, unzipSync } from "fflate";
import type postgres from "postgres";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SignedIn } from "@/lib/auth/session";
import type { Id } from "@/lib/ids";
import { exportSections } from "@/lib/privacy/export-sections";
import type { FamilyExport } from "@/lib/privacy/schema";
import { loadAcademy } from "../seed/load-academy";
import { insertAccountsInto, signUpSampleAccounts } from "../seed/sign-up";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy, fixtureNow, fixtureOffset } from "./fixture";
import { ids, type Person, people, sessionOf } from "./fixture-ids";
import { asPrincipal, refusalOf, service, type TestPrincipal } from "./principal";
import { setUpProduct } from "./product-settings";

/** Loading the sample academy takes seconds on a quiet machine; a busy one may need many times that. */
const SLOW = 120_000;

type Sql = postgres.Sql | postgres.TransactionSql;

const user = (person: Person): TestPrincipal => ({
  kind: "user",
  userId: people[person],
  sessionId: sessionOf(person),
});

/** Runs SQL of the fixture's academy as the owner, at its time. */
function at<T>(
  sql: postgres.Sql,
  work: (tx: postgres.TransactionSql) => Promise<T>,
  offset = fixtureOffset(),
) {
  return sql.begin(async (tx) => {
    await tx`select set_config('app.clock_offset_ms', ${String(offset)}, true)`;
    return work(tx);
  });
}

/** `table.column` of every text, array or document of every schema of ours in which one of the words stands. */
async function placesOf(sql: Sql, words: readonly string[], where = ""): Promise<string[]> {
  const columns = await sql<{ name: string; column: string; isOfFamily: boolean }[]>`
    select c.oid::regclass::text as name, quote_ident(a.attname) as column,
           exists (select from pg_attribute f where f.attrelid = c.oid and f.attname = 'family_id') as "isOfFamily"
      from pg_class c join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = a.atttypid
     where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace, 'auth'::regnamespace)
       and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
       and (t.typcategory in ('S', 'A') or t.typname in ('json', 'jsonb', 'citext', 'xml'))`;
  const searched = columns.filter((column) => where === "" || column.isOfFamily);
  const pattern = words.map((word) => word.replace(/[^\p{L}\p{N} ]/gu, "\\$&")).join("|");
  const found = await sql.unsafe<{ place: string; hits: number }[]>(
    searched
      .map(
        ({ name, column }) =>
          `select '${name}.${column}' as place, count(*)::int as hits from ${name} where ${column}::text ~* $1 ${where}`,
      )
      .join(" union all "),
    [`(${pattern})`],
  );
  return found.filter((row) => row.hits > 0).map((row) => `${row.place}: ${row.hits}`);
}

/** What the books and the calendar come to. */
async function accountsOf(sql: Sql) {
  const [row] = await sql`
    select (select array[count(*), sum(amount_cents), sum(refunded_cents)] from payments)::text as payments,
           (select array[count(*), sum(total_cents), sum(paid_cents), sum(credited_cents)] from invoices)::text as invoices,
           (select array[count(*), sum(amount_cents)] from invoice_lines)::text as lines,
           (select array[count(*), sum(amount_cents)] from refunds)::text as refunds,
           (select array[count(*), sum(amount_cents)] from account_credits)::text as credits,
           (select array[count(*), sum(amount_cents), sum(amount_cents) filter (where amount_cents > 0)] from ledger_entries)::text as ledger,
           (select array[count(*), sum(amount_cents)] from payroll_lines)::text as payroll,
           (select md5(string_agg(l.id::text || l.during::text || l.status::text, ',' order by l.id)) from lessons l) as lessons,
           (select md5(string_agg(b.id::text || b.during::text || b.is_active::text, ',' order by b.id)) from bookings b) as bookings,
           (select count(*)::int from (select transaction_id from ledger_entries group by 1 having sum(amount_cents) <> 0) u) as unbalanced`;
  return row;
}

/** Ends everything of a family that stands in the way of its erasure, as the academy would. */
async function endEverything(tx: postgres.TransactionSql, family: string): Promise<void> {
  await tx`update enrollments set status = 'withdrawn' where family_id = ${family} and status in ('active', 'paused')`;
  await tx`update enrollments set status = 'cancelled' where family_id = ${family} and status = 'provisional'`;
  await tx`update lessons set status = 'cancelled' where family_id = ${family} and status = 'scheduled'`;
  await tx`update class_seats set status = 'left', left_at = greatest(taken_at, private.now()) where family_id = ${family} and status = 'taken'`;
  await tx`update invoices set status = 'uncollectible' where family_id = ${family} and status = 'open'`;
  await tx`update subscriptions set status = 'canceled' where family_id = ${family}`;
  await tx`update disputes set status = 'lost', closed_at = private.now() where family_id = ${family} and closed_at is null`;
  await tx`update refunds set status = 'succeeded' where family_id = ${family} and status = 'pending'`;
}

/** Where the audit chain is broken, and how many of its entries are erased. */
async function chainOf(sql: Sql) {
  const [row] = await sql<{ erased: number; firstBroken: number | null }[]>`
    select erased::int, first_broken::int as "firstBroken" from private.verify_audit()`;
  return row;
}

const erase = (
  database: TestDatabase,
  family: string,
  who: TestPrincipal = user("admin"),
  offset = fixtureOffset(),
) =>
  asPrincipal(
    database.app,
    who,
    (tx) => tx`select private.erase_family(${family}, 'Asked for by letter') as result`,
    offset,
  );

describe("the list of what is personal", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(async () => {
    await database?.drop();
  });

  /** Columns of text or dates in the tables of a family that tell nothing of who somebody is, each with the reason. */
  const NOT_PERSONAL: Readonly<Record<string, string>> = {
    "families.time_zone": "one of the world's zones",
    "families.stripe_customer_id": "Stripe's number, by which the books are compared with Stripe",
    "enrollments.currency": "currency",
    "enrollments.ends_on": "day on which lessons end",
    "enrollments.failure_code": "one of a few words",
    "enrollments.lines": "price list's words and amounts, computed by the database",
    "enrollments.notice_given_on": "day of a letter",
    "enrollments.paused_until": "day on which lessons go on",
    "enrollments.paused_from": "day on which lessons pause",
    "enrollments.pause_reason": "one of two words",
    "lessons.freed_for": "one of two words",
    "enrollments.policy_version": "version of a text",
    "student_instruments.level": "one of three words",
    "checkouts.currency": "currency",
    "checkouts.stripe_session_id": "Stripe's number",
    "payments.currency": "currency",
    "payments.stripe_charge_id": "Stripe's number",
    "payments.stripe_payment_intent_id": "Stripe's number",
    "refunds.currency": "currency",
    "refunds.stripe_refund_id": "Stripe's number",
    "refunds.target": "card or credit",
    "payment_attempts.currency": "currency",
    "payment_attempts.decline_code": "one of the bank's words",
    "payment_attempts.cause": "Stripe's number",
    "family_cards.expires_on": "month in which a card ends, without the card",
    "family_cards.stripe_session_id": "Stripe's number",
    "family_cards.stripe_payment_method_id": "Stripe's number",
    "disputes.currency": "currency",
    "disputes.stripe_dispute_id": "Stripe's number",
    "invoices.currency": "currency",
    "invoices.stripe_invoice_id": "Stripe's number",
    "invoices.issued_on": "date of a booking in the books",
    "invoices.due_on": "date of a booking in the books",
    "invoice_lines.code": "one of the codes of a line",
    "subscriptions.currency": "currency",
    "subscriptions.status": "Stripe's word",
    "subscriptions.stripe_subscription_id": "Stripe's number",
    "account_credits.currency": "currency",
    "account_credits.origin": "one of a few words",
    "credit_applications.currency": "currency",
    "ledger_entries.currency": "currency",
    "assignments.due_on": "a day of lessons that stays in the calendar",
    "practice_entries.practiced_on": "a day without what was done on it",
    "files.media_type": "kind of file",
    "files.storage_path": "made of ids; what lies there is removed by it",
    "email_log.key": "made of ids",
    "email_log.kind": "which letter",
    "workflow_runs.id": "number of a run",
    "workflow_runs.function_id": "name of a workflow",
    "workflow_runs.subject_type": "kind of a thing",
    "workflow_runs.name": "name of a workflow",
    "workflow_runs.event_id": "number of an event",
    "workflow_runs.event_name": "name of an event",
    "workflow_runs.retry_of": "number of a run",
    "workflow_steps.run_id": "number of a run",
    "workflow_steps.step": "name of a step",
    "workflow_steps.undo": "names of undos",
    "workflow_steps.undoes": "name of a step",
    "workflow_steps.waits_for": "name of an event",
    "consents.document": "which text; goes with its account",
    "consents.version": "version of a text; goes with its account",
    "notification_choices.kind": "goes with its account",
    "notification_choices.channel": "goes with its account",
    "data_requests.outcome": "counts by table",
  };

  it("names every column that could be", async () => {
    const rows = await database.owner<{ name: string }[]>`
      select p.table_name || '.' || a.attname as name
        from private.personal_tables p
        join pg_attribute a on a.attrelid = format('public.%I', p.table_name)::regclass
        join pg_type t on t.oid = a.atttypid
       where not p.is_removed and a.attnum > 0 and not a.attisdropped
         and (t.typname in ('text', 'varchar', 'bpchar', 'citext', 'json', 'jsonb', 'date') or t.typcategory = 'A')
         and not exists (select from private.personal_columns c
                          where c.table_name = p.table_name and c.column_name = a.attname)
       order by 1`;
    expect(rows.map((row) => row.name)).toEqual(Object.keys(NOT_PERSONAL).sort());
  });

  it("names every table that tells of a family, a student, a guardian or an account of theirs", async () => {
    const rows = await database.owner<{ name: string }[]>`
      select distinct c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
       where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not a.attisdropped
         and a.attname in ('family_id', 'student_id', 'guardian_id')
         and c.relname not in (select p.table_name from private.personal_tables p)`;
    expect(rows.map((row) => row.name)).toEqual([]);
  });

  it("stands, table by table, on the readable page of an export", async () => {
    const rows = await database.owner<
      { name: string }[]
    >`select table_name as name from private.personal_tables order by 1`;
    const shown = exportSections.flatMap((section) => section.tables.map(({ table }) => table));
    expect(shown.sort()).toEqual(rows.map((row) => row.name));
    // A column that the page names is one that there is.
    for (const { table, columns, by } of exportSections.flatMap((section) => section.tables)) {
      const known = await database.owner<{ name: string }[]>`
        select attname as name from pg_attribute where attrelid = ${`public.${table}`}::regclass and attnum > 0`;
      expect(
        known.map((row) => row.name),
        table,
      ).toEqual(expect.arrayContaining([...Object.keys(columns), by]));
    }
  });

  it("names columns that exist, under conditions that can be asked", async () => {
    const missing = await database.owner<{ name: string }[]>`
      select c.table_name || '.' || c.column_name as name from private.personal_columns c
       where not exists (select from pg_attribute a where a.attrelid = format('public.%I', c.table_name)::regclass
                          and a.attname = c.column_name and not a.attisdropped)`;
    expect(missing.map((row) => row.name)).toEqual([]);
    const tables = await database.owner<{ name: string; condition: string }[]>`
      select table_name as name, of_family as condition from private.personal_tables`;
    for (const { name, condition } of tables) {
      await database.owner.unsafe(`select from public.${name} where ${condition}`, [ids.familyA]);
    }
  });
});

describe("the export", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    await arrangeAcademy(database.owner);
  });
  afterAll(async () => {
    await database?.drop();
  });

  type Held = Readonly<Record<string, readonly Record<string, unknown>[]>>;

  async function exportFor(who: Person, family: string): Promise<Held> {
    return asPrincipal(
      database.app,
      user(who),
      async (tx) => {
        const [row] = await tx<{ held: Held }[]>`select private.export_family(${family}) as held`;
        return row?.held ?? {};
      },
      fixtureOffset(),
    );
  }

  it("gives an administrator every row of the family and none of another", async () => {
    const held = await exportFor("admin", ids.familyA);
    const tables = await database.owner<{ name: string; condition: string }[]>`
      select table_name as name, of_family as condition from private.personal_tables`;
    for (const { name, condition } of tables) {
      const rows = await database.owner.unsafe(
        `select to_jsonb(t) as row from public.${name} t where ${condition}`,
        [ids.familyA],
      );
      expect(held[name] ?? [], name).toHaveLength(rows.length);
    }
    const empty = tables.map(({ name }) => name).filter((name) => !held[name]);
    // The fixture's drafts and invitations are nobody's.
    expect(empty.sort()).toEqual(["enrollment_drafts", "invitations"]);
    expect(JSON.stringify(held)).not.toMatch(/Bea|Parent B|parentb@/);
  });

  it("finds what was typed in forms that the family began", async () => {
    const found = await at(database.owner, async (tx) => {
      await tx`insert into enrollment_drafts (data) values
        (${tx.json({ student: { firstName: "abe", lastName: "A", birthDate: "2016-01-01", wishes: "Mornings" } })})`;
      return tx`select private.family_drafts(${ids.familyA})`;
    });
    expect(found).toHaveLength(1);
    expect((await exportFor("admin", ids.familyA)).enrollment_drafts).toHaveLength(1);
    expect((await exportFor("parentA", ids.familyA)).enrollment_drafts).toBeUndefined();
  });

  it("gives a parent the own family as far as they see it, and nothing of another", async () => {
    const held = await exportFor("parentA", ids.familyA);
    expect(Object.keys(held)).toEqual(
      expect.arrayContaining([
        "families",
        "students",
        "lessons",
        "payments",
        "invoices",
        "messages",
        "consents",
      ]),
    );
    expect(held.profiles).toHaveLength(1);
    expect(held.lesson_notes?.map((note) => note.audience)).toEqual(["family"]);
    expect(JSON.stringify(held)).not.toMatch(/Bea|Parent B|parentb@/);
    expect(await exportFor("parentA", ids.familyB)).toEqual({});
    expect(await exportFor("student", ids.familyA)).toEqual({});
    expect(await exportFor("teacher1", ids.familyA)).toEqual({});
  });

  it("keeps separated parents' telephone, address and payments apart", async () => {
    await at(database.owner, async (tx) => {
      await tx`update guardians set phone = '555-0101', address = '1 Cedar Lane' where id = ${ids.guardianB}`;
      await tx`insert into guardians (id, family_id, full_name, email, phone, address, payer_share_bp)
               values ('00000000-0000-4000-8000-001200000003', ${ids.familyB}, 'Other B', 'other@test.example', '555-0199', '9 Oak Street', 0)`;
    });
    const together = await exportFor("parentB", ids.familyB);
    expect(JSON.stringify(together)).toContain("9 Oak Street");
    await at(database.owner, async (tx) => {
      await tx`update guardians set payer_share_bp = 5000 where id in (${ids.guardianB}, '00000000-0000-4000-8000-001200000003')`;
      await tx`update payments set guardian_id = '00000000-0000-4000-8000-001200000003' where family_id = ${ids.familyB}`;
    });
    const apart = await exportFor("parentB", ids.familyB);
    expect(JSON.stringify(apart)).toContain("1 Cedar Lane");
    expect(JSON.stringify(apart)).not.toMatch(/9 Oak Street|555-0199/);
    expect(apart.guardians).toHaveLength(3);
    expect(apart.payments).toBeUndefined();
    expect(JSON.stringify(await exportFor("admin", ids.familyB))).toContain("9 Oak Street");
  });

  it("is kept with its time and who asked, for the own family only", async () => {
    const record = (who: Person, family: string) =>
      asPrincipal(
        database.app,
        user(who),
        (tx) => tx`select private.record_export(${family})`,
        fixtureOffset(),
      );
    await record("parentA", ids.familyA);
    await record("admin", ids.familyA);
    const rows = await database.owner`
      select kind, requested_by, extract(epoch from ${fixtureNow}::timestamptz - done_at) < 60 as is_now
        from data_requests where family_id = ${ids.familyA} and done_at is not null order by requested_by`;
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { kind: "export", requested_by: people.admin, is_now: true },
      { kind: "export", requested_by: people.parentA, is_now: true },
    ]);
    const refused = { code: "CH404", constraint: "family_missing" };
    expect(await refusalOf(record("parentA", ids.familyB))).toEqual(refused);
    expect(await refusalOf(record("teacher1", ids.familyA))).toEqual(refused);
    expect(await refusalOf(record("student", ids.familyA))).toEqual(refused);
    expect(await refusalOf(record("admin", people.admin))).toEqual(refused);
  });
});

describe("erasure", () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
    await arrangeAcademy(database.owner);
  });
  afterEach(async () => {
    await database?.drop();
  });

  /** A word that stands in every column of the family that is personal, and nowhere else. */
  const MARK = "Quillfeather";

  /** Writes the mark into every personal text of family A, its accounts and what it removed before. */
  async function markFamily(): Promise<void> {
    await at(database.owner, async (tx) => {
      const columns = await tx<
        { table: string; column: string; condition: string; as: string; limit: string }[]
      >`
        select c.table_name as table, c.column_name as column, t.of_family as condition, c.erased_as as as
          from private.personal_columns c join private.personal_tables t using (table_name)
         where c.erased_as <> 'year' and c.column_name <> 'card_last4' order by c.table_name in ('guardians', 'students', 'families')`;
      // An issued invoice keeps its lines from everybody, so its words are marked past the trigger.
      await tx`alter table invoice_lines disable trigger add_up`;
      for (const { table, column, condition } of columns) {
        const isAddress = column === "email" || column === "recipient" || column === "student_email";
        const key =
          table === "student_instruments" ? "student_id" : table === "workflow_steps" ? "run_id" : "id";
        const value = isAddress
          ? `'quillfeather-' || left(md5(${key}::text), 6) || '@test.example'`
          : column === "event_data"
            ? `to_jsonb('${MARK} ${column}'::text)`
            : `'${MARK} ${column}'`;
        await tx.unsafe(`update public.${table} set ${column} = ${value} where ${condition}`, [ids.familyA]);
      }
      await tx`alter table invoice_lines enable trigger add_up`;
      const accounts = [people.parentA, people.student];
      await tx`update auth.users set email = 'quillfeather-' || left(md5(id::text), 6) || '@test.example',
                                     raw_user_meta_data = ${tx.json({ full_name: MARK })} where id = any(${accounts})`;
      for (const account of accounts) {
        await tx`insert into auth.identities (id, provider, provider_id, user_id, identity_data)
                 values (gen_random_uuid(), 'email', ${account}, ${account}, ${tx.json({ email: `${MARK}@test.example` })})`;
        await tx`insert into auth.flow_state (id, user_id, authentication_method, provider_type)
                 values (gen_random_uuid(), ${account}, 'email', ${MARK})`;
        await tx`insert into auth.audit_log_entries (id, payload)
                 values (gen_random_uuid(), ${tx.json({ actor_id: account, actor_username: `${MARK}@test.example` })})`;
        await tx`insert into auth.refresh_tokens (id, token, user_id, session_id)
                 select gen_random_uuid()::text, ${MARK}, ${account}, s.id from auth.sessions s where s.user_id = ${account}`;
      }
      // What is gone from its table stands in the trail still.
      await tx`insert into lesson_notes (id, lesson_id, student_id, family_id, teacher_id, body)
               values ('00000000-0000-4000-8000-001700000009', ${ids.pastLessonA}, ${ids.studentA1}, ${ids.familyA}, ${ids.teacher1}, ${MARK})`;
      await tx`delete from lesson_notes where id = '00000000-0000-4000-8000-001700000009'`;
      await tx`insert into invitations (email, role, student_id, expires_at)
               values ('quillfeather@test.example', 'student', ${ids.studentA2}, private.now() + interval '1 day')`;
      await tx`insert into enrollment_drafts (data) select jsonb_build_object('student', jsonb_build_object(
                 'firstName', s.first_name, 'lastName', s.last_name, 'birthDate', s.birth_date, 'wishes', ${MARK}::text))
                 from students s where s.id = ${ids.studentA2}`;
    });
  }

  it("is refused while something of the family is running, by name", async () => {
    const early = { code: "CH004", constraint: "erasure_too_early" };
    expect(await refusalOf(erase(database, ids.familyA))).toEqual(early);
    const rows = await asPrincipal(
      database.app,
      user("admin"),
      (tx) => tx`select obstacle, found::int from private.erasure_obstacles(${ids.familyA}) order by 1`,
      fixtureOffset(),
    );
    expect(Object.fromEntries(rows.map((row) => [row.obstacle, row.found]))).toEqual({
      class_seats: 1,
      lessons_ahead: 1,
      open_disputes: 1,
      open_invoices: 1,
      pending_refunds: 1,
      running_enrollments: 1,
      running_subscriptions: 1,
    });
    await at(database.owner, (tx) => endEverything(tx, ids.familyA));
    expect(await refusalOf(erase(database, ids.familyA))).toBeUndefined();
  });

  it("is the administrator's alone, with a reason, for a family that there is", async () => {
    await at(database.owner, (tx) => endEverything(tx, ids.familyA));
    for (const person of ["parentA", "parentB", "teacher1", "student"] as const) {
      expect(await refusalOf(erase(database, ids.familyA, user(person))), person).toEqual({
        code: "CH403",
        constraint: "admin_only",
      });
      const seen = await asPrincipal(
        database.app,
        user(person),
        (tx) => tx`select private.erasure_obstacles(${ids.familyB})`,
      );
      expect(seen, person).toHaveLength(0);
    }
    const without = asPrincipal(
      database.app,
      user("admin"),
      (tx) => tx`select private.erase_family(${ids.familyA}, ' ')`,
    );
    expect(await refusalOf(without)).toEqual({ code: "CH005", constraint: "erasure_reason_missing" });
    expect(await refusalOf(erase(database, people.admin))).toEqual({
      code: "CH404",
      constraint: "family_missing",
    });
  });

  it("leaves no name, address, number or note anywhere, and the books as they were", async () => {
    await markFamily();
    await at(database.owner, (tx) => endEverything(tx, ids.familyA));
    const marked = await placesOf(database.owner, [MARK]);
    const columns = await database.owner<{ name: string }[]>`
      select table_name || '.' || column_name as name from private.personal_columns
       where erased_as <> 'year' and column_name <> 'card_last4'`;
    for (const { name } of columns) {
      expect(
        marked.some((place) => place.startsWith(`${name}: `)),
        name,
      ).toBe(true);
    }
    expect(marked.filter((place) => place.startsWith("auth.")).length).toBeGreaterThanOrEqual(5);
    const before = await accountsOf(database.owner);
    const otherFamily = await familyB();

    const [done] = await erase(database, ids.familyA);

    expect(done?.result).toMatchObject({
      guardians: 1,
      students: 2,
      accounts: 2,
      messages: 1,
      invitations: 1,
      enrollment_drafts: 1,
    });
    expect(await placesOf(database.owner, [MARK])).toEqual([]);
    const chain = await chainOf(database.owner);
    expect(chain?.firstBroken).toBeNull();
    expect(chain?.erased).toBeGreaterThan(columns.length);
    expect(await accountsOf(database.owner)).toEqual(before);
    expect(before?.unbalanced).toBe(0);
    expect(await familyB()).toEqual(otherFamily);
    const [state] = await database.owner`
      select (select count(*)::int from auth.users where id in (${people.parentA}, ${people.student})) as accounts,
             (select count(*)::int from auth.sessions where user_id in (${people.parentA}, ${people.student})) as sessions,
             (select birth_date::text from students where id = ${ids.studentA1}) as born,
             (select bool_and(deleted_at is not null and profile_id is null) from guardians where family_id = ${ids.familyA}) as guardians,
             (select deleted_at is not null from families where id = ${ids.familyA}) as family,
             (select status::text from waitlist_entries where id = ${ids.waitingA}) as waiting,
             (select reason from data_requests where kind = 'erasure' and family_id = ${ids.familyA}) as reason`;
    expect(state).toEqual({
      accounts: 0,
      sessions: 0,
      born: "2012-01-01",
      guardians: true,
      family: true,
      waiting: "withdrawn",
      reason: "Asked for by letter",
    });
    expect(await refusalOf(asPrincipal(database.app, user("parentA"), (tx) => tx`select 1`))).toMatchObject({
      constraint: "session_ended",
    });
  });

  /** Everything of the other family, as the owner sees it. */
  async function familyB() {
    const tables = await database.owner<{ name: string; condition: string }[]>`
      select table_name as name, of_family as condition from private.personal_tables order by 1`;
    const rows: Record<string, unknown> = {};
    for (const { name, condition } of tables) {
      rows[name] = await database.owner.unsafe(
        `select coalesce(jsonb_agg(to_jsonb(t) order by t::text), '[]') as rows from public.${name} t where ${condition}`,
        [ids.familyB],
      );
    }
    const trail = await database.owner`
      select id, before, after from audit_log where coalesce(before, after) ->> 'family_id' = ${ids.familyB} order by id`;
    return { rows, trail: [...trail] };
  }

  it("is done once", async () => {
    await at(database.owner, (tx) => endEverything(tx, ids.familyA));
    await erase(database, ids.familyA);
    expect(await refusalOf(erase(database, ids.familyA))).toEqual({
      code: "CH004",
      constraint: "family_erased",
    });
  });

  it("leaves an account to a parent who belongs to another family too, and one to people of the academy", async () => {
    await at(database.owner, async (tx) => {
      await endEverything(tx, ids.familyA);
      await tx`insert into guardians (family_id, profile_id, full_name, email, payer_share_bp) values
        (${ids.familyB}, ${people.parentA}, 'Parent A', 'parenta@test.example', 0),
        (${ids.familyA}, ${people.teacher2}, 'Two Teacher', 'teacher2@test.example', 0)`;
    });
    await erase(database, ids.familyA);
    const rows = await database.owner`
      select p.full_name, (select array_agg(g.family_id::text) from guardians g where g.profile_id = p.id) as families
        from profiles p where p.id in (${people.parentA}, ${people.teacher2}) order by 1`;
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { full_name: "parenta", families: [ids.familyB] },
      { full_name: "teacher2", families: null },
    ]);
    const [seen] = await asPrincipal(
      database.app,
      user("parentA"),
      (tx) => tx`select array(select distinct family_id::text from payments) as payments`,
    );
    expect(seen?.payments).toEqual([ids.familyB]);
  });
});

describe("erasure in the sample academy", () => {
  const now = new Date("2026-11-24T17:00:00Z");
  const offset = now.getTime() - Date.now();
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    await signUpSampleAccounts(database.owner, insertAccountsInto(database.owner));
    await loadAcademy(database.owner, { now, clockOffsetMs: offset });
  }, SLOW);
  afterAll(async () => {
    await database?.drop();
  });

  it(
    "removes a family with a year of history from everywhere",
    async () => {
      const [admin] = await database.owner`
        with me as (select id from profiles where email = 'ruth.calloway@cedarheights.example')
        insert into auth.sessions (id, user_id) select gen_random_uuid(), me.id from me returning id, user_id`;
      const [found] = await database.owner<{ family: string; words: string[]; firstNames: string[] }[]>`
        select g.family_id as family,
               array(select distinct w from (
                 select unnest(array[x.full_name, x.email, x.phone, x.address]) from guardians x where x.family_id = g.family_id
                  union all
                 select s.first_name || ' ' || s.last_name from students s where s.family_id = g.family_id
                  union all
                 select p.email from profiles p join students s on s.profile_id = p.id where s.family_id = g.family_id) w (w)
                where length(w) > 3
                  and not exists (select from guardians o where o.family_id <> g.family_id and w in (o.phone, o.full_name))) as words,
               array(select s.first_name from students s where s.family_id = g.family_id) as "firstNames"
          from guardians g where g.email = 'nadia.rahman@families.example'`;
      if (!admin || !found) throw new Error("the sample has changed");
      const who: TestPrincipal = { kind: "user", userId: admin.user_id, sessionId: admin.id };
      await at(database.owner, (tx) => endEverything(tx, found.family), offset);
      expect((await placesOf(database.owner, found.words)).length).toBeGreaterThan(8);
      const ofFamily = `and family_id = '${found.family}'`;
      const names = found.firstNames.map((name) => `\\m${name}\\M`);
      const before = await accountsOf(database.owner);

      await erase(database, found.family, who, offset);

      expect(await placesOf(database.owner, found.words)).toEqual([]);
      expect(await chainOf(database.owner)).toMatchObject({ firstBroken: null });
      expect(await placesOf(database.owner, found.firstNames, ofFamily), names.join()).toEqual([]);
      const ledger = await database.owner`
        select t.description from ledger_transactions t
         where exists (select from ledger_entries e where e.transaction_id = t.id and e.family_id = ${found.family})
           and t.description ~ ${`(${names.join("|")})`}`;
      expect(ledger).toHaveLength(0);
      expect(await accountsOf(database.owner)).toEqual(before);
      expect(before?.unbalanced).toBe(0);
    },
    SLOW,
  );
});

describe("retention", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    await arrangeAcademy(database.owner);
  });
  afterAll(async () => {
    await database?.drop();
  });

  const DAY = 86_400_000;
  const apply = (days: number, only: string | null = null) =>
    asPrincipal(
      database.app,
      service,
      async (tx) => {
        const rows = await tx<{ subject: string; removed: number }[]>`
          select subject, removed::int from private.apply_retention(${only})`;
        return Object.fromEntries(rows.map((row) => [row.subject, row.removed]));
      },
      fixtureOffset() + days * DAY,
    );

  /** For each rule a row that counts from the fixture's day on, and one that is a day younger. */
  const CASES: Readonly<
    Record<
      string,
      {
        readonly arrange: (tx: postgres.TransactionSql, key: string) => Promise<unknown>;
        readonly left: string;
      }
    >
  > = {
    enrollment_drafts: {
      arrange: (tx, key) =>
        tx`insert into enrollment_drafts (data) values (jsonb_build_object('key', ${key}::text))`,
      left: "select data ->> 'key' as key from enrollment_drafts where data ? 'key'",
    },
    rate_limits: {
      arrange: (tx, key) => tx`insert into rate_limits (bucket, window_start) values (${key}, private.now())`,
      left: "select bucket as key from rate_limits where bucket in ('older', 'younger')",
    },
    outbox: {
      arrange: (tx, key) =>
        tx`insert into outbox (name, data, stream, delivered_at) values ('test/outbox.kept', '{}', ${key}, private.now())`,
      left: "select stream as key from outbox where name = 'test/outbox.kept'",
    },
    stripe_events: {
      arrange: (tx, key) =>
        tx`insert into stripe_events (id, type, object_id, processed_at) values (${key}, 'charge.succeeded', 'ch_1', private.now())`,
      left: "select id as key from stripe_events where id in ('older', 'younger')",
    },
    workflow_runs: {
      arrange: async (tx, key) => {
        await tx`insert into workflow_runs (id, function_id, subject_type, status, ended_at) values (${key}, 'f', 'outbox', 'completed', private.now())`;
        await tx`insert into workflow_steps (run_id, step, position) values (${key}, 's', 1)`;
      },
      left: "select r.id as key from workflow_runs r join workflow_steps s on s.run_id = r.id where r.id in ('older', 'younger')",
    },
    email_log: {
      arrange: (tx, key) =>
        tx`insert into email_log (key, kind, recipient, subject, sent_at) values (${key}, 'letter', 'p@test.example', 'S', private.now())`,
      left: "select key from email_log where key in ('older', 'younger')",
    },
    invitations: {
      arrange: (tx, key) =>
        tx`insert into invitations (email, role, expires_at) values (${`${key}@invited.example`}, 'parent', private.now())`,
      left: "select split_part(email, '@', 1) as key from invitations where email like '%@invited.example'",
    },
    families_never_enrolled: {
      arrange: async (tx, key) => {
        const [family] = await tx`insert into families (name) values (${key}) returning id`;
        await tx`insert into guardians (family_id, full_name, email) values (${family?.id}, ${key}, ${`${key}@families.example`})`;
      },
      left: "select name as key from families where name in ('older', 'younger')",
    },
  };

  it("has a case for every rule", async () => {
    const rules = await database.owner<{ subject: string }[]>`select subject from retention_rules order by 1`;
    expect(rules.map((rule) => rule.subject)).toEqual(Object.keys(CASES).sort());
  });

  it.each(Object.entries(CASES))(
    "%s: removes what is older and keeps what is younger",
    async (subject, { arrange, left }) => {
      const [rule] = await database.owner<{ days: number }[]>`
      select keep_days as days from retention_rules where subject = ${subject}`;
      const days = rule?.days ?? 0;
      await at(database.owner, (tx) => arrange(tx, "older"));
      await at(database.owner, (tx) => arrange(tx, "younger"), fixtureOffset() + DAY);
      const keys = async () => (await database.owner.unsafe(left)).map((row) => row.key).sort();
      await apply(days - 0.5, subject);
      expect(await keys()).toEqual(["older", "younger"]);
      expect((await apply(days + 0.5, subject))[subject]).toBeGreaterThanOrEqual(1);
      expect(await keys()).toEqual(["younger"]);
      if (subject === "invitations" || subject === "families_never_enrolled") {
        expect(await placesOf(database.owner, ["older@"])).toEqual([]);
      }
      // What goes by one rule does not go by another.
      expect(Object.keys(await apply(0, subject))).toEqual([subject]);
    },
  );

  it("keeps families that paid, are enrolled, wait, wrote or signed in", async () => {
    const [rule] = await database.owner<{ days: number }[]>`
      select keep_days as days from retention_rules where subject = 'families_never_enrolled'`;
    const days = (rule?.days ?? 0) + 2;
    const make = (name: string) =>
      at(database.owner, async (tx) => {
        const [family] = await tx<
          { id: string }[]
        >`insert into families (name) values (${name}) returning id`;
        const [student] = await tx<{ id: string }[]>`
          insert into students (family_id, first_name, last_name, birth_date) values (${family?.id ?? ""}, ${name}, 'C', '2015-01-01') returning id`;
        return { family: family?.id ?? "", student: student?.id ?? "" };
      });
    const waits = await make("waits");
    const wrote = await make("wrote");
    const signedIn = await make("signed in");
    await make("silent");
    await at(database.owner, async (tx) => {
      await tx`insert into waitlist_entries (family_id, student_id, class_id) values (${waits.family}, ${waits.student}, ${ids.classA})`;
    });
    await at(
      database.owner,
      async (tx) => {
        const [thread] =
          await tx`insert into message_threads (family_id, subject) values (${wrote.family}, 'Hello') returning id`;
        await tx`insert into messages (thread_id, family_id, body) values (${thread?.id}, ${wrote.family}, 'Hello')`;
      },
      fixtureOffset() + 5 * DAY,
    );
    await at(database.owner, async (tx) => {
      const account = "00000000-0000-4000-8000-000100000099";
      await tx`insert into auth.users (id, email, email_confirmed_at, last_sign_in_at)
               values (${account}, 'signs@test.example', private.now(), ${new Date(fixtureNow.getTime() + 5 * DAY)})`;
      await tx`insert into guardians (family_id, profile_id, full_name, email)
               values (${signedIn.family}, ${account}, 'Signs In', 'signs@test.example')`;
    });
    const removed = await apply(days, "families_never_enrolled");
    expect(removed.families_never_enrolled).toBeGreaterThanOrEqual(1);
    const names = await database.owner`select name from families where deleted_at is null order by name`;
    expect(names.map((row) => row.name)).toEqual(
      expect.arrayContaining(["A family", "B family", "signed in", "waits", "wrote"]),
    );
    expect(names.map((row) => row.name)).not.toContain("silent");
    const [kept] = await database.owner`
      select count(*)::int as n from data_requests where kind = 'erasure' and requested_by is null and done_at is not null`;
    expect(kept?.n).toBeGreaterThanOrEqual(1);
  });

  it("is the academy's own work, by rules that the administrator changes", async () => {
    const change = (who: Person) =>
      asPrincipal(
        database.app,
        user(who),
        (tx) => tx`update retention_rules set keep_days = 60 where subject = 'outbox' returning 1`,
      );
    expect(await change("parentA")).toHaveLength(0);
    expect(await change("admin")).toHaveLength(1);
    const alone = asPrincipal(database.app, user("admin"), (tx) => tx`select private.apply_retention()`);
    expect(await refusalOf(alone)).toMatchObject({ code: "42501" });
    const tooFew = asPrincipal(
      database.app,
      user("admin"),
      (tx) => tx`update retention_rules set keep_days = 0`,
    );
    expect(await refusalOf(tooFew)).toMatchObject({ constraint: "retention_rules_days" });
  });
});

describe("consents", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    await arrangeAcademy(database.owner);
    await database.owner`insert into consent_texts (document, version, body) values ('photos', '1', 'Photos of my children may be shown.')`;
  });
  afterAll(async () => {
    await database?.drop();
  });

  const asParent = <T>(work: Parameters<typeof asPrincipal<T>>[2], days = 0) =>
    asPrincipal(database.app, user("parentA"), work, fixtureOffset() + days * 86_400_000);

  it("say which words were agreed to, and when by the academy's clock", async () => {
    await asParent(
      (tx) =>
        tx`insert into consents (profile_id, document, version, given_at) values (${people.parentA}, 'photos', '1', '2001-01-01')`,
    );
    const [given] = await database.owner<{ givenAt: Date }[]>`
      select given_at as "givenAt" from consents where document = 'photos'`;
    expect(Math.abs((given?.givenAt.getTime() ?? 0) - fixtureNow.getTime())).toBeLessThan(60_000);
    const again = asParent(
      (tx) =>
        tx`insert into consents (profile_id, document, version) values (${people.parentA}, 'photos', '1')`,
    );
    expect(await refusalOf(again)).toMatchObject({ code: "23505", constraint: "consents_given_once" });
    const unknown = asParent(
      (tx) =>
        tx`insert into consents (profile_id, document, version) values (${people.parentA}, 'photos', '9')`,
    );
    expect(await refusalOf(unknown)).toMatchObject({ constraint: "consents_text" });
  });

  it("are withdrawn once, at the academy's time, and can be given again", async () => {
    const withdraw = asParent(
      (tx) =>
        tx`update consents set withdrawn_at = '2100-01-01' where document = 'photos' and withdrawn_at is null returning withdrawn_at`,
      1,
    );
    expect(await withdraw).toHaveLength(1);
    const undo = asParent((tx) => tx`update consents set withdrawn_at = null where document = 'photos'`, 2);
    expect(await refusalOf(undo)).toEqual({ code: "CH003", constraint: "consent_withdrawn" });
    await asParent(
      (tx) =>
        tx`insert into consents (profile_id, document, version) values (${people.parentA}, 'photos', '1')`,
      3,
    );
    const rows = await database.owner<{ days: number; open: boolean }[]>`
      select round(extract(epoch from coalesce(withdrawn_at, given_at) - ${fixtureNow}::timestamptz) / 86400)::int as days,
             withdrawn_at is null as open from consents where document = 'photos' order by given_at`;
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { days: 1, open: false },
      { days: 3, open: true },
    ]);
  });

  it("to the policies are not withdrawn, nor those of somebody else", async () => {
    const policies = asParent(
      (tx) => tx`update consents set withdrawn_at = private.now() where document = 'policies'`,
    );
    expect(await refusalOf(policies)).toEqual({ code: "CH005", constraint: "consent_not_withdrawable" });
    const others = await asPrincipal(
      database.app,
      user("parentB"),
      (tx) => tx`update consents set withdrawn_at = private.now() where document = 'photos' returning 1`,
      fixtureOffset(),
    );
    expect(others).toHaveLength(0);
  });
});

describe("the academy's own code", () => {
  let database: TestDatabase;

  /** Imported once the environment names the test's database. */
  let lib: {
    readonly exportFamily: typeof import("@/lib/privacy/export-family").exportFamily;
    readonly mutations: typeof import("@/lib/privacy/mutations");
    readonly queries: typeof import("@/lib/privacy/queries");
    readonly families: typeof import("@/lib/reporting/family-queries");
    readonly publishText: typeof import("@/lib/privacy/published-text").publishText;
    readonly withPrincipal: typeof import("@/lib/db/principal").withPrincipal;
    readonly rehearse: typeof import("@/lib/db/rehearsal").rehearse;
    readonly service: typeof import("@/lib/db/principal").service;
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    await arrangeAcademy(database.owner);
    await setUpProduct(database);
    const principal = await import("@/lib/db/principal");
    lib = {
      exportFamily: (await import("@/lib/privacy/export-family")).exportFamily,
      mutations: await import("@/lib/privacy/mutations"),
      queries: await import("@/lib/privacy/queries"),
      families: await import("@/lib/reporting/family-queries"),
      publishText: (await import("@/lib/privacy/published-text")).publishText,
      rehearse: (await import("@/lib/db/rehearsal")).rehearse,
      withPrincipal: principal.withPrincipal,
      service: principal.service,
    };
  });
  afterAll(async () => {
    await database?.drop();
  });

  const signedIn = (person: "admin" | "parentA" | "parentB"): SignedIn => ({
    kind: "user",
    userId: people[person],
    sessionId: sessionOf(person),
    role: person === "admin" ? "admin" : "parent",
    name: `The ${person}`,
    email: `${person.toLowerCase()}@test.example`,
  });
  const familyA = ids.familyA as Id<"family">;

  it("gives a parent a ZIP with names for ids, and keeps that it did", async () => {
    const file = await lib.exportFamily(signedIn("parentA"), familyA);
    expect(file).toMatchObject({
      type: "application/zip",
      name: expect.stringMatching(/^family-data-\d{4}-\d\d-\d\d\.zip$/),
    });
    const files = unzipSync(file.body as Uint8Array);
    const data = JSON.parse(strFromU8(files["data.json"] ?? new Uint8Array())) as FamilyExport;
    expect(data).toMatchObject({
      family: { id: ids.familyA, name: "A family" },
      exported_by: { name: "The parentA", role: "parent" },
      academy: { name: "Test Academy", time_zone: "America/New_York" },
    });
    expect(data.names).toEqual({
      [ids.teacher1]: "One Teacher",
      [people.teacher1]: "One Teacher",
      [ids.piano]: "Piano",
      [ids.pianoRoom]: "Piano room",
      [ids.drums]: "Drums",
      [ids.classA]: "Theory",
    });
    expect(data.texts).toEqual([{ document: "policies", version: "1", body: "Be on time." }]);
    const page = strFromU8(files["index.html"] ?? new Uint8Array());
    expect(page).toContain("Be on time.");
    expect(page).toContain("One Teacher");
    expect(page).toContain("Mon, Nov 2, 2026, 4:00 – 4:30 pm EST");
    expect(page).toContain("$160.00 USD");
    expect(page).not.toMatch(/00000000-0000-4000/);
    const requests = await lib.withPrincipal(signedIn("parentA"), (db) =>
      lib.queries.listRequestsOfFamily(db, familyA),
    );
    expect(requests[0]).toMatchObject({ kind: "export", doneAt: expect.any(Date), requestedBy: "parenta" });
  });

  it("refuses somebody else's family and too many downloads", async () => {
    await expect(lib.exportFamily(signedIn("parentB"), familyA)).rejects.toMatchObject({ code: "not_found" });
    for (let n = 0; n < 19; n++) await lib.exportFamily(signedIn("parentB"), ids.familyB as Id<"family">);
    await expect(lib.exportFamily(signedIn("parentB"), ids.familyB as Id<"family">)).rejects.toMatchObject({
      code: "rate_limited",
    });
  });

  it("keeps what a parent allows, in the words of the day", async () => {
    const parent = signedIn("parentA");
    const texts = (edition: string) => ({
      photos: { version: `${edition}-p`, body: `Photos, ${edition}` },
      news: { version: `${edition}-n`, body: `News, ${edition}` },
    });
    const choose = async (edition: string, photos: boolean, news: boolean) => {
      await lib.publishText("photos", texts(edition).photos);
      await lib.publishText("news", texts(edition).news);
      await lib.withPrincipal(parent, (db) =>
        lib.mutations.chooseConsents(db, parent.userId, { photos, news }, texts(edition)),
      );
      const consents = await lib.withPrincipal(parent, (db) =>
        lib.queries.listOwnConsents(db, parent.userId),
      );
      return consents
        .filter((consent) => !consent.withdrawnAt)
        .map((consent) => consent.body)
        .sort();
    };
    const policies = "Be on time.";
    expect(await choose("1", true, false)).toEqual([policies, "Photos, 1"]);
    expect(await choose("1", true, true)).toEqual([policies, "News, 1", "Photos, 1"]);
    expect(await choose("2", true, true)).toEqual([policies, "News, 2", "Photos, 2"]);
    expect(await choose("2", false, true)).toEqual([policies, "News, 2"]);
    expect(await choose("2", true, false)).toEqual([policies, "Photos, 2"]);
    const ofFamily = await lib.withPrincipal(signedIn("admin"), (db) =>
      lib.queries.listFamilyConsents(db, familyA),
    );
    expect(ofFamily.map((consent) => consent.person)).toContain("parenta");
    expect(ofFamily).toHaveLength(6);
  });

  it("rehearses a change of a rule and an erasure without a trace, then does them", async () => {
    const admin = signedIn("admin");
    await database.owner`insert into outbox (name, data, delivered_at) values ('test/outbox.kept', '{}', now() - interval '50 days')`;
    const outboxOf = (days: number) =>
      lib.rehearse(lib.service("retention"), async (db) => {
        await lib.mutations.changeRetention(db, { subject: "outbox", days });
        return lib.mutations.removeExpired(db, "outbox");
      });
    expect(await outboxOf(40)).toEqual([{ subject: "outbox", removed: 1 }]);
    expect(await outboxOf(60)).toEqual([{ subject: "outbox", removed: 0 }]);
    await lib.withPrincipal(admin, (db) =>
      lib.mutations.changeRetention(db, { subject: "outbox", days: 40 }),
    );
    const unknown = lib.withPrincipal(admin, (db) =>
      lib.mutations.changeRetention(db, { subject: "nothing", days: 1 }),
    );
    await expect(unknown).rejects.toMatchObject({ code: "not_found" });
    expect(await lib.mutations.applyRetention()).toContainEqual({ subject: "outbox", removed: 1 });

    const request = { familyId: familyA, reason: "Asked for by letter" };
    const early = lib.withPrincipal(admin, (db) => lib.mutations.eraseFamily(db, request));
    await expect(early).rejects.toMatchObject({ code: "conflict" });
    expect(
      await lib.withPrincipal(admin, (db) => lib.queries.findErasureObstacles(db, familyA)),
    ).toContainEqual({
      obstacle: "open_invoices",
      found: 1,
    });
    await at(database.owner, (tx) => endEverything(tx, ids.familyA));
    const rehearsed = await lib.rehearse(admin, (db) => lib.mutations.eraseFamily(db, request));
    expect(rehearsed).toMatchObject({ accounts: 2, students: 2 });
    const names = async (state: "" | "erased") =>
      (
        await lib.withPrincipal(admin, (db) =>
          lib.families.listFamilies(db, {
            search: "",
            sort: "name",
            descending: false,
            filters: { state },
            page: 1,
          }),
        )
      ).rows.map((family) => family.name);
    expect(await names("")).toEqual(["A family", "B family"]);
    const kept = await lib.withPrincipal(admin, (db) => lib.queries.readKeptRecords(db, familyA));
    expect(kept).toEqual({ payments: 1, paid: { usd: 2500 }, invoices: 1, lessons: 2, ledgerEntries: 4 });

    expect(await lib.withPrincipal(admin, (db) => lib.mutations.eraseFamily(db, request))).toEqual(rehearsed);
    expect(await names("")).toEqual(["B family"]);
    expect(await names("erased")).toEqual([`Erased ${ids.familyA.slice(-8)}`]);
    const family = await lib.withPrincipal(admin, (db) => lib.families.getFamily(db, familyA));
    expect(family?.erasedAt).toBeInstanceOf(Date);
    expect(await lib.withPrincipal(admin, (db) => lib.queries.readKeptRecords(db, familyA))).toEqual(kept);
  });
});
