import { Temporal } from "temporal-polyfill";

/*
 * Open times and conflicts once more, slowly: each rule is one function that is asked about one lesson at a time, and the
 * open times are what is left of a walk over every moment of the grid. Instants are epoch milliseconds, days are
 * `YYYY-MM-DD`, lengths are minutes.
 */

type Span = { readonly from: number; readonly until: number };
/** Days, both included. */
type Days = { readonly startsOn: string; readonly endsOn: string };

export type Teacher = {
  readonly id: string;
  readonly bufferMinutes: number;
  readonly weeklyCapacity: number;
  readonly isAccepting: boolean;
  readonly isActive: boolean;
  readonly isDeleted: boolean;
  readonly teaches: readonly {
    readonly instrument: string;
    readonly minimumAge: number;
    readonly maximumAge: number;
  }[];
  /** Minutes of the local day, up to 1440; weekday 0 is Monday; valid from one day until before another. */
  readonly hours: readonly {
    readonly weekday: number;
    readonly starts: number;
    readonly ends: number;
    readonly validFrom: string | null;
    readonly validUntil: string | null;
  }[];
  readonly away: readonly Span[];
};

export type Booking = Span & {
  readonly id: string;
  readonly kind: "hold" | "lesson" | "seat";
  readonly teacher: string | null;
  readonly room: string | null;
  readonly student: string | null;
  readonly expiresAt: number | null;
  readonly isActive: boolean;
};

export type Academy = {
  readonly now: number;
  readonly zone: string;
  readonly gridMinutes: number;
  readonly noticeMinutes: number;
  readonly horizonDays: number;
  readonly shortLessonMaxAge: number;
  readonly shortLessonMinutes: number;
  readonly instruments: readonly {
    readonly id: string;
    readonly minimumAge: number;
    readonly equipment: string | null;
    readonly isActive: boolean;
  }[];
  readonly rooms: readonly {
    readonly id: string;
    readonly name: string;
    readonly equipment: readonly string[];
    readonly isActive: boolean;
  }[];
  readonly teachers: readonly Teacher[];
  readonly terms: readonly Days[];
  readonly closures: readonly (Days & { readonly name: string })[];
  readonly makeupDays: readonly Days[];
  readonly students: readonly {
    readonly id: string;
    readonly family: string;
    readonly birthDate: string;
  }[];
  readonly enrollments: readonly {
    readonly student: string;
    readonly teacher: string;
    readonly status: "active" | "paused" | "withdrawn";
  }[];
  readonly bookings: readonly Booking[];
};

/** Who asks: the academy may ask everything, a parent about the own family's students, a visitor about none. */
export type Asker =
  | { readonly role: "visitor" | "admin" | "service" }
  | { readonly role: "parent"; readonly family: string };

/** What open times and conflicts are both asked with. */
type Wish = {
  readonly instrument: string;
  readonly minutes: number;
  readonly student: string | null;
  readonly age: number | null;
  readonly ignored: readonly string[];
  readonly forMakeup: boolean;
  readonly byStaff: boolean;
};
export type Proposal = Wish & {
  readonly teacher: string;
  readonly start: number;
  readonly room: string | null;
};
export type OpenQuestion = Wish & {
  readonly from: number | null;
  readonly until: number | null;
  readonly teacher: string | null;
  readonly weekdays: readonly number[] | null;
};

export type Conflict = { readonly reason: string; readonly during?: Span; readonly name?: string };
export type OpenTime = { readonly teacher: string; readonly room: string; readonly start: number };

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Offsets from UTC are whole quarters of an hour, so that every moment of a local grid is one of these. */
const STEP = 5 * MINUTE;

type Local = {
  readonly day: string;
  /** 0 is Monday. */
  readonly weekday: number;
  /** The Monday of its week. */
  readonly monday: string;
  /** Seconds since local midnight by the wall clock. */
  readonly seconds: number;
};
const localTimes = new Map<string, Map<number, Local>>();

/** What the clock on the academy's wall shows at an instant. */
export function localOf(zone: string, at: number): Local {
  const known = localTimes.get(zone) ?? new Map<number, Local>();
  localTimes.set(zone, known);
  const before = known.get(at);
  if (before) return before;
  const time = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  const date = time.toPlainDate();
  const local = {
    day: date.toString(),
    weekday: date.dayOfWeek - 1,
    monday: date.subtract({ days: date.dayOfWeek - 1 }).toString(),
    seconds: time.hour * 3600 + time.minute * 60 + time.second + time.millisecond / 1000,
  };
  known.set(at, local);
  return local;
}

const instants = new Map<string, number>();

