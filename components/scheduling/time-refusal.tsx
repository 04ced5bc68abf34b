import type { Route } from "next";
import styles from "@/components/lessons/lesson-change.module.css";
import { ButtonLink } from "@/components/ui/button-link";
import { Notice } from "@/components/ui/notice";
import { formatDayTime, formatZone } from "@/lib/format";

/** A time in place of one that is not to be had, as `NamedAlternative` has it. */
type Alternative = {
  readonly teacherId: string;
  readonly teacherName: string;
  readonly startsAt: Date;
  readonly reason: string;
};

type TimeRefusalProps = {
  message: string;
  conflicts: readonly string[];
  alternatives: readonly Alternative[];
  timeZone: string;
  /** Page that shows what one of the times comes to; it takes `teacher` and `at`. */
  page: string;
  /** Whether it comes as the answer to something that was done: said at once. */
  isAnswer?: boolean;
};

/** Why a time cannot be, and the nearest ones that can, each with the way to it. */
export function TimeRefusalNotice(props: TimeRefusalProps) {
  const { message, conflicts, alternatives, timeZone, page, isAnswer = false } = props;
  return (
    <div className={styles.form}>
      <Notice tone="bad" role={isAnswer ? "alert" : "status"} title={message}>
        {conflicts.length > 0 && (
          <ul className={styles.lines}>
            {conflicts.map((conflict) => (
              <li key={conflict}>{conflict}</li>
            ))}
          </ul>
        )}
      </Notice>
      {alternatives.length > 0 && (
        <section aria-label="Free instead">
          <ul className={styles.choices}>
            {alternatives.map(({ teacherId, teacherName, startsAt, reason }) => {
              const when = `${formatDayTime(startsAt, timeZone)} ${formatZone(startsAt, timeZone)}`;
              return (
                <li key={`${teacherId} ${startsAt.toISOString()}`} className={styles.choice}>
                  <div>
                    <p className={styles.when}>{when}</p>
                    <p className={styles.why}>
                      with {teacherName} · {reason}
                    </p>
                  </div>
                  <ButtonLink
                    href={timeHref(page, { teacherId, startsAt })}
                    variant="tinted"
                    size="small"
                    label={`Choose ${when} with ${teacherName}`}
                  >
                    Choose
                  </ButtonLink>
                </li>
              );
            })}
          </ul>
        </section>
      )}
    </div>
  );
}

/** The page of a time that was chosen. */
export function timeHref(page: string, time: { teacherId: string; startsAt: Date }): Route {
  const query = new URLSearchParams({ teacher: time.teacherId, at: time.startsAt.toISOString() });
  return `${page}?${query}` as Route;
}
