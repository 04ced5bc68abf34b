import type { Metadata, Route } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { AttemptTable, whatIsNext } from "@/components/billing/failed-bill";
import { EnrollmentHistory } from "@/components/enrollments/enrollment-history";
import { EnrollmentStatusBadge } from "@/components/enrollments/enrollment-status";
import { levelWord, planWords } from "@/components/enrollments/enrollment-wording";
import { BackLink } from "@/components/portal/back-link";
import { Columns } from "@/components/portal/columns";
import { SeriesFacts } from "@/components/scheduling/series-facts";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { DataList } from "@/components/ui/data-list";
import { Notice } from "@/components/ui/notice";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { ageOn } from "@/lib/enrollment/rules";
import {
  countOf,
  formatCalendarDate,
  formatDate,
  formatDayTime,
  formatTimeRange,
  formatZone,
  localDate,
} from "@/lib/format";
import { readId } from "@/lib/ids";
import { formatMoney } from "@/lib/money";
import { type EnrollmentFacts, getEnrollmentCase } from "@/lib/reporting/enrollment-case";
import { holdChoices } from "@/lib/scheduling/hold-extension";
import { listSeries } from "@/lib/scheduling/series";
import { AuditTrail } from "../../_components/audit-trail";
import { EmailLink } from "../../_components/email-link";
import { EmailList } from "../../_components/email-list";
import { Ledger } from "../../_components/ledger";
import { PaymentFacts } from "../../_components/payment-facts";
import { RunStatusBadge } from "../../_components/run-status";
import { RunSteps } from "../../_components/run-steps";
import { functionWords } from "../../_components/workflow-wording";
import styles from "../../admin.module.css";
import { CheckoutList } from "./_components/checkout-list";
import { HoldForm } from "./_components/hold-form";

export const metadata: Metadata = { title: "Enrollment" };

