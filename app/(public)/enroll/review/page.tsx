import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { DataList } from "@/components/ui/data-list";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { cancellationPolicy } from "@/lib/academy/policies";
import { requirePage } from "@/lib/auth/session";
import { withPrincipal } from "@/lib/db/principal";
import { readDraftId } from "@/lib/enrollment/draft-cookie";
import { getDraft } from "@/lib/enrollment/drafts";
import { getKnownStudent, listInstrumentChoices, previewLines } from "@/lib/enrollment/queries";
import { cadences } from "@/lib/enrollment/schema";
import { formatDate, formatLongDay, formatTimeRange, formatZone } from "@/lib/format";
import { formatMoney, formatPrice, usd } from "@/lib/money";
import { DraftHold } from "../_components/draft-hold";
import styles from "../_components/enroll.module.css";
import { Progress } from "../_components/progress";
import { ReviewForm } from "./review-form";

export const metadata: Metadata = { title: "Review and pay" };

export default async function ReviewPage() {
  const draft = await getDraft(await readDraftId());
  const student = draft?.data.student;
  if (!draft || !student) redirect("/enroll");
  const { hold } = draft;
  if (!hold) redirect("/enroll/time");
  const person = await requirePage(["parent"], `/enroll/resume?draft=${draft.id}`);
  const academy = await loadAcademy();
  const { timeZone } = academy;
  const minutes = Math.round((hold.endsAt.getTime() - hold.startsAt.getTime()) / 60_000);
  const found = await withPrincipal(person, async (db) => {
    const instrument = (await listInstrumentChoices(db)).find((choice) => choice.slug === student.instrument);
    if (!instrument) return null;
    const known = await getKnownStudent(db, {
      ...student,
      profileId: person.userId,
      instrumentId: instrument.id,
    });
    const teacher = await db
      .selectFrom("teachers")
      .select(["first_name", "last_name"])
      .where("id", "=", hold.teacherId)
      .executeTakeFirstOrThrow();
    const kind = student.start === "plan" || known.hadTrial ? ("plan" as const) : ("trial" as const);
    const preview = (of: "trial" | "plan", cadence: (typeof cadences)[number], length: number) =>
      previewLines(db, {
        kind: of,
        cadence,
        minutes: length,
        instrumentId: instrument.id,
        familyId: known.familyId,
        studentId: known.studentId,
      });
    const plans = [];
    for (const cadence of cadences) {
      plans.push({
        cadence,
        lines: await preview("plan", cadence, kind === "trial" ? student.minutes : minutes),
      });
    }
    return { instrument, known, teacher, kind, plans, trial: await preview("trial", "monthly", minutes) };
  });
  if (!found) redirect("/enroll");
  const { instrument, known, teacher, kind, plans, trial } = found;
  const view = (lines: readonly { label: string; cents: number; recurring: boolean }[]) => ({
    lines: lines.map((line) => ({
      label: line.label,
      value: formatMoney(usd(line.cents)),
      recurring: line.recurring,
    })),
    total: formatMoney(usd(lines.reduce((sum, line) => sum + line.cents, 0))),
    repeats: formatPrice(
      usd(lines.filter((line) => line.recurring).reduce((sum, line) => sum + line.cents, 0)),
    ),
  });
  const policy = cancellationPolicy(academy);
  return (
    <div className={`${styles.page} ${styles.wide}`}>
      <Progress current="Review and pay" />
      <PageHeader
        title="Review and pay"
        description="Everything at a glance. Nothing is charged before you confirm it at Stripe."
      />
      <DraftHold draft={draft} />
      <div className={styles.columns}>
        <div className={styles.form}>
          <Card
            title="The first lesson"
            actions={
              <ButtonLink href="/enroll/time" variant="quiet" size="small">
                Change the time
              </ButtonLink>
            }
          >
            <DataList
              items={[
                {
                  label: "Student",
                  value: `${student.firstName} ${student.lastName}, born ${formatDate(new Date(`${student.birthDate}T12:00:00Z`), "UTC")}`,
                },
                { label: "Instrument", value: `${instrument.name}, ${student.level}` },
                { label: "Teacher", value: `${teacher.first_name} ${teacher.last_name}` },
                {
                  label: "When",
                  value: `${formatLongDay(hold.startsAt, timeZone)}, ${formatTimeRange(hold.startsAt, hold.endsAt, timeZone)} ${formatZone(hold.startsAt, timeZone)}`,
                },
                { label: "Length", value: `${minutes} minutes` },
                ...(student.wishes ? [{ label: "Wishes", value: student.wishes }] : []),
              ]}
            />
            <p>
              <ButtonLink href="/enroll" variant="quiet" size="small">
                Change the details
              </ButtonLink>
            </p>
          </Card>
          <Card title={policy.title}>
            <ul className={styles.policy}>
              {policy.sentences.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          </Card>
        </div>
        <ReviewForm
          draft={{ id: draft.id, seen: draft.updatedAt.toISOString() }}
          kind={kind}
          hadTrial={known.hadTrial}
          trial={view(trial)}
          trialCreditDays={academy.trialCreditDays}
          semesterMonths={academy.semesterMonths}
          plans={plans.map(({ cadence, lines }) => ({ cadence, ...view(lines) }))}
        />
      </div>
    </div>
  );
}
