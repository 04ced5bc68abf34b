import type { Academy } from "@/lib/academy/schema";
import { clock } from "@/lib/clock";
import { service, withPrincipal } from "@/lib/db/principal";
import { localDate, localTime } from "@/lib/format";
import type { Id } from "@/lib/ids";
import { startOfDay } from "./local-day";
import { listOpenTimes } from "./queries";
import { getSeriesOfLesson, getSeriesSubject, type SeriesLessonMove } from "./series";
import { type WeeklyTime, weeklyTimes, weekOf } from "./series-rules";
import { addDays } from "./week";

/** So many weeks are looked at for times that are open every week. */
export const WEEKS_AHEAD = 6;

type OpenWeeklyTime = WeeklyTime & {
  readonly ofWeeks: number;
  /** Whether it is open in each week in which the teacher has any open time. */
  readonly isAlwaysOpen: boolean;
};

/**
 * The times of the week to which the lessons of a series could go, with its teacher: open in at least half of the weeks
 * from the first of them on, or from the notice. The caller has seen that the series is theirs.
 */
export async function listWeeklyTimes(
  academy: Academy,
  lessonId: Id<"lesson">,
  moves: readonly SeriesLessonMove[],
): Promise<OpenWeeklyTime[]> {
  const { timeZone, noticeMinutes } = academy;
  const first = moves[0];
  if (!first) return [];
  const monday = weekOf(localDate(first.movedFrom, timeZone)).monday;
  const earliest = clock.now().getTime() + noticeMinutes * 60_000;
  // A series has no horizon: the academy itself looks up what is open.
  return withPrincipal(service("scheduling"), async (db) => {
    const series = await getSeriesOfLesson(db, lessonId);
    const subject = series && (await getSeriesSubject(db, series.enrollmentId));
    if (!subject) return [];
    const open = await listOpenTimes(db, {
      instrumentId: subject.instrumentId,
      minutes: series.minutes,
      teacherId: series.teacher.id,
      studentId: subject.studentId,
      ignoredBookingIds: moves.flatMap(({ bookingId, to }) => (to ? [bookingId] : [])),
      from: new Date(Math.max(startOfDay(monday, timeZone).getTime(), earliest)),
      until: startOfDay(addDays(monday, 7 * WEEKS_AHEAD), timeZone),
      byStaff: true,
    });
    const starts = open.map(({ startsAt }) => ({
      date: localDate(startsAt, timeZone),
      time: localTime(startsAt, timeZone),
    }));
    const ofWeeks = new Set(starts.map(({ date }) => weekOf(date).monday)).size;
    return weeklyTimes(starts)
      .filter(({ weeks }) => weeks * 2 >= ofWeeks)
      .filter(({ weekday, starts: at }) => weekday !== series.weekday || at !== series.starts)
      .map((time) => ({ ...time, ofWeeks, isAlwaysOpen: time.weeks === ofWeeks }));
  });
}
