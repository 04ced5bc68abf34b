import {
  type CalendarHold,
  type CalendarLesson,
  type CalendarRange,
  type CalendarResource,
  hoursBeside,
  hoursOn,
} from "./calendar";
import { wallSpan, wallTime } from "./wall-clock";

/** What stands behind the lessons: why a time is not to be had, or to be had by make-ups alone. */
type CalendarBackdrop = "closure" | "makeup" | "away" | "off-hours";

/** Colours of a calendar by their order: of the children of a family, or of kinds of lessons. */
export const calendarTones = ["cedar", "gold", "clay", "lake", "plum", "moss"] as const;
type CalendarTone = (typeof calendarTones)[number] | "hold";

/** A piece of the calendar in the shape that `@mantine/schedule` draws; times are the academy's wall clock. */
export type CalendarPiece = {
  readonly id: string;
  readonly title: string;
  readonly start: string;
  readonly end: string;
  readonly color: string;
  readonly display?: "background";
  readonly resourceId?: string;
  readonly payload:
    | {
        readonly kind: "lesson";
        readonly lesson: CalendarLesson;
        readonly tone: CalendarTone;
        readonly label: string;
      }
    | { readonly kind: "hold"; readonly hold: CalendarHold; readonly label: string }
    | { readonly kind: CalendarBackdrop };
};

/** The colour of a lesson: its child's, by their order, or that of its kind where there are no children. */
export function toneOf(lesson: CalendarLesson, children: readonly string[]): CalendarTone {
  if (children.length > 0) {
    const own: readonly string[] = lesson.students.map(({ id }) => id);
    const place = children.findIndex((child) => own.includes(child));
    return calendarTones[Math.max(place, 0) % calendarTones.length] ?? "cedar";
  }
  if (lesson.classId) return "gold";
  return lesson.kind === "trial" ? "lake" : lesson.kind === "make_up" ? "plum" : "cedar";
}

export type CalendarReader = "family" | "student" | "teacher" | "academy";

export type DrawingOptions = {
  readonly timeZone: string;
  readonly reader: CalendarReader;
  /** Every date that is drawn. */
  readonly dates: readonly string[];
  /** Rows of teachers or of rooms; null: one calendar for all. */
  readonly rows: { readonly by: "teacher" | "room"; readonly resources: readonly CalendarResource[] } | null;
  /** Whose weekly hours and time off stand behind a calendar without rows. */
  readonly teacherId: string | null;
  readonly toneOf: (lesson: CalendarLesson) => CalendarTone;
};

/** `Lina`, `Lina and Amir`, `3 students` */
function whoOf(lesson: Pick<CalendarLesson, "students">): string {
  const names = lesson.students.map((student) => student.firstName);
  return names.length > 2 ? `${names.length} students` : names.join(" and ");
}

const kinds: Readonly<Record<CalendarLesson["kind"], string>> = {
  trial: " trial lesson",
  private: " lesson",
  shared: "",
  group: "",
  make_up: " make-up lesson",
  recital: "",
};

/** `Piano trial lesson`, `Rock Band` */
function titleOf(lesson: Pick<CalendarLesson, "kind" | "subject">): string {
  return lesson.subject + kinds[lesson.kind];
}

/** What is read of a lesson, in the order in which its reader asks. */
export function pieceTitle(lesson: CalendarLesson, reader: CalendarReader): string {
  if (reader === "student") return titleOf(lesson);
  if (lesson.classId) return reader === "family" ? `${whoOf(lesson)}: ${lesson.subject}` : lesson.subject;
  const who = reader === "academy" ? lesson.students[0]?.name : lesson.students[0]?.firstName;
  return `${who ?? "Former student"}: ${titleOf(lesson)}`;
}

/** A lesson in one sentence: who, what, when, with whom, where. */
export function lessonLabel(lesson: CalendarLesson, reader: CalendarReader, timeZone: string): string {
  const { start, end } = wallSpan(lesson, timeZone);
  const teacher = reader === "teacher" ? "" : `, with ${lesson.teacher.name}`;
  return `${pieceTitle(lesson, reader)}, ${wallTime(start)} to ${wallTime(end)}${teacher}, ${lesson.room.name}`;
}

