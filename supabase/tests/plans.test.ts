import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { getAcademy, getPriceList, listClosures, listInstruments, listTerms } from "@/lib/academy/queries";
import {
  findFailedBill,
  getFamilyCard,
  listFailedBills,
  listFamilyOverdue,
  listUnpaidPauses,
} from "@/lib/billing/overdue-queries";
import { getReceipt, listFamilyPayments, listSubscriptions, listYearTotals } from "@/lib/billing/queries";
import { listRefunds } from "@/lib/billing/refunds";
import { type Db, type Principal, service, visitor, withPrincipal } from "@/lib/db/principal";
import * as enrollment from "@/lib/enrollment/queries";
import { getAccount, getStudent, listFamilyEnrollments, listStudents } from "@/lib/families/queries";
import type { Id } from "@/lib/ids";
import { auditList, listAudit } from "@/lib/reporting/audit-queries";
import { getEnrollmentCase } from "@/lib/reporting/enrollment-case";
import { enrollmentList, exportEnrollments, listEnrollments } from "@/lib/reporting/enrollment-list";
import { familyList, getFamily, listFamilies } from "@/lib/reporting/family-queries";
import { readListParams } from "@/lib/reporting/list-params";
import { listPayments, paymentList, paymentsOfFamily } from "@/lib/reporting/payment-queries";
import { listStudentLines, listTeacherLines, studentList } from "@/lib/reporting/people-queries";
import { getMorning, getWaitingCounts } from "@/lib/reporting/today-queries";
import { getRun, listRunFunctions, listRuns, runList } from "@/lib/reporting/workflow-queries";
import { getCalendar } from "@/lib/scheduling/calendar-queries";
import { getOpenFeed, listFeedLessons } from "@/lib/scheduling/feed-queries";
import { hashFeedToken } from "@/lib/scheduling/feed-token";
import { getLessonChange, listMakeupCredits } from "@/lib/scheduling/lesson-change-queries";
import { getLesson, listLessons } from "@/lib/scheduling/lesson-queries";
import { listOfferedTimes } from "@/lib/scheduling/open-times";
import { listOpenTimes } from "@/lib/scheduling/queries";
import { getTeacher, listTeachers, listTeachingHours } from "@/lib/teachers/queries";
import type { TeacherId } from "@/lib/teachers/schema";
import { bulkId, bulkIds, bulkPeople, loadBulkAcademy } from "./bulk-academy";
import { createTestDatabase, type TestDatabase } from "./database";
import { type ExplainedDatabase, nodesOf, openExplained, type PlanNode, type Ran } from "./explained";
import { fixtureNow, fixtureOffset } from "./fixture";

/** Tables of more rows are never read whole for one person. */
const BIG = 2_000;
const LOADING_MS = 180_000;

let database: TestDatabase;
let explained: ExplainedDatabase;
let folder: string;
/** Rows of each table and each index, as PostgreSQL counted them. */
let rowsOf: ReadonlyMap<string, number>;

const holder = globalThis as typeof globalThis & { cedarDatabase?: ExplainedDatabase["db"] };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cedar-plans-"));
  database = await createTestDatabase();
  await loadBulkAcademy(database.owner);
  const counted = await database.owner<{ name: string; rows: number }[]>`
    select relname as name, reltuples::int as rows from pg_class
     where relnamespace in ('public'::regnamespace, 'auth'::regnamespace) and relkind in ('r', 'i')`;
  rowsOf = new Map(counted.map(({ name, rows }) => [name, rows]));
  explained = await openExplained(database.url);
  // What the product's own door to the database opens; see lib/db/connection.ts.
  holder.cedarDatabase = explained.db;
}, LOADING_MS);

