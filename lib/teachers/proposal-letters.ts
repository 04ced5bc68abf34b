import { sql } from "kysely";
import { getAcademy } from "@/lib/academy/queries";
import { type Db, service, withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import { deliver } from "@/lib/messaging/deliver";
import type { AcademyFacts, LessonFacts } from "@/lib/messaging/facts";
import { renderAbsenceWithdrawn, renderLessonProposals } from "@/lib/messaging/proposal-mails";
import { listProposals, type Proposal } from "./proposals";

const academyItself = service("messaging");

type LessonRow = Omit<LessonFacts, "kind" | "timeZone" | "isWeekly"> & {
  readonly kind: string;
  readonly familyId: string;
  readonly enrollmentId: string;
  readonly firstName: string;
  readonly lastName: string;
};
type Guardian = { readonly id: string; readonly name: string; readonly email: string };

type Case = {
  readonly academy: AcademyFacts & { readonly timeZone: string };
  readonly lesson: LessonRow;
  readonly guardians: readonly Guardian[];
  readonly proposals: readonly Proposal[];
};

/** A scheduled lesson with the guardians to be told; null when it was cancelled meanwhile. */
async function readCase(db: Db, lessonId: string): Promise<Case | null> {
  const { rows } = await sql<LessonRow>`
    select l.id, l.ical_sequence as sequence, l.starts_at as "startsAt", l.kind, lower(i.name) as instrument,
           r.name as "roomName", (extract(epoch from upper(l.during) - l.starts_at) / 60)::int as minutes,
           t.first_name || ' ' || t.last_name as "teacherName", l.family_id as "familyId",
           l.enrollment_id as "enrollmentId", s.first_name as "firstName", s.last_name as "lastName"
      from lessons l
      join instruments i on i.id = l.instrument_id
      join rooms r on r.id = l.room_id
      join teachers t on t.id = l.teacher_id
      join students s on s.id = l.student_id
     where l.id = ${lessonId} and l.status = 'scheduled'`.execute(db);
  const [lesson] = rows;
  if (!lesson) return null;
  const { rows: guardians } = await sql<Guardian>`
    select g.id, g.full_name as name, g.email from guardians g
     where g.family_id = ${lesson.familyId} and g.deleted_at is null order by g.created_at, g.id`.execute(db);
  return {
    academy: { ...(await getAcademy(db)), siteUrl: env().SITE_URL },
    lesson,
    guardians,
    proposals: await listProposals(db, lessonId),
  };
}

function commonFacts({ academy, lesson }: Case, reader: Guardian) {
  const name = `${lesson.firstName} ${lesson.lastName}`;
  return {
    academy,
    readerFirstName: reader.name.split(" ")[0] ?? reader.name,
    student: {
      firstName: lesson.firstName,
      lastName: lesson.lastName,
      isReader: name.toLowerCase() === reader.name.toLowerCase(),
    },
    lesson: {
      ...lesson,
      kind: lesson.kind === "trial" ? ("trial" as const) : ("regular" as const),
      timeZone: academy.timeZone,
      isWeekly: false,
    },
    lessonUrl: `${academy.siteUrl}/family/lessons/${lesson.id}`,
  };
}

/** Asks each guardian of a lesson's family to choose, once for this absence. Returns how many letters went out now. */
export async function sendProposals(lessonId: string, timeOffId: string): Promise<number> {
  const of = await withPrincipal(academyItself, (db) => readCase(db, lessonId));
  const until = of?.proposals[0]?.expiresAt;
  if (!of || !until) return 0;
  let sent = 0;
  for (const reader of of.guardians) {
    const isNew = await deliver(
      {
        key: `lesson-proposals:${lessonId}:${timeOffId}:${reader.id}`,
        kind: "lesson-proposals",
        to: reader.email,
        familyId: of.lesson.familyId,
        enrollmentId: of.lesson.enrollmentId,
      },
      () => renderLessonProposals({ ...commonFacts(of, reader), choices: of.proposals, until }),
    );
    if (isNew) sent += 1;
  }
  return sent;
}

/** Tells each guardian that a lesson takes place as planned after all, once an event. */
export async function sendAbsenceWithdrawn(lessonId: string, eventId: string): Promise<number> {
  const of = await withPrincipal(academyItself, (db) => readCase(db, lessonId));
  if (!of) return 0;
  let sent = 0;
  for (const reader of of.guardians) {
    const isNew = await deliver(
      {
        key: `absence-withdrawn:${eventId}:${reader.id}`,
        kind: "absence-withdrawn",
        to: reader.email,
        familyId: of.lesson.familyId,
        enrollmentId: of.lesson.enrollmentId,
      },
      () => renderAbsenceWithdrawn(commonFacts(of, reader)),
    );
    if (isNew) sent += 1;
  }
  return sent;
}