export default async function EnrollmentCasePage({ params }: PageProps<"/admin/enrollments/[id]">) {
  const admin = await requirePage(["admin"]);
  const id = readId<"enrollment">((await params).id);
  if (!id) notFound();
  const [{ timeZone }, found] = await Promise.all([
    loadAcademy(),
    withPrincipal(admin, async (db) => {
      const enrollmentCase = await getEnrollmentCase(db, id);
      return enrollmentCase && { ...enrollmentCase, series: await listSeries(db, id) };
    }),
  ]);
  if (!found) notFound();
  const { series, enrollment, runs, checkouts, failedBills, pauses, payments, ledger, emails, audit } = found;
  const now = clock.now();
  const isHeld =
    enrollment.booking?.kind === "hold" &&
    enrollment.booking.isActive &&
    enrollment.booking.expiresAt !== null &&
    enrollment.booking.expiresAt > now;

  return (
    <>
      <PageHeader
        eyebrow={<BackLink href="/admin/enrollments">Enrollments</BackLink>}
        title={`${enrollment.student.name}, ${enrollment.instrument.toLowerCase()}`}
        description={
          <span className={styles.badges}>
            <EnrollmentStatusBadge status={enrollment.status} isPaid={enrollment.paidAt !== null} />
            <span>
              No. {enrollment.number} · submitted {formatDayTime(enrollment.submittedAt, timeZone)}
            </span>
          </span>
        }
      />
      <Columns
        aside={
          <>
            <Card title="Student">
              <DataList
                items={[
                  { label: "Name", value: enrollment.student.name },
                  {
                    label: "Born",
                    value: `${formatCalendarDate(enrollment.student.birthDate)} (${ageOn(enrollment.student.birthDate, localDate(now, timeZone))} years)`,
                  },
                  {
                    label: "Level",
                    value: enrollment.student.level ? levelWord(enrollment.student.level) : "Not said",
                  },
                  {
                    label: "Wishes",
                    value: <span className={styles.wishes}>{enrollment.student.wishes ?? "None"}</span>,
                  },
                  ...(enrollment.student.email
                    ? [{ label: "Own address", value: <EmailLink address={enrollment.student.email} /> }]
                    : []),
                ]}
              />
            </Card>
            <Card title="Family">
              <DataList
                items={[
                  {
                    label: "Family",
                    value: (
                      <Link href={`/admin/families/${enrollment.family.id}`}>{enrollment.family.name}</Link>
                    ),
                  },
                  ...(enrollment.guardian
                    ? [
                        { label: "Parent", value: enrollment.guardian.name },
                        {
                          label: "Email",
                          value: <EmailLink address={enrollment.guardian.email} />,
                        },
                        ...(enrollment.guardian.phone
                          ? [
                              {
                                label: "Telephone",
                                value: (
                                  <a href={`tel:${enrollment.guardian.phone}`}>{enrollment.guardian.phone}</a>
                                ),
                              },
                            ]
                          : []),
                      ]
                    : []),
                  ...(enrollment.family.stripeCustomerId
                    ? [
                        {
                          label: "At Stripe",
                          value: <span className={styles.mono}>{enrollment.family.stripeCustomerId}</span>,
                        },
                      ]
                    : []),
                ]}
              />
            </Card>
            <Card title="Amounts">
              <DataList
                kind="amounts"
                items={[
                  ...enrollment.lines.map((line) => ({ label: line.label, value: formatMoney(line.amount) })),
                  {
                    label: enrollment.paidAt ? "Due at Checkout, paid" : "Due at Checkout",
                    value: formatMoney(enrollment.due),
                    total: true,
                  },
                ]}
              />
            </Card>
            <Card title="Status">
              <EnrollmentHistory
                label="History of the status"
                history={enrollment.history}
                timeZone={timeZone}
              />
            </Card>
          </>
        }
      >
        {enrollment.failureMessage && (
          <Notice
            tone="bad"
            title={enrollment.failureCode ? `Ended: ${enrollment.failureCode.replaceAll("_", " ")}` : "Ended"}
          >
            {enrollment.failureMessage}
          </Notice>
        )}
        <Card title="Lesson">
          <DataList items={lessonFacts(enrollment, isHeld, timeZone)} />
        </Card>
        {(series.length > 0 || (enrollment.kind === "plan" && enrollment.status === "active")) && (
          <Card
            title="Weekly lessons"
            actions={
              <ButtonLink
                href={`/admin/enrollments/${enrollment.id}/series` as Route}
                variant="secondary"
                size="small"
              >
                {series.length === 0 ? "Plan them" : "Plan or change them"}
              </ButtonLink>
            }
          >
            {series.length === 0 ? (
              <p className={styles.soft}>None are planned. Each week is booked at once, or none.</p>
            ) : (
              series.map((one) => (
                <div key={one.id} className={styles.part}>
                  <SeriesFacts series={one} />
                </div>
              ))
            )}
          </Card>
        )}
        {enrollment.kind === "plan" && (enrollment.status === "active" || enrollment.status === "paused") && (
          <Card
            title="Pause, leave, go on"
            actions={
              <ButtonLink
                href={`/admin/enrollments/${enrollment.id}/changes` as Route}
                variant="secondary"
                size="small"
              >
                Change it
              </ButtonLink>
            }
          >
            <p className={styles.soft}>Each change shows first what it comes to, and takes a reason.</p>
          </Card>
        )}
        {enrollment.status === "provisional" && !enrollment.paidAt && (
          <HoldCard enrollment={enrollment} isHeld={isHeld} now={now} timeZone={timeZone} />
        )}
        <Card title="Workflow">
          {runs.length === 0 ? (
            <p className={styles.soft}>
              No run is on record. One begins within seconds after a family has sent its form.
            </p>
          ) : (
            runs.map((run) => (
              <section
                key={run.id}
                className={styles.part}
                aria-label={functionWords(run.functionId, run.name)}
              >
                <div className={styles.partHead}>
                  <h3 className={styles.partTitle}>
                    <Link href={`/admin/workflows/${encodeURIComponent(run.id)}`}>
                      {functionWords(run.functionId, run.name)}
                    </Link>
                  </h3>
                  <RunStatusBadge status={run.status} />
                </div>
                <RunSteps run={run} timeZone={timeZone} />
              </section>
            ))
          )}
        </Card>
        {(failedBills.length > 0 || pauses.length > 0) && (
          <Card title="Failed charges">
            {pauses.map((pause) => (
              <p key={pause.id} className={styles.soft}>
                Lessons paused because of overdue tuition from {formatDayTime(pause.pausedAt, timeZone)}
                {pause.resumedAt ? ` to ${formatDayTime(pause.resumedAt, timeZone)}` : " until it is paid"}.
              </p>
            ))}
            {failedBills.map((bill) => (
              <div key={bill.id} className={styles.part}>
                <h3 className={styles.partTitle}>
                  Invoice {bill.number}, due {formatCalendarDate(bill.dueOn)}:{" "}
                  {bill.status === "open" ? `${formatMoney(bill.left)} open` : bill.status}
                </h3>
                <p>{whatIsNext(bill, timeZone)}</p>
                <AttemptTable bill={bill} timeZone={timeZone} />
              </div>
            ))}
          </Card>
        )}
        <Card title="Payment">
          {payments.length === 0 ? (
            <p className={styles.soft}>Nothing has been paid.</p>
          ) : (
            payments.map((payment) => (
              <div key={payment.id} className={styles.part}>
                <PaymentFacts payment={payment} timeZone={timeZone} withLink />
              </div>
            ))
          )}
          {checkouts.length > 0 && (
            <div className={styles.part}>
              <h3 className={styles.partTitle}>Payment pages</h3>
              <CheckoutList checkouts={checkouts} timeZone={timeZone} />
            </div>
          )}
          {ledger.length > 0 && (
            <div className={styles.part}>
              <h3 className={styles.partTitle}>In the books</h3>
              <Ledger transactions={ledger} timeZone={timeZone} />
            </div>
          )}
        </Card>
        <Card title="Emails">
          {emails.length === 0 ? (
            <p className={styles.soft}>No email has been sent for this enrollment.</p>
          ) : (
            <EmailList emails={emails} timeZone={timeZone} />
          )}
        </Card>
        <Card
          title="Audit trail"
          description="Every change of the rows above."
          actions={
            <Link
              href={`/admin/audit?table=enrollments&row=${enrollment.id}`}
              aria-label="The enrollment in the audit trail"
            >
              In the whole trail
            </Link>
          }
        >
          {audit.length === 0 ? (
            <p className={styles.soft}>Nothing is recorded.</p>
          ) : (
            <AuditTrail entries={audit} timeZone={timeZone} label="Changes" />
          )}
        </Card>
      </Columns>
    </>
  );
}

