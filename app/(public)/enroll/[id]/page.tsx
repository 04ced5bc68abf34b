import type { Metadata, Route } from "next";
import { notFound } from "next/navigation";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { DataList } from "@/components/ui/data-list";
import { Notice } from "@/components/ui/notice";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { recordCheckout } from "@/lib/billing/mutations";
import { clock } from "@/lib/clock";
import { visitor, withPrincipal } from "@/lib/db/principal";
import { progressOf } from "@/lib/enrollment/progress";
import {
  type EnrollmentDetails,
  getEnrollment,
  getPaymentOf,
  listEnrollmentSteps,
  listTeacherNames,
} from "@/lib/enrollment/queries";
import { formatDate, formatLongDay, formatTimeRange, formatZone } from "@/lib/format";
import { errorFacts, log } from "@/lib/log";
import { formatMoney, usd } from "@/lib/money";
import { findAlternatives } from "@/lib/scheduling/holds";
import styles from "../_components/enroll.module.css";
import { HoldTimer } from "../_components/hold-timer";
import { LostTime } from "../_components/lost-time";
import { LiveProgress } from "./live-progress";
import { PaymentForms } from "./payment-forms";

export const metadata: Metadata = { title: "Your enrollment" };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

type Props = {
  params: Promise<{ id: string }>;
  searchParams: Promise<{ checkout?: string; cancelled?: string }>;
};

/** Stripe sends the family back here: the payment is recorded at once, without waiting for the webhook. */
async function recordReturn(sessionId: string | undefined): Promise<void> {
  if (!sessionId || !/^cs_[A-Za-z0-9_]+$/.test(sessionId)) return;
  try {
    await recordCheckout(sessionId);
  } catch (error) {
    log("warn", "checkout.return", errorFacts(error));
  }
}

const titles: Record<EnrollmentDetails["status"], string> = {
  provisional: "One step to go",
  active: "Welcome to Cedar Heights",
  paused: "Your enrollment is paused",
  withdrawn: "This enrollment has ended",
  lapsed: "This enrollment has lapsed",
  cancelled: "This enrollment did not go through",
};

