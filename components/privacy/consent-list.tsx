import { StatusBadge } from "@/components/ui/status-badge";
import { formatDate, formatTime, formatZone } from "@/lib/format";
import type { Consent } from "@/lib/privacy/schema";
import { documentWords } from "@/lib/privacy/wording";
import styles from "./consent-list.module.css";

type ConsentListProps = {
  consents: readonly Consent[];
  timeZone: string;
  /** Whether to say who agreed: for lists about several people. */
  withPerson?: boolean;
};

/** What was agreed to: which text in which version, when, and its words to open. */
export function ConsentList({ consents, timeZone, withPerson = false }: ConsentListProps) {
  const moment = (instant: Date) =>
    `${formatDate(instant, timeZone)}, ${formatTime(instant, timeZone)} ${formatZone(instant, timeZone)}`;
  return (
    <ul className={styles.list}>
      {consents.map((consent) => (
        <li key={consent.id} className={styles.item}>
          <div className={styles.head}>
            <p className={styles.title}>{documentWords(consent.document)}</p>
            <StatusBadge tone={consent.withdrawnAt ? "neutral" : "good"}>
              {consent.withdrawnAt ? "Withdrawn" : "Agreed"}
            </StatusBadge>
          </div>
          <p className={styles.facts}>
            {withPerson && `${consent.person} · `}Version {consent.version} · {moment(consent.givenAt)}
            {consent.withdrawnAt && ` · withdrawn ${moment(consent.withdrawnAt)}`}
          </p>
          <details className={styles.words}>
            <summary>Read the text</summary>
            <p>{consent.body}</p>
          </details>
        </li>
      ))}
    </ul>
  );
}