/** A wall-clock time as an instant: the first of two, and one that does not exist is shifted forward by the gap. */
export function instantOf(zone: string, day: string, minute: number): number {
  const key = `${zone} ${day} ${minute}`;
  const known = instants.get(key);
  if (known !== undefined) return known;
  const instant = Temporal.PlainDate.from(day)
    .toPlainDateTime()
    .add({ minutes: minute })
    .toZonedDateTime(zone, { disambiguation: "compatible" }).epochMilliseconds;
  instants.set(key, instant);
  return instant;
}

/** Whole years. Who was born on a 29th of February is a year older on the 1st of March of other years. */
function yearsOld(birthDate: string, day: string): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return day.slice(5) >= birthDate.slice(5) ? years : years - 1;
}

const isWithin = (day: string, days: Days): boolean => days.startsOn <= day && day <= days.endsOn;
const meet = (a: Span, b: Span): boolean => a.from < b.until && b.from < a.until;
/** The earliest of those that stand in the way. */
const earliest = (spans: readonly Span[]): Span | undefined =>
  [...spans].sort((a, b) => a.from - b.from || a.until - b.until)[0];
const because = (reason: string, is: boolean): Conflict[] => (is ? [{ reason }] : []);
const becauseOf = (reason: string, spans: readonly Span[]): Conflict[] => {
  const first = earliest(spans);
  return first ? [{ reason, during: { from: first.from, until: first.until } }] : [];
};

/** A proposal with what every rule wants to know of it. */
type Case = {
  readonly academy: Academy;
  readonly wish: Proposal;
  readonly lesson: Span;
  readonly local: Local;
  readonly isAcademy: boolean;
  readonly student: Academy["students"][number] | undefined;
  readonly age: number | null;
  readonly instrument: Academy["instruments"][number] | undefined;
  /** The teacher who is named, and what is taught there of the instrument. */
  readonly teacher: Teacher | undefined;
  readonly teaches: Teacher["teaches"][number] | undefined;
};

function caseOf(academy: Academy, asker: Asker, wish: Proposal): Case {
  const isAcademy = asker.role === "admin" || asker.role === "service";
  const named = academy.students.find(({ id }) => id === wish.student);
  // When a student is busy is nobody's business but the academy's and the family's.
  const student =
    named && (isAcademy || (asker.role === "parent" && asker.family === named.family)) ? named : undefined;
  const local = localOf(academy.zone, wish.start);
  const teacher = academy.teachers.find(({ id }) => id === wish.teacher);
  const instrument = academy.instruments.find(({ id, isActive }) => id === wish.instrument && isActive);
  return {
    academy,
    wish,
    lesson: { from: wish.start, until: wish.start + wish.minutes * MINUTE },
    local,
    isAcademy,
    student,
    age: wish.age ?? (student ? yearsOld(student.birthDate, local.day) : null),
    instrument,
    teacher,
    teaches: teacher?.teaches.find((taught) => taught.instrument === instrument?.id),
  };
}

/** A lesson takes its time; so does a hold until it runs out. What is about to be replaced takes none. */
function takesTime({ academy, wish }: Case, booking: Booking): boolean {
  return (
    booking.isActive &&
    !wish.ignored.includes(booking.id) &&
    (booking.kind !== "hold" || (booking.expiresAt ?? 0) > academy.now)
  );
}

/** The teacher teaches this, works here, and takes new students or has this one already. */
function isAvailable({ academy, teacher, teaches, student }: Case): boolean {
  return (
    teacher !== undefined &&
    teaches !== undefined &&
    teacher.isActive &&
    !teacher.isDeleted &&
    (teacher.isAccepting ||
      academy.enrollments.some(
        (enrollment) =>
          enrollment.teacher === teacher.id &&
          enrollment.student === student?.id &&
          enrollment.status !== "withdrawn",
      ))
  );
}

/** The teacher's hours of a local day as instants; an hour that the clocks leave out is none. */
function hoursOf(zone: string, teacher: Teacher, { day, weekday }: Local): Span[] {
  return teacher.hours
    .filter(
      (hours) =>
        hours.weekday === weekday &&
        (hours.validFrom === null || hours.validFrom <= day) &&
        (hours.validUntil === null || day < hours.validUntil),
    )
    .map(({ starts, ends }) => ({
      from: instantOf(zone, day, starts),
      until: instantOf(zone, day, ends),
    }))
    .filter(({ from, until }) => from < until);
}

/** Goes from one span into the next for as long as there is one. */
function isCovered(lesson: Span, spans: readonly Span[]): boolean {
  let reached = lesson.from;
  while (reached < lesson.until) {
    const next = spans.find(({ from, until }) => from <= reached && reached < until);
    if (!next) return false;
    reached = next.until;
  }
  return true;
}

