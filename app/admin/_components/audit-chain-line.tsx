import Link from "next/link";
import { Notice } from "@/components/ui/notice";
import { type Principal, withPrincipal } from "@/lib/db/principal";
import { countOf } from "@/lib/format";
import { verifyAuditChain } from "@/lib/reporting/audit-queries";
import styles from "../admin.module.css";

/** Whether what the audit trail says is what was written: a calm line, or a warning that cannot be missed. */
export async function AuditChainLine({ admin, which }: { admin: Principal; which: "newest" | "all" }) {
  const { entries, checked, firstBroken, problem } = await withPrincipal(admin, (db) =>
    verifyAuditChain(db, which),
  );
  if (firstBroken !== null) {
    return (
      <Notice
        tone="bad"
        title={`The audit trail is broken from entry ${firstBroken.toLocaleString("en-US")} on`}
      >
        <p>
          {problem} Do not rely on what follows it. Keep a copy of the database as it is now, and find out who
          could change it as its owner.
        </p>
      </Notice>
    );
  }
  if (checked < entries) {
    return (
      <p className={styles.soft}>
        The newest {checked.toLocaleString("en-US")} of {countOf(entries, "entry", "entries")} are intact,
        checked just now. <Link href="/admin/audit?chain=all">Check the whole chain</Link>
      </p>
    );
  }
  return (
    <p className={styles.soft}>
      The chain of {countOf(entries, "entry", "entries")} is intact, checked just now.
    </p>
  );
}
