import { formatDay, formatDayTime, formatTimeRange } from "@/lib/format";
import { cautionWords, type Substitute } from "@/lib/teachers/substitute-rules";
import type { NamedAlternative, OpenLesson } from "@/lib/teachers/time-off";
import styles from "./open-lessons.module.css";

type OpenLessonsProps = { lessons: readonly OpenLesson[]; timeZone: string; label: string };

/** Lessons that need somebody, each with who could give it by fit, or when it could be instead. */
export function OpenLessons({ lessons, timeZone, label }: OpenLessonsProps) {
  return (
    <ul className={styles.lessons} aria-label={label}>
      {lessons.map((lesson) => (
        <li key={`${lesson.timeOffId} ${lesson.id}`} className={styles.lesson}>
          <LessonHead lesson={lesson} timeZone={timeZone} />
          <Proposals lesson={lesson} timeZone={timeZone} />
        </li>
      ))}
    </ul>
  );
}

/** When, whose and where a lesson is. */
export function LessonHead({ lesson, timeZone }: { lesson: OpenLesson; timeZone: string }) {
  return (
    <div>
      <p className={styles.name}>
        {lesson.name}, {lesson.subject.toLowerCase()}
      </p>
      <p className={styles.facts}>
        {formatDay(lesson.startsAt, timeZone)}, {formatTimeRange(lesson.startsAt, lesson.endsAt, timeZone)} ·{" "}
        {lesson.roomName}
      </p>
    </div>
  );
}

/** Who could give a lesson, with the reasons; or the times at which it could be. */
export function Proposals({ lesson, timeZone }: { lesson: OpenLesson; timeZone: string }) {
  const [best, ...others] = lesson.substitutes;
  return (
    <div className={styles.proposals}>
      {best ? (
        <>
          <ReasonedSubstitute substitute={best} place={1} />
          {others.length > 0 && (
            <details>
              <summary>
                {others.length === 1 ? "1 more who could give it" : `${others.length} more who could give it`}
              </summary>
              {others.map((substitute, nth) => (
                <ReasonedSubstitute key={substitute.teacherId} substitute={substitute} place={nth + 2} />
              ))}
            </details>
          )}
        </>
      ) : (
        <p className={styles.facts}>Nobody who teaches this is free then.</p>
      )}
      {lesson.alternatives.length > 0 && (
        <p className={styles.facts}>Could be moved to: {alternativesWords(lesson.alternatives, timeZone)}.</p>
      )}
    </div>
  );
}

function ReasonedSubstitute({ substitute, place }: { substitute: Substitute; place: number }) {
  const caution = cautionWords(substitute);
  return (
    <p className={styles.substitute}>
      <span className={styles.place}>{place}.</span> <strong>{substitute.name}</strong>
      {substitute.reasons.length > 0 && `: ${sentence(substitute.reasons)}`}
      {caution && <span className={styles.caution}> {caution}</span>}
    </p>
  );
}

/** `Has taught Mia before; is at the academy that day.` */
function sentence(reasons: readonly string[]): string {
  return `${reasons.map((reason, nth) => (nth === 0 ? reason : reason.charAt(0).toLowerCase() + reason.slice(1))).join("; ")}.`;
}

function alternativesWords(alternatives: readonly NamedAlternative[], timeZone: string): string {
  return alternatives
    .map(
      (time) =>
        `${formatDayTime(time.startsAt, timeZone)} with ${time.teacherName} (${time.reason.toLowerCase()})`,
    )
    .join("; ");
}
