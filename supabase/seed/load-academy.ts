import type postgres from "postgres";
import { loadAcademyFacts } from "./academy";
import { sampleAccounts } from "./accounts";
import { beginBulkLoad, endBulkLoad } from "./bulk-load";
import { type Calendar, calendarAround, instantOf } from "./calendar";
import { loadClasses } from "./classes";
import { loadConversations } from "./conversations";
import { planYear, type Year } from "./enrollments";
import { FACULTY } from "./faculty";
import { type Family, tellFamilies } from "./families";
import { FULL_HOUSE, familiesFor, type HouseSize, housesFor } from "./houses";
import { inventFaculty } from "./invented-faculty";
import { loadInvoices, loadOverdueInvoice, loadRefundsAndDisputes } from "./invoices";
import { insertWeekOff, type Lessons, planLessons } from "./lessons";
import { loadMakeups, loadNotices, loadOtherCredits, type SundayHours } from "./makeups";
import { loadPayRates, loadPayroll } from "./payroll";
import { createRandom, type Random } from "./random";
import { loadRecentWork } from "./recent-work";
import { replayYear } from "./replay";
import { loadRooms } from "./rooms";
import { insertRows, type Row, type Sql } from "./rows";
import { monthsSoFar, setClock } from "./seed-clock";
import { confirmSampleAccounts } from "./sign-up";
import { loadTaughtLessons } from "./taught";
import { addressName, loadTeachers, type Teacher } from "./teachers";

export type LoadOptions = {
  /** The academy's time: the academic year around it is loaded. */
  readonly now: Date;
  /** Milliseconds by which `now` is ahead of the real time. */
  readonly clockOffsetMs?: number;
  readonly seed?: number;
  readonly families?: number;
  readonly students?: number;
};

export type Loaded = {
  readonly families: number;
  readonly students: number;
  readonly teachers: number;
  readonly enrollments: number;
  readonly lessons: number;
  readonly payments: number;
  readonly workflowRuns: number;
};

/**
 * Loads the sample academy in one transaction, as the owner: all of it or nothing. Sample accounts that
 * exist are confirmed and get their roles; those that do not keep an open invitation.
 */
export async function loadAcademy(sql: postgres.Sql, options: LoadOptions): Promise<Loaded> {
  const {
    now,
    clockOffsetMs = 0,
    seed = 20_260_908,
    students: studentCount = FULL_HOUSE.students,
    families: familyCount = familiesFor(studentCount),
  } = options;
  const random = createRandom(seed);
  return await sql.begin(async (tx) => {
    const isBulk = studentCount > FULL_HOUSE.students;
    const checkOverlaps = isBulk ? await beginBulkLoad(tx) : undefined;
    const calendar = calendarAround(now);
    // What there was before the year began is dated before it, unless the year is still ahead.
    const opened = Math.min(
      instantOf(calendar.yearStartsOn, 0).getTime() - OPENED_DAYS * 86_400_000,
      now.getTime(),
    );
    await tx`select set_config('app.clock_offset_ms', ${String(opened - (now.getTime() - clockOffsetMs))}, true),
                    set_config('app.actor_role', 'sample academy', true)`;
    const houses = await openHouses(tx, random, calendar, now, housesFor(familyCount, studentCount));
    const teachers = houses.flatMap((house) => house.teachers);
    const families = houses.flatMap((house) => house.families);
    const years = houses.map((house) => house.year);
    const lessons = new Map(houses.flatMap((house) => [...house.lessons]));
    const { payments, paymentsOf } = await replayYear(tx, random, calendar, now, years, lessons);
    await checkOverlaps?.();
    await insertWeekOff(tx, random, calendar, teachers);
    const enrollments = years.flatMap((year) => year.enrollments);
    const workflowRuns = await loadRecentWork(tx, random, now, enrollments, paymentsOf);
    await inviteSampleAccounts(tx, random, now, teachers, families);
    await confirmSampleAccounts(tx);
    await loadRecords(tx, random, calendar, now);
    // What the enrollments above told happened long ago: no workflow may begin for it now. An offer of the waitlist that
    // is open has to end in time.
    await tx`update public.outbox set delivered_at = private.now()
              where delivered_at is null and name <> 'scheduling/offer.made'`;
    if (isBulk) await endBulkLoad(tx);
    return {
      families: families.length,
      students: families.reduce((sum, family) => sum + family.students.length, 0),
      teachers: teachers.length,
      enrollments: enrollments.length,
      lessons: [...lessons].reduce((sum, [, ofOne]) => sum + ofOne.length, 0),
      payments,
      workflowRuns,
    };
  });
}

