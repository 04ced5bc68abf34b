import type { Tone } from "@/components/ui/status-badge";
import type { BillingCadence, EnrollmentKind, EnrollmentStatus } from "@/lib/db/database.gen";

type Words = { readonly word: string; readonly tone: Tone };

/** An enrollment's status in a word; `provisional` says what it waits for. */
export const enrollmentStatusWords: Readonly<Record<EnrollmentStatus, Words>> = {
  provisional: { word: "Waiting for payment", tone: "waiting" },
  active: { word: "Active", tone: "good" },
  paused: { word: "Paused", tone: "neutral" },
  withdrawn: { word: "Withdrawn", tone: "neutral" },
  lapsed: { word: "Lapsed", tone: "bad" },
  cancelled: { word: "Cancelled", tone: "bad" },
};

const cadences: Readonly<Record<BillingCadence, string>> = {
  monthly: "paid by the month",
  semester: "paid by the semester",
  yearly: "paid by the year",
};

/** `Trial lesson, 30 minutes` or `Weekly 45 minutes, paid by the month`. */
export function planWords(plan: { kind: EnrollmentKind; cadence: BillingCadence; minutes: number }): string {
  return plan.kind === "trial"
    ? `Trial lesson, ${plan.minutes} minutes`
    : `Weekly ${plan.minutes} minutes, ${cadences[plan.cadence]}`;
}

/** `Weekly 45 min, monthly`: for a column. */
export function planInShort(plan: {
  kind: EnrollmentKind;
  cadence: BillingCadence;
  minutes: number;
}): string {
  return plan.kind === "trial" ? `Trial, ${plan.minutes} min` : `Weekly ${plan.minutes} min, ${plan.cadence}`;
}

/** `a month`, `a semester`, `a year` */
export const cadencePeriod: Readonly<Record<BillingCadence, string>> = {
  monthly: "a month",
  semester: "a semester",
  yearly: "a year",
};

/** `Beginner` from the stored level. */
export function levelWord(level: string): string {
  return level.charAt(0).toUpperCase() + level.slice(1);
}
