import { sql } from "kysely";
import { getAcademy } from "@/lib/academy/queries";
import { type Db, service, withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import { type ClosureLesson, renderClosure } from "@/lib/messaging/closure-mail";
import { deliver } from "@/lib/messaging/deliver";
import { usd } from "@/lib/money";

const academyItself = service("messaging");

type ClosureRow = { name: string; startsOn: string; endsOn: string; kind: "academy" | "weather" };
type Reader = { id: string; name: string; email: string };
type LessonRow = Omit<ClosureLesson, "credit"> & {
  creditMinutes: number | null;
  creditExpiresAt: Date | null;
};

async function readClosure(db: Db, closureId: string): Promise<ClosureRow | null> {
  const { rows } = await sql<ClosureRow>`
    select c.name, c.starts_on::text as "startsOn", c.ends_on::text as "endsOn",
           coalesce((select l.cancel_kind from lessons l where l.closure_id = c.id and l.cancel_kind is not null limit 1),
                    'academy') as kind
      from closures c where c.id = ${closureId}`.execute(db);
  return rows[0] ?? null;
}

const LESSON = sql`
  l.id, coalesce(c.name, lower(i.name) || ' lesson', 'lesson') as noun, l.starts_at as "startsAt",
  (extract(epoch from upper(l.during) - l.starts_at) / 60)::int as minutes`;

const toLesson = ({ creditMinutes, creditExpiresAt, ...lesson }: LessonRow): ClosureLesson => ({
  ...lesson,
  credit:
    creditMinutes !== null && creditExpiresAt ? { minutes: creditMinutes, expiresAt: creditExpiresAt } : null,
});

/** Tells the guardians of a family of all its lessons that a closure cancelled, each once. Returns how many mails went out now. */
export async function sendClosureToFamily(closureId: string, familyId: string): Promise<number> {
  const of = await withPrincipal(academyItself, async (db) => {
    const { rows: lessons } = await sql<LessonRow>`
      select ${LESSON}, s.first_name as who, m.minutes as "creditMinutes", m.expires_at as "creditExpiresAt"
        from lessons l
        left join lesson_seats p on p.lesson_id = l.id and p.given_up_at is null and p.family_id = ${familyId}
        join students s on s.id = coalesce(l.student_id, p.student_id)
        left join instruments i on i.id = l.instrument_id
        left join classes c on c.id = l.class_id
        left join makeup_credits m on l.id in (m.origin_lesson_id, m.returned_lesson_id) and m.student_id = s.id
                                  and m.voided_at is null
       where l.closure_id = ${closureId} and (l.family_id = ${familyId} or p.family_id is not null)
       order by l.starts_at, s.first_name`.execute(db);
    const { rows: readers } = await sql<Reader>`
      select g.id, g.full_name as name, g.email from guardians g
       where g.family_id = ${familyId} and g.deleted_at is null order by g.created_at, g.id`.execute(db);
    const { rows: paid } = await sql<{ cents: number }>`
      select coalesce(sum(a.amount_cents), 0)::int as cents
        from account_credits a join lessons l on l.id = a.lesson_id
       where a.family_id = ${familyId} and l.closure_id = ${closureId}`.execute(db);
    return {
      academy: await getAcademy(db),
      closure: await readClosure(db, closureId),
      lessons: lessons.map(toLesson),
      readers,
      paidOut: usd(paid[0]?.cents ?? 0),
    };
  });
  const { academy, closure, lessons, readers, paidOut } = of;
  if (!closure || lessons.length === 0) return 0;
  const { SITE_URL: siteUrl } = env();
  let sent = 0;
  for (const reader of readers) {
    const isNew = await deliver(
      { key: `closure:${closureId}:${reader.id}`, kind: "closure", to: reader.email, familyId },
      () =>
        renderClosure({
          academy: { ...academy, siteUrl },
          reader: { role: "family", firstName: reader.name.split(" ")[0] ?? reader.name },
          closure,
          timeZone: academy.timeZone,
          lessons,
          paidOut,
          pageUrl: `${siteUrl}/family/makeups`,
        }),
    );
    if (isNew) sent += 1;
  }
  return sent;
}

/** Tells a teacher of all their lessons that a closure cancelled, once. */
export async function sendClosureToTeacher(closureId: string, teacherId: string): Promise<number> {
  const of = await withPrincipal(academyItself, async (db) => {
    const { rows: lessons } = await sql<LessonRow>`
      select ${LESSON}, s.first_name as who, null as "creditMinutes", null as "creditExpiresAt"
        from lessons l
        left join students s on s.id = l.student_id
        left join instruments i on i.id = l.instrument_id
        left join classes c on c.id = l.class_id
       where l.closure_id = ${closureId} and l.teacher_id = ${teacherId}
       order by l.starts_at`.execute(db);
    const { rows: readers } = await sql<Reader>`
      select t.id, t.first_name as name, e.email from teachers t join teacher_employment e on e.teacher_id = t.id
       where t.id = ${teacherId}`.execute(db);
    return {
      academy: await getAcademy(db),
      closure: await readClosure(db, closureId),
      lessons: lessons.map(toLesson),
      reader: readers[0],
    };
  });
  const { academy, closure, lessons, reader } = of;
  if (!closure || !reader || lessons.length === 0) return 0;
  const { SITE_URL: siteUrl } = env();
  const isNew = await deliver(
    { key: `closure:${closureId}:${teacherId}`, kind: "closure", to: reader.email },
    () =>
      renderClosure({
        academy: { ...academy, siteUrl },
        reader: { role: "teacher", firstName: reader.name },
        closure,
        timeZone: academy.timeZone,
        lessons,
        paidOut: null,
        pageUrl: `${siteUrl}/teach`,
      }),
  );
  return isNew ? 1 : 0;
}
