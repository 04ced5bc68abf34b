import type { Metadata, Route } from "next";
import Link from "next/link";
import { DataTable } from "@/components/portal/data-table";
import { ButtonLink } from "@/components/ui/button-link";
import { Section } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { StatusBadge } from "@/components/ui/status-badge";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { countOf, formatDate, formatDayTime } from "@/lib/format";
import { listOffers, listWaitingEntries, type PastOffer } from "@/lib/scheduling/waitlist-queries";
import { remainingWords, weekSpanWords } from "@/lib/scheduling/waitlist-rules";
import { OfferStatusBadge } from "../../_components/offer-status";
import styles from "../../admin.module.css";

export const metadata: Metadata = { title: "Waitlist" };

const LATEST_OFFERS = 50;

export default async function AdminWaitlist() {
  const admin = await requirePage(["admin"]);
  const now = clock.now();
  const [{ timeZone, offerMinutes }, { entries, offers }] = await Promise.all([
    loadAcademy(),
    withPrincipal(admin, async (db) => ({
      entries: await listWaitingEntries(db),
      offers: await listOffers(db, LATEST_OFFERS),
    })),
  ]);
  return (
    <>
      <PageHeader
        title="Waitlist"
        description={`${countOf(entries.length, "place")}. What becomes free is offered to the first whom it suits, for ${countOf(offerMinutes, "minute")}, then to the next.`}
      />
      {entries.length === 0 ? (
        <EmptyState
          title="Nobody waits"
          action={<ButtonLink href={"/admin/classes" as Route}>See the classes</ButtonLink>}
        >
          <p>Families join from a full class, or where no open time suits them.</p>
        </EmptyState>
      ) : (
        <DataTable
          label="Waitlist"
          rows={entries}
          rowKey={(entry) => entry.id}
          columns={[
            {
              key: "student",
              label: "Student",
              cell: (entry) => (
                <>
                  <Link href={`/admin/waitlist/${entry.id}` as Route}>{entry.studentName}</Link>
                  <span className={styles.second}>{entry.familyName}</span>
                </>
              ),
            },
            {
              key: "what",
              label: "Waits for",
              cell: (entry) =>
                entry.class ? (
                  <Link href={`/admin/classes/${entry.class.id}` as Route}>{entry.class.name}</Link>
                ) : (
                  <>
                    {entry.instrument?.name}, {entry.minutes} minutes
                    <span className={styles.second}>
                      {entry.teacherName ?? "Any teacher"} · {weekSpanWords(entry.times)}
                    </span>
                  </>
                ),
            },
            {
              key: "place",
              label: "Place",
              align: "end",
              cell: (entry) => `${entry.place} of ${entry.waiting}`,
            },
            { key: "since", label: "Since", cell: (entry) => formatDate(entry.joinedAt, timeZone) },
            {
              key: "state",
              label: "State",
              cell: (entry) =>
                entry.offer ? (
                  <>
                    <StatusBadge tone="good">Has an offer</StatusBadge>
                    <span className={styles.second}>
                      {remainingWords(entry.offer.expiresAt, now) ?? "nothing"} left
                    </span>
                  </>
                ) : (
                  <StatusBadge tone="waiting">Waits</StatusBadge>
                ),
            },
          ]}
        />
      )}
      <div className={styles.later}>
        <Section title="Latest offers">
          {offers.length === 0 ? (
            <p className={styles.soft}>Nothing has been offered yet.</p>
          ) : (
            <DataTable
              label="Latest offers"
              rows={offers}
              rowKey={(offer) => offer.id}
              columns={[
                {
                  key: "student",
                  label: "Student",
                  cell: (offer) => (
                    <>
                      {offer.studentName}
                      <span className={styles.second}>
                        <Link href={`/admin/families/${offer.familyId}`}>{offer.familyName}</Link>
                      </span>
                    </>
                  ),
                },
                { key: "what", label: "Offered", cell: (offer) => offeredWords(offer, timeZone) },
                { key: "at", label: "Made", cell: (offer) => formatDayTime(offer.offeredAt, timeZone) },
                {
                  key: "until",
                  label: "Open until",
                  cell: (offer) => formatDayTime(offer.expiresAt, timeZone),
                },
                {
                  key: "state",
                  label: "State",
                  cell: (offer) => (
                    <>
                      <OfferStatusBadge status={offer.status} />
                      {offer.answeredAt && (
                        <span className={styles.second}>{formatDayTime(offer.answeredAt, timeZone)}</span>
                      )}
                    </>
                  ),
                },
                { key: "reason", label: "By hand because", cell: (offer) => offer.reason ?? "" },
              ]}
            />
          )}
        </Section>
      </div>
    </>
  );
}

function offeredWords(offer: PastOffer, timeZone: string): string {
  if (offer.className) return `A seat in ${offer.className}`;
  const when = offer.startsAt ? formatDayTime(offer.startsAt, timeZone) : "a time";
  return `${offer.instrument ?? "Lesson"}, ${when}${offer.teacherName ? `, with ${offer.teacherName}` : ""}`;
}
