import type { Payment } from "./billing";
import type { Enrollment } from "./enrollments";
import type { Random } from "./random";
import { insertRows, type Row, type Sql } from "./rows";

type Step = readonly [step: string, milliseconds: number, detail: (of: Enrollment) => string];

const BEGIN: readonly Step[] = [
  [
    "validate",
    32,
    ({ instrument, student, slot }) => `${instrument.name} at age ${student.age}, ${slot.minutes} minutes`,
  ],
  ["create-accounts", 28, () => "Parent's account"],
  ["set-up-payment", 310, () => "Payment page ready"],
];

const COMPLETE: readonly Step[] = [
  ["confirm-payment", 24, () => "Payment in the books"],
  ["close-checkout", 41, () => "No payment page is open"],
  ["assign-teacher", 37, ({ slot }) => `${slot.teacher.firstName} ${slot.teacher.lastName}`],
  [
    "schedule-lesson",
    71,
    ({ days }) => (days.length > 1 ? `${days.length} weekly lessons` : "In the calendar"),
  ],
];

const WELCOME: typeof COMPLETE = [["send-welcome-emails", 240, () => "3 sent"]];

const RECENT_DAYS = 45;
const MOST_RUNS = 24;

/** Workflow runs and emails of the enrollments that were paid in the last weeks; tells the number of runs. */
export async function loadRecentWork(
  sql: Sql,
  random: Random,
  now: Date,
  enrollments: readonly Enrollment[],
  paymentsOf: ReadonlyMap<Enrollment, readonly Payment[]>,
): Promise<number> {
  const since = now.getTime() - RECENT_DAYS * 86_400_000;
  const recent = enrollments
    .filter((one) => one.paidAt && one.fate !== "slot_lost" && one.submittedAt.getTime() > since)
    .sort((one, other) => other.submittedAt.getTime() - one.submittedAt.getTime())
    .slice(0, MOST_RUNS);
  const runs: Row[] = [];
  const steps: Row[] = [];
  const emails: Row[] = [];
  for (const enrollment of recent) {
    const paidAt = enrollment.paidAt ?? enrollment.submittedAt;
    const parts = [
      ["begin-enrollment", enrollment.submittedAt, BEGIN, paidAt],
      ["complete-enrollment", paidAt, COMPLETE, undefined],
      ["welcome-family", new Date(paidAt.getTime() + 1_000), WELCOME, undefined],
    ] as const;
    for (const [functionId, startedAt, plan, endsAt] of parts) {
      const runId = `01${random.text(24).toUpperCase()}`;
      let at = startedAt.getTime() + random.between(40, 160);
      for (const [index, [step, milliseconds, detail]] of plan.entries()) {
        const end = at + Math.round((milliseconds * random.between(80, 140)) / 100);
        steps.push({
          run_id: runId,
          step,
          position: index + 1,
          status: "completed",
          attempts: random.chance(0.05) ? 2 : 1,
          detail: detail(enrollment),
          started_at: new Date(at).toISOString(),
          ended_at: new Date(end).toISOString(),
        });
        at = end + random.between(5, 30);
      }
      runs.push({
        id: runId,
        function_id: functionId,
        subject_type: "enrollment",
        subject_id: enrollment.id,
        family_id: enrollment.family.id,
        status: "completed",
        started_at: startedAt.toISOString(),
        ended_at: new Date(Math.max(at, endsAt?.getTime() ?? 0)).toISOString(),
      });
      if (functionId === "welcome-family") {
        emails.push(...letters(random, enrollment, paymentsOf.get(enrollment)?.[0], new Date(at)));
      }
    }
  }
  await insertRows(sql, "workflow_runs", runs);
  await insertRows(sql, "workflow_steps", steps);
  await insertRows(sql, "email_log", emails);
  return runs.length;
}

function letters(random: Random, enrollment: Enrollment, payment: Payment | undefined, at: Date): Row[] {
  const { student, family, slot, instrument } = enrollment;
  const what = `${student.firstName}'s first ${instrument.name.toLowerCase()} lesson`;
  const parent = family.guardians[0]?.email ?? "";
  const written = [
    ["welcome-parent", enrollment.id, parent, `Welcome to Cedar Heights: ${what}`],
    ["welcome-teacher", enrollment.id, slot.teacher.email, `New student: ${what}`],
    ["welcome-academy", enrollment.id, "office@cedarheights.example", `Enrolled: ${what}`],
    ...(payment
      ? [["receipt", payment.id, parent, "Your receipt from Cedar Heights Music Academy"] as const]
      : []),
  ] as const;
  return written.map(([kind, cause, recipient, subject]) => ({
    id: random.uuid(),
    key: `${kind}:${cause}`,
    kind,
    recipient,
    subject,
    family_id: family.id,
    enrollment_id: enrollment.id,
    status: "sent",
    attempts: 1,
    queued_at: at.toISOString(),
    sent_at: new Date(at.getTime() + 1000).toISOString(),
  }));
}
