import type { FieldErrors } from "@/lib/errors";
import { localDate } from "@/lib/format";
import type { OpenTime } from "@/lib/scheduling/rules";
import type { StudentForm } from "./schema";

/** Full years between a birth date and a day, both `YYYY-MM-DD`; someone born on 29 February is older on 1 March. */
export function ageOn(birthDate: string, day: string): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return day.slice(5) < birthDate.slice(5) ? years - 1 : years;
}

export type AgeRules = {
  readonly instrumentName: string;
  /** Years. */
  readonly minimumAge: number;
  /** Up to this age lessons last `shortMinutes` at most (domain rules: 4 to 6 years, 30 minutes). */
  readonly shortLessonMaxAge: number;
  readonly shortMinutes: number;
};

/** What of the student's data does not fit the academy's rules, by form field; null when all fits. */
export function checkStudent(
  student: Pick<StudentForm, "birthDate" | "minutes">,
  today: string,
  rules: AgeRules,
): FieldErrors | null {
  if (student.birthDate > today) return { birthDate: ["The birth date is in the future."] };
  const age = ageOn(student.birthDate, today);
  if (age > 110) return { birthDate: ["Check the year of birth."] };
  if (age < rules.minimumAge) {
    return {
      birthDate: [
        `${rules.instrumentName} starts at age ${rules.minimumAge}. The student is ${age} today; another instrument may fit already.`,
      ],
    };
  }
  if (age <= rules.shortLessonMaxAge && student.minutes > rules.shortMinutes) {
    return { minutes: [`Up to age ${rules.shortLessonMaxAge} lessons last ${rules.shortMinutes} minutes.`] };
  }
  return null;
}

export type Candidate = {
  readonly teacherId: string;
  readonly name: string;
  readonly gender: string | null;
  readonly styles: readonly string[];
  readonly strengths: readonly string[];
  /** Minutes a week the teacher will teach at most, and the fullest of the coming weeks. */
  readonly capacityMinutes: number;
  readonly bookedMinutes: number;
};

export type SiblingLesson = {
  readonly teacherId: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly name: string;
};

export type Suggestion = OpenTime & {
  readonly teacherName: string;
  readonly score: number;
  readonly reasons: readonly string[];
};

const DAY_NAMES = ["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"];
const HOURS: Record<string, readonly [number, number]> = {
  morning: [0, 12],
  afternoon: [12, 17],
  evening: [17, 24],
};

/** Weekday (0 is Monday) and hour of an instant in a zone. */
function localMoment(instant: Date, timeZone: string): { weekday: number; hour: number } {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    hourCycle: "h23",
  }).formatToParts(instant);
  const value = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  return {
    weekday: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(value("weekday")),
    hour: Number(value("hour")),
  };
}

/**
 * Ranks open times for a student (domain rules, "Teacher matching"): preferred days and hours, then stated wishes
 * (style, gender), siblings' lessons next to it, balance of load, how soon. Every suggestion says why. A teacher
 * without weekly capacity left is never suggested. The best time of each teacher comes before anybody's second, and of a
 * teacher's day there is one.
 */
