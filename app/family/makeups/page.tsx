import type { Metadata, Route } from "next";
import Link from "next/link";
import { BackLink } from "@/components/portal/back-link";
import { Stack } from "@/components/portal/columns";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Notice } from "@/components/ui/notice";
import { PageHeader } from "@/components/ui/page-header";
import { StatusBadge } from "@/components/ui/status-badge";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { countOf, formatDate, formatDayTime, formatZone } from "@/lib/format";
import { queryValue } from "@/lib/reporting/list-params";
import type { MakeupCredit } from "@/lib/scheduling/lesson-change";
import { listMakeupCredits } from "@/lib/scheduling/lesson-change-queries";
import { daysLeft, originWords, SOON_DAYS } from "@/lib/scheduling/lesson-change-rules";
import styles from "../family.module.css";
import { MoneyForm } from "./_components/money-form";

export const metadata: Metadata = { title: "Make-ups" };

export default async function FamilyMakeups({ searchParams }: PageProps<"/family/makeups">) {
  const parent = await requirePage(["parent"]);
  const done = queryValue(await searchParams, "done");
  const now = clock.now();
  const [{ timeZone }, credits] = await Promise.all([
    loadAcademy(),
    withPrincipal(parent, (db) => listMakeupCredits(db)),
  ]);
  const open = credits.filter((credit) => credit.isOpen);
  const over = credits.filter((credit) => !credit.isOpen);
  return (
    <>
      <PageHeader
        eyebrow={<BackLink href="/family/lessons">Lessons</BackLink>}
        title="Make-ups"
        description="Credits for lessons that were missed, each good for one lesson of its length."
      />
      {done === "money" && (
        <div className={styles.attention}>
          <Notice tone="good" role="status" title="The credit has become money">
            <p>It is your family's credit now; your next invoice is paid with it first.</p>
          </Notice>
        </div>
      )}
      <Stack>
        {open.length > 0 ? (
          <Card title="To be used">
            <ul className={styles.instruments}>
              {open.map((credit) => (
                <OpenCredit key={credit.id} credit={credit} now={now} timeZone={timeZone} />
              ))}
            </ul>
          </Card>
        ) : (
          <EmptyState
            title="No make-up credit"
            action={<ButtonLink href="/family/lessons">To your lessons</ButtonLink>}
          >
            <p>You get one when you cancel a lesson in time, or when the academy cancels it.</p>
          </EmptyState>
        )}
        {over.length > 0 && (
          <Card title="Used and past">
            <ul className={styles.instruments}>
              {over.map((credit) => (
                <li key={credit.id}>
                  <h3 className={styles.childName}>
                    {credit.studentName}: {countOf(credit.minutes, "minute")}
                  </h3>
                  <p className={styles.facts}>{originOf(credit, timeZone)}</p>
                  <p className={styles.facts}>
                    <Ended credit={credit} timeZone={timeZone} />
                  </p>
                </li>
              ))}
            </ul>
          </Card>
        )}
      </Stack>
    </>
  );
}

function originOf(credit: MakeupCredit, timeZone: string): string {
  const lesson = credit.originLessonAt
    ? ` (lesson of ${formatDayTime(credit.originLessonAt, timeZone)})`
    : "";
  const why = credit.origin === "goodwill" && credit.reason ? `: ${credit.reason}` : "";
  return `${originWords(credit.origin)}${lesson}${why}. Given on ${formatDate(credit.issuedAt, timeZone)}.`;
}

function OpenCredit({ credit, now, timeZone }: { credit: MakeupCredit; now: Date; timeZone: string }) {
  const left = daysLeft(credit.expiresAt, now);
  return (
    <li>
      <div className={styles.enrollmentHead}>
        <h3 className={styles.enrollmentTitle}>
          {credit.studentName}: {countOf(credit.minutes, "minute")}
          {credit.instrument && ` of ${credit.instrument.name.toLowerCase()}`}
        </h3>
        <StatusBadge tone={left <= SOON_DAYS ? "waiting" : "good"}>
          {left === 1 ? "Last day" : `${left} days left`}
        </StatusBadge>
      </div>
      <p className={styles.facts}>{originOf(credit, timeZone)}</p>
      <p className={styles.facts}>
        Valid until {formatDayTime(credit.expiresAt, timeZone)} {formatZone(credit.expiresAt, timeZone)}; the
        make-up begins before that.
      </p>
      <div className={styles.way}>
        <ButtonLink
          href={`/family/makeups/${credit.id}` as Route}
          label={`Book a make-up: ${credit.studentName}, ${credit.minutes} minutes`}
        >
          Book a make-up
        </ButtonLink>
      </div>
      {credit.moneyCents !== null && (
        <div className={styles.way}>
          <MoneyForm creditId={credit.id} cents={credit.moneyCents} student={credit.studentName} />
        </div>
      )}
    </li>
  );
}

function Ended({ credit, timeZone }: { credit: MakeupCredit; timeZone: string }) {
  if (credit.usedLesson) {
    return (
      <>
        Used for{" "}
        <Link href={`/family/lessons/${credit.usedLesson.id}`}>
          {formatDayTime(credit.usedLesson.startsAt, timeZone)}
        </Link>
        {credit.usedLesson.status === "cancelled" && ", which was cancelled"}.
      </>
    );
  }
  if (credit.voidedAt) {
    return (
      <>
        {credit.moneyCents === null ? "Taken back" : "Turned into money"} on{" "}
        {formatDate(credit.voidedAt, timeZone)}.
      </>
    );
  }
  return <>Expired on {formatDate(credit.expiresAt, timeZone)}.</>;
}