function lessonFacts(enrollment: EnrollmentFacts, isHeld: boolean, timeZone: string) {
  const { booking } = enrollment;
  const place =
    booking?.kind === "lesson" && booking.isActive
      ? "In the calendar"
      : isHeld && booking?.expiresAt
        ? `Held until ${formatDayTime(booking.expiresAt, timeZone)}`
        : `Not held${booking?.releasedReason ? `: ${booking.releasedReason.replaceAll("_", " ")}` : ""}`;
  return [
    { label: "Plan", value: planWords(enrollment) },
    {
      label: "First lesson",
      value: `${formatDate(enrollment.startsAt, timeZone)}, ${formatTimeRange(enrollment.startsAt, enrollment.endsAt, timeZone)} ${formatZone(enrollment.startsAt, timeZone)}`,
    },
    {
      label: "Teacher",
      value: (
        <>
          <Link href={`/admin/lessons?date=${localDate(enrollment.startsAt, timeZone)}`}>
            {enrollment.teacher.name}
          </Link>
          {enrollment.matchReason && <p className={styles.soft}>{enrollment.matchReason}</p>}
        </>
      ),
    },
    ...(booking ? [{ label: "Room", value: booking.roomName }] : []),
    { label: "Time", value: place },
    ...(booking?.holdNote ? [{ label: "Kept longer because", value: booking.holdNote }] : []),
    {
      label: "Lessons",
      value: enrollment.lessonCount === 0 ? "None yet" : countOf(enrollment.lessonCount, "lesson"),
    },
    { label: "Policies agreed to", value: `Version ${enrollment.policyVersion}` },
  ];
}

type HoldCardProps = { enrollment: EnrollmentFacts; isHeld: boolean; now: Date; timeZone: string };

function HoldCard({ enrollment, isHeld, now, timeZone }: HoldCardProps) {
  const heldUntil = isHeld ? (enrollment.booking?.expiresAt ?? null) : null;
  const choices = holdChoices({
    now,
    heldUntil,
    lapsesAt: enrollment.expiresAt,
    lessonAt: enrollment.startsAt,
  });
  return (
    <Card
      title="Extend the hold"
      description={`The enrollment lapses on ${formatDayTime(enrollment.expiresAt, timeZone)} ${formatZone(enrollment.expiresAt, timeZone)} without payment.`}
    >
      {choices.length === 0 || !enrollment.booking ? (
        <p className={styles.soft}>
          {enrollment.booking
            ? "The time is held as long as it can be: until the enrollment lapses or the lesson would begin."
            : "No time was ever held for this enrollment; the family chooses one when it continues."}
        </p>
      ) : (
        <HoldForm
          enrollmentId={enrollment.id}
          slot={`${enrollment.instrument} with ${enrollment.teacher.name}, ${formatDayTime(enrollment.startsAt, timeZone)}, ${enrollment.booking.roomName},`}
          choices={choices.map((choice) => ({
            value: choice.until.toISOString(),
            label: `${choice.label}: ${formatDayTime(choice.until, timeZone)}`,
          }))}
          timeZone={timeZone}
        />
      )}
    </Card>
  );
}
