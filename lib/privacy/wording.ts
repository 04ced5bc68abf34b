import { countOf, listOf } from "@/lib/format";
import type { ErasureObstacle, ErasureOutcome, Removed } from "./schema";

type Noun = readonly [one: string, many: string];

const nounOf = ([one, many]: Noun, count: number): string => countOf(count, one, many);

/** What the academy forgets after some time. */
const SUBJECTS: Readonly<Record<string, { readonly title: string; readonly noun: Noun }>> = {
  enrollment_drafts: { title: "Unsent enrollment forms", noun: ["unsent form", "unsent forms"] },
  rate_limits: { title: "Counted requests", noun: ["count of requests", "counts of requests"] },
  outbox: { title: "Delivered events", noun: ["delivered event", "delivered events"] },
  stripe_events: { title: "Stripe's events", noun: ["event from Stripe", "events from Stripe"] },
  workflow_runs: { title: "Workflow runs", noun: ["workflow run", "workflow runs"] },
  email_log: { title: "Log of emails", noun: ["entry of the email log", "entries of the email log"] },
  invitations: { title: "Invitations", noun: ["invitation", "invitations"] },
  families_never_enrolled: {
    title: "Families who never enrolled",
    noun: ["family's names", "families' names"],
  },
};

/** What a retention rule is about. */
export function subjectWords(subject: string): string {
  return SUBJECTS[subject]?.title ?? subject.replaceAll("_", " ");
}

/** `3 invitations and 1 workflow run removed`: what a night's work came to. */
export function removedWords(removed: readonly Removed[]): string {
  const parts = removed
    .filter((one) => one.removed > 0)
    .map((one) => nounOf(SUBJECTS[one.subject]?.noun ?? [one.subject, one.subject], one.removed));
  return parts.length === 0 ? "Nothing was old enough to be removed" : `${listOf(parts)} removed`;
}

const OBSTACLES: Readonly<Record<string, { readonly noun: Noun; readonly remedy: string }>> = {
  running_enrollments: {
    noun: ["enrollment is running", "enrollments are running"],
    remedy:
      "End them first: withdraw the active ones, and cancel or let lapse those that wait for a payment.",
  },
  lessons_ahead: {
    noun: ["lesson is ahead", "lessons are ahead"],
    remedy: "Cancel them first, or wait until they have been given.",
  },
  class_seats: {
    noun: ["seat in a class is taken", "seats in classes are taken"],
    remedy: "Have the students leave their classes first.",
  },
  open_invoices: {
    noun: ["invoice is open", "invoices are open"],
    remedy: "Have them paid, or void them first.",
  },
  running_subscriptions: {
    noun: ["tuition plan is charged at Stripe", "tuition plans are charged at Stripe"],
    remedy: "Cancel them first, so that no card is charged any more.",
  },
  open_disputes: {
    noun: ["payment is disputed", "payments are disputed"],
    remedy: "Wait for the bank's decision: until then the academy may need the names as evidence.",
  },
  pending_refunds: {
    noun: ["refund is on its way", "refunds are on their way"],
    remedy: "Wait until it has reached the family.",
  },
};

/** What stands in the way of an erasure and what to do about it. */
export function obstacleWords({ obstacle, found }: ErasureObstacle): { what: string; remedy: string } {
  const words = OBSTACLES[obstacle];
  return words
    ? { what: nounOf(words.noun, found), remedy: words.remedy }
    : { what: `${found} ${obstacle.replaceAll("_", " ")}`, remedy: "End them first." };
}

/** What goes, in the order in which it is told. Rows of tables that are not named count as further records. */
const GOES: readonly (readonly [table: string, noun: Noun, what: string])[] = [
  [
    "accounts",
    ["account", "accounts"],
    "closed, with sessions, consents and choices; nobody can sign in any more",
  ],
  ["guardians", ["parent", "parents"], "name, email, telephone and address"],
  ["students", ["student", "students"], "name and day of birth; the year stays"],
  ["student_instruments", ["student's wishes", "students' wishes"], "the text"],
  ["lesson_notes", ["lesson note", "lesson notes"], "the text"],
  ["assignments", ["assignment", "assignments"], "title and text"],
  ["practice_entries", ["practice entry", "practice entries"], "the remark"],
  ["message_threads", ["conversation", "conversations"], "the subject"],
  ["messages", ["message", "messages"], "the text"],
  ["files", ["file", "files"], "the name; the file itself is marked as deleted"],
  ["payments", ["payment", "payments"], "description and card; the amount stays"],
  ["invoices", ["invoice", "invoices"], "the remark; number and amounts stay"],
  ["invoice_lines", ["line of an invoice", "lines of invoices"], "the wording; code and amount stay"],
  ["refunds", ["refund", "refunds"], "the reason; the amount stays"],
  ["payment_attempts", ["failed charge", "failed charges"], "the card; reason and amount stay"],
  ["family_cards", ["card on file", "cards on file"], "brand, last digits and expiry"],
  ["account_credits", ["credit", "credits"], "the reason; the amount stays"],
  ["email_log", ["sent email", "sent emails"], "address and subject"],
  ["enrollment_drafts", ["enrollment form", "enrollment forms"], "all of it"],
  ["invitations", ["invitation", "invitations"], "all of it"],
];

/** What an erasure takes, line by line. */
export function erasedWords(outcome: ErasureOutcome): { what: string; how: string }[] {
  const known = new Set(["families", ...GOES.map(([table]) => table)]);
  const others = Object.entries(outcome)
    .filter(([table]) => !known.has(table))
    .reduce((sum, [, rows]) => sum + rows, 0);
  return [
    { what: "The family's name", how: "here, in lists and in the audit trail" },
    ...GOES.flatMap(([table, noun, how]) => {
      const rows = outcome[table] ?? 0;
      return rows > 0 ? [{ what: nounOf(noun, rows), how }] : [];
    }),
    ...(others > 0
      ? [
          {
            what: countOf(others, "further record"),
            how: "remarks, reasons and links; dates and states stay",
          },
        ]
      : []),
  ];
}

const DOCUMENTS: Readonly<Record<string, string>> = {
  policies: "Policies of the academy",
  privacy: "Privacy notice",
  photos: "Photos of my children may be shown",
  news: "News by email",
};

/** What a text that one agrees to is called. */
export function documentWords(document: string): string {
  return DOCUMENTS[document] ?? document;
}
