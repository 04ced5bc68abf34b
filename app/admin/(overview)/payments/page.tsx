import type { Metadata } from "next";
import Link from "next/link";
import { PaymentStatusBadge } from "@/components/enrollments/payment-status";
import { type Column, DataTable } from "@/components/portal/data-table";
import { ListFilters } from "@/components/portal/list-filters";
import { PagesNav } from "@/components/portal/pages-nav";
import { ButtonLink } from "@/components/ui/button-link";
import { buttonClass } from "@/components/ui/button-style";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { cardInWords } from "@/lib/billing/receipt";
import { withPrincipal } from "@/lib/db/principal";
import { countOf, formatDate, formatTime } from "@/lib/format";
import { formatMoney } from "@/lib/money";
import { listHref, PAGE_SIZE, readListParams, sortHref } from "@/lib/reporting/list-params";
import {
  listPayments,
  type PaymentLine,
  type PaymentSort,
  paymentList,
} from "@/lib/reporting/payment-queries";
import styles from "../../admin.module.css";

export const metadata: Metadata = { title: "Payments" };

const PATH = "/admin/payments";

export default async function AdminPayments({ searchParams }: PageProps<"/admin/payments">) {
  const admin = await requirePage(["admin"]);
  const params = readListParams(await searchParams, paymentList);
  const [{ timeZone }, { rows, total, paid, refunded }] = await Promise.all([
    loadAcademy(),
    withPrincipal(admin, (db) => listPayments(db, params)),
  ]);
  const isFiltered = params.search !== "" || params.filters.status !== "";
  const sort = (key: PaymentSort): NonNullable<Column<PaymentLine>["sort"]> => ({
    href: sortHref(PATH, params, paymentList, key),
    state: params.sort !== key ? "none" : params.descending ? "descending" : "ascending",
  });

  return (
    <>
      <PageHeader
        title="Payments"
        description={
          total === 0
            ? undefined
            : `${countOf(total, "payment")}, ${formatMoney(paid)} received${refunded.cents > 0 ? `, ${formatMoney(refunded)} given back` : ""}.`
        }
        actions={
          <a
            href={listHref(`${PATH}/payments.csv`, params, paymentList, { page: 1 })}
            download
            className={buttonClass("secondary", "small", false)}
          >
            Save as CSV
          </a>
        }
      />
      <ListFilters
        action={PATH}
        searchLabel="Family, purpose, receipt, card's last digits"
        search={params.search}
        isFiltered={isFiltered}
        selects={[
          {
            name: "status",
            label: "Status",
            value: params.filters.status,
            options: [
              { value: "", label: "Any status" },
              { value: "succeeded", label: "Paid" },
              { value: "partially_refunded", label: "Partly refunded" },
              { value: "refunded", label: "Refunded" },
              { value: "disputed", label: "Disputed" },
            ],
          },
        ]}
        sorts={{
          value: `${params.descending ? "-" : ""}${params.sort}`,
          options: [
            { value: "-paid", label: "Newest first" },
            { value: "paid", label: "Oldest first" },
            { value: "family", label: "Family" },
            { value: "-amount", label: "Largest first" },
          ],
        }}
      />
      {rows.length === 0 ? (
        <EmptyState
          title={isFiltered ? "No payment fits" : "Nothing has been paid yet"}
          action={
            isFiltered || params.page > 1 ? (
              <ButtonLink href={PATH}>Show all payments</ButtonLink>
            ) : (
              <ButtonLink href="/admin/enrollments">See the enrollments</ButtonLink>
            )
          }
        >
          <p>
            {isFiltered
              ? "Search with fewer letters, or choose another status."
              : "A payment stands here as soon as Stripe has it."}
          </p>
        </EmptyState>
      ) : (
        <DataTable
          label="Payments"
          rows={rows}
          rowKey={(row) => row.id}
          columns={[
            {
              key: "family",
              label: "Family",
              sort: sort("family"),
              cell: (row) => (
                <>
                  <Link href={`${PATH}/${row.id}`}>{row.familyName}</Link>
                  <span className={styles.second}>{row.description}</span>
                </>
              ),
            },
            {
              key: "receipt",
              label: "Receipt",
              sort: sort("receipt"),
              cell: (row) => `No. ${row.receiptNumber}`,
            },
            {
              key: "card",
              label: "With",
              wideOnly: true,
              cell: (row) => (row.card ? cardInWords(row.card) : "Other means"),
            },
            { key: "status", label: "Status", cell: (row) => <PaymentStatusBadge status={row.status} /> },
            {
              key: "amount",
              label: "Amount",
              sort: sort("amount"),
              align: "end",
              cell: (row) => (
                <>
                  {formatMoney(row.paid)}
                  {row.refunded.cents > 0 && (
                    <span className={styles.second}>{formatMoney(row.refunded)} back</span>
                  )}
                </>
              ),
            },
            {
              key: "paid",
              label: "Paid",
              sort: sort("paid"),
              align: "end",
              cell: (row) => (
                <>
                  {formatDate(row.paidAt, timeZone)}
                  <span className={styles.second}>{formatTime(row.paidAt, timeZone)}</span>
                </>
              ),
            },
          ]}
        />
      )}
      <PagesNav
        label="Payments, pages"
        page={params.page}
        pageSize={PAGE_SIZE}
        total={total}
        href={(page) => listHref(PATH, params, paymentList, { page })}
      />
    </>
  );
}
