import { formatMoney, type Money, sumMoney } from "@/lib/money";
import type { AcademyFacts, BillLine, CardFacts, RefundFacts, SlotFacts, StudentFacts } from "./facts";

/**
 * Text that people typed, made fit for a header, a subject or one line of a letter: control characters, text
 * direction overrides and line breaks become spaces (no header can be smuggled in), runs of spaces collapse, and
 * it ends at `limit` characters.
 */
export function oneLine(text: string, limit = 120): string {
  const flat = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/gu, " ")
    .replace(/\s+/gu, " ")
    .trim();
  return shorten(flat, limit);
}

/** As `oneLine`, but a person's own line breaks stay, at most one blank line in a row. */
export function severalLines(text: string, limit = 1200): string {
  const tidy = text
    .split(/\r\n?|\n/)
    .map((line) => oneLine(line, limit))
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
  return shorten(tidy, limit);
}

function shorten(text: string, limit: number): string {
  const letters = Array.from(text);
  if (letters.length <= limit) return text;
  const kept = letters.slice(0, limit - 1).join("");
  return `${kept.trimEnd()}…`;
}

/** A total names its currency in letters too: `$25.00 USD`. */
export function formatTotal(amount: Money): string {
  return `${formatMoney(amount)} ${amount.currency}`;
}

/** Bill lines with formatted amounts. Throws when they do not add up: a wrong bill must not leave the house. */
export function billAmounts(lines: readonly BillLine[], total: Money): { label: string; amount: string }[] {
  const sum = sumMoney(lines.map((line) => line.amount));
  if (sum.cents !== total.cents) {
    throw new RangeError(`Bill lines add up to ${formatMoney(sum)}, not to ${formatMoney(total)}`);
  }
  return lines.map(({ label, amount }) => ({ label: oneLine(label, 160), amount: formatMoney(amount) }));
}

const cardBrands: Readonly<Record<string, string>> = {
  visa: "Visa",
  mastercard: "Mastercard",
  amex: "American Express",
  discover: "Discover",
  diners: "Diners Club",
  jcb: "JCB",
  unionpay: "UnionPay",
};

/** `Visa ending 4242` */
export function describeCard({ brand, last4 }: CardFacts): string {
  return `${cardBrands[brand.toLowerCase()] ?? oneLine(brand, 30)} ending ${oneLine(last4, 4)}`;
}

/** Where a refund goes: `your Visa ending 4242`. */
export function refundTarget({ card }: RefundFacts): string {
  return card === null ? "the way you paid" : `your ${describeCard(card)}`;
}

/** `piano trial lesson` or `piano lesson` */
export function lessonNoun({ kind, instrument }: Pick<SlotFacts, "kind" | "instrument">): string {
  return `${oneLine(instrument, 40)} ${kind === "trial" ? "trial lesson" : "lesson"}`;
}

/** `Mia's`, or `your` when the reader is the student. */
export function whose(student: StudentFacts): string {
  return student.isReader ? "your" : `${oneLine(student.firstName, 60)}'s`;
}

/** `Mia Alvarez` */
export function fullName({ firstName, lastName }: Pick<StudentFacts, "firstName" | "lastName">): string {
  return oneLine(`${firstName} ${lastName}`, 120);
}

/** Where a lesson is: room, academy and street, as far as they are known. */
export function describePlace(
  { roomName }: Pick<SlotFacts, "roomName">,
  { name, address }: Pick<AcademyFacts, "name" | "address">,
): string {
  return [roomName, name, address]
    .filter((part) => part !== null)
    .map((part) => oneLine(part, 200))
    .join(", ");
}

/** Passes an absolute http(s) URL on; throws a TypeError on any other, which would be dead in a mailbox. */
export function absoluteUrl(url: string): string {
  const { protocol } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") throw new TypeError(`Not a web address: ${protocol}`);
  return url;
}

/** The academy as the sender of a letter, its home page checked to be an absolute URL. */
export function asSender(academy: AcademyFacts): AcademyFacts {
  return { ...academy, siteUrl: absoluteUrl(academy.siteUrl) };
}
