import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";
import { StatusBadge } from "@/components/ui/status-badge";
import { countOf, formatDayTime } from "@/lib/format";
import type { TimeOff, TimeOffLesson } from "@/lib/teachers/time-off";
import { timeOffWords } from "@/lib/teachers/time-off-rules";
import styles from "./time-off-card.module.css";

type TimeOffCardProps = {
  timeOff: TimeOff;
  /** The lessons that it meets, whoever gives them. */
  lessons: readonly TimeOffLesson[];
  timeZone: string;
  /** Says whose time off it is, as a link or a name; left out on the teacher's own page. */
  teacher?: ReactNode;
  /** What can be done about it. */
  children?: ReactNode;
};

/** Time off with what became of each lesson in it. */
export function TimeOffCard({ timeOff, lessons, timeZone, teacher, children }: TimeOffCardProps) {
  const settled = lessons.filter((lesson) => !lesson.needsSomebody);
  const open = lessons.length - settled.length;
  return (
    <Card
      level={3}
      title={timeOffWords(timeOff.from, timeOff.until, timeZone)}
      description={
        <>
          {teacher && <>{teacher} · </>}
          {timeOff.reason}
        </>
      }
      actions={
        <StatusBadge tone={open > 0 ? "waiting" : "good"}>
          {open > 0
            ? `${countOf(open, "lesson")} ${open === 1 ? "needs" : "need"} somebody`
            : lessons.length === 0
              ? "No lessons touched"
              : "All lessons settled"}
        </StatusBadge>
      }
    >
      <div className={styles.parts}>
        {settled.length > 0 && (
          <ul className={styles.lessons} aria-label="What became of the lessons">
            {settled.map((lesson) => (
              <li key={lesson.id}>
                <span className={styles.time}>{formatDayTime(lesson.startsAt, timeZone)}</span>
                <span className={styles.name}>
                  {lesson.name}, {lesson.subject.toLowerCase()}
                </span>
                <span className={styles.fate}>{fateWords(lesson, timeOff)}</span>
              </li>
            ))}
          </ul>
        )}
        {children}
      </div>
    </Card>
  );
}

function fateWords(lesson: TimeOffLesson, timeOff: TimeOff): string {
  if (lesson.status === "cancelled") return "Cancelled";
  if (lesson.givenBy.id === timeOff.teacherId) return "Was given all the same";
  return `${lesson.status === "scheduled" ? "Given by" : "Was given by"} ${lesson.givenBy.name}`;
}
