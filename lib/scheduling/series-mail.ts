import { sql } from "kysely";
import { getAcademy } from "@/lib/academy/queries";
import { type Db, service, withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import type { Id } from "@/lib/ids";
import { deliver } from "@/lib/messaging/deliver";
import type { LessonFacts } from "@/lib/messaging/facts";
import { type OwedWeek, renderSeriesChanged, type SeriesChangedFacts } from "@/lib/messaging/series-mail";
import { getMakeupCredit } from "./lesson-change-queries";
import { listMakeupTimes } from "./makeup-times";
import { seriesWords } from "./series-rules";

const academyItself = service("messaging");

/** A change of a series, as its event tells it; `id` is the event's. */
type SeriesChange = {
  readonly id: string;
  readonly seriesId: string;
  readonly change: SeriesChangedFacts["change"];
  readonly lessonIds: readonly string[];
  readonly creditIds?: readonly string[] | undefined;
};

type SeriesRow = {
  familyId: string;
  enrollmentId: string;
  weekday: number;
  starts: string;
  everyWeeks: number;
  firstName: string;
  lastName: string;
  parentName: string;
  email: string;
};
type LessonRow = Omit<LessonFacts, "kind" | "timeZone" | "isWeekly">;

/** The lessons of the change as they stand now: one that has been moved or cancelled since has its own letter. */
async function listChanged(db: Db, { lessonIds, change }: SeriesChange): Promise<LessonRow[]> {
  const { rows } = await sql<LessonRow>`
    select l.id, l.ical_sequence as sequence, l.starts_at as "startsAt", lower(i.name) as instrument, r.name as "roomName",
           round(extract(epoch from upper(l.during) - lower(l.during)) / 60)::int as minutes,
           t.first_name || ' ' || t.last_name as "teacherName"
      from lessons l join instruments i on i.id = l.instrument_id join teachers t on t.id = l.teacher_id
      join rooms r on r.id = l.room_id
     where l.id = any(${lessonIds}::uuid[]) and (l.status = 'cancelled') = ${change === "ended"}
     order by l.starts_at`.execute(db);
  return rows;
}

/** The credits for weeks of a new term that are not free, with times near each that can be booked now. */
async function listOwed(db: Db, { creditIds = [] }: SeriesChange, siteUrl: string): Promise<OwedWeek[]> {
  const owed: OwedWeek[] = [];
  for (const id of creditIds) {
    const credit = await getMakeupCredit(db, id as Id<"makeup-credit">);
    if (!credit?.isOpen) continue;
    const settings = await db
      .selectFrom("academy_settings")
      .select("makeup_valid_days")
      .executeTakeFirstOrThrow();
    // Its credit begins to run on the day of the week that is missed.
    const day = new Date(credit.expiresAt.getTime() - settings.makeup_valid_days * 86_400_000);
    const times = await listMakeupTimes(db, credit, day);
    owed.push({
      reason: credit.reason ?? "A week that is not free",
      minutes: credit.minutes,
      expiresAt: credit.expiresAt,
      alternatives: times.map(({ path, ...time }) => ({ ...time, url: `${siteUrl}${path}` })),
    });
  }
  return owed;
}

/** The family's letter about a change of its series, once. False as well when nothing of it stands any more. */
export async function sendSeriesChanged(change: SeriesChange): Promise<boolean> {
  const { SITE_URL: siteUrl } = env();
  const { academy, series, lessons, owed } = await withPrincipal(academyItself, async (db) => {
    const { rows } = await sql<SeriesRow>`
      select s.family_id as "familyId", s.enrollment_id as "enrollmentId", s.weekday, s.starts::text, s.every_weeks as "everyWeeks",
             st.first_name as "firstName", st.last_name as "lastName", g.full_name as "parentName", g.email
        from lesson_series s join students st on st.id = s.student_id
        join guardians g on g.id = private.payer_of(s.family_id)
       where s.id = ${change.seriesId}`.execute(db);
    return {
      academy: await getAcademy(db),
      series: rows[0],
      lessons: await listChanged(db, change),
      owed: await listOwed(db, change, siteUrl),
    };
  });
  if (!series || lessons.length === 0) return false;
  return deliver(
    {
      key: `series-changed:${change.id}`,
      kind: "series-changed",
      to: series.email,
      familyId: series.familyId,
      enrollmentId: series.enrollmentId,
    },
    () =>
      renderSeriesChanged({
        academy: { ...academy, siteUrl },
        parentFirstName: series.parentName.split(" ")[0] ?? series.parentName,
        student: {
          firstName: series.firstName,
          lastName: series.lastName,
          isReader:
            `${series.firstName} ${series.lastName}`.toLowerCase() === series.parentName.toLowerCase(),
        },
        change: change.change,
        time: seriesWords(series),
        lessons: lessons.map((lesson) => ({
          ...lesson,
          kind: "regular" as const,
          timeZone: academy.timeZone,
          isWeekly: true,
        })),
        owed,
        portalUrl: `${siteUrl}/family/lessons`,
      }),
  );
}
