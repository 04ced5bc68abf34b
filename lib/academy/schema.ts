import type { Money } from "@/lib/money";

export type InstrumentId = string & { readonly idOf: "instrument" };

/** What is taught, and from which age in whole years. */
export type Instrument = {
  readonly id: InstrumentId;
  readonly slug: string;
  readonly name: string;
  readonly minimumAge: number;
  readonly description: string;
};

/** Lesson lengths that have a monthly price. */
export const lessonMinutes = [30, 45, 60] as const;
export type LessonMinutes = (typeof lessonMinutes)[number];

export const cadences = ["monthly", "semester", "yearly"] as const;
export type Cadence = (typeof cadences)[number];

/** Who the academy is and each number of its policies. Minutes, days and months as named; Bp is 1/100 of a percent. */
export type Academy = {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly address: string;
  /** IANA zone of every lesson. */
  readonly timeZone: string;
  readonly noticeMinutes: number;
  readonly horizonDays: number;
  readonly holdMinutes: number;
  /** How long an offer of the waitlist is open. */
  readonly offerMinutes: number;
  readonly provisionalDays: number;
  readonly cancelNoticeMinutes: number;
  readonly makeupValidDays: number;
  readonly makeupsPerTerm: number;
  readonly illnessExceptionsPerYear: number;
  readonly shortLessonMaxAge: number;
  readonly shortLessonMinutes: number;
  readonly trialMinutes: number;
  readonly trialCreditDays: number;
  readonly semesterMonths: number;
  readonly semesterDiscountBp: number;
  readonly yearDiscountBp: number;
  readonly siblingDiscountBp: number;
  readonly tenPackDiscountBp: number;
  readonly tenPackValidMonths: number;
  readonly withdrawalNoticeDays: number;
  readonly guaranteedLessons: number;
};

/** First and last day included, `YYYY-MM-DD` in the academy's zone. */
export type DateSpan = { readonly name: string; readonly startsOn: string; readonly endsOn: string };

/** The prices of one day. */
export type PriceList = {
  readonly trial: Money;
  readonly monthly: Readonly<Record<LessonMinutes, Money>>;
  readonly single: Readonly<Record<LessonMinutes, Money>>;
  readonly registration: Money;
  readonly siblingRegistration: Money;
  readonly recital: Money;
  readonly groups: readonly GroupClass[];
};

export type GroupClass = {
  readonly name: string;
  readonly minutes: number;
  readonly monthly: Money;
  readonly minimumAge: number | null;
  readonly maximumAge: number | null;
  readonly seats: number | null;
};
