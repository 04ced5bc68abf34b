import { type CalendarLesson, type CalendarRange, hoursBeside, hoursOn } from "./calendar";
import { addWallMinutes, wallSpan, wallTime } from "./wall-clock";

/** Where a lesson might go: a start on the academy's wall clock (`YYYY-MM-DD HH:mm:ss`), a teacher, a room. */
export type CalendarPlace = {
  readonly start: string;
  readonly teacherId: string;
  /** null: its own room, or another one that fits when that is taken. */
  readonly roomId: string | null;
};

/** Two equal places have equal keys. */
export function placeKey(lesson: Pick<CalendarLesson, "id">, place: CalendarPlace): string {
  return `${lesson.id} ${place.start} ${place.teacherId} ${place.roomId ?? "-"}`;
}

/** Length of a lesson in minutes. */
function minutesOf(lesson: Pick<CalendarLesson, "startsAt" | "endsAt">): number {
  return Math.round((lesson.endsAt.getTime() - lesson.startsAt.getTime()) / 60_000);
}

/** Whether a place is where the lesson is already. */
export function isOwnPlace(lesson: CalendarLesson, place: CalendarPlace, timeZone: string): boolean {
  return (
    wallSpan(lesson, timeZone).start === place.start &&
    lesson.teacher.id === place.teacherId &&
    (place.roomId === null || place.roomId === lesson.room.id)
  );
}

/**
 * What is in the way of a place as far as the calendar itself shows it, in words; null when it shows nothing. Says at
 * once what is plain to see; the academy is asked all the same.
 */
export function seenObstacle(
  range: CalendarRange,
  lesson: CalendarLesson,
  place: CalendarPlace,
  timeZone: string,
): string | null {
  const end = addWallMinutes(place.start, minutesOf(lesson));
  const date = place.start.slice(0, 10);
  const meets = (span: { readonly start: string; readonly end: string }) =>
    span.start < end && place.start < span.end;
  const closure = range.closures.find(({ startsOn, endsOn }) => startsOn <= date && date <= endsOn);
  if (closure) return `The academy is closed on this day: ${closure.name}.`;
  for (const other of [...range.lessons, ...range.holds]) {
    if (other.id === lesson.id) continue;
    const span = wallSpan(other, timeZone);
    if (!meets(span)) continue;
    const when = `from ${wallTime(span.start)} to ${wallTime(span.end)}`;
    if ("students" in other && !other.classId) {
      const shared = other.students.find(({ id }) => lesson.students.some((own) => own.id === id));
      if (shared) return `${shared.firstName} has another lesson ${when}.`;
    }
    if (other.teacher.id === place.teacherId) return `${other.teacher.name} is busy ${when}.`;
    if (other.room.id === place.roomId) return `${other.room.name} is taken ${when}.`;
  }
  for (const absence of range.absences) {
    if (absence.teacherId === place.teacherId && meets(wallSpan(absence, timeZone)))
      return "The teacher is away.";
  }
  const hasHours = range.hours.some(({ teacherId }) => teacherId === place.teacherId);
  if (hasHours && hoursBeside(hoursOn(range.hours, place.teacherId, date), date).some(meets)) {
    return "The teacher does not teach at this hour.";
  }
  return null;
}

/** The days and hours along which a row or a column of the calendar runs. */
export type Rail = {
  readonly dates: readonly string[];
  /** First and last minute of the day that is drawn. */
  readonly firstMinute: number;
  readonly lastMinute: number;
};

/** The start, on the grid, of a lesson that is dropped at a share (0 to 1) of a rail. */
export function startAt(rail: Rail, share: number, gridMinutes: number): string {
  const dayMinutes = rail.lastMinute - rail.firstMinute;
  const along = Math.min(Math.max(share, 0), 1) * rail.dates.length;
  const day = Math.min(Math.floor(along), rail.dates.length - 1);
  const minute = rail.firstMinute + (along - day) * dayMinutes;
  const snapped = Math.round(minute / gridMinutes) * gridMinutes;
  const lastStart = Math.floor((rail.lastMinute - 1) / gridMinutes) * gridMinutes;
  return addWallMinutes(
    `${rail.dates[day]} 00:00:00`,
    Math.min(Math.max(snapped, rail.firstMinute), lastStart),
  );
}
