import { Timeline } from "@/components/portal/timeline";
import { StatusBadge, type Tone } from "@/components/ui/status-badge";
import type { EmailStatus } from "@/lib/db/database.gen";
import { formatDate, formatTime } from "@/lib/format";
import type { SentEmail } from "@/lib/reporting/enrollment-case";
import styles from "./email-list.module.css";

const words: Readonly<Record<EmailStatus, { word: string; tone: Tone }>> = {
  queued: { word: "Queued", tone: "waiting" },
  sent: { word: "Sent", tone: "good" },
  failed: { word: "Failed", tone: "bad" },
};

/** The emails of an enrollment: to whom, about what, whether they left. */
export function EmailList({ emails, timeZone }: { emails: readonly SentEmail[]; timeZone: string }) {
  return (
    <Timeline
      label="Emails"
      items={emails.map((email) => {
        const at = email.sentAt ?? email.queuedAt;
        return {
          id: email.id,
          when: `${formatDate(at, timeZone)}, ${formatTime(at, timeZone)}`,
          what: (
            <>
              <span className={styles.subject}>{email.subject}</span>
              <span className={styles.facts}>
                to {email.recipient}
                <StatusBadge tone={words[email.status].tone}>{words[email.status].word}</StatusBadge>
                {email.attempts > 1 && `${email.attempts} attempts`}
              </span>
            </>
          ),
          note: email.error,
        };
      })}
    />
  );
}
