import type { Check } from "./check";

/** An enrollment, with what was paid for it and what of that is still ours. */
type End = {
  id: string;
  status: string;
  code: string | null;
  payments: number;
  kept: number;
  scheduled: number;
  /** Of those, the ones that were not cancelled. */
  lessons: number;
  subscriptions: number;
  kind: "trial" | "plan";
};

export const enrollmentChecks: readonly Check[] = [
  {
    name: "every enrollment ended as its flow allows, paid once or not at all",
    find: async ({ world: { sql, begunAt }, records }) => {
      const may = new Map(records.flatMap(({ enrollments }) => [...enrollments]));
      const refunded = new Set(
        records.filter(({ flow }) => flow.kind === "refund").flatMap((r) => [...r.enrollments.keys()]),
      );
      const rows = await sql<End[]>`
        select e.id, e.status, e.failure_code as code, e.kind,
               (select count(*)::int from payments p where p.enrollment_id = e.id) as payments,
               (select count(*)::int from payments p where p.enrollment_id = e.id and p.refunded_cents < p.amount_cents) as kept,
               (select count(*)::int from lessons l where l.enrollment_id = e.id) as scheduled,
               (select count(*)::int from lessons l where l.enrollment_id = e.id and l.status <> 'cancelled') as lessons,
               (select count(*)::int from subscriptions s where s.enrollment_id = e.id and s.status <> 'canceled') as subscriptions
          from enrollments e where e.submitted_at >= ${begunAt}`;
      return rows.flatMap((end) => {
        const wrong = wrongWith(end, refunded.has(end.id));
        const allowed = may.get(end.id);
        // What its workflow gave up for good it has to undo; that is looked at in wrongWith.
        if (end.code !== "workflow_failed" && allowed && !allowed.some((status) => status === end.status)) {
          wrong.push(
            `it is ${end.status}${end.code ? ` (${end.code})` : ""}, and may be ${allowed.join(" or ")}`,
          );
        }
        return wrong.map((words) => `enrollment ${end.id}: ${words}`);
      });
    },
  },
  {
    name: "every flow came to what it wanted",
    find: async ({ records }) => {
      const found: string[] = [];
      for (const { flow, facts, gaveUp } of records) {
        if (gaveUp !== undefined) continue;
        for (const { words, holds } of facts) {
          if (!(await holds())) found.push(`flow ${flow.n} (${flow.kind}): not so: ${words}`);
        }
      }
      return found;
    },
  },
  {
    name: "seldom is an enrollment undone",
    find: async ({ records }) => {
      const undone = records.filter(({ gaveUp }) => gaveUp !== undefined);
      // A retry that runs out is allowed; when it is the rule, nothing else was tested.
      if (undone.length <= Math.max(2, records.length * 0.1)) return [];
      return [
        `${undone.length} of ${records.length} flows: ${undone.map(({ gaveUp }) => gaveUp).join("; ")}`,
      ];
    },
  },
];

function wrongWith(end: End, isGivenBackByHand: boolean): string[] {
  const wrong: string[] = [];
  if (end.status === "active") {
    if (end.payments === 0) wrong.push("it is active, and nothing was paid");
    if (end.kept !== 1 && !isGivenBackByHand) wrong.push(`it is active, and ${end.kept} payments are kept`);
    if (end.scheduled === 0) wrong.push("it is active without a lesson");
    if (end.kind === "plan" && end.subscriptions !== 1)
      wrong.push(`it is active with ${end.subscriptions} subscriptions`);
  } else if (end.status === "provisional") {
    wrong.push("it still waits, though its 14 days are over");
  } else {
    if (end.kept > 0)
      wrong.push(`it is ${end.status}, and ${end.kept} of ${end.payments} payments were not given back`);
    if (end.lessons > 0) wrong.push(`it is ${end.status}, and has ${end.lessons} lessons`);
    if (end.subscriptions > 0)
      wrong.push(`it is ${end.status}, and ${end.subscriptions} subscriptions go on`);
  }
  return wrong;
}