export function rankSuggestions(input: {
  openTimes: readonly OpenTime[];
  candidates: readonly Candidate[];
  wishes: Pick<StudentForm, "days" | "timeOfDay" | "teacherGender" | "style" | "minutes">;
  siblings: readonly SiblingLesson[];
  preferredTeacherId?: string | undefined;
  timeZone: string;
  count: number;
}): Suggestion[] {
  const { wishes, timeZone } = input;
  const candidates = new Map(
    input.candidates
      .filter((candidate) => candidate.bookedMinutes + wishes.minutes <= candidate.capacityMinutes)
      .map((candidate) => [candidate.teacherId, candidate]),
  );
  const first = input.openTimes[0]?.startsAt.getTime() ?? 0;
  const ranked: Suggestion[] = [];
  for (const time of input.openTimes) {
    const teacher = candidates.get(time.teacherId);
    if (!teacher) continue;
    const moment = localMoment(time.startsAt, timeZone);
    const reasons: string[] = [];
    let score = 0;
    const dayFits = wishes.days.length > 0 && wishes.days.includes(moment.weekday);
    const [from, to] = HOURS[wishes.timeOfDay] ?? [0, 24];
    const hourFits = wishes.timeOfDay !== "any" && moment.hour >= from && moment.hour < to;
    if (dayFits) score += 25;
    if (hourFits) score += 15;
    if (dayFits || hourFits) {
      const parts = [
        ...(dayFits ? [`on ${DAY_NAMES[moment.weekday]}`] : []),
        ...(hourFits ? [`in the ${wishes.timeOfDay}`] : []),
      ];
      reasons.push(`Fits your wish for lessons ${parts.join(", ")}`);
    }
    if (teacher.teacherId === input.preferredTeacherId) {
      score += 30;
      reasons.push(`${teacher.name} is the teacher you asked for`);
    }
    if (
      wishes.style &&
      [...teacher.styles, ...teacher.strengths].some((style) => sameWord(style, wishes.style))
    ) {
      score += 15;
      reasons.push(`Teaches ${wishes.style.toLowerCase()}`);
    }
    if (wishes.teacherGender !== "any" && teacher.gender === wishes.teacherGender) {
      score += 10;
      reasons.push("Matches the teacher you described");
    }
    const sibling = input.siblings.find((lesson) => isBeside(lesson, time));
    if (sibling) {
      score += 20;
      reasons.push(`Right beside ${sibling.name}'s lesson`);
    }
    const left = 1 - teacher.bookedMinutes / Math.max(teacher.capacityMinutes, 1);
    score += 8 * left;
    if (left > 0.5) reasons.push(`${teacher.name.split(" ")[0]} has room for new students`);
    const days = (time.startsAt.getTime() - first) / 86_400_000;
    score -= days * 0.4;
    if (days < 3) reasons.push("One of the soonest times");
    ranked.push({ ...time, teacherName: teacher.name, score, reasons });
  }
  ranked.sort((a, b) => b.score - a.score || a.startsAt.getTime() - b.startsAt.getTime());
  const perTeacher = new Map<string, number>();
  const days = Map.groupBy(ranked, (time) => `${time.teacherId} ${localDate(time.startsAt, timeZone)}`);
  const bestOfDays = [...days.values()].flatMap(([best]) => best ?? []);
  const rounds = bestOfDays.map((suggestion) => {
    const round = perTeacher.get(suggestion.teacherId) ?? 0;
    perTeacher.set(suggestion.teacherId, round + 1);
    return { suggestion, round };
  });
  return rounds
    .filter(({ suggestion, round }) => round === 0 || suggestion.score > 0)
    .sort((a, b) => Number(a.round > 0) - Number(b.round > 0) || b.suggestion.score - a.suggestion.score)
    .slice(0, input.count)
    .map(({ suggestion }) => suggestion);
}

function sameWord(a: string, b: string): boolean {
  return a.localeCompare(b, "en", { sensitivity: "base" }) === 0;
}

function isBeside(lesson: SiblingLesson, time: OpenTime): boolean {
  const week = 7 * 86_400_000;
  const offset = (((time.startsAt.getTime() - lesson.startsAt.getTime()) % week) + week) % week;
  const length = lesson.endsAt.getTime() - lesson.startsAt.getTime();
  const own = time.endsAt.getTime() - time.startsAt.getTime();
  const slack = 15 * 60_000;
  return (
    (offset >= length && offset <= length + slack) ||
    (week - offset >= own && week - offset <= own + slack) ||
    offset === 0
  );
}

/** The enrollment's steps as the family and the academy see them, in order; ids are the workflow's step names. */
export const enrollmentSteps = [
  { id: "validate", label: "Details checked" },
  { id: "create-accounts", label: "Family account set up" },
  { id: "set-up-payment", label: "Secure payment prepared" },
  { id: "confirm-payment", label: "Payment received" },
  { id: "assign-teacher", label: "Teacher confirmed" },
  { id: "schedule-lesson", label: "First lesson scheduled" },
  { id: "send-welcome-emails", label: "Welcome emails sent" },
] as const;

export type EnrollmentStepId = (typeof enrollmentSteps)[number]["id"];