/** Open rooms that have what the instrument needs. */
const fittingRooms = ({ academy, instrument }: Case) =>
  academy.rooms.filter(
    ({ isActive, equipment }) =>
      isActive && (!instrument?.equipment || equipment.includes(instrument.equipment)),
  );
const inRoom = (of: Case, room: string) =>
  of.academy.bookings.filter(
    (booking) => booking.room === room && takesTime(of, booking) && meet(booking, of.lesson),
  );
const freeRooms = (of: Case) => fittingRooms(of).filter(({ id }) => inRoom(of, id).length === 0);

const rules: readonly ((of: Case) => Conflict[])[] = [
  function lessonsBeginOnTheGridOfLocalTime({ academy, local }) {
    return because("off_grid", local.seconds % (academy.gridMinutes * 60) !== 0);
  },
  function lessonsLieInTheTeachersHours({ academy, teacher, lesson, local }) {
    const hours = teacher ? hoursOf(academy.zone, teacher, local) : [];
    return because("outside_availability", !isCovered(lesson, hours));
  },
  function lessonsHaveLengthsOnOffer({ wish, age, academy }) {
    const isForTheYoung = age !== null && age <= academy.shortLessonMaxAge;
    return because(
      "length",
      ![30, 45, 60].includes(wish.minutes) || (isForTheYoung && wish.minutes > academy.shortLessonMinutes),
    );
  },
  function lessonsEndOnTheDayOnWhichTheyBegin({ academy, lesson, local }) {
    return because("over_midnight", localOf(academy.zone, lesson.until - 1).day !== local.day);
  },
  function lessonsAreBookedSomeTimeAhead({ academy, wish, isAcademy }) {
    const notice = wish.byStaff && isAcademy ? 0 : academy.noticeMinutes;
    return because("too_soon", wish.start < academy.now + notice * MINUTE);
  },
  function lessonsAreNotBookedTooFarAhead({ academy, wish, isAcademy }) {
    if (wish.byStaff && isAcademy) return [];
    return because("too_far", wish.start > academy.now + academy.horizonDays * DAY);
  },
  function lessonsAreGivenInTermsAndMakeupsAlsoOnTheirOwnDays({ academy, wish, local }) {
    const days = wish.forMakeup ? [...academy.terms, ...academy.makeupDays] : academy.terms;
    return because("outside_term", !days.some((span) => isWithin(local.day, span)));
  },
  function noLessonsInAClosure({ academy, local }) {
    const [closure] = academy.closures
      .filter((days) => isWithin(local.day, days))
      .sort((a, b) => (a.startsOn + a.name < b.startsOn + b.name ? -1 : 1));
    return closure ? [{ reason: "closure", name: closure.name }] : [];
  },
  function teachersTeachTheInstrumentToNewStudentsOrTheirOwn(of) {
    return because("teacher_unavailable", !isAvailable(of));
  },
  function teachersTakeTheStudentsAge(of) {
    const { teaches, instrument, age } = of;
    if (!isAvailable(of) || !teaches || !instrument || age === null) return [];
    return because(
      "age",
      age < teaches.minimumAge || age < instrument.minimumAge || age > teaches.maximumAge,
    );
  },
  function teachersAreNotAway({ teacher, lesson }) {
    return becauseOf("teacher_away", teacher?.away.filter((span) => meet(span, lesson)) ?? []);
  },
  function teachersAreFreeWithTheirBufferBeforeAndAfter(of) {
    const { academy, teacher, lesson } = of;
    if (!teacher) return [];
    const buffer = teacher.bufferMinutes * MINUTE;
    return becauseOf(
      "teacher_busy",
      academy.bookings.filter(
        (booking) =>
          booking.teacher === teacher.id &&
          takesTime(of, booking) &&
          booking.from < lesson.until + buffer &&
          lesson.from < booking.until + buffer,
      ),
    );
  },
  function teachersHaveAWeeklyCapacity(of) {
    const { academy, teacher, local, wish } = of;
    if (!teacher || !isAvailable(of)) return [];
    const minutes = academy.bookings
      .filter((booking) => booking.teacher === teacher.id && takesTime(of, booking))
      .filter((booking) => localOf(academy.zone, booking.from).monday === local.monday)
      .reduce((sum, booking) => sum + (booking.until - booking.from) / MINUTE, 0);
    return because("teacher_full", minutes + wish.minutes > teacher.weeklyCapacity);
  },
  function studentsAreInOnePlaceAtATime(of) {
    const { academy, student, lesson } = of;
    return becauseOf(
      "student_busy",
      academy.bookings.filter(
        (booking) =>
          student && booking.student === student.id && takesTime(of, booking) && meet(booking, lesson),
      ),
    );
  },
  function aRoomThatIsNamedFits(of) {
    const { room } = of.wish;
    return because("room_unfit", room !== null && !fittingRooms(of).some(({ id }) => id === room));
  },
  function aRoomThatIsNamedIsFree(of) {
    const room = fittingRooms(of).find(({ id }) => id === of.wish.room);
    return becauseOf("room_taken", room ? inRoom(of, room.id) : []);
  },
  function someRoomThatFitsIsFree(of) {
    return because("no_room", of.wish.room === null && freeRooms(of).length === 0);
  },
];

