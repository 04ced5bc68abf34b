import { Notice } from "@/components/ui/notice";
import { countOf, formatDayTime } from "@/lib/format";
import type { OutboxState } from "@/lib/reporting/workflow-queries";
import styles from "../admin.module.css";

/** Events leave within a second or two. */
const LATE_MS = 60_000;

/** What has happened but has not reached the workflows: events that wait, and those that were set aside. */
export function OutboxNotices({
  outbox,
  timeZone,
  now,
}: {
  outbox: OutboxState;
  timeZone: string;
  now: Date;
}) {
  const { waiting, oldestAt, setAside, lastError, attempts } = outbox;
  const isLate = oldestAt !== null && (attempts > 0 || now.getTime() - oldestAt.getTime() > LATE_MS);
  return (
    <>
      {isLate && oldestAt && (
        <Notice
          tone="bad"
          title={`${countOf(waiting, "event")} ${waiting === 1 ? "waits" : "wait"} to be handed over`}
        >
          The oldest is of {formatDayTime(oldestAt, timeZone)}. None is lost; they leave in their order as
          soon as the executor of the workflows answers.
          {lastError && ` It last said: ${lastError}`}
        </Notice>
      )}
      {setAside.length > 0 && (
        <Notice tone="bad" title={`${countOf(setAside.length, "event")} set aside`}>
          The executor of the workflows does not take them. What came after them went on.
          <ul className={styles.plain}>
            {setAside.map((event) => (
              <li key={event.id}>
                <span className={styles.mono}>{event.name}</span>, {formatDayTime(event.createdAt, timeZone)}:{" "}
                {event.reason}
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </>
  );
}
