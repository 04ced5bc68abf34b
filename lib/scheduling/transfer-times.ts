import type { Academy } from "@/lib/academy/schema";
import { clock } from "@/lib/clock";
import { service, withPrincipal } from "@/lib/db/principal";
import { localDate, localTime } from "@/lib/format";
import { startOfDay } from "./local-day";
import { listOpenTimes } from "./queries";
import { type WeeklyTime, weeklyTimes, weekOf } from "./series-rules";
import { addDays } from "./week";

/** So many weeks are looked at for times that are open every week. */
const WEEKS = 6;
const MOST = 8;

/**
 * Times of the week that a teacher has open in each of the six weeks from a day on, for lessons that come from another teacher;
 * the nearest to the usual time first, at most eight. The caller has seen that the student is theirs.
 */
export async function listTeacherWeeklyTimes(
  { timeZone, noticeMinutes }: Academy,
  of: {
    readonly instrumentId: string;
    readonly minutes: number;
    readonly teacherId: string;
    readonly studentId: string;
    /** ISO day in the academy's zone. */
    readonly from: string;
    readonly usual: { readonly weekday: number; readonly starts: string } | null;
  },
): Promise<WeeklyTime[]> {
  const { monday } = weekOf(of.from);
  const earliest = clock.now().getTime() + noticeMinutes * 60_000;
  // A series has no horizon: the academy itself looks up what is open.
  const open = await withPrincipal(service("scheduling"), (db) =>
    listOpenTimes(db, {
      instrumentId: of.instrumentId,
      minutes: of.minutes,
      teacherId: of.teacherId,
      studentId: of.studentId,
      from: new Date(Math.max(startOfDay(of.from, timeZone).getTime(), earliest)),
      until: startOfDay(addDays(monday, 7 * WEEKS), timeZone),
      byStaff: true,
    }),
  );
  const starts = open.map(({ startsAt }) => ({
    date: localDate(startsAt, timeZone),
    time: localTime(startsAt, timeZone),
  }));
  const ofWeeks = new Set(starts.map(({ date }) => weekOf(date).monday)).size;
  const minutesOf = ({ weekday, starts: at }: { weekday: number; starts: string }) =>
    weekday * 1440 + Number(at.slice(0, 2)) * 60 + Number(at.slice(3, 5));
  const away = (time: WeeklyTime) => {
    if (!of.usual) return 0;
    const distance = Math.abs(minutesOf(time) - minutesOf(of.usual));
    return Math.min(distance, 7 * 1440 - distance);
  };
  // In the first week the days before it are not looked at.
  return weeklyTimes(starts)
    .filter(({ weeks }) => weeks >= Math.max(1, ofWeeks - 1))
    .sort((a, b) => away(a) - away(b))
    .slice(0, MOST);
}
