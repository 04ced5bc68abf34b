import { formatMoney, formatPrice, type Money } from "@/lib/money";
import type { ClassKind, ClassSummary, ClassWeek, WeekReason } from "./class-schema";
import { clockWords } from "./waitlist-rules";

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;

const kinds: Readonly<Record<ClassKind, string>> = {
  group: "Group class",
  shared: "Shared lesson",
  recital: "Recital",
};

/** `Group class` */
export function classKindWords(kind: ClassKind): string {
  return kinds[kind];
}

/** `Saturdays, 4:15 pm to 5:45 pm`; null for a recital, which has a date. */
export function weeklyWords(of: Pick<ClassSummary, "weekday" | "starts" | "minutes">): string | null {
  if (of.weekday === null || of.starts === null) return null;
  const [hour, minute] = of.starts.split(":").map(Number);
  const from = (hour ?? 0) * 60 + (minute ?? 0);
  return `${WEEKDAYS[of.weekday]}s, ${clockWords(from)} to ${clockWords(from + of.minutes)}`;
}

/** `Ages 3 to 5`, `From age 10`, `Up to age 12`, `All ages` */
export function ageWords({
  minimumAge,
  maximumAge,
}: Pick<ClassSummary, "minimumAge" | "maximumAge">): string {
  if (minimumAge === 0 && maximumAge >= 99) return "All ages";
  if (maximumAge >= 99) return `From age ${minimumAge}`;
  if (minimumAge === 0) return `Up to age ${maximumAge}`;
  return minimumAge === maximumAge ? `Age ${minimumAge}` : `Ages ${minimumAge} to ${maximumAge}`;
}

/** Seats that anybody can take now: those promised to families of the waitlist are not among them. */
export function seatsLeft({
  seats,
  taken,
  offered,
}: Pick<ClassSummary, "seats" | "taken" | "offered">): number {
  return Math.max(0, seats - taken - offered);
}

/** `$110 a month`, `$35 for the recital` */
export function classPriceWords(kind: ClassKind, price: Money): string {
  return kind === "recital" ? `${formatPrice(price)} for the recital` : `${formatPrice(price)} a month`;
}

/** What becomes of the price when somebody signs up. */
export function classBillWords(kind: ClassKind, price: Money): string {
  const amount = `${formatMoney(price)} ${price.currency}`;
  return kind === "recital"
    ? `The recital costs ${amount}. Nothing is charged now: the academy puts it on your family’s bill.`
    : `The class costs ${amount} a month. Nothing is charged now: the academy puts it on your family’s bill each month.`;
}

const reasons: Readonly<Record<WeekReason, string>> = {
  past: "this is in the past",
  closure: "the academy is closed",
  outside_term: "this day lies in no term",
  teacher_away: "the teacher is away",
  teacher_busy: "the teacher has another lesson",
  room_taken: "the room is taken",
  student_busy: "a student has another lesson",
};

/** `the academy is closed: Thanksgiving week` */
export function weekReasonWords({ reason, name }: Pick<ClassWeek, "reason" | "name">): string {
  if (reason === null) return "";
  if (reason === "student_busy" && name) return `${name} has another lesson`;
  return reason === "closure" && name ? `${reasons.closure}: ${name}` : reasons[reason];
}
