import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { EnrollmentStatusBadge } from "@/components/enrollments/enrollment-status";
import { PaymentStatusBadge } from "@/components/enrollments/payment-status";
import { DaySchedule } from "@/components/lessons/day-schedule";
import { BackLink } from "@/components/portal/back-link";
import { Columns } from "@/components/portal/columns";
import { Card } from "@/components/ui/card";
import { DataList } from "@/components/ui/data-list";
import { Notice } from "@/components/ui/notice";
import { PageHeader } from "@/components/ui/page-header";
import { StatusBadge } from "@/components/ui/status-badge";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { ageOn } from "@/lib/enrollment/rules";
import { formatCalendarDate, formatCalendarDay, formatDate, localDate } from "@/lib/format";
import { readId } from "@/lib/ids";
import { formatMoney, subtractMoney } from "@/lib/money";
import { listFamilyConsents, listRequestsOfFamily } from "@/lib/privacy/queries";
import { getFamily } from "@/lib/reporting/family-queries";
import { paymentsOfFamily } from "@/lib/reporting/payment-queries";
import { listLessons } from "@/lib/scheduling/lesson-queries";
import { groupByDay } from "@/lib/scheduling/local-day";
import { EmailLink } from "../../_components/email-link";
import styles from "../../admin.module.css";
import { FamilyPrivacy } from "./_components/family-privacy";

export const metadata: Metadata = { title: "Family" };

const NEXT_LESSONS = 8;

