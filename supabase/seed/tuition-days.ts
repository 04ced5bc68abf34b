import { addMonths, type Calendar, instantOf, localDay } from "./calendar";
import type { Enrollment } from "./enrollments";
import type { Random } from "./random";

const monthsOf = ({ cadence }: Enrollment): number => ({ monthly: 1, semester: 6, yearly: 12 })[cadence];

/** What was paid before the year covers its first month; whoever joins later pays again on the next 1st. */
function firstDueDay(calendar: Calendar, enrollment: Enrollment): string {
  const paidOn = localDay(enrollment.paidAt ?? enrollment.submittedAt);
  const isAhead = paidOn < calendar.yearStartsOn;
  const from = isAhead ? calendar.yearStartsOn : paidOn;
  return addMonths(`${from.slice(0, 7)}-01`, monthsOf(enrollment));
}

/** The 1sts on which tuition was charged, until today or the enrollment's end. */
export function dueDays(
  random: Random,
  calendar: Calendar,
  now: Date,
  enrollment: Enrollment,
): { day: string; at: Date }[] {
  const until = enrollment.endedAt && enrollment.endedAt < now ? enrollment.endedAt : now;
  const days: { day: string; at: Date }[] = [];
  for (let day = firstDueDay(calendar, enrollment); ; day = addMonths(day, monthsOf(enrollment))) {
    const at = instantOf(day, 8 * 60 + random.between(0, 40));
    if (at > until) return days;
    days.push({ day, at });
  }
}

/** What the tuition that was charged last pays for. */
export function currentPeriod(calendar: Calendar, enrollment: Enrollment): { start: Date; end: Date } {
  const until = enrollment.endedAt ? localDay(enrollment.endedAt) : calendar.today;
  let end = firstDueDay(calendar, enrollment);
  while (end <= until) end = addMonths(end, monthsOf(enrollment));
  return { start: instantOf(addMonths(end, -monthsOf(enrollment)), 0), end: instantOf(end, 0) };
}
