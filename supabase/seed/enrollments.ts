import type { Academy, Instrument } from "./academy";
import { addDays, type Calendar, instantOf, localDay, teachingDays } from "./calendar";
import type { Family, Student } from "./families";
import { WISHES } from "./names";
import type { Random } from "./random";
import type { Teacher } from "./teachers";
import { type Slot, Timetable, teaches, type Wish } from "./timetable";

/** What became of an enrollment. `starter` and `joiner` are active, from the year's start or from some week since. */
export type Fate =
  | "starter"
  | "joiner"
  | "paused"
  | "withdrawn"
  | "lapsed"
  | "waiting"
  | "waiting_without_hold"
  | "slot_lost"
  | "trial_ahead"
  | "trial_done"
  | "trial_in_freed_slot";

export type Enrollment = {
  readonly id: string;
  readonly family: Family;
  readonly student: Student;
  readonly instrument: Instrument;
  readonly slot: Slot;
  readonly kind: "trial" | "plan";
  readonly cadence: "monthly" | "semester" | "yearly";
  readonly fate: Fate;
  readonly level: string;
  readonly wishes: string;
  readonly submittedAt: Date;
  readonly paidAt: Date | null;
  /** When it was paused, withdrawn, lapsed or undone. */
  readonly endedAt: Date | null;
  /** Days on which the slot is taken, in order; the first one is what was enrolled for. */
  readonly days: readonly string[];
};

export type Year = {
  readonly enrollments: readonly Enrollment[];
  readonly timetable: Timetable;
  /** A lesson given up late whose time another family took: whose it was, and when. */
  readonly freedLesson: { readonly enrollmentId: string; readonly day: string } | null;
};

/** Of 180 students, how many share each fate; smaller academies keep at least one of each. */
const FATES: readonly (readonly [Fate, number])[] = [
  ["trial_in_freed_slot", 1],
  ["paused", 3],
  ["withdrawn", 4],
  ["lapsed", 3],
  ["waiting", 1],
  ["waiting_without_hold", 1],
  ["slot_lost", 1],
  ["trial_ahead", 7],
  ["trial_done", 4],
  ["joiner", 36],
];

const POPULARITY: Readonly<Record<string, number>> = {
  piano: 30,
  guitar: 17,
  violin: 14,
  voice: 12,
  drums: 8,
  cello: 4,
  ukulele: 5,
  bass: 3,
  flute: 4,
  clarinet: 3,
  saxophone: 4,
  trumpet: 3,
};

/** Instruments of the families that are told by hand, by the student's first name. */
const TOLD: Readonly<Record<string, { slug: string; minutes: number; teacherEmail?: string }>> = {
  Lina: { slug: "piano", minutes: 30, teacherEmail: "elena.marquez@cedarheights.example" },
  Amir: { slug: "guitar", minutes: 45, teacherEmail: "marcus.bell@cedarheights.example" },
  Tobias: { slug: "violin", minutes: 30 },
  Inês: { slug: "ukulele", minutes: 30 },
  Tomás: { slug: "drums", minutes: 30 },
  Beatriz: { slug: "cello", minutes: 45 },
  Marianne: { slug: "voice", minutes: 60 },
};

/** Plans the year of a house: who learns what with whom, when, and what became of it. */
export function planYear(
  random: Random,
  calendar: Calendar,
  now: Date,
  { instruments, rooms }: Academy,
  teachers: readonly Teacher[],
  families: readonly Family[],
): Year {
  const timetable = new Timetable(random, teachers, rooms);
  const enrollments: Enrollment[] = [];
  let freedLesson: Year["freedLesson"] = null;
  const planner = createPlanner(random, calendar, now);
  const fates = dealFates(random, calendar, families);

  const everybody = families.flatMap((family) => family.students.map((student) => ({ family, student })));
  // Trials last: one of them goes to a time that a series has given up.
  const isTrial = (student: Student) => fates.get(student.id)?.startsWith("trial") ?? false;
  everybody.sort((one, other) => Number(isTrial(one.student)) - Number(isTrial(other.student)));

  for (const { family, student } of everybody) {
    const fate = fates.get(student.id) ?? "starter";
    if (fate === "trial_in_freed_slot") {
      const given = freedSlotFor(student, enrollments, localDay(now));
      if (given) {
        freedLesson = { enrollmentId: given.from.id, day: given.day };
        enrollments.push(
          planner.trial(family, student, given.from.instrument, given.from.slot, fate, given.day),
        );
        continue;
      }
    }
    const course = chooseCourse(random, instruments, timetable, family, student, isTrial(student));
    if (!course) continue;
    enrollments.push(...planner.plan(family, student, course.instrument, course.slot, fate));
    const isAble = fate === "starter" && student.age >= 10 && !family.isTold;
    if (isAble && random.chance(0.08)) {
      const second = chooseCourse(random, instruments, timetable, family, student, false, course.instrument);
      if (second)
        enrollments.push(...planner.plan(family, student, second.instrument, second.slot, "starter"));
    }
  }
  return { enrollments, timetable, freedLesson };
}

