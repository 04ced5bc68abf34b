import type { Route } from "next";
import { ButtonLink } from "@/components/ui/button-link";
import { countOf, formatDayTime } from "@/lib/format";
import type { MakeupCredit } from "@/lib/scheduling/lesson-change";
import { daysLeft } from "@/lib/scheduling/lesson-change-rules";
import styles from "./lesson-change.module.css";

type CreditHintsProps = { credits: readonly MakeupCredit[]; now: Date; timeZone: string };

/** Make-up credits that expire soon, each with the way to use it. */
export function CreditHints({ credits, now, timeZone }: CreditHintsProps) {
  return (
    <ul className={styles.choices}>
      {credits.map((credit) => {
        const left = daysLeft(credit.expiresAt, now);
        return (
          <li key={credit.id} className={`${styles.choice} ${styles.hint}`}>
            <div>
              <h3 className={styles.when}>
                {credit.studentName}: a make-up credit of {countOf(credit.minutes, "minute")} expires{" "}
                {left <= 1 ? "within a day" : `in ${countOf(left, "day")}`}
              </h3>
              <p className={styles.why}>Valid until {formatDayTime(credit.expiresAt, timeZone)}.</p>
            </div>
            <ButtonLink
              href={`/family/makeups/${credit.id}` as Route}
              variant="secondary"
              label={`Book a make-up: ${credit.studentName}, ${credit.minutes} minutes`}
            >
              Book a make-up
            </ButtonLink>
          </li>
        );
      })}
    </ul>
  );
}
