import type { Route } from "next";
import { ButtonLink } from "@/components/ui/button-link";
import { formatDayTime } from "@/lib/format";
import type { OfferedTime } from "@/lib/scheduling/offered-time";
import styles from "./open-times-list.module.css";
import { OwnTime } from "./own-time";

type OpenTimesListProps = {
  times: readonly OfferedTime[];
  zone: string;
  hrefOf: (time: OfferedTime) => Route;
  /** False on a teacher's own page, where their name goes without saying. */
  withTeacher?: boolean;
};

/** A few open times, one below the other, each with its way to enrollment. */
export function OpenTimesList({ times, zone, hrefOf, withTeacher = true }: OpenTimesListProps) {
  return (
    <ul className={styles.list}>
      {times.map((time) => (
        <li className={styles.item} key={`${time.teacherId} ${time.startsAt.toISOString()}`}>
          <div>
            <time className={styles.when} dateTime={time.startsAt.toISOString()}>
              {formatDayTime(time.startsAt, zone)}
            </time>
            <p className={styles.with}>
              {withTeacher && `with ${time.teacherName} · `}
              {time.minutes} min
              <OwnTime at={time.startsAt.toISOString()} zone={zone} className={styles.own} />
            </p>
          </div>
          <ButtonLink
            href={hrefOf(time)}
            variant="tinted"
            size="small"
            label={`Hold it: ${formatDayTime(time.startsAt, zone)} with ${time.teacherName}`}
          >
            Hold it
          </ButtonLink>
        </li>
      ))}
    </ul>
  );
}