/** Everything that is drawn of a range. Ids are unique, as the calendar asks for. */
export function drawCalendar(range: CalendarRange, options: DrawingOptions): CalendarPiece[] {
  const { timeZone, reader, rows } = options;
  const rowOf = (item: { teacher: CalendarResource; room: CalendarResource }) =>
    rows ? { resourceId: item[rows.by].id } : {};
  const lessons = range.lessons.map(
    (lesson): CalendarPiece => ({
      id: lesson.id,
      title: pieceTitle(lesson, reader),
      ...wallSpan(lesson, timeZone),
      color: "cedar",
      ...rowOf(lesson),
      payload: {
        kind: "lesson",
        lesson,
        tone: options.toneOf(lesson),
        label: lessonLabel(lesson, reader, timeZone),
      },
    }),
  );
  const holds = range.holds.map((hold): CalendarPiece => {
    const span = wallSpan(hold, timeZone);
    const who = hold.studentName ?? "a new family";
    return {
      id: `hold-${hold.id}`,
      title: `Held for ${who}`,
      ...span,
      color: "cedar",
      ...rowOf(hold),
      payload: {
        kind: "hold",
        hold,
        label: `Held for ${who}, ${wallTime(span.start)} to ${wallTime(span.end)}, ${hold.teacher.name}, ${hold.room.name}`,
      },
    };
  });
  return [...drawBackdrops(range, options), ...lessons, ...holds];
}

function drawBackdrops(range: CalendarRange, options: DrawingOptions): CalendarPiece[] {
  const { dates, rows, timeZone } = options;
  const everywhere = rows ? rows.resources.map(({ id }) => id) : [null];
  const teachers = rows
    ? rows.by === "teacher"
      ? rows.resources.map(({ id }) => id)
      : []
    : [options.teacherId];
  const piece = (
    kind: CalendarBackdrop,
    title: string,
    span: { start: string; end: string },
    row: string | null,
  ): CalendarPiece => ({
    id: `${kind}-${row ?? "all"}-${span.start}`,
    title,
    ...span,
    color: "gray",
    display: "background",
    ...(row ? { resourceId: row } : {}),
    payload: { kind },
  });
  // A whole day is drawn a minute short: the library puts whole days elsewhere.
  const wholeDay = (date: string) => ({ start: `${date} 00:00:00`, end: `${date} 23:59:00` });
  const closed = dates.flatMap((date) =>
    range.closures
      .filter(({ startsOn, endsOn }) => startsOn <= date && date <= endsOn)
      .slice(0, 1)
      .flatMap((closure) =>
        everywhere.map((row) => piece("closure", `Closed: ${closure.name}`, wholeDay(date), row)),
      ),
  );
  const makeups = dates.flatMap((date) =>
    range.makeupDays
      .filter(({ startsOn, endsOn }) => startsOn <= date && date <= endsOn)
      .slice(0, 1)
      .flatMap((day) => everywhere.map((row) => piece("makeup", day.name, wholeDay(date), row))),
  );
  const off = teachers.flatMap((teacher) =>
    teacher === null || range.hours.length === 0
      ? []
      : dates.flatMap((date) =>
          hoursBeside(hoursOn(range.hours, teacher, date), date).map((span) =>
            piece(
              "off-hours",
              "",
              { start: span.start, end: beforeMidnight(span.end, date) },
              rows ? teacher : null,
            ),
          ),
        ),
  );
  const away = range.absences
    .filter((absence) => teachers.includes(absence.teacherId))
    .flatMap((absence) => {
      const span = wallSpan(absence, timeZone);
      return dates
        .map((date) => ({
          start: span.start > `${date} 00:00:00` ? span.start : `${date} 00:00:00`,
          end: beforeMidnight(span.end, date),
        }))
        .filter(({ start, end }) => start < end)
        .map((day) => piece("away", "Away", day, rows ? absence.teacherId : null));
    });
  return [...off, ...makeups, ...away, ...closed];
}

function beforeMidnight(end: string, date: string): string {
  return end.slice(0, 10) > date ? `${date} 23:59:00` : end;
}
