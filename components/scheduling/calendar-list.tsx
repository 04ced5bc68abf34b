import type { Route } from "next";
import Link from "next/link";
import { StatusBadge } from "@/components/ui/status-badge";
import { formatCalendarDay, formatTimeRange } from "@/lib/format";
import type { CalendarHold, CalendarLesson, CalendarRange } from "@/lib/scheduling/calendar";
import { type CalendarReader, pieceTitle, toneOf } from "@/lib/scheduling/calendar-drawing";
import { wallClock } from "@/lib/scheduling/wall-clock";
import styles from "./calendar-list.module.css";
import { MoveButton } from "./calendar-moves";

type CalendarListProps = {
  range: CalendarRange;
  timeZone: string;
  reader: CalendarReader;
  /** The children in the order of their colours. */
  students: readonly string[];
  lessonPath: string | null;
  dates: readonly string[];
  today: string;
};

/** The same lessons as in the drawn calendar, as a plain list: for phones, screen readers and without script. */
export function CalendarList({
  range,
  timeZone,
  reader,
  students,
  lessonPath,
  dates,
  today,
}: CalendarListProps) {
  const dayOf = (item: { startsAt: Date }) => wallClock(item.startsAt, timeZone).slice(0, 10);
  const days = dates
    .map((date) => ({
      date,
      closure: range.closures.find(({ startsOn, endsOn }) => startsOn <= date && date <= endsOn),
      items: [...range.lessons, ...range.holds]
        .filter((item) => dayOf(item) === date)
        .sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime()),
    }))
    .filter(({ closure, items }) => closure || items.length > 0);
  return (
    <div className={styles.days}>
      {days.map(({ date, closure, items }) => (
        <section key={date} aria-label={formatCalendarDay(date)} className={styles.day}>
          <h3 className={styles.date}>
            {formatCalendarDay(date)}
            {date === today && <span className={styles.today}>Today</span>}
          </h3>
          {closure && <p className={styles.closed}>The academy is closed: {closure.name}.</p>}
          <ul className={styles.items}>
            {items.map((item) =>
              "expiresAt" in item ? (
                <HoldLine key={item.id} hold={item} timeZone={timeZone} />
              ) : (
                <LessonLine
                  key={item.id}
                  lesson={item}
                  timeZone={timeZone}
                  reader={reader}
                  students={students}
                  lessonPath={lessonPath}
                />
              ),
            )}
          </ul>
        </section>
      ))}
    </div>
  );
}

type LessonLineProps = Pick<CalendarListProps, "timeZone" | "reader" | "students" | "lessonPath"> & {
  lesson: CalendarLesson;
};

function LessonLine({ lesson, timeZone, reader, students, lessonPath }: LessonLineProps) {
  const title = pieceTitle(lesson, reader);
  return (
    <li className={styles.item} data-tone={toneOf(lesson, students)}>
      <span className={styles.when}>{formatTimeRange(lesson.startsAt, lesson.endsAt, timeZone)}</span>
      <div className={styles.words}>
        <p className={styles.title}>
          {lessonPath ? (
            <Link href={`${lessonPath}/${lesson.id}` as Route} prefetch={false}>
              {title}
            </Link>
          ) : (
            title
          )}
        </p>
        <p className={styles.facts}>
          {[reader === "teacher" ? null : lesson.teacher.name, lesson.room.name].filter(Boolean).join(" · ")}
        </p>
      </div>
      <div className={styles.side}>
        {lesson.classId && <StatusBadge tone="waiting">Class</StatusBadge>}
        {lesson.status === "completed" && <StatusBadge tone="good">Completed</StatusBadge>}
        {lesson.status === "no_show" && <StatusBadge tone="bad">Missed</StatusBadge>}
        <MoveButton lesson={lesson} reader={reader} timeZone={timeZone} />
      </div>
    </li>
  );
}

function HoldLine({ hold, timeZone }: { hold: CalendarHold; timeZone: string }) {
  return (
    <li className={styles.item} data-tone="hold">
      <span className={styles.when}>{formatTimeRange(hold.startsAt, hold.endsAt, timeZone)}</span>
      <div className={styles.words}>
        <p className={styles.title}>Held for {hold.studentName ?? "a new family"}</p>
        <p className={styles.facts}>
          {hold.teacher.name} · {hold.room.name}
        </p>
      </div>
      <div className={styles.side}>
        <StatusBadge tone="neutral">Hold</StatusBadge>
      </div>
    </li>
  );
}
