import { green, printStep, red } from "../stack/terminal";
import { bookChecks } from "./invariants/books";
import { calendarChecks } from "./invariants/calendar";
import type { Check } from "./invariants/check";
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
export async function judge<Played>(played: Played, of: readonly Check<Played>[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const { name, find } of of) {
    const found = await find(played).catch((error: unknown) => [`could not be checked: ${String(error)}`]);
    verdicts.push({ name, found });
  }
  return verdicts;
}

/** Says of each check whether it held, and what it found. */
export function printVerdicts(verdicts: readonly Verdict[]): void {
  for (const { name, found } of verdicts) {
    printStep(`${found.length === 0 ? green("✔") : red("✖")} ${name}`);
    for (const words of found.slice(0, 12)) console.log(`    ${words}`);
    if (found.length > 12) console.log(`    … and ${found.length - 12} more`);
  }
}
