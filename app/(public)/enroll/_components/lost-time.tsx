import type { Route } from "next";
import { ButtonLink } from "@/components/ui/button-link";
import { Section } from "@/components/ui/card";
import { loadAcademy } from "@/lib/academy/loaders";
import { formatDayTime } from "@/lib/format";
import styles from "./enroll.module.css";

type Offer = {
  startsAt: Date;
  reason: string;
  minutes: number;
  instrumentSlug: string;
  teacherName: string;
  teacherSlug: string;
};

/** Times to begin anew with when a paid time went to somebody else. */
export async function LostTime({ times }: { times: readonly Offer[] }) {
  const { timeZone } = await loadAcademy();
  return (
    <Section title="These times are open">
      <ul className={styles.suggestions}>
        {times.map((time) => {
          const query = new URLSearchParams({
            instrument: time.instrumentSlug,
            teacher: time.teacherSlug,
            starts_at: time.startsAt.toISOString(),
            minutes: String(time.minutes),
          });
          return (
            <li key={`${time.teacherSlug} ${time.startsAt.toISOString()}`} className={styles.suggestion}>
              <div>
                <p className={styles.when}>{formatDayTime(time.startsAt, timeZone)}</p>
                <p>with {time.teacherName}</p>
              </div>
              <p className={styles.hint}>{time.reason}</p>
              <ButtonLink href={`/enroll?${query}` as Route} variant="tinted">
                Take this time
              </ButtonLink>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
