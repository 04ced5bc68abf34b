import { sql } from "kysely";
import { getAcademy } from "@/lib/academy/queries";
import { service, withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { formatDay } from "@/lib/format";
import { deliver } from "@/lib/messaging/deliver";
import {
  type EnrollmentChangedFacts,
  renderEnrollmentChanged,
} from "@/lib/messaging/enrollment-change-mails";
import { formatMoney, usd } from "@/lib/money";

const academyItself = service("messaging");
/** The next dates that a letter names. */
const DATES = 6;

type Change = EnrollmentChangedFacts["change"];
type Row = {
  familyId: string;
  status: string;
  minutes: number;
  endsOn: string | null;
  giveBackCents: number | null;
  pausedFrom: string | null;
  pausedUntil: string | null;
  firstName: string;
  lastName: string;
  instrument: string;
  teacherName: string;
  teacherFirstName: string;
  teacherEmail: string | null;
  parentName: string;
  parentEmail: string;
  lessons: string[] | null;
  charges: { dueAt: string; cents: number; isPartial: boolean }[] | null;
  nextCharge: { dueAt: string; cents: number } | null;
};

/** `isOwn`: only lessons of the enrollment's own teacher. */
async function read(enrollmentId: string, isOwn = false) {
  return withPrincipal(academyItself, async (db) => {
    const { rows } = await sql<Row>`
      select e.family_id as "familyId", e.status, e.minutes, e.ends_on as "endsOn", e.give_back_cents as "giveBackCents",
             e.paused_from as "pausedFrom", e.paused_until as "pausedUntil", s.first_name as "firstName", s.last_name as "lastName",
             lower(i.name) as instrument, t.first_name || ' ' || t.last_name as "teacherName", t.first_name as "teacherFirstName",
             w.email as "teacherEmail", g.full_name as "parentName", g.email as "parentEmail",
             (select json_agg(n.starts_at order by n.starts_at) from (
                select l.starts_at from lessons l
                 where l.enrollment_id = e.id and l.status = 'scheduled' and l.starts_at > private.now()
                   and (not ${isOwn}::boolean or l.teacher_id = e.teacher_id)
                   and (e.paused_until is null or l.starts_at >= private.local_midnight(e.paused_until + 1))
                 order by l.starts_at limit ${DATES}) n) as lessons,
             case when e.ends_on is not null then
               (select json_agg(json_build_object('dueAt', c.due_at, 'cents', c.cents, 'isPartial', c.is_partial) order by c.due_at)
                  from private.tuition_charges(e.id, private.now(), private.local_midnight(e.ends_on + 1)) c where c.cents > 0) end as charges,
             (select json_build_object('dueAt', c.due_at, 'cents', c.cents)
                from private.tuition_charges(e.id, private.now(), private.now() + interval '16 months') c limit 1) as "nextCharge"
        from enrollments e
        join students s on s.id = e.student_id
        join instruments i on i.id = e.instrument_id
        join teachers t on t.id = e.teacher_id
        left join teacher_employment w on w.teacher_id = t.id
        join guardians g on g.id = private.payer_of(e.family_id)
       where e.id = ${enrollmentId}`.execute(db);
    const [row] = rows;
    if (!row) throw new AppError("not_found", { userMessage: "This enrollment does not exist." });
    return { row, academy: await getAcademy(db) };
  });
}

/** Whether what a letter would say is still so: a change that was taken back has its own letter. */
function isStill(change: Change, { status, endsOn, pausedUntil }: Row): boolean {
  switch (change) {
    case "leaving":
      return endsOn !== null && status !== "withdrawn";
    case "staying":
      return endsOn === null;
    case "left":
      return status === "withdrawn";
    case "pausing":
      return pausedUntil !== null;
    case "going-on":
      return pausedUntil === null && status === "active";
    case "new-teacher":
    case "given-away":
      return status !== "withdrawn";
  }
}

function moneyLines(change: Change, row: Row, timeZone: string): string[] {
  const day = (iso: string) => formatDay(new Date(iso), timeZone);
  const cents = (amount: number) => formatMoney(usd(amount));
  switch (change) {
    case "leaving": {
      const charges = row.charges ?? [];
      return [
        ...charges.map((charge) =>
          charge.isPartial
            ? `${cents(charge.cents)} is charged on ${day(charge.dueAt)}, for the time until the last day.`
            : `${cents(charge.cents)} is charged on ${day(charge.dueAt)}.`,
        ),
        ...(charges.length === 0 ? ["Nothing more is charged."] : []),
        ...(row.giveBackCents
          ? [`${cents(row.giveBackCents)} goes back to your card after the last day.`]
          : []),
      ];
    }
    case "left":
      return row.giveBackCents
        ? [
            `${cents(row.giveBackCents)} goes back to your card: the tuition that was paid for the time after the last day. Banks take a few days.`,
          ]
        : [];
    case "pausing":
      return ["Nothing is charged for the pause: each charge comes as many days later."];
    case "new-teacher":
    case "given-away":
      return [];
    default:
      return row.nextCharge
        ? [`The next charge is ${cents(row.nextCharge.cents)} on ${day(row.nextCharge.dueAt)}.`]
        : [];
  }
}

/**
 * The letters about a change of a plan, to the family and to the teacher, each once for `changeId`. How many were sent
 * now; none when the change does not stand any more.
 */
export async function sendEnrollmentChanged(
  enrollmentId: string,
  changeId: string,
  change: Change,
): Promise<number> {
  const { row, academy } = await read(enrollmentId, change === "new-teacher");
  if (!isStill(change, row)) return 0;
  const { SITE_URL: siteUrl } = env();
  const { timeZone } = academy;
  const facts = {
    academy: { ...academy, siteUrl },
    change,
    student: {
      firstName: row.firstName,
      lastName: row.lastName,
      isReader: `${row.firstName} ${row.lastName}`.toLowerCase() === row.parentName.toLowerCase(),
    },
    instrument: row.instrument,
    teacherName: row.teacherName,
    plan: `Weekly, ${row.minutes} minutes`,
    from: change === "pausing" ? row.pausedFrom : null,
    day:
      change === "pausing" ? row.pausedUntil : change === "leaving" || change === "left" ? row.endsOn : null,
    lessons: (row.lessons ?? []).map((at) => new Date(at)),
    timeZone,
  };
  const letter = (reader: "family" | "teacher", to: string) => ({
    key: `enrollment-${change}:${reader}:${changeId}`,
    kind: `enrollment-${change}`,
    to,
    familyId: reader === "family" ? row.familyId : null,
    enrollmentId,
  });
  const toFamily = await deliver(letter("family", row.parentEmail), () =>
    renderEnrollmentChanged({
      ...facts,
      reader: "family",
      readerName: row.parentName.split(" ")[0] ?? row.parentName,
      lines: moneyLines(change, row, timeZone),
      pageUrl: change === "left" ? `${siteUrl}/family` : `${siteUrl}/family/enrollments/${enrollmentId}`,
    }),
  );
  // The teacher was told of the last day when notice was given.
  if (change === "left" || !row.teacherEmail) return Number(toFamily);
  const toTeacher = await deliver(letter("teacher", row.teacherEmail), () =>
    renderEnrollmentChanged({
      ...facts,
      reader: "teacher",
      readerName: row.teacherFirstName,
      lines: [],
      pageUrl: `${siteUrl}/teach`,
    }),
  );
  return Number(toFamily) + Number(toTeacher);
}

/** Tells the teacher who had the lessons that they are somebody else's now, once for `changeId`. */
export async function sendGivenAway(
  enrollmentId: string,
  changeId: string,
  fromTeacherId: string,
): Promise<boolean> {
  const { row, academy } = await read(enrollmentId, true);
  const teacher = await withPrincipal(academyItself, (db) =>
    db
      .selectFrom("teachers as t")
      .innerJoin("teacher_employment as w", "w.teacher_id", "t.id")
      .select(["t.first_name as firstName", "w.email"])
      .where("t.id", "=", fromTeacherId)
      .executeTakeFirst(),
  );
  if (!teacher?.email) return false;
  const { SITE_URL: siteUrl } = env();
  return deliver(
    {
      key: `enrollment-given-away:${changeId}`,
      kind: "enrollment-given-away",
      to: teacher.email,
      familyId: null,
      enrollmentId,
    },
    () =>
      renderEnrollmentChanged({
        academy: { ...academy, siteUrl },
        reader: "teacher",
        readerName: teacher.firstName,
        student: { firstName: row.firstName, lastName: row.lastName, isReader: false },
        change: "given-away",
        instrument: row.instrument,
        teacherName: row.teacherName,
        plan: `Weekly, ${row.minutes} minutes`,
        from: null,
        day: null,
        lines: [],
        lessons: (row.lessons ?? []).map((at) => new Date(at)),
        timeZone: academy.timeZone,
        pageUrl: `${siteUrl}/teach`,
      }),
  );
}