export default async function EnrollmentPage({ params, searchParams }: Props) {
  const [{ id }, search] = await Promise.all([params, searchParams]);
  if (!UUID.test(id)) notFound();
  const person = await requirePage(["parent"], `/enroll/${id}`);
  const visible = await withPrincipal(person, (db) => getEnrollment(db, id));
  if (!visible) notFound();
  if (visible.status === "provisional" && !visible.paidAt) await recordReturn(search.checkout);
  const [{ enrollment, steps, payment }, academy] = await Promise.all([
    withPrincipal(person, async (db) => ({
      enrollment: await getEnrollment(db, id),
      steps: await listEnrollmentSteps(db, id),
      payment: await getPaymentOf(db, id),
    })),
    loadAcademy(),
  ]);
  if (!enrollment) notFound();
  const { timeZone } = academy;
  const paying = payment !== null && enrollment.status === "provisional";
  const unpaid = enrollment.status === "provisional" && !payment;
  const amount = formatMoney(usd(enrollment.dueCents));
  const lost = enrollment.failureCode === "slot_lost" ? await alternativesTo(enrollment) : [];
  return (
    <div className={`${styles.page} ${styles.wide}`}>
      <PageHeader
        eyebrow={`Enrollment ${enrollment.number}`}
        title={paying ? "Payment received" : titles[enrollment.status]}
        description={
          paying
            ? "We confirm the teacher and put the first lesson into the calendar. This takes a few seconds."
            : enrollment.status === "active"
              ? `${enrollment.student.firstName}'s first lesson is in the calendar.`
              : undefined
        }
      />
      {unpaid && search.cancelled && (
        <Notice tone="waiting" title="No payment was made" role="status">
          You came back without paying. Your details are kept
          {enrollment.heldUntil ? ", and the time is still held" : ""}.
        </Notice>
      )}
      {unpaid && enrollment.heldUntil && (
        <HoldTimer
          what={formatLongDay(enrollment.startsAt, timeZone)}
          secondsLeft={Math.max(
            0,
            Math.floor((enrollment.heldUntil.getTime() - clock.now().getTime()) / 1000),
          )}
        />
      )}
      {unpaid && !enrollment.heldUntil && (
        <Notice tone="waiting" title="The time is no longer held">
          If it is still free, we hold it again for you; if not, you choose another. The enrollment waits for
          you until {formatDate(enrollment.expiresAt, timeZone)}.
        </Notice>
      )}
      {enrollment.failureMessage && (
        <Notice tone="bad" title="What happened">
          {enrollment.failureMessage}
        </Notice>
      )}
      {lost.length > 0 && <LostTime times={lost} />}
      <div className={styles.columns}>
        <div className={styles.form}>
          <Card title="The first lesson" raised={enrollment.status === "active"}>
            <DataList
              items={[
                { label: "Student", value: `${enrollment.student.firstName} ${enrollment.student.lastName}` },
                {
                  label: "Lesson",
                  value: `${enrollment.instrument.name}${enrollment.kind === "trial" ? ", trial" : ""}, ${enrollment.minutes} minutes`,
                },
                { label: "Teacher", value: enrollment.teacher.name },
                {
                  label: "When",
                  value: `${formatLongDay(enrollment.startsAt, timeZone)}, ${formatTimeRange(enrollment.startsAt, enrollment.endsAt, timeZone)} ${formatZone(enrollment.startsAt, timeZone)}`,
                },
                ...(enrollment.roomName
                  ? [{ label: "Where", value: `${enrollment.roomName}, ${academy.address}` }]
                  : []),
                {
                  label: payment ? "Paid" : "Due",
                  value: payment ? formatMoney(usd(payment.amountCents)) : amount,
                },
              ]}
            />
          </Card>
          {unpaid && (
            <PaymentForms enrollmentId={enrollment.id} amount={amount} held={enrollment.heldUntil !== null} />
          )}
          {enrollment.status === "active" && enrollment.lessonId && (
            <div className={styles.actions}>
              <ButtonLink href="/family">To your family's portal</ButtonLink>
              <ButtonLink
                href={`/family/lessons/${enrollment.lessonId}/lesson.ics` as Route}
                variant="secondary"
              >
                Add to calendar
              </ButtonLink>
              {payment && (
                <ButtonLink href={`/family/billing/receipts/${payment.id}` as Route} variant="quiet">
                  Receipt
                </ButtonLink>
              )}
              {enrollment.kind === "trial" && (
                <ButtonLink href={`/enroll?continue=${enrollment.id}` as Route} variant="quiet">
                  Continue with weekly lessons
                </ButtonLink>
              )}
            </div>
          )}
          {(enrollment.status === "lapsed" || enrollment.status === "cancelled") && (
            <div className={styles.actions}>
              <ButtonLink
                href={
                  `/enroll?instrument=${enrollment.instrument.slug}&continue=${enrollment.id}&kind=trial` as Route
                }
              >
                Enroll again
              </ButtonLink>
              <ButtonLink href="/contact" variant="quiet">
                Ask the academy
              </ButtonLink>
            </div>
          )}
        </div>
        <Card title="Progress">
          <LiveProgress
            key={`${enrollment.status} ${payment?.id}`}
            id={enrollment.id}
            initial={progressOf(enrollment, steps)}
          />
        </Card>
      </div>
    </div>
  );
}

async function alternativesTo(enrollment: EnrollmentDetails) {
  const [times, names] = await Promise.all([
    findAlternatives({
      teacherId: enrollment.teacher.id,
      instrumentId: enrollment.instrument.id,
      startsAt: enrollment.startsAt,
      minutes: enrollment.minutes,
    }),
    withPrincipal(visitor, listTeacherNames),
  ]);
  return times.map((time) => {
    const teacher = names.get(time.teacherId);
    return {
      startsAt: time.startsAt,
      reason: time.reason,
      minutes: enrollment.minutes,
      instrumentSlug: enrollment.instrument.slug,
      teacherName: teacher?.name ?? "",
      teacherSlug: teacher?.slug ?? "",
    };
  });
}
