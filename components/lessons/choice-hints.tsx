import type { Route } from "next";
import { ButtonLink } from "@/components/ui/button-link";
import { formatDayTime, formatZone } from "@/lib/format";
import type { OpenChoice } from "@/lib/teachers/proposals";
import styles from "./lesson-change.module.css";

/** Lessons whose teacher is away and for which the family has a choice, the soonest deadline first. */
export function ChoiceHints({ choices, timeZone }: { choices: readonly OpenChoice[]; timeZone: string }) {
  if (choices.length === 0) return null;
  const moment = (instant: Date) => `${formatDayTime(instant, timeZone)} ${formatZone(instant, timeZone)}`;
  return (
    <ul className={styles.choices}>
      {choices.map(({ lessonId, firstName, teacherName, startsAt, expiresAt }) => (
        <li key={lessonId} className={`${styles.choice} ${styles.hint}`}>
          <div>
            <h3 className={styles.when}>
              {firstName}: {teacherName} is away on {moment(startsAt)}
            </h3>
            <p className={styles.why}>
              Choose a substitute, another time or a credit by {moment(expiresAt)}.
            </p>
          </div>
          <ButtonLink
            href={`/family/lessons/${lessonId}` as Route}
            variant="secondary"
            label={`Choose for ${firstName}: ${moment(startsAt)}`}
          >
            Choose
          </ButtonLink>
        </li>
      ))}
    </ul>
  );
}
