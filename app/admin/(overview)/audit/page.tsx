import type { Metadata, Route } from "next";
import Link from "next/link";
import { Suspense } from "react";
import { ListFilters } from "@/components/portal/list-filters";
import { TextFilter } from "@/components/portal/text-filter";
import { ButtonLink } from "@/components/ui/button-link";
import { buttonClass } from "@/components/ui/button-style";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { withPrincipal } from "@/lib/db/principal";
import { auditedTables, auditList, listAudit } from "@/lib/reporting/audit-queries";
import { listHref, queryValue, readListParams } from "@/lib/reporting/list-params";
import { AuditChainLine } from "../../_components/audit-chain-line";
import { AuditTrail } from "../../_components/audit-trail";
import { tableWords } from "../../_components/audit-wording";
import styles from "../../admin.module.css";

export const metadata: Metadata = { title: "Audit trail" };

const PATH = "/admin/audit";

export default async function AdminAudit({ searchParams }: PageProps<"/admin/audit">) {
  const admin = await requirePage(["admin"]);
  const query = await searchParams;
  const params = readListParams(query, auditList);
  const [{ timeZone }, { entries, next }] = await Promise.all([
    loadAcademy(),
    withPrincipal(admin, (db) => listAudit(db, params)),
  ]);
  const { before, ...words } = params.filters;
  const isFiltered = Object.values(words).some((value) => value !== "");

  return (
    <>
      <PageHeader
        title="Audit trail"
        description="Who changed what, when, from what to what. Written by the database itself; never changed, though personal contents can be erased."
      />
      <div className={styles.chain}>
        <Suspense fallback={<p className={styles.soft}>Checking the chain of entries…</p>}>
          <AuditChainLine admin={admin} which={queryValue(query, "chain") === "all" ? "all" : "newest"} />
        </Suspense>
      </div>
      <ListFilters
        action={PATH}
        isFiltered={isFiltered || before !== ""}
        selects={[
          {
            name: "table",
            label: "What",
            value: words.table,
            options: [
              { value: "", label: "Everything" },
              ...auditedTables
                .map((table) => ({ value: table, label: tableWords(table) }))
                .sort((a, b) => a.label.localeCompare(b.label)),
            ],
          },
          {
            name: "action",
            label: "Change",
            value: words.action,
            options: [
              { value: "", label: "Any change" },
              { value: "insert", label: "Added" },
              { value: "update", label: "Changed" },
              { value: "delete", label: "Removed" },
            ],
          },
        ]}
      >
        <TextFilter name="actor" label="By whom" hint="Name, email or purpose" value={words.actor} />
        <TextFilter name="row" label="Row" hint="Id of one row" value={words.row} />
      </ListFilters>
      {entries.length === 0 ? (
        <EmptyState
          title={isFiltered ? "No change fits" : "Nothing further is recorded"}
          action={<ButtonLink href={PATH}>Show the newest changes</ButtonLink>}
        >
          <p>
            {isFiltered ? "Choose something else, or leave a field empty." : "This is the end of the trail."}
          </p>
        </EmptyState>
      ) : (
        <Card>
          <AuditTrail entries={entries} timeZone={timeZone} label="Changes, newest first" />
        </Card>
      )}
      {(before || next) && (
        <nav aria-label="Audit trail, pages" className={`${styles.headLinks} ${styles.below}`}>
          {before && (
            <Link
              href={listHref(PATH, params, auditList, { before: "" }) as Route}
              className={buttonClass("secondary", "small", false)}
            >
              Newest changes
            </Link>
          )}
          {next && (
            <Link
              href={listHref(PATH, params, auditList, { before: next }) as Route}
              rel="next"
              className={buttonClass("secondary", "small", false)}
            >
              Older changes
            </Link>
          )}
        </nav>
      )}
    </>
  );
}