/** Every reason why a lesson cannot be; of two alike in kind the earliest, none when it can be. */
export function conflictsOf(academy: Academy, asker: Asker, wish: Proposal): Conflict[] {
  // What takes no time at all is no lesson, and there is nothing more to say of it.
  if (wish.minutes <= 0) return [{ reason: "length" }];
  const of = caseOf(academy, asker, wish);
  return rules.flatMap((rule) => rule(of));
}

/** Every start at which a lesson can be, by time and teacher, in the free room with the fewest extras, then by name. */
export function openTimesOf(academy: Academy, asker: Asker, wish: OpenQuestion): OpenTime[] {
  if (!academy.instruments.some(({ id, isActive }) => id === wish.instrument && isActive)) return [];
  const isByAcademy = wish.byStaff && (asker.role === "admin" || asker.role === "service");
  const horizon = academy.now + academy.horizonDays * DAY;
  const from = Math.max(wish.from ?? academy.now, academy.now);
  // The academy may look beyond the horizon when it says how far.
  const until = isByAcademy ? (wish.until ?? horizon) : Math.min(wish.until ?? horizon, horizon);
  const teachers = academy.teachers
    .filter(({ id }) => wish.teacher === null || id === wish.teacher)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const open: OpenTime[] = [];
  for (let start = Math.ceil(from / STEP) * STEP; start <= until; start += STEP) {
    if (wish.weekdays && !wish.weekdays.includes(localOf(academy.zone, start).weekday)) continue;
    for (const teacher of teachers) {
      const of = caseOf(academy, asker, { ...wish, teacher: teacher.id, start, room: null });
      if (rules.some((rule) => rule(of).length > 0)) continue;
      const [room] = freeRooms(of).sort(
        (a, b) => a.equipment.length - b.equipment.length || (a.name < b.name ? -1 : 1),
      );
      if (room) open.push({ teacher: teacher.id, room: room.id, start });
    }
  }
  return open;
}

export type Alternative = OpenTime & { readonly reason: string };

/**
 * What is offered in place of a lesson that is not to be had: again and again the nearest time that is left, where
 * another teacher is as far away as a day and a half unless it is at the very time. What overlaps a time already offered
 * with the same teacher waits until there is nothing else.
 */
export function alternativesOf(
  academy: Academy,
  asker: Asker,
  wish: Omit<OpenQuestion, "teacher">,
  lost: { readonly teacher: string; readonly start: number },
): Alternative[] {
  const left = openTimesOf(academy, asker, { ...wish, teacher: null }).filter(
    ({ teacher, start }) => teacher !== lost.teacher || start !== lost.start,
  );
  const distance = ({ teacher, start }: OpenTime) =>
    Math.abs(start - lost.start) + (teacher === lost.teacher || start === lost.start ? 0 : 1.5 * DAY);
  const isNearer = (a: OpenTime, b: OpenTime) =>
    distance(a) - distance(b) || (a.teacher < b.teacher ? -1 : a.teacher > b.teacher ? 1 : a.start - b.start);
  const chosen: OpenTime[] = [];
  while (chosen.length < 3 && left.length > 0) {
    const apart = left.filter(
      (time) =>
        !chosen.some(
          (other) =>
            other.teacher === time.teacher && Math.abs(other.start - time.start) < wish.minutes * MINUTE,
        ),
    );
    const [next] = (apart.length > 0 ? apart : left).sort(isNearer);
    if (!next) break;
    chosen.push(next);
    left.splice(left.indexOf(next), 1);
  }
  return chosen.map((time) => ({ ...time, reason: reasonOf(academy.zone, time, lost) }));
}

function reasonOf(zone: string, time: OpenTime, lost: { teacher: string; start: number }): string {
  const [own, other] = [localOf(zone, time.start), localOf(zone, lost.start)];
  if (time.teacher !== lost.teacher) {
    return time.start === lost.start ? "Same time, another teacher" : "Another teacher";
  }
  if (own.day === other.day) return "Same teacher, same day";
  const isSameTimeOfWeek =
    own.weekday === other.weekday && Math.floor(own.seconds / 60) === Math.floor(other.seconds / 60);
  return isSameTimeOfWeek ? "Same teacher and time, another week" : "Same teacher";
}
