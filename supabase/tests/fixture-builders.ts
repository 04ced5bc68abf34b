import { ids, type Person, people, sessionOf } from "./fixture-ids";
import { type Tx, takePrincipal } from "./principal";

type LessonKind = "trial" | "private" | "make_up";

/** A time of so many minutes that begins at an instant, as a range. */
export function minutesFrom(start: string, minutes = 30): string {
  const from = new Date(start);
  return `[${from.toISOString()},${new Date(from.getTime() + minutes * 60_000).toISOString()})`;
}

/** A Wednesday afternoon, 16:00 in New York, when nobody of the fixture is busy. */
export const FREE = "2026-11-04T21:00:00Z";

const idOf = (rows: readonly { id: string }[]): string => {
  const [row] = rows;
  if (!row) throw new Error("Nothing was written.");
  return row.id;
};

/** Books time for a lesson of teacher 1 in the piano room, by default for student A1. */
const addBooking = async (
  tx: Tx,
  { during = minutesFrom(FREE), student = ids.studentA1 as string | null } = {},
): Promise<string> =>
  idOf(
    await tx<{ id: string }[]>`
      insert into bookings (kind, teacher_id, room_id, student_id, during)
      values ('lesson', ${ids.teacher1}, ${ids.pianoRoom}, ${student}, ${during}) returning id`,
  );

/** Adds a lesson of student A1 with teacher 1; a reason lets it lie outside the calendar. */
export async function addLesson(
  tx: Tx,
  {
    during = minutesFrom(FREE),
    kind = "private" as LessonKind,
    reason = null as string | null,
    series = null as string | null,
    student = ids.studentA1 as string | null,
    enrollment = ids.enrollmentA as string,
  } = {},
): Promise<string> {
  const booking = await addBooking(tx, { during, student });
  return idOf(
    await tx<{ id: string }[]>`
      insert into lessons (booking_id, enrollment_id, family_id, student_id, instrument_id, teacher_id, room_id, during, kind,
                           off_calendar_reason, series_id)
      values (${booking}, ${enrollment}, ${ids.familyA}, ${ids.studentA1}, ${ids.piano}, ${ids.teacher1},
              ${ids.pianoRoom}, ${during}, ${kind}, ${reason}, ${series}) returning id`,
  );
}

/** Adds an active plan of student A2 with teacher 1, 30 minutes of piano. */
export async function addPlan(tx: Tx): Promise<string> {
  const plan = idOf(
    await tx<{ id: string }[]>`
      insert into enrollments (family_id, student_id, instrument_id, teacher_id, minutes, starts_at, kind, cadence, policy_version)
      values (${ids.familyA}, ${ids.studentA2}, ${ids.piano}, ${ids.teacher1}, 30, ${FREE}, 'plan', 'monthly', '1') returning id`,
  );
  await tx`update enrollments set status = 'active', activated_at = private.now() where id = ${plan}`;
  return plan;
}

type SeriesOf = {
  readonly plan?: string;
  readonly weekday?: number;
  readonly start?: string;
  readonly last?: string;
  readonly every?: number;
  readonly replacements?: object;
};

/** Plans lessons of a new plan, Wednesdays at 16:00 from 4 to 18 November; gives the first lesson. */
export async function addSeries(tx: Tx, of: SeriesOf = {}): Promise<string> {
  const plan = of.plan ?? (await addPlan(tx));
  await tx`select private.plan_series(${plan}, ${ids.teacher1}, null, ${of.weekday ?? 2}, ${of.start ?? "16:00"}, '2026-11-04',
             ${of.last ?? "2026-11-18"}::text::date, ${of.every ?? 1}, ${JSON.stringify(of.replacements ?? {})}::text::jsonb)`;
  return idOf(
    await tx<
      { id: string }[]
    >`select id from lessons where enrollment_id = ${plan} order by starts_at limit 1`,
  );
}

/** Moves a series that `addSeries` made to Thursdays at 17:00. */
export const moveSeries = (
  tx: Tx,
  lesson: string,
  {
    scope = "following",
    weekday = 3,
    start = "17:00",
    replacements = {},
    why = "They asked" as string | null,
  } = {},
) =>
  tx`select private.move_series(${lesson}, ${scope}, ${weekday}, ${start}, replacements => ${JSON.stringify(replacements)}::text::jsonb, why => ${why})`;

/** Adds a lesson of class A, whose seats nobody has taken yet. */
export async function addClassLesson(tx: Tx, during = minutesFrom(FREE, 45)): Promise<string> {
  const booking = await addBooking(tx, { during, student: null });
  return idOf(
    await tx<{ id: string }[]>`
      insert into lessons (booking_id, class_id, teacher_id, room_id, during, kind)
      values (${booking}, ${ids.classA}, ${ids.teacher1}, ${ids.pianoRoom}, ${during}, 'group') returning id`,
  );
}

const familyOf = (student: string) => (student === ids.studentB1 ? ids.familyB : ids.familyA);

export const takeClassSeat = (tx: Tx, student: string, of: string = ids.classA) =>
  tx`insert into class_seats (class_id, student_id, family_id) values (${of}, ${student}, ${familyOf(student)})`;

