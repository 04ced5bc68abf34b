import type { Amount } from "./amounts-table";
import type { Choice } from "./choice-list";
import type { Fact } from "./facts-table";
import type { Sender } from "./layout";

/** Joins the blocks of a plain-text part with blank lines; absent blocks (null, empty) leave no gap. */
export function plainText(blocks: readonly (string | null)[], sender: Sender, reason: string): string {
  const signature = [
    "-- ",
    reason,
    sender.email === null
      ? "Questions? Just reply to this email."
      : `Questions? Reply to this email or write to ${sender.email}${
          sender.phone === null ? "" : `, or call ${sender.phone}`
        }.`,
    [sender.name, sender.address].filter((part) => part !== null).join(", "),
    sender.siteUrl,
  ].filter((line) => line !== null);
  return `${[...blocks, signature.join("\n")].filter((block) => block !== null && block !== "").join("\n\n")}\n`;
}

/** Facts as lines with their values aligned; a link follows its value on a line of its own. */
export function plainFacts(facts: readonly Fact[]): string {
  const width = Math.max(...facts.map(({ label }) => label.length)) + 2;
  return facts
    .map(({ label, value, href }) => {
      const line = `${`${label}:`.padEnd(width)}${value}`;
      return href === undefined ? line : `${line}\n${"".padEnd(width)}${href}`;
    })
    .join("\n");
}

/** Bill lines with the amounts right-aligned, and the total under a rule. */
export function plainAmounts(lines: readonly Amount[], total: Amount): string {
  const all = [...lines, total];
  const labelWidth = Math.max(...all.map(({ label }) => label.length)) + 2;
  const amountWidth = Math.max(...all.map(({ amount }) => amount.length));
  const row = ({ label, amount }: Amount) => `${label.padEnd(labelWidth)}${amount.padStart(amountWidth)}`;
  return [...lines.map(row), "-".repeat(labelWidth + amountWidth), row(total)].join("\n");
}

/** What happens next, numbered. */
export function plainSteps(title: string, steps: readonly string[]): string {
  return [title, ...steps.map((step, index) => `${index + 1}. ${step}`)].join("\n");
}

/** A notice, set off from the letter by its title; lines that a person typed keep their breaks. */
export function plainNotice(
  title: string,
  lines: readonly string[],
  link: { label: string; href: string } | undefined,
): string {
  const rows = lines.flatMap((line) => line.split("\n")).map((line) => `  ${line}`.trimEnd());
  return [`${title}:`, ...rows, ...(link === undefined ? [] : [`  ${link.label}: ${link.href}`])].join("\n");
}

/** Choices with what sets each apart and its link. */
export function plainChoices(title: string, choices: readonly Choice[]): string {
  return [title, ...choices.map(({ label, note, href }) => `- ${label}\n  ${note}\n  ${href}`)].join("\n");
}

/** The one thing to do, with its address on a line of its own so that programs can link it. */
export function plainAction(label: string, href: string): string {
  return `${label}:\n${href}`;
}