afterAll(async () => {
  delete holder.cedarDatabase;
  await explained?.end();
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a query of lib as the product does, at the fixture's time, and gives what PostgreSQL ran for it. */
async function plansOf(principal: Principal, query: (db: Db) => Promise<unknown>): Promise<Ran[]> {
  const clock = join(folder, "clock");
  writeFileSync(clock, String(fixtureOffset()));
  vi.stubEnv("CLOCK_FILE", clock);
  explained.take();
  await withPrincipal(principal, query);
  return explained.take();
}

const isBig = (name: string | undefined): boolean => (rowsOf.get(name ?? "") ?? 0) > BIG;

/** Big tables that were read from one end to the other, in the heap's order or, worse, in an index's. */
function wholeTables(ran: readonly Ran[]): string[] {
  const found = ran
    .flatMap(({ plan }) => nodesOf(plan))
    .flatMap((node: PlanNode) => {
      if (!isBig(node["Relation Name"])) return [];
      if (node["Node Type"] === "Seq Scan") return [node["Relation Name"] ?? ""];
      const isUnbounded = /^Index (Only )?Scan$/.test(node["Node Type"]) && !node["Index Cond"];
      return isUnbounded && isBig(node["Index Name"])
        ? [`${node["Relation Name"]} by ${node["Index Name"]}`]
        : [];
    });
  return [...new Set(found)].sort();
}

/** Statements inside functions that ran once a row: more often than there are questions asked once a statement. */
function askedByRow(ran: readonly Ran[]): string[] {
  const times = new Map<string, number>();
  for (const { text } of ran) times.set(text, (times.get(text) ?? 0) + 1);
  const plans = [...new Map(ran.map(({ text, plan }) => [text, plan])).values()];
  const questions = plans
    .flatMap(nodesOf)
    .filter((node) => node["Parent Relationship"] === "InitPlan").length;
  return [...times]
    .filter(([, count]) => count > questions + 1)
    .map(([text, count]) => `${count} times: ${text.trim()}`);
}

const user = (person: keyof typeof bulkPeople): Principal => ({ kind: "user", ...bulkPeople[person] });
const id = <Kind extends string>(value: string) => value as Id<Kind>;
const later = (days: number): Date => new Date(fixtureNow.getTime() + days * 86_400_000);
const TODAY = "2026-10-20";
const ZONE = "America/New_York";
const MONTH = { firstDay: "2026-09-28", lastDay: "2026-11-01" };

type Case = readonly [name: string, principal: Principal, query: (db: Db) => Promise<unknown>];

/** What the portals and the public pages ask for. */
const ASKED: readonly Case[] = [
  [
    "a parent's next lessons",
    user("parent"),
    (db) => listLessons(db, { of: "family", from: fixtureNow, limit: 5 }),
  ],
  [
    "a parent's past lessons",
    user("parent"),
    (db) =>
      listLessons(db, {
        of: "family",
        until: fixtureNow,
        order: "latest",
        withCancelled: true,
        limit: 21,
        offset: 20,
      }),
  ],
  [
    "a child's next lessons",
    user("parent"),
    (db) => listLessons(db, { of: "family", studentId: id(bulkIds.student), from: fixtureNow, limit: 6 }),
  ],
  ["a parent's calendar of a month", user("parent"), (db) => getCalendar(db, { of: "family", ...MONTH })],
  ["a lesson", user("parent"), (db) => getLesson(db, id(bulkId("lesson", 4125)))],
  ["how a lesson can be changed", user("parent"), (db) => getLessonChange(db, id(bulkId("lesson", 4125)))],
  ["make-up credits", user("parent"), (db) => listMakeupCredits(db)],
  ["a parent's children", user("parent"), (db) => listStudents(db)],
  ["a child", user("parent"), (db) => getStudent(db, id(bulkIds.student))],
  ["a parent's account", user("parent"), (db) => getAccount(db, bulkPeople.parent.userId)],
  ["a family's enrollments", user("parent"), (db) => listFamilyEnrollments(db)],
  ["a child's enrollments", user("parent"), (db) => listFamilyEnrollments(db, id(bulkIds.student))],
  ["a family's payments", user("parent"), (db) => listFamilyPayments(db, 2026, ZONE)],
  ["a family's years", user("parent"), (db) => listYearTotals(db, ZONE)],
  ["a family's overdue bills", user("parent"), (db) => listFamilyOverdue(db)],
  ["a family's card", user("parent"), (db) => getFamilyCard(db)],
  ["a family's subscriptions", user("parent"), (db) => listSubscriptions(db)],
  ["a receipt", user("parent"), (db) => getReceipt(db, id(bulkId("payment", 412)))],
  ["an enrollment", user("parent"), (db) => enrollment.getEnrollment(db, bulkIds.enrollment)],
  ["an enrollment's steps", user("parent"), (db) => enrollment.listEnrollmentSteps(db, bulkIds.enrollment)],
  ["an enrollment's payment", user("parent"), (db) => enrollment.getPaymentOf(db, bulkIds.enrollment)],
  [
    "whether a student is known",
    user("parent"),
    (db) =>
      enrollment.getKnownStudent(db, {
        profileId: bulkPeople.parent.userId,
        firstName: "Child",
        lastName: "Unknown",
        birthDate: "2012-01-01",
        instrumentId: bulkIds.instrument,
      }),
  ],
  [
    "what an enrollment would cost",
    user("parent"),
    (db) =>
      enrollment.previewLines(db, {
        kind: "plan",
        cadence: "monthly",
        minutes: 30,
        instrumentId: bulkIds.instrument,
        familyId: bulkIds.family,
        studentId: bulkIds.student,
      }),
  ],

  [
    "a student's next lessons",
    user("student"),
    (db) => listLessons(db, { of: "student", from: fixtureNow, withCancelled: true, limit: 5 }),
  ],
  [
    "a student's past lessons",
    user("student"),
    (db) =>
      listLessons(db, { of: "student", until: fixtureNow, order: "latest", withCancelled: true, limit: 21 }),
  ],
  ["a student's calendar of a month", user("student"), (db) => getCalendar(db, { of: "student", ...MONTH })],
  ["a student alone", user("student"), (db) => listStudents(db)],

  [
    "a teacher's week",
    user("teacher"),
    (db) =>
      listLessons(db, { of: "teacher", from: fixtureNow, until: later(7), withCancelled: true, limit: 200 }),
  ],
  ["a teacher's calendar of a month", user("teacher"), (db) => getCalendar(db, { of: "teacher", ...MONTH })],
  ["a teacher's students", user("teacher"), (db) => listStudents(db)],
  ["a teacher's search for a student", user("teacher"), (db) => listStudents(db, "%hild 4%")],
  ["a teacher's student", user("teacher"), (db) => getStudent(db, id(bulkIds.student))],
  [
    "a student's lessons with a teacher",
    user("teacher"),
    (db) =>
      listLessons(db, {
        of: "teacher",
        studentId: id(bulkIds.student),
        until: fixtureNow,
        order: "latest",
        limit: 6,
      }),
  ],

  ["the academy", visitor, getAcademy],
  ["prices", visitor, (db) => getPriceList(db, TODAY)],
  ["instruments", visitor, listInstruments],
  ["instruments to choose from", visitor, enrollment.listInstrumentChoices],
  ["terms", visitor, (db) => listTerms(db, TODAY)],
  ["closures", visitor, (db) => listClosures(db, TODAY)],
  ["teachers", visitor, listTeachers],
  ["a teacher", visitor, (db) => getTeacher(db, "teacher-11")],
  ["a teacher's hours", visitor, (db) => listTeachingHours(db, bulkIds.teacher as TeacherId, TODAY)],
  ["styles", visitor, enrollment.listTeachingStyles],
  ["names of teachers", visitor, enrollment.listTeacherNames],
  ["the price of a trial", visitor, enrollment.getTrialPrice],
  ["open times", visitor, (db) => listOfferedTimes(db, { instrument: "instrument-a", minutes: 30 })],
  [
    "open times of a teacher",
    visitor,
    (db) => listOfferedTimes(db, { instrument: "instrument-a", minutes: 30, teacher: "teacher-11" }),
  ],
  [
    "open times while enrolling",
    service("enrollment"),
    (db) =>
      listOpenTimes(db, {
        instrumentId: bulkIds.instrument,
        minutes: 30,
        from: fixtureNow,
        until: later(14),
        age: 9,
      }),
  ],
  [
    "candidates while enrolling",
    service("enrollment"),
    (db) => enrollment.listCandidates(db, bulkIds.instrument, 9),
  ],
  [
    "siblings' lessons while enrolling",
    service("enrollment"),
    (db) => enrollment.listSiblingLessons(db, bulkPeople.parent.userId),
  ],

  [
    "the administrator's day",
    user("admin"),
    (db) =>
      listLessons(db, { of: "academy", from: fixtureNow, until: later(1), withCancelled: true, limit: 500 }),
  ],
  [
    "a family's lessons, for the administrator",
    user("admin"),
    (db) => listLessons(db, { of: "academy", familyId: id(bulkIds.family), from: fixtureNow, limit: 6 }),
  ],
  [
    "the academy's calendar of a day",
    user("admin"),
    (db) => getCalendar(db, { of: "academy", firstDay: "2026-10-20", lastDay: "2026-10-20" }),
  ],
  ["the administrator's morning", user("admin"), getMorning],
  ["what waits for the administrator", user("admin"), getWaitingCounts],
  ["a family", user("admin"), (db) => getFamily(db, id(bulkIds.family))],
  ["an enrollment's failed bills", user("admin"), (db) => listFailedBills(db, id(bulkIds.enrollment))],
  ["an enrollment's pauses", user("admin"), (db) => listUnpaidPauses(db, id(bulkIds.enrollment))],
  ["a payment's failed charges", user("admin"), (db) => findFailedBill(db, id(bulkId("payment", 412)))],
  ["a payment's refunds", user("admin"), (db) => listRefunds(db, id(bulkId("payment", 411)))],
  [
    "a family's payments, for the administrator",
    user("admin"),
    (db) => paymentsOfFamily(db, id(bulkIds.family)),
  ],
  [
    "a parent's calendar feed",
    service("calendar feed"),
    (db) => listFeedLessons(db, bulkPeople.parent.userId),
  ],
  [
    "a teacher's calendar feed",
    service("calendar feed"),
    (db) => listFeedLessons(db, bulkPeople.teacher.userId),
  ],
  ["whose feed it is", service("calendar feed"), (db) => getOpenFeed(db, hashFeedToken("a guess"))],
  ["an enrollment's case", user("admin"), (db) => getEnrollmentCase(db, id(bulkIds.enrollment))],
  ["a workflow run", user("admin"), (db) => getRun(db, "run_411")],
  [
    "a row's changes",
    user("admin"),
    (db) => listAudit(db, readListParams({ table: "enrollments", row: bulkIds.enrollment }, auditList)),
  ],
];

const COUNTED = "Tells how many rows fit altogether, so it reads each of them";
const SEARCHED =
  "Looks anywhere in names; row level security keeps ILIKE, which is not leakproof, away from every index";

/** The administrator's lists that read a whole table, and why they may; what else they read is found by index. */
const WHOLE: readonly (readonly [...Case, tables: readonly string[], reason: string])[] = [
  [
    "families",
    user("admin"),
    (db) => listFamilies(db, readListParams({}, familyList)),
    ["families"],
    COUNTED,
  ],
  [
    "families by name",
    user("admin"),
    (db) => listFamilies(db, readListParams({ q: "child 77" }, familyList)),
    ["families", "guardians", "students"],
    SEARCHED,
  ],
  [
    "students",
    user("admin"),
    (db) => listStudentLines(db, readListParams({}, studentList)),
    ["enrollments", "families", "students"],
    COUNTED,
  ],
  [
    "enrollments",
    user("admin"),
    (db) => listEnrollments(db, readListParams({}, enrollmentList)),
    ["enrollments", "families", "students"],
    COUNTED,
  ],
  [
    "enrollments as a file",
    user("admin"),
    (db) => exportEnrollments(db, readListParams({}, enrollmentList)),
    ["enrollments", "families", "students", "workflow_runs"],
    COUNTED,
  ],
  [
    "payments",
    user("admin"),
    (db) => listPayments(db, readListParams({}, paymentList)),
    ["enrollments", "families", "payments"],
    "Adds up the whole selection",
  ],
  [
    "runs",
    user("admin"),
    (db) => listRuns(db, readListParams({}, runList)),
    ["families", "workflow_runs"],
    COUNTED,
  ],
  ["workflows", user("admin"), listRunFunctions, ["workflow_runs"], "Names each workflow that ever ran"],
  ["teachers", user("admin"), listTeacherLines, ["enrollments"], "Counts the students of every teacher"],
  [
    "lessons as a calendar feed",
    service("calendar feed"),
    (db) => listFeedLessons(db, bulkPeople.admin.userId),
    ["students"],
    "Names the students of 5,000 lessons",
  ],
  [
    "changes",
    user("admin"),
    (db) => listAudit(db, readListParams({}, auditList)),
    ["audit_log by audit_log_pkey"],
    "Reads the newest rows from the end of the index and stops",
  ],
];

describe("with 5,000 students", () => {
  it("the tables that hang on a family, student, teacher or lesson have rows to search", async () => {
    const tables = await database.owner<{ name: string }[]>`
      select distinct c.relname as name
        from pg_class c join pg_attribute a on a.attrelid = c.oid
       where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not a.attisdropped
         and a.attname in ('family_id', 'student_id', 'teacher_id', 'lesson_id', 'enrollment_id', 'payment_id', 'profile_id')`;
    expect(tables.map(({ name }) => name).filter((name) => (rowsOf.get(name) ?? 0) < 100)).toEqual([]);
    const overlaps = await database.owner`
      select b.id from (select id, teacher_id, during, lag(upper(during)) over (partition by teacher_id order by during) as before
                          from bookings where is_active and teacher_id is not null) b where lower(b.during) < b.before`;
    expect([...overlaps]).toEqual([]);
  });

  it("finds what is wrong: a table read whole, an index read whole, a function asked for each row", async () => {
    const ran = await plansOf(user("admin"), async (db) => {
      await db.selectFrom("lessons").select("status").execute();
      await db.selectFrom("lessons").select("id").orderBy("starts_at").limit(1).execute();
    });
    expect(wholeTables(ran)).toEqual(["lessons", "lessons by lessons_start"]);
    const asked = await plansOf(user("admin"), (db) => sql`select private.is_admin() from rooms`.execute(db));
    expect(askedByRow(asked)).toHaveLength(1);
  });

  it.each(ASKED)("%s: is found by an index, and helpers are asked once", async (_, principal, query) => {
    const ran = await plansOf(principal, query);
    expect(ran.length).toBeGreaterThan(1);
    expect(wholeTables(ran)).toEqual([]);
    expect(askedByRow(ran)).toEqual([]);
  });

  it.each(WHOLE)(
    "the administrator's list of %s reads what it must and no more",
    async (_, principal, query, tables) => {
      const ran = await plansOf(principal, query);
      expect(wholeTables(ran).filter((table) => !tables.includes(table))).toEqual([]);
      expect(askedByRow(ran)).toEqual([]);
    },
  );
});
