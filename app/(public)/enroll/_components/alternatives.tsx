import { SubmitButton } from "@/components/ui/submit-button";
import type { OfferedAlternative } from "@/lib/enrollment/actions";
import styles from "./enroll.module.css";

/** Times instead of a lost one, each a form of its own. */
export function Alternatives({
  times,
  action,
  hidden = {},
}: {
  times: readonly OfferedAlternative[];
  action: (form: FormData) => void;
  hidden?: Readonly<Record<string, string>>;
}) {
  if (times.length === 0) return null;
  return (
    <ul className={styles.suggestions} aria-label="Open times instead">
      {times.map((time) => (
        <li key={`${time.teacherId} ${time.startsAt}`} className={styles.suggestion}>
          <div>
            <p className={styles.when}>{time.label}</p>
            <p>with {time.teacherName}</p>
          </div>
          <p className={styles.hint}>{time.reason}</p>
          <form action={action}>
            <input type="hidden" name="teacherId" value={time.teacherId} />
            <input type="hidden" name="startsAt" value={time.startsAt} />
            <input type="hidden" name="reason" value={time.reason} />
            {Object.entries(hidden).map(([name, value]) => (
              <input key={name} type="hidden" name={name} value={value} />
            ))}
            <SubmitButton variant="tinted" pending="Holding…">
              Take this time
            </SubmitButton>
          </form>
        </li>
      ))}
    </ul>
  );
}