/** What teaching, billing and pay have left behind, month by month with the clock at its end, then what is true today. */
async function loadRecords(sql: Sql, random: Random, calendar: Calendar, now: Date): Promise<void> {
  // The planner has not seen what this transaction has written.
  await sql`analyze public.enrollments, public.students, public.lessons, public.bookings, public.payments`;
  await loadPayRates(sql);
  await loadClasses(sql, random, calendar, now);
  const months = monthsSoFar(calendar, now);
  const busy: SundayHours = new Set();
  for (const month of months) {
    await setClock(sql, month.until);
    await loadMakeups(sql, calendar, now, month, busy);
    await loadTaughtLessons(sql, month);
    await loadInvoices(sql, month);
  }
  await setClock(sql, now);
  for (const month of months.filter(({ lastDay }) => lastDay >= calendar.yearStartsOn))
    await loadPayroll(sql, month);
  await loadRefundsAndDisputes(sql);
  await loadOverdueInvoice(sql, calendar.today);
  await loadOtherCredits(sql, calendar);
  await loadNotices(sql, calendar);
  await loadConversations(sql, now);
}

type House = {
  readonly teachers: readonly Teacher[];
  readonly families: readonly Family[];
  readonly year: Year;
  readonly lessons: Lessons;
};

/**
 * Writes the academy with its rooms and teachers, and plans each house's year by itself. The main house comes first: with the
 * same seed its people, enrollments and lessons are the same in an academy of any size from a full house on.
 */
async function openHouses(
  sql: Sql,
  random: Random,
  calendar: Calendar,
  now: Date,
  sizes: readonly HouseSize[],
): Promise<House[]> {
  const academy = await loadAcademyFacts(sql, random, calendar);
  const familyAddresses = new Set(sampleAccounts.map((account) => account.email));
  const teacherAddresses = new Set(FACULTY.map(({ name }) => addressName(...name)));
  const houses: House[] = [];
  for (const [nth, size] of sizes.entries()) {
    const rooms = size.isMain ? academy.rooms : await loadRooms(sql, random, nth);
    const faculty = size.isMain ? FACULTY : inventFaculty(random, teacherAddresses);
    const teachers = await loadTeachers(sql, random, academy, calendar.yearStartsOn, faculty);
    const families = tellFamilies(random, calendar.today, size, familyAddresses);
    const year = planYear(random, calendar, now, { ...academy, rooms }, teachers, families);
    houses.push({ teachers, families, year, lessons: planLessons(random, calendar, now, year) });
  }
  return houses;
}

const OPENED_DAYS = 90;
const INVITED_DAYS = 30;

async function inviteSampleAccounts(
  sql: Sql,
  random: Random,
  now: Date,
  teachers: readonly Teacher[],
  families: readonly Family[],
): Promise<void> {
  const students = families.flatMap((family) => family.students);
  const invitations = sampleAccounts.map(({ email, role, name }): Row => {
    const teacher = teachers.find((one) => one.email === email);
    const student = students.find((one) => role === "student" && `${one.firstName} ${one.lastName}` === name);
    const family = families.find(
      (one) => role === "parent" && one.guardians.some((guardian) => guardian.email === email),
    );
    return {
      id: random.uuid(),
      email,
      role,
      teacher_id: teacher?.id ?? null,
      student_id: student?.id ?? null,
      family_id: family?.id ?? null,
      created_at: now.toISOString(),
      expires_at: new Date(now.getTime() + INVITED_DAYS * 86_400_000).toISOString(),
    };
  });
  await insertRows(sql, "invitations", invitations);
}