function dealFates(random: Random, calendar: Calendar, families: readonly Family[]): Map<string, Fate> {
  const fates = new Map<string, Fate>();
  const rest = random.shuffle(
    families.filter((family) => !family.isTold).flatMap((family) => family.students),
  );
  const total = rest.length;
  // In the first weeks of a year nobody has joined, paused or left yet.
  const isEarly = calendar.today < addDays(calendar.yearStartsOn, 28);
  for (const [fate, of180] of FATES) {
    if (isEarly && !["waiting", "trial_ahead"].includes(fate)) continue;
    const count = Math.max(1, Math.round((of180 * total) / 173));
    for (const student of rest.splice(0, Math.min(count, rest.length))) fates.set(student.id, fate);
  }
  return fates;
}

function chooseCourse(
  random: Random,
  instruments: readonly Instrument[],
  timetable: Timetable,
  family: Family,
  student: Student,
  isTrial: boolean,
  except?: Instrument,
): { instrument: Instrument; slot: Slot } | undefined {
  const told = family.isTold && !except ? TOLD[student.firstName] : undefined;
  const fitting = instruments.filter(
    (instrument) =>
      instrument !== except &&
      instrument.minimumAge <= student.age &&
      timetable.teachers.some((teacher) => teaches(teacher, instrument.slug, student.age)),
  );
  const deck = fitting.flatMap((instrument) =>
    Array.from({ length: POPULARITY[instrument.slug] ?? 1 }, () => instrument),
  );
  const first = instruments.find((instrument) => instrument.slug === told?.slug);
  const minutes = chooseMinutes(random, student.age, isTrial);
  for (const instrument of [...(first ? [first] : []), ...random.shuffle(deck)]) {
    const wish: Wish = {
      studentId: student.id,
      familyId: family.id,
      age: student.age,
      instrument,
      minutes: instrument === first && told ? told.minutes : minutes,
      ...(instrument === first && told?.teacherEmail ? { teacherEmail: told.teacherEmail } : {}),
    };
    const slot = timetable.take(wish);
    if (slot) return { instrument, slot };
  }
  return undefined;
}

function chooseMinutes(random: Random, age: number, isTrial: boolean): number {
  if (isTrial || age <= 6) return 30;
  return random.pick(age < 10 ? [30, 30, 30, 45] : [30, 30, 45, 45, 60]);
}

/** The last taught lesson of a series whose time suits this student, for the trial that took it over. */
function freedSlotFor(
  student: Student,
  enrollments: readonly Enrollment[],
  today: string,
): { from: Enrollment; day: string } | undefined {
  for (const from of enrollments) {
    const day = from.days.filter((taught) => taught < today).at(-1);
    const isFitting = teaches(from.slot.teacher, from.instrument.slug, student.age);
    if (from.fate === "starter" && day && isFitting && from.instrument.minimumAge <= student.age)
      return { from, day };
  }
  return undefined;
}

