import type { Route } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { formatTimeRange, formatZone } from "@/lib/format";
import { type Lesson, lessonTitle } from "@/lib/scheduling/lesson";
import { DateLeaf } from "./date-leaf";
import styles from "./lesson-list.module.css";
import { LessonBadges } from "./lesson-status";

type LessonListProps = {
  lessons: readonly Lesson[];
  /** The academy's zone. */
  timeZone: string;
  /** Whose eyes: a family reads who has the lesson, the student need not be told. */
  reader: "family" | "student";
  /** The lesson's calendar file; without it there is none to save. */
  calendarHref?: (lesson: Lesson) => string;
  /** The lesson's own page, where it is moved and cancelled. */
  lessonHref?: (lesson: Lesson) => string;
  /** The level of each lesson's heading. */
  level?: 2 | 3 | 4;
  /** Said with the lesson: what is more to do about it. */
  more?: (lesson: Lesson) => ReactNode;
};

/** Lessons with who, what, when and where. */
export function LessonList({
  lessons,
  timeZone,
  reader,
  calendarHref,
  lessonHref,
  level = 3,
  more,
}: LessonListProps) {
  const titleOf = (lesson: Lesson) =>
    reader === "family" ? `${lesson.student.firstName}: ${lessonTitle(lesson)}` : lessonTitle(lesson);
  const Heading = `h${level}` as const;
  return (
    <ul className={styles.list}>
      {lessons.map((lesson) => (
        <li key={lesson.id} className={styles.lesson} data-status={lesson.status}>
          <DateLeaf instant={lesson.startsAt} timeZone={timeZone} />
          <div className={styles.words}>
            <Heading className={styles.title}>
              {lessonHref ? (
                <Link href={lessonHref(lesson) as Route}>{titleOf(lesson)}</Link>
              ) : (
                titleOf(lesson)
              )}
            </Heading>
            <p className={styles.time}>
              {formatTimeRange(lesson.startsAt, lesson.endsAt, timeZone)}{" "}
              <span className={styles.zone}>{formatZone(lesson.startsAt, timeZone)}</span>
            </p>
            <p className={styles.where}>
              with {lesson.teacher.name}
              {lesson.substituteFor && `, for ${lesson.substituteFor}`}
              {lesson.roomName && ` · ${lesson.roomName}`}
            </p>
          </div>
          <div className={styles.side}>
            <LessonBadges lesson={lesson} />
            {calendarHref && lesson.status === "scheduled" && (
              <a
                href={calendarHref(lesson)}
                download
                className={styles.calendar}
                aria-label={`Add to calendar: ${lessonTitle(lesson)}, ${lesson.student.firstName}`}
              >
                Add to calendar
              </a>
            )}
            {more?.(lesson)}
          </div>
        </li>
      ))}
    </ul>
  );
}
