import { formatDay, formatLongDay } from "@/lib/format";
import styles from "./date-leaf.module.css";

/** The day of something, like a leaf of a calendar. */
export function DateLeaf({ instant, timeZone }: { instant: Date; timeZone: string }) {
  const [weekday = "", monthAndDay = ""] = formatDay(instant, timeZone).split(", ");
  const [month = "", day = ""] = monthAndDay.split(" ");
  return (
    <time dateTime={instant.toISOString()} className={styles.leaf}>
      <span className={styles.spoken}>{formatLongDay(instant, timeZone)}</span>
      <span aria-hidden="true" className={styles.weekday}>
        {weekday}
      </span>
      <span aria-hidden="true" className={styles.day}>
        {day}
      </span>
      <span aria-hidden="true" className={styles.month}>
        {month}
      </span>
    </time>
  );
}
