import type { Money } from "@/lib/money";

/**
 * The facts that letters are written from. Callers fill them from the database; the render functions word
 * them. Instants are Dates, worded in the `timeZone` beside them (IANA); links are absolute URLs; names and
 * wishes are as people typed them, escaping is the letter's task.
 */

/** Who writes. `siteUrl` is the academy's home page. */
export type AcademyFacts = {
  name: string;
  email: string;
  phone: string | null;
  address: string | null;
  siteUrl: string;
};

/** `isReader`: an adult student who is also the payer, addressed as "you". */
export type StudentFacts = { firstName: string; lastName: string; isReader: boolean };

/** A time that was wanted or is offered, not yet a lesson. `instrument` as in a sentence: "piano". */
export type SlotFacts = {
  kind: "trial" | "regular";
  instrument: string;
  teacherName: string;
  roomName: string | null;
  startsAt: Date;
  minutes: number;
  timeZone: string;
};

/**
 * A lesson that is in the calendar. `id` and `sequence` identify its calendar entry and its revision;
 * `isWeekly`: it is the first of a weekly series.
 */
export type LessonFacts = SlotFacts & { id: string; sequence: number; isWeekly: boolean };

/** `brand` as Stripe names it: "visa", "amex"; `last4` its last four digits. */
export type CardFacts = { brand: string; last4: string };

/** One line of a bill; a discount or a credit is negative. */
export type BillLine = { label: string; amount: Money };

/** A payment that went through. The lines add up to the total. */
export type PaymentFacts = {
  receiptNumber: string;
  paidAt: Date;
  timeZone: string;
  lines: readonly BillLine[];
  total: Money;
  card: CardFacts | null;
  receiptUrl: string;
};

/** A plan that has been chosen. `nextChargeOn` is a day in the academy's zone, ISO `2027-01-01`. */
export type PlanFacts = {
  interval: "month" | "semester" | "year";
  minutes: number;
  price: Money;
  nextChargeOn: string | null;
};

/** Money on its way back. */
export type RefundFacts = { amount: Money; card: CardFacts | null };
