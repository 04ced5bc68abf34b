import { formatDate, formatTime } from "@/lib/format";
import { formatMoney, usd } from "@/lib/money";

const tables: Readonly<Record<string, string>> = {
  academy_settings: "Academy's settings",
  account_credits: "Credit in money",
  assignments: "Assignment",
  attendance: "Attendance",
  audit_log: "Contents of the audit trail",
  bookings: "Booked time",
  calendar_feeds: "Calendar feed",
  checkouts: "Payment page",
  class_seats: "Seat in a class",
  classes: "Class",
  closures: "Closure",
  consent_texts: "Text of a consent",
  consents: "Consent",
  credit_applications: "Use of a credit",
  data_requests: "Data request",
  disputes: "Dispute",
  enrollments: "Enrollment",
  families: "Family",
  family_cards: "Card on file",
  files: "File",
  guardians: "Guardian",
  instruments: "Instrument",
  invitations: "Invitation",
  invoice_lines: "Line of an invoice",
  invoices: "Invoice",
  lesson_notes: "Note on a lesson",
  lesson_seats: "Seat in a lesson",
  lesson_proposals: "Proposal for a lesson",
  lesson_series: "Series of lessons",
  lessons: "Lesson",
  makeup_credits: "Make-up credit",
  makeup_days: "Make-up days",
  message_threads: "Conversation",
  messages: "Message",
  notification_choices: "Notification choice",
  outbox: "Event of a workflow",
  pay_rates: "Rate of pay",
  payment_attempts: "Failed charge",
  payments: "Payment",
  payroll_lines: "Line of pay",
  payroll_periods: "Month of pay",
  plans: "Plan of payment",
  practice_entries: "Practice",
  prices: "Price",
  profiles: "Account",
  refunds: "Refund",
  retention_rules: "Retention rule",
  rooms: "Room",
  student_instruments: "Student's instrument",
  students: "Student",
  subscriptions: "Running tuition",
  teacher_availability: "Teaching hours",
  teacher_employment: "Teacher's employment",
  teacher_exceptions: "Time off",
  teacher_instruments: "Teacher's instrument",
  teachers: "Teacher",
  terms: "Term",
  unpaid_pauses: "Pause for overdue tuition",
  waitlist_entries: "Place on the waitlist",
  waitlist_offers: "Offer of the waitlist",
  workflow_runs: "Workflow run",
};

function spoken(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A table's rows as the academy calls one of them. */
export function tableWords(table: string): string {
  return tables[table] ?? spoken(table);
}

/** A column as a person reads it; what it is counted in is said by its value. */
export function columnWords(column: string): string {
  return spoken(
    column
      .replace(/_cents$/, "")
      .replace(/_id$/, "")
      .replace(/_bp$/, " (1/100 %)"),
  );
}

const LONGEST = 300;
const INSTANT = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d(?::?\d\d)?)/g;

/** PostgreSQL writes `+00` where a Date wants `+00:00`. */
function momentWords(text: string, timeZone: string): string {
  const instant = new Date(text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00"));
  if (Number.isNaN(instant.getTime())) return text;
  return `${formatDate(instant, timeZone)}, ${formatTime(instant, timeZone)}`;
}

/** Every instant in a text in the zone's time; a range of them as `from – to`. */
function withMoments(text: string, timeZone: string): string {
  const range = /^\["(.+)","(.+)"\)$/.exec(text);
  if (range?.[1] && range[2])
    return `${momentWords(range[1], timeZone)} – ${momentWords(range[2], timeZone)}`;
  return text.replace(INSTANT, (found) => momentWords(found, timeZone));
}

/**
 * A value as a person reads it: money with its currency, instants in the zone's time, the rest as it is stored, cut
 * when it is very long.
 */
export function valueWords(column: string, value: unknown, timeZone: string): string {
  if (value === null || value === undefined) return "nothing";
  if (column.endsWith("_cents") && typeof value === "number" && Number.isSafeInteger(value))
    return formatMoney(usd(value));
  if (typeof value === "boolean") return value ? "yes" : "no";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (text === "") return "empty";
  const words = withMoments(text, timeZone);
  return words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words;
}

/** The page about a row, where there is one. */
export function rowHref(table: string, rowId: string): string | null {
  switch (table) {
    case "enrollments":
      return `/admin/enrollments/${rowId}`;
    case "payments":
      return `/admin/payments/${rowId}`;
    case "families":
      return `/admin/families/${rowId}`;
    default:
      return null;
  }
}
