import type { Metadata, Route } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { BackLink } from "@/components/portal/back-link";
import { Columns } from "@/components/portal/columns";
import { LeaveWaitlist } from "@/components/scheduling/leave-waitlist";
import { Card } from "@/components/ui/card";
import { DataList } from "@/components/ui/data-list";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { type Db, withPrincipal } from "@/lib/db/principal";
import { listTeacherNames } from "@/lib/enrollment/queries";
import { formatDayTime, formatZone } from "@/lib/format";
import { readId } from "@/lib/ids";
import { listOpenTimes } from "@/lib/scheduling/queries";
import { getEntry, listOffers, type WaitlistEntry } from "@/lib/scheduling/waitlist-queries";
import { remainingWords, weekSpanWords } from "@/lib/scheduling/waitlist-rules";
import { OfferStatusBadge } from "../../_components/offer-status";
import styles from "../../admin.module.css";
import { HandOfferForm } from "./_components/hand-offer-form";

export const metadata: Metadata = { title: "A place on the waitlist" };

const TIMES = 60;
const OFFERS = 20;

/** Open times that could be offered for lessons, soonest first. */
async function openTimesFor(db: Db, entry: WaitlistEntry) {
  if (!entry.instrument || entry.minutes === null) return [];
  return listOpenTimes(db, {
    instrumentId: entry.instrument.id,
    minutes: entry.minutes,
    studentId: entry.studentId,
    limit: TIMES,
  });
}

export default async function AdminWaitlistEntry({ params }: PageProps<"/admin/waitlist/[id]">) {
  const admin = await requirePage(["admin"]);
  const id = readId<"entry">((await params).id);
  if (!id) notFound();
  const [{ timeZone }, found] = await Promise.all([
    loadAcademy(),
    withPrincipal(admin, async (db) => {
      const entry = await getEntry(db, id);
      if (!entry) return null;
      return {
        entry,
        offers: await listOffers(db, OFFERS, id),
        open: entry.status === "waiting" ? await openTimesFor(db, entry) : [],
        names: await listTeacherNames(db),
      };
    }),
  ]);
  if (!found) notFound();
  const { entry, offers, open, names } = found;
  const now = clock.now();
  const what = entry.class
    ? entry.class.name
    : `${entry.instrument?.name ?? "Lessons"}, ${entry.minutes} minutes`;

  return (
    <>
      <PageHeader
        eyebrow={<BackLink href={"/admin/waitlist" as Route}>Waitlist</BackLink>}
        title={`${entry.studentName}: ${what}`}
        description={entry.place ? `Place ${entry.place} of ${entry.waiting}` : "No longer on the waitlist"}
      />
      <Columns
        aside={
          <Card title="What they wait for">
            <DataList
              items={[
                {
                  label: "Family",
                  value: <Link href={`/admin/families/${entry.familyId}`}>{entry.familyName}</Link>,
                },
                {
                  label: "For",
                  value: entry.class ? (
                    <Link href={`/admin/classes/${entry.class.id}` as Route}>{entry.class.name}</Link>
                  ) : (
                    what
                  ),
                },
                ...(entry.class
                  ? []
                  : [
                      { label: "Teacher", value: entry.teacherName ?? "Any teacher" },
                      { label: "Times that suit", value: weekSpanWords(entry.times) },
                    ]),
                { label: "Since", value: formatDayTime(entry.joinedAt, timeZone) },
              ]}
            />
            {entry.place && (
              <div className={styles.below}>
                <LeaveWaitlist
                  entryId={entry.id}
                  label="Take off the waitlist"
                  outcome={
                    entry.offer
                      ? "The open offer goes to the next family, and this one waits no longer."
                      : "This family waits no longer. It can join again, at the end of the list."
                  }
                />
              </div>
            )}
          </Card>
        }
      >
        <Card
          title="Offer by hand"
          description="For a reason of yours, whatever the place. The queue goes on by itself otherwise."
        >
          {entry.offer ? (
            <p className={styles.soft}>
              There is an open offer until {formatDayTime(entry.offer.expiresAt, timeZone)}{" "}
              {formatZone(entry.offer.expiresAt, timeZone)} (
              {remainingWords(entry.offer.expiresAt, now) ?? "nothing"} left).
            </p>
          ) : entry.status !== "waiting" ? (
            <p className={styles.soft}>This family waits no longer.</p>
          ) : !entry.class && open.length === 0 ? (
            <p className={styles.soft}>No time is open for this instrument and length at the moment.</p>
          ) : (
            <HandOfferForm
              entryId={entry.id}
              student={entry.studentName}
              seat={entry.class ? `a seat in ${entry.class.name}` : null}
              times={open.map((time) => ({
                value: `${time.teacherId} ${time.startsAt.toISOString()}`,
                label: `${formatDayTime(time.startsAt, timeZone)}, with ${names.get(time.teacherId)?.name ?? "our teacher"}`,
              }))}
              timeZone={timeZone}
            />
          )}
        </Card>
        <Card title="Offers so far">
          {offers.length === 0 ? (
            <p className={styles.soft}>Nothing has been offered yet.</p>
          ) : (
            <ul className={styles.rows}>
              {offers.map((offer) => (
                <li key={offer.id}>
                  <div className={styles.rowWords}>
                    <span className={styles.rowName}>
                      {offer.className
                        ? `A seat in ${offer.className}`
                        : offer.startsAt
                          ? `${formatDayTime(offer.startsAt, timeZone)}, with ${offer.teacherName ?? "a teacher"}`
                          : "A time"}
                    </span>
                    <span className={styles.second}>
                      Offered {formatDayTime(offer.offeredAt, timeZone)}, open until{" "}
                      {formatDayTime(offer.expiresAt, timeZone)}
                      {offer.reason && ` · by hand: ${offer.reason}`}
                    </span>
                  </div>
                  <OfferStatusBadge status={offer.status} />
                </li>
              ))}
            </ul>
          )}
        </Card>
      </Columns>
    </>
  );
}