export const takeLessonSeat = (tx: Tx, student: string, lesson: string = ids.classLessonA) =>
  tx`insert into lesson_seats (lesson_id, student_id, family_id) values (${lesson}, ${student}, ${familyOf(student)})`;

/** Gives student A1 a credit for a lesson of theirs, or for nothing but goodwill. */
export const addCredit = async (
  tx: Tx,
  { origin = "goodwill", lesson = null as string | null, minutes = 30 } = {},
): Promise<string> =>
  idOf(
    await tx<{ id: string }[]>`
      insert into makeup_credits (family_id, student_id, minutes, origin, origin_lesson_id, reason, expires_at)
      values (${ids.familyA}, ${ids.studentA1}, ${minutes}, ${origin}, ${lesson}, 'A reason', private.now() + interval '60 days')
      returning id`,
  );

export const useCredit = (tx: Tx, lesson: string, credit: string = ids.creditA) =>
  tx`update makeup_credits set used_lesson_id = ${lesson} where id = ${credit}`;

/** Adds so many lessons of student A1, one a day from the first Monday of December, and a credit for each. */
export async function addCreditsOfLessons(tx: Tx, origin: string, count: number): Promise<void> {
  for (let nth = 0; nth < count; nth++) {
    const lesson = await addLesson(tx, {
      during: minutesFrom(`2026-12-${String(7 + nth).padStart(2, "0")}T21:00:00Z`),
    });
    await addCredit(tx, { origin, lesson });
  }
}

/** Issues an invoice of family A with one line; as a draft when it says so. */
export async function addInvoice(tx: Tx, { cents = 1000, status = "open" } = {}): Promise<string> {
  const invoice = idOf(
    await tx<{ id: string }[]>`
      insert into invoices (family_id, guardian_id, currency, issued_on, due_on)
      values (${ids.familyA}, ${ids.guardianA}, 'usd', '2026-10-20', '2026-11-01') returning id`,
  );
  await tx`insert into invoice_lines (invoice_id, position, code, label, amount_cents)
           values (${invoice}, 1, 'recital', 'Recital', ${cents})`;
  if (status !== "draft") await tx`update invoices set status = ${status} where id = ${invoice}`;
  return invoice;
}

export const payInvoice = (tx: Tx, cents: number, invoice: string | null = ids.invoiceA) =>
  tx<{ id: string }[]>`
    insert into payments (family_id, invoice_id, description, amount_cents, currency, paid_at)
    values (${ids.familyA}, ${invoice}, 'By card', ${cents}, 'usd', private.now()) returning id`;

export const applyCredit = (
  tx: Tx,
  cents: number,
  invoice: string = ids.invoiceA,
  credit: string = ids.moneyCreditA,
) =>
  tx`insert into credit_applications (credit_id, invoice_id, family_id, currency, amount_cents)
     values (${credit}, ${invoice}, ${ids.familyA}, 'usd', ${cents})`;

export const refund = (tx: Tx, cents: number) =>
  tx<{ id: string }[]>`
    insert into refunds (payment_id, family_id, amount_cents, currency, reason)
    values (${ids.paymentA}, ${ids.familyA}, ${cents}, 'usd', 'The lesson did not take place') returning id`;

type PayLine = {
  readonly kind?: string;
  readonly lesson?: string | null;
  readonly teacher?: string;
  readonly period?: string;
  readonly cents?: number;
  readonly adjusts?: string | null;
};

export const addPayLine = (
  tx: Tx,
  {
    kind = "adjustment",
    lesson = null,
    teacher = ids.teacher1,
    period = ids.payrollPeriod,
    cents = 100,
    adjusts = null,
  }: PayLine,
) =>
  tx`insert into payroll_lines (period_id, teacher_id, kind, lesson_id, amount_cents, currency, explanation, adjusts_line_id)
     values (${period}, ${teacher}, ${kind}, ${lesson}, ${cents}, 'usd', 'In words', ${adjusts})`;

/** Closes October and opens November; gives the new period. */
export async function turnPayrollPeriod(tx: Tx): Promise<string> {
  await tx`update payroll_periods set status = 'closed', closed_at = private.now() where id = ${ids.payrollPeriod}`;
  return idOf(
    await tx<{ id: string }[]>`
      insert into payroll_periods (starts_on, ends_on) values ('2026-11-01', '2026-11-30') returning id`,
  );
}

/** The rest of the transaction is another person's, at the same time of the academy's clock. */
export async function become(tx: Tx, person: Person, sessionId: string = sessionOf(person)): Promise<void> {
  const [clock] = await tx<{ offset: string }[]>`select current_setting('app.clock_offset_ms') as offset`;
  await takePrincipal(tx, { kind: "user", userId: people[person], sessionId }, Number(clock?.offset));
}

/** Moves the academy's clock of the transaction by so many minutes. */
export const waitMinutes = (tx: Tx, minutes: number) =>
  tx`select set_config('app.clock_offset_ms',
                       (current_setting('app.clock_offset_ms')::bigint + ${minutes * 60_000})::text, true)`;
