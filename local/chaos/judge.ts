import { bookChecks } from "./invariants/books";
import { calendarChecks } from "./invariants/calendar";
import type { Check, Judged } from "./invariants/check";
import { enrollmentChecks } from "./invariants/enrollments";
import { mailChecks } from "./invariants/mails";
import { workflowChecks } from "./invariants/workflows";

/** All that must be so in the end. */
export const checks: readonly Check[] = [
  ...workflowChecks,
  ...enrollmentChecks,
  ...bookChecks,
  ...mailChecks,
  ...calendarChecks,
];

export type Verdict = { readonly name: string; readonly found: readonly string[] };

/** Makes every check. One that cannot be made has found that. */
export async function judge(judged: Judged): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const { name, find } of checks) {
    const found = await find(judged).catch((error: unknown) => [`could not be checked: ${String(error)}`]);
    verdicts.push({ name, found });
  }
  return verdicts;
}
