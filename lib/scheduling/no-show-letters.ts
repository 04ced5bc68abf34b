import { sql } from "kysely";
import { getAcademy } from "@/lib/academy/queries";
import { service, withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import { deliver } from "@/lib/messaging/deliver";
import { renderNoShow, renderNoShowAcademy } from "@/lib/messaging/no-show-mails";

const academyItself = service("messaging");

/** A student who was marked as absent from a lesson. */
export type NoShow = { readonly lessonId: string; readonly studentId: string };

type MissedRow = {
  readonly firstName: string;
  readonly lastName: string;
  readonly familyId: string;
  readonly enrollmentId: string | null;
  readonly noun: string;
  readonly isClass: boolean;
  readonly teacherName: string;
  readonly startsAt: Date;
  readonly minutes: number;
  readonly noticeMinutes: number;
};
type Reader = { readonly id: string; readonly name: string; readonly email: string };

/**
 * Asks each guardian politely what happened, once a lesson and student. Nothing is sent when the mark has been corrected
 * since. Returns how many letters went out now.
 */
export async function sendNoShow({ lessonId, studentId }: NoShow): Promise<number> {
  const { academy, missed, readers } = await withPrincipal(academyItself, async (db) => {
    const { rows } = await sql<MissedRow>`
      select s.first_name as "firstName", s.last_name as "lastName", s.family_id as "familyId",
             l.enrollment_id as "enrollmentId", coalesce(c.name, lower(i.name) || ' lesson', 'lesson') as noun,
             l.class_id is not null as "isClass", t.first_name || ' ' || t.last_name as "teacherName",
             l.starts_at as "startsAt", (extract(epoch from upper(l.during) - l.starts_at) / 60)::int as minutes,
             a.cancel_notice_minutes as "noticeMinutes"
        from attendance m
        join lessons l on l.id = m.lesson_id
        join students s on s.id = m.student_id and s.deleted_at is null
        join teachers t on t.id = l.teacher_id
        join academy_settings a on true
        left join instruments i on i.id = l.instrument_id
        left join classes c on c.id = l.class_id
       where m.lesson_id = ${lessonId} and m.student_id = ${studentId} and m.status = 'absent'`.execute(db);
    const { rows: readers } = await sql<Reader>`
      select g.id, g.full_name as name, g.email from guardians g
       where g.family_id = ${rows[0]?.familyId ?? null} and g.deleted_at is null
       order by g.created_at, g.id`.execute(db);
    return { academy: { ...(await getAcademy(db)), siteUrl: env().SITE_URL }, missed: rows[0], readers };
  });
  if (!missed) return 0;
  let sent = 0;
  for (const reader of readers) {
    const isNew = await deliver(
      {
        key: `no-show:${lessonId}:${studentId}:${reader.id}`,
        kind: "no-show",
        to: reader.email,
        familyId: missed.familyId,
        enrollmentId: missed.enrollmentId,
      },
      () =>
        renderNoShow({
          academy,
          readerFirstName: reader.name.split(" ")[0] ?? reader.name,
          student: {
            firstName: missed.firstName,
            lastName: missed.lastName,
            isReader: `${missed.firstName} ${missed.lastName}`.toLowerCase() === reader.name.toLowerCase(),
          },
          lesson: { ...missed, timeZone: academy.timeZone },
          noticeMinutes: missed.noticeMinutes,
          lessonUrl: `${academy.siteUrl}/family/lessons${missed.isClass ? "" : `/${lessonId}`}`,
        }),
    );
    if (isNew) sent += 1;
  }
  return sent;
}

type TermRow = {
  readonly termId: string;
  readonly termName: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly familyId: string;
  readonly startsAt: Date;
  readonly teacherName: string;
};

/** Tells the academy of a student who has missed a second lesson in the term of this one, once a term. */
export async function tellAcademyOfNoShows({ lessonId, studentId }: NoShow): Promise<boolean> {
  const { academy, missed } = await withPrincipal(academyItself, async (db) => {
    const { rows } = await sql<TermRow>`
      select e.id as "termId", e.name as "termName", s.first_name as "firstName", s.last_name as "lastName",
             s.family_id as "familyId", l.starts_at as "startsAt", t.first_name || ' ' || t.last_name as "teacherName"
        from academy_settings a
        join lessons o on o.id = ${lessonId}
        join terms e on (o.starts_at at time zone a.time_zone)::date between e.starts_on and e.ends_on
        join attendance m on m.student_id = ${studentId} and m.status = 'absent'
        join lessons l on l.id = m.lesson_id
                      and (l.starts_at at time zone a.time_zone)::date between e.starts_on and e.ends_on
        join students s on s.id = m.student_id and s.deleted_at is null
        join teachers t on t.id = l.teacher_id
       order by l.starts_at`.execute(db);
    return { academy: { ...(await getAcademy(db)), siteUrl: env().SITE_URL }, missed: rows };
  });
  const [first] = missed;
  if (!first || missed.length < 2) return false;
  return deliver(
    {
      key: `no-show-academy:${studentId}:${first.termId}`,
      kind: "no-show-academy",
      to: academy.email,
      familyId: first.familyId,
    },
    () =>
      renderNoShowAcademy({
        academy,
        timeZone: academy.timeZone,
        student: first,
        termName: first.termName,
        lessons: missed,
        familyUrl: `${academy.siteUrl}/admin/families/${first.familyId}`,
      }),
  );
}