export default async function AdminFamily({ params }: PageProps<"/admin/families/[id]">) {
  const admin = await requirePage(["admin"]);
  const id = readId<"family">((await params).id);
  if (!id) notFound();
  const now = clock.now();
  const [{ timeZone }, found] = await Promise.all([
    loadAcademy(),
    withPrincipal(admin, async (db) => {
      const family = await getFamily(db, id);
      return (
        family && {
          family,
          payments: await paymentsOfFamily(db, id),
          consents: await listFamilyConsents(db, id),
          requests: await listRequestsOfFamily(db, id),
          lessons: await listLessons(db, {
            of: "academy",
            familyId: id,
            from: now,
            withCancelled: true,
            limit: NEXT_LESSONS,
          }),
        }
      );
    }),
  ]);
  if (!found) notFound();
  const { family, payments, lessons, consents, requests } = found;
  const today = localDate(now, timeZone);
  const isSplit = family.guardians.filter((guardian) => guardian.shareBp > 0).length > 1;

  return (
    <>
      <PageHeader
        eyebrow={<BackLink href="/admin/families">Families</BackLink>}
        title={family.name}
        description={`With us since ${formatDate(family.since, timeZone)}.`}
      />
      {family.erasedAt && (
        <div className={styles.above}>
          <Notice tone="neutral" title={`Erased on ${formatDate(family.erasedAt, timeZone)}`}>
            Who this family was is no longer known here. What it paid and when its lessons were has stayed.
          </Notice>
        </div>
      )}
      <Columns
        aside={
          <>
            <Card title="Parents">
              {family.guardians.map((guardian) => (
                <section key={guardian.id} className={styles.part} aria-label={guardian.name}>
                  <div className={styles.partHead}>
                    <h3 className={styles.partTitle}>{guardian.name}</h3>
                    <StatusBadge tone={guardian.hasAccount ? "good" : "neutral"}>
                      {family.erasedAt ? "Erased" : guardian.hasAccount ? "Has an account" : "No account"}
                    </StatusBadge>
                  </div>
                  <DataList
                    items={[
                      ...(family.erasedAt
                        ? []
                        : [{ label: "Email", value: <EmailLink address={guardian.email} /> }]),
                      ...(guardian.phone
                        ? [
                            {
                              label: "Telephone",
                              value: <a href={`tel:${guardian.phone}`}>{guardian.phone}</a>,
                            },
                          ]
                        : []),
                      ...(guardian.address
                        ? [
                            {
                              label: "Address",
                              value: <span className={styles.wishes}>{guardian.address}</span>,
                            },
                          ]
                        : []),
                      ...(isSplit ? [{ label: "Pays", value: `${guardian.shareBp / 100} %` }] : []),
                    ]}
                  />
                </section>
              ))}
            </Card>
            <Card title="Money">
              <DataList
                kind="amounts"
                items={[
                  { label: "Received", value: formatMoney(family.paid) },
                  { label: "Given back", value: formatMoney(family.refunded) },
                  {
                    label: "Remains",
                    value: formatMoney(subtractMoney(family.paid, family.refunded)),
                    total: true,
                  },
                ]}
              />
              {family.stripeCustomerId && (
                <p className={styles.atStripe}>
                  At Stripe: <span className={styles.mono}>{family.stripeCustomerId}</span>
                </p>
              )}
            </Card>
            <FamilyPrivacy
              familyId={id}
              isErased={family.erasedAt !== null}
              consents={consents}
              requests={requests}
              timeZone={timeZone}
            />
          </>
        }
      >
        <Card title="Students">
          <ul className={styles.rows}>
            {family.students.map((student) => (
              <li key={student.id}>
                <div className={styles.rowWords}>
                  <p className={styles.rowName}>{student.name}</p>
                  <p className={styles.soft}>
                    {family.erasedAt
                      ? `born in ${student.birthDate.slice(0, 4)}`
                      : `${ageOn(student.birthDate, today)} years, born ${formatCalendarDate(student.birthDate)}`}
                    {student.instruments.map((instrument) => ` · ${instrument}`)}
                  </p>
                </div>
                {student.hasAccount && <StatusBadge tone="good">Has an account</StatusBadge>}
                {!student.isActive && (
                  <StatusBadge tone="neutral">{family.erasedAt ? "Erased" : "Not active"}</StatusBadge>
                )}
              </li>
            ))}
          </ul>
          {family.students.length === 0 && <p className={styles.soft}>Nobody is enrolled yet.</p>}
        </Card>
        <Card title="Enrollments">
          {family.enrollments.length === 0 ? (
            <p className={styles.soft}>None yet.</p>
          ) : (
            <ul className={styles.rows}>
              {family.enrollments.map((enrollment) => (
                <li key={enrollment.id}>
                  <div className={styles.rowWords}>
                    <Link href={`/admin/enrollments/${enrollment.id}`} className={styles.rowName}>
                      {enrollment.student}, {enrollment.instrument.toLowerCase()}
                    </Link>
                    <p className={styles.soft}>
                      No. {enrollment.number} · {enrollment.kind === "trial" ? "trial lesson" : "weekly"} with{" "}
                      {enrollment.teacher} · {formatDate(new Date(enrollment.submittedAt), timeZone)}
                    </p>
                  </div>
                  <EnrollmentStatusBadge status={enrollment.status} />
                </li>
              ))}
            </ul>
          )}
        </Card>
        <Card title="Next lessons">
          {lessons.length === 0 ? (
            <p className={styles.soft}>No lesson is planned.</p>
          ) : (
            groupByDay(lessons, timeZone).map(({ date, items }) => (
              <section key={date} className={styles.part} aria-label={formatCalendarDay(date)}>
                <h3 className={styles.partTitle}>{formatCalendarDay(date)}</h3>
                <DaySchedule lessons={items} timeZone={timeZone} withTeacher ageOf={() => null} />
              </section>
            ))
          )}
        </Card>
        <Card title="Payments">
          {payments.length === 0 ? (
            <p className={styles.soft}>Nothing has been paid.</p>
          ) : (
            <ul className={styles.rows}>
              {payments.map((payment) => (
                <li key={payment.id}>
                  <div className={styles.rowWords}>
                    <Link href={`/admin/payments/${payment.id}`} className={styles.rowName}>
                      {payment.description}
                    </Link>
                    <p className={styles.soft}>
                      Receipt No. {payment.receiptNumber} · {formatDate(payment.paidAt, timeZone)}
                    </p>
                  </div>
                  <span className={styles.badges}>
                    {formatMoney(payment.paid)}
                    <PaymentStatusBadge status={payment.status} />
                  </span>
                </li>
              ))}
            </ul>
          )}
        </Card>
      </Columns>
    </>
  );
}
