import { sql } from "kysely";
import { getAcademy } from "@/lib/academy/queries";
import { type Db, service, withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import { localDate } from "@/lib/format";
import { deliver } from "@/lib/messaging/deliver";
import type { AcademyFacts, LessonFacts } from "@/lib/messaging/facts";
import { renderLessonSubstituted, renderSubstitutionAssigned } from "@/lib/messaging/substitute-mail";
import { mondayOf } from "@/lib/scheduling/local-day";

const academyItself = service("messaging");

/** The payload of `scheduling/lesson.substituted`. */
export type Substitution = {
  readonly lessonId: string;
  readonly sequence: number;
  readonly teacherBefore: string;
};

type LessonRow = {
  readonly instrument: string;
  readonly className: string | null;
  readonly kind: string;
  readonly teacherName: string;
  readonly teacherFirstName: string;
  readonly teacherEmail: string | null;
  readonly teacherBefore: string;
  readonly isOwnTeacher: boolean;
  readonly roomName: string;
  readonly startsAt: Date;
  readonly minutes: number;
};

type ReaderRow = {
  readonly studentId: string;
  readonly familyId: string;
  readonly enrollmentId: string | null;
  readonly firstName: string;
  readonly lastName: string;
  readonly parentName: string;
  readonly email: string;
};

type Case = {
  readonly academy: AcademyFacts;
  readonly lesson: LessonFacts;
  readonly of: LessonRow;
  readonly readers: readonly ReaderRow[];
};

/** What the letters tell, read in one transaction; null when the lesson has changed again and a later event tells of that. */
async function readCase(db: Db, { lessonId, sequence, teacherBefore }: Substitution): Promise<Case | null> {
  const { rows } = await sql<LessonRow>`
    select lower(coalesce(i.name, ci.name, c.name, 'music')) as instrument, c.name as "className", l.kind,
           t.first_name || ' ' || t.last_name as "teacherName", t.first_name as "teacherFirstName", e.email as "teacherEmail",
           b.first_name || ' ' || b.last_name as "teacherBefore", l.substitute_for is null as "isOwnTeacher",
           r.name as "roomName", l.starts_at as "startsAt",
           (extract(epoch from upper(l.during) - l.starts_at) / 60)::int as minutes
      from lessons l
      join teachers t on t.id = l.teacher_id
      left join teacher_employment e on e.teacher_id = t.id
      join teachers b on b.id = ${teacherBefore}
      join rooms r on r.id = l.room_id
      left join instruments i on i.id = l.instrument_id
      left join classes c on c.id = l.class_id
      left join instruments ci on ci.id = c.instrument_id
     where l.id = ${lessonId} and l.ical_sequence = ${sequence} and l.status = 'scheduled'`.execute(db);
  const of = rows[0];
  if (!of) return null;
  const settings = await getAcademy(db);
  const { rows: readers } = await sql<ReaderRow>`
    select s.id as "studentId", s.family_id as "familyId", m.enrollment_id as "enrollmentId", s.first_name as "firstName",
           s.last_name as "lastName", g.full_name as "parentName", g.email
      from (select l.student_id, l.enrollment_id from lessons l where l.id = ${lessonId} and l.student_id is not null
             union all
            select p.student_id, null from lesson_seats p where p.lesson_id = ${lessonId} and p.given_up_at is null) m
      join students s on s.id = m.student_id
      join guardians g on g.id = private.payer_of(s.family_id)
     where s.deleted_at is null
     order by s.family_id, s.id`.execute(db);
  return {
    of,
    readers,
    academy: {
      name: settings.name,
      email: settings.email,
      phone: settings.phone,
      address: settings.address,
      siteUrl: env().SITE_URL,
    },
    lesson: {
      kind: of.kind === "trial" ? "trial" : "regular",
      instrument: of.instrument,
      teacherName: of.teacherName,
      roomName: of.roomName,
      startsAt: of.startsAt,
      minutes: of.minutes,
      timeZone: settings.timeZone,
      id: lessonId,
      sequence,
      isWeekly: false,
    },
  };
}

/**
 * Tells each family of a lesson who gives it now, and the teacher that they do; each letter once for this revision of the
 * lesson. Returns how many were sent: none when the lesson has changed again since.
 */
export async function sendSubstituteMails(substitution: Substitution): Promise<number> {
  const found = await withPrincipal(academyItself, (db) => readCase(db, substitution));
  if (!found) return 0;
  const { academy, lesson, of, readers } = found;
  const revision = `${substitution.lessonId}:${substitution.sequence}`;
  let sent = 0;
  for (const reader of readers) {
    const isNew = await deliver(
      {
        key: `lesson-substituted:${revision}:${reader.studentId}`,
        kind: "lesson-substituted",
        to: reader.email,
        familyId: reader.familyId,
        enrollmentId: reader.enrollmentId,
      },
      () =>
        renderLessonSubstituted({
          academy,
          parentFirstName: reader.parentName.split(" ")[0] ?? reader.parentName,
          student: {
            firstName: reader.firstName,
            lastName: reader.lastName,
            isReader:
              `${reader.firstName} ${reader.lastName}`.toLowerCase() === reader.parentName.toLowerCase(),
          },
          lesson,
          teacherBefore: of.teacherBefore,
          isOwnTeacher: of.isOwnTeacher,
          portalUrl: `${academy.siteUrl}/family/lessons`,
        }),
    );
    if (isNew) sent++;
  }
  if (of.teacherEmail) {
    const week = mondayOf(localDate(lesson.startsAt, lesson.timeZone));
    const isNew = await deliver(
      {
        key: `substitution-assigned:${revision}`,
        kind: "substitution-assigned",
        to: of.teacherEmail,
        // A letter that names a student is that family's; one about a class names nobody.
        familyId: of.className ? null : (readers[0]?.familyId ?? null),
        enrollmentId: of.className ? null : (readers[0]?.enrollmentId ?? null),
      },
      () =>
        renderSubstitutionAssigned({
          academy,
          teacherFirstName: of.teacherFirstName,
          studentName: of.className ?? readers[0]?.firstName ?? "a student",
          lesson,
          teacherBefore: of.teacherBefore,
          lessonsUrl: `${academy.siteUrl}/teach?week=${week}`,
        }),
    );
    if (isNew) sent++;
  }
  return sent;
}
