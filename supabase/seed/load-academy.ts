import type postgres from "postgres";
import { loadAcademyFacts } from "./academy";
import { sampleAccounts } from "./accounts";
import { calendarAround, instantOf } from "./calendar";
import { planYear } from "./enrollments";
import { type Family, tellFamilies } from "./families";
import { insertWeekOff, planLessons } from "./lessons";
import { createRandom } from "./random";
import { loadRecentWork } from "./recent-work";
import { replayYear } from "./replay";
import { insertRows, type Row, type Sql } from "./rows";
import { confirmSampleAccounts } from "./sign-up";
import { loadTeachers, type Teacher } from "./teachers";

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
    families: familyCount = 130,
    students: studentCount = 180,
  } = options;
  const random = createRandom(seed);
  return await sql.begin(async (tx) => {
    const calendar = calendarAround(now);
    // What there was before the year began is dated before it, unless the year is still ahead.
    const opened = Math.min(
      instantOf(calendar.yearStartsOn, 0).getTime() - OPENED_DAYS * 86_400_000,
      now.getTime(),
    );
    await tx`select set_config('app.clock_offset_ms', ${String(opened - (now.getTime() - clockOffsetMs))}, true),
                    set_config('app.actor_role', 'sample academy', true)`;
    const academy = await loadAcademyFacts(tx, random, calendar);
    const teachers = await loadTeachers(tx, random, academy, calendar.yearStartsOn);
    const families = tellFamilies(random, calendar.today, { families: familyCount, students: studentCount });
    const year = planYear(random, calendar, now, academy, teachers, families);
    const lessons = planLessons(random, calendar, now, year);
    const { payments, paymentsOf } = await replayYear(tx, random, calendar, now, year, lessons);
    await insertWeekOff(tx, random, calendar, teachers);
    const workflowRuns = await loadRecentWork(tx, random, now, year, paymentsOf);
    await inviteSampleAccounts(tx, random, now, teachers, families);
    await confirmSampleAccounts(tx);
    // What the enrollments above told happened long ago: no workflow may begin for it now.
    await tx`update public.outbox set delivered_at = private.now() where delivered_at is null`;
    return {
      families: families.length,
      students: families.reduce((sum, family) => sum + family.students.length, 0),
      teachers: teachers.length,
      enrollments: year.enrollments.length,
      lessons: [...lessons].reduce((sum, [, ofOne]) => sum + ofOne.length, 0),
      payments,
      workflowRuns,
    };
  });
}

const OPENED_DAYS = 90;
const INVITED_DAYS = 30;

async function inviteSampleAccounts(
  sql: Sql,
  random: ReturnType<typeof createRandom>,
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
