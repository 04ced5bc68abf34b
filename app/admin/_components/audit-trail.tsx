import type { Route } from "next";
import Link from "next/link";
import { formatDate, formatTime } from "@/lib/format";
import { type AuditEntry, changesOf } from "@/lib/reporting/audit-queries";
import styles from "./audit-trail.module.css";
import { columnWords, rowHref, tableWords, valueWords } from "./audit-wording";

const actions = { insert: "added", update: "changed", delete: "removed" } as const;

/** Changes of rows: when, who, what, from what to what. */
export function AuditTrail({
  entries,
  timeZone,
  label,
}: {
  entries: readonly AuditEntry[];
  timeZone: string;
  label: string;
}) {
  return (
    <ol className={styles.list} aria-label={label}>
      {entries.map((entry) => {
        const changes = changesOf(entry);
        const href = rowHref(entry.table, entry.rowId);
        const what = `${tableWords(entry.table)} ${actions[entry.action]}`;
        return (
          <li key={entry.id} className={styles.entry}>
            <div className={styles.head}>
              <span className={styles.what}>{href ? <Link href={href as Route}>{what}</Link> : what}</span>
              <span className={styles.facts}>
                {formatDate(entry.at, timeZone)}, {formatTime(entry.at, timeZone)} · {who(entry)}
                {entry.runId && (
                  <>
                    {" · "}
                    <Link href={`/admin/workflows/${encodeURIComponent(entry.runId)}`}>workflow run</Link>
                  </>
                )}
              </span>
            </div>
            {entry.erasedAt && (
              <p className={styles.facts}>
                Contents erased {formatDate(entry.erasedAt, timeZone)}: {entry.erasedReason}
              </p>
            )}
            {entry.action === "update" ? (
              <Changes changes={changes} isErased={entry.erasedAt !== null} timeZone={timeZone} />
            ) : (
              <details className={styles.details}>
                <summary>{entry.action === "insert" ? "What was written" : "What stood there"}</summary>
                <Changes changes={changes} isErased={entry.erasedAt !== null} timeZone={timeZone} />
              </details>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function who(entry: AuditEntry): string {
  if (entry.actorName) return entry.actorName;
  if (entry.actorId) return "an account that is gone";
  if (entry.actorRole === "none" || entry.actorRole === "owner") return "the database's owner";
  return `the academy (${entry.actorRole})`;
}

function Changes({
  changes,
  isErased,
  timeZone,
}: {
  changes: ReturnType<typeof changesOf>;
  isErased: boolean;
  timeZone: string;
}) {
  return (
    <dl className={styles.changes}>
      {changes.map((change) => (
        <div key={change.column} className={styles.change}>
          <dt>{columnWords(change.column)}</dt>
          <dd>
            {change.from !== null && (
              <>
                <del>{valueWords(change.column, change.from, timeZone)}</del>
                <span className={styles.arrow} aria-hidden="true">
                  →
                </span>
              </>
            )}
            {change.to === null ? (
              <span className={styles.nothing}>{isErased ? "erased" : "nothing"}</span>
            ) : (
              <ins>{valueWords(change.column, change.to, timeZone)}</ins>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