function createPlanner(random: Random, calendar: Calendar, now: Date) {
  const past = (instant: Date): Date => (instant < now ? instant : new Date(now.getTime() - 3_600_000));
  const during = (day: string): Date => past(instantOf(day, random.between(9 * 60, 21 * 60)));
  const soonAfter = (instant: Date): Date => new Date(instant.getTime() + random.between(90, 600) * 1000);
  const level = (age: number): string =>
    random.pick(
      age < 8 ? ["beginner"] : ["beginner", "beginner", "intermediate", "intermediate", "advanced"],
    );

  const common = (family: Family, student: Student, instrument: Instrument, slot: Slot, fate: Fate) => ({
    id: random.uuid(),
    family,
    student,
    instrument,
    slot,
    fate,
    level: level(student.age),
    wishes: random.pick(WISHES),
    cadence: random.pick(["monthly", "monthly", "monthly", "monthly", "semester", "yearly"] as const),
  });

  const trial = (
    family: Family,
    student: Student,
    instrument: Instrument,
    slot: Slot,
    fate: Fate,
    day: string,
  ): Enrollment => {
    const submittedAt = during(addDays(day < calendar.today ? day : calendar.today, -random.between(2, 6)));
    return {
      ...common(family, student, instrument, { ...slot, minutes: 30 }, fate),
      kind: "trial",
      cadence: "monthly",
      submittedAt,
      paidAt: soonAfter(submittedAt),
      endedAt: null,
      days: [day],
    };
  };

  const plan = (
    family: Family,
    student: Student,
    instrument: Instrument,
    slot: Slot,
    fate: Fate,
  ): Enrollment[] => {
    const { yearStartsOn, yearEndsOn, today } = calendar;
    const ahead = teachingDays(calendar, slot.weekday, addDays(today, 3), addDays(today, 120));
    if (fate === "trial_ahead") return [trial(family, student, instrument, slot, fate, ahead[0] ?? today)];
    if (fate === "trial_done" || fate === "trial_in_freed_slot") {
      const done = teachingDays(calendar, slot.weekday, yearStartsOn, addDays(today, -1)).at(-1);
      return [trial(family, student, instrument, slot, fate, done ?? ahead[0] ?? today)];
    }
    const base = { ...common(family, student, instrument, slot, fate), kind: "plan" as const };
    if (fate === "lapsed" || fate === "waiting" || fate === "waiting_without_hold" || fate === "slot_lost") {
      const daysAgo =
        fate === "lapsed" ? random.between(18, 30) : fate === "slot_lost" ? 12 : random.between(2, 4);
      const submittedAt = during(addDays(today, -daysAgo));
      const paidAt = fate === "slot_lost" ? new Date(submittedAt.getTime() + 40 * 60_000) : null;
      const lapsesAt = new Date(submittedAt.getTime() + 14 * 86_400_000);
      return [
        {
          ...base,
          submittedAt,
          paidAt,
          endedAt:
            fate === "lapsed" ? lapsesAt : fate === "slot_lost" ? soonAfter(paidAt ?? submittedAt) : null,
          days: ahead.slice(0, 1),
        },
      ];
    }
    const since = addDays(yearStartsOn, 14);
    // Nobody joins for a year without a lesson left.
    const [until = today] = [today, addDays(yearEndsOn, -6)].sort();
    const joinsOn =
      fate === "joiner" && since < today ? addDays(since, random.between(0, daysBetween(since, until))) : "";
    const from = joinsOn || yearStartsOn;
    const endsOn =
      fate === "paused"
        ? addDays(today, -12)
        : fate === "withdrawn"
          ? addDays(today, -random.between(5, 25))
          : "";
    const days = teachingDays(calendar, slot.weekday, from, endsOn || yearEndsOn);
    const submittedAt = during(addDays(joinsOn || yearStartsOn, -random.between(2, joinsOn ? 5 : 28)));
    const result: Enrollment[] = [];
    const firstDay = days[0];
    if (joinsOn && firstDay && random.chance(0.6)) {
      const before = teachingDays(calendar, slot.weekday, addDays(from, -21), addDays(firstDay, -1)).at(-1);
      if (before)
        result.push({
          ...trial(family, student, instrument, slot, "trial_done", before),
          wishes: base.wishes,
          level: base.level,
        });
    }
    const afterTrial = result[0]?.days[0];
    const decidedAt =
      afterTrial && submittedAt < instantOf(afterTrial, 21 * 60)
        ? during(addDays(afterTrial, 1))
        : submittedAt;
    result.push({
      ...base,
      submittedAt: decidedAt,
      paidAt: soonAfter(decidedAt),
      endedAt: endsOn ? during(endsOn) : null,
      days,
    });
    return result;
  };
  return { plan, trial };
}

function daysBetween(from: string, until: string): number {
  return Math.round((Date.parse(until) - Date.parse(from)) / 86_400_000);
}
