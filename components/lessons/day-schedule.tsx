import type { Route } from "next";
import Link from "next/link";
import { InstrumentArt } from "@/components/brand/instrument-art";
import { formatTime } from "@/lib/format";
import type { Lesson } from "@/lib/scheduling/lesson";
import styles from "./day-schedule.module.css";
import { LessonBadges } from "./lesson-status";

type DayScheduleProps = {
  lessons: readonly Lesson[];
  timeZone: string;
  /** Age of the student on the lesson's day, in years; null where it is not known. */
  ageOf: (lesson: Lesson) => number | null;
  studentHref?: (lesson: Lesson) => string;
  /** The lesson's own page, where it is changed. */
  lessonHref?: (lesson: Lesson) => string;
  /** Says the teacher too: for the academy's own view. */
  withTeacher?: boolean;
};

/** One day's lessons in order of time, as the person who gives them reads it. */
export function DaySchedule({
  lessons,
  timeZone,
  ageOf,
  studentHref,
  lessonHref,
  withTeacher = false,
}: DayScheduleProps) {
  return (
    <ol className={styles.list}>
      {lessons.map((lesson) => {
        const age = ageOf(lesson);
        return (
          <li key={lesson.id} className={styles.lesson} data-status={lesson.status}>
            <div className={styles.time}>
              <span className={styles.start}>
                {lessonHref ? (
                  <Link
                    href={lessonHref(lesson) as Route}
                    aria-label={`Lesson at ${formatTime(lesson.startsAt, timeZone)}, ${lesson.student.name}`}
                  >
                    {formatTime(lesson.startsAt, timeZone)}
                  </Link>
                ) : (
                  formatTime(lesson.startsAt, timeZone)
                )}
              </span>
              <span className={styles.length}>{lesson.minutes} min</span>
            </div>
            <span className={styles.art} aria-hidden="true">
              <InstrumentArt slug={lesson.instrument.slug ?? ""} size={34} />
            </span>
            <div className={styles.words}>
              <p className={styles.student}>
                {studentHref && lesson.student.id ? (
                  <Link href={studentHref(lesson) as Route}>{lesson.student.name}</Link>
                ) : (
                  lesson.student.name
                )}
                {age !== null && <span className={styles.age}>, {age} years</span>}
              </p>
              <p className={styles.facts}>
                {[
                  lesson.instrument.name,
                  withTeacher ? lesson.teacher.name : null,
                  lesson.substituteFor ? `for ${lesson.substituteFor}` : null,
                  lesson.roomName ?? "no room",
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </p>
            </div>
            <div className={styles.badges}>
              <LessonBadges lesson={lesson} />
            </div>
          </li>
        );
      })}
    </ol>
  );
}
