import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import {
  type Academy,
  type Asker,
  type Booking,
  instantOf,
  localOf,
  type OpenQuestion,
  type Proposal,
  type Teacher,
} from "./scheduling-model";

/*
 * Small crowded academies in the weeks around a change of the clocks, and questions about them. Everything names what it
 * means by its place in a list, so that a smaller academy still makes sense of the same question.
 */

/** Each with another difficulty: by an hour at 2 and at 1, by half an hour, at midnight, a quarter off, and not at all. */
const ZONES = [
  "America/New_York",
  "Europe/London",
  "Australia/Lord_Howe",
  "America/Santiago",
  "Pacific/Chatham",
  "Asia/Kathmandu",
];

const MINUTE = 60_000;

/** An id that says what it is the id of: the last digits count from 1. */
const idOf = (kind: number, nth: number): string =>
  `00000000-0000-4000-8000-${String(kind).padStart(4, "0")}${String(nth + 1).padStart(8, "0")}`;
const INSTRUMENT = 2;
const ROOM = 3;
const TEACHER = 4;
const FAMILY = 5;
const STUDENT = 6;
const BOOKING = 8;

export const families = [idOf(FAMILY, 0), idOf(FAMILY, 1)] as const;

type Scene = { readonly zone: string; readonly day: string };

/** The local days on which a zone's clocks change, both ways, in two years; a zone without changes gets two days. */
function scenesOf(zone: string): Scene[] {
  const scenes: Scene[] = [];
  let at = Temporal.PlainDateTime.from("2027-01-01T00:00").toZonedDateTime(zone);
  for (let nth = 0; nth < 4; nth++) {
    const next = at.getTimeZoneTransition("next");
    if (!next) return [{ zone, day: "2027-03-14" } as const, { zone, day: "2028-02-29" } as const];
    at = next;
    scenes.push({ zone, day: next.toPlainDate().toString() });
  }
  return scenes;
}

const scene = fc.constantFrom(...ZONES.flatMap(scenesOf));
const plusDays = (day: string, days: number): string => Temporal.PlainDate.from(day).add({ days }).toString();

/** Now and then. */
const seldom = <T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>, weight = 6): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: rare });
const orNull = <T>(some: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.oneof(fc.constant(null), some);

/** Minutes of a day where trouble is: the night of the change, both sides of midnight, and an afternoon. */
const minuteOfDay = fc.oneof(
  fc.integer({ min: 0, max: 16 }).map((nth) => nth * 15),
  fc.integer({ min: 0, max: 50 }).map((nth) => nth * 5),
  fc.integer({ min: 88, max: 95 }).map((nth) => nth * 15),
  fc.integer({ min: 60, max: 72 }).map((nth) => nth * 15),
  fc.integer({ min: 0, max: 287 }).map((nth) => nth * 5),
);
/** Days from the change of the clocks. */
const dayNearby = fc.oneof(fc.integer({ min: -1, max: 1 }), fc.integer({ min: -9, max: 9 }));
const lengthOfLesson = seldom(fc.constantFrom(30, 45, 60), fc.constantFrom(20, 90));

const hours = fc.record({
  /** Weekdays from that of the change. */
  weekdaysOn: fc.oneof(fc.constantFrom(0, 6), fc.integer({ min: 0, max: 6 })),
  starts: seldom(minuteOfDay, fc.integer({ min: 0, max: 1439 })),
  length: seldom(fc.constantFrom(60, 120, 240, 600, 1440), fc.integer({ min: 1, max: 60 })),
  valid: seldom(
    fc.constant<readonly [number | null, number | null]>([null, null]),
    fc.tuple(orNull(fc.integer({ min: -5, max: 3 })), orNull(fc.integer({ min: 4, max: 9 }))),
  ),
});

const span = fc.record({
  day: dayNearby,
  minute: minuteOfDay,
  length: fc.constantFrom(5, 30, 45, 90, 600, 3000),
});

const teacher = fc.record({
  bufferMinutes: fc.constantFrom(0, 0, 5, 10, 15, 60),
  weeklyCapacity: fc.constantFrom(30, 120, 240, 600, 1200, 3600),
  isAccepting: seldom(fc.constant(true), fc.constant(false), 4),
  isActive: seldom(fc.constant(true), fc.constant(false), 14),
  isDeleted: seldom(fc.constant(false), fc.constant(true), 14),
  teaches: fc.array(
    fc.record({
      nth: seldom(fc.nat(1), fc.constant(2)),
      minimumAge: fc.integer({ min: 3, max: 7 }),
      years: fc.constantFrom(1, 90, 90),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  hours: fc.array(hours, { minLength: 3, maxLength: 8, size: "max" }),
  away: fc.array(span, { maxLength: 2 }),
});

const days = fc.record({ from: fc.integer({ min: -10, max: 9 }), length: fc.constantFrom(0, 0, 1, 4) });

type Start =
  | { readonly hours: number; readonly week: number; readonly minutes: number }
  | { readonly day: number; readonly minute: number };

/** A time within the hours of a teacher, before or after them; or any time. */
const start = seldom<Start>(
  fc.record({
    hours: fc.nat(7),
    week: fc.constantFrom(0, 0, -1),
    minutes: fc.oneof(
      fc.integer({ min: -2, max: 12 }).map((nth) => nth * 15),
      fc.integer({ min: -3, max: 36 }).map((nth) => nth * 5),
    ),
  }),
  fc.record({ day: dayNearby, minute: minuteOfDay }),
  4,
);

const booking = fc.record({
  kind: fc.constantFrom("lesson", "lesson", "lesson", "hold", "hold", "seat"),
  teacher: fc.nat(2),
  room: fc.nat(2),
  student: orNull(fc.nat(2)),
  start,
  length: fc.constantFrom(30, 45, 60, 90),
  /** Minutes from now. */
  expires: fc.constantFrom(-60, 0, 1, 15),
  isActive: seldom(fc.constant(true), fc.constant(false), 9),
});

const drawn = fc.record({
  scene,
  /** How long before the change it is now, in minutes: on the grid and beside it. */
  before: fc.oneof(
    fc.integer({ min: -4 * 96, max: 8 * 96 }).map((nth) => nth * 15),
    fc.integer({ min: -5000, max: 11_000 }),
  ),
  gridMinutes: fc.constantFrom(5, 10, 15, 30),
  noticeMinutes: fc.constantFrom(0, 60, 90, 1440),
  horizonDays: seldom(fc.integer({ min: 3, max: 10 }), fc.constant(1)),
  shortLessonMinutes: fc.constantFrom(30, 30, 45),
  shortLessonMaxAge: fc.constantFrom(0, 6, 7),
  instruments: fc.array(
    fc.record({
      minimumAge: fc.integer({ min: 3, max: 8 }),
      equipment: orNull(fc.constantFrom("drums", "piano")),
      isActive: seldom(fc.constant(true), fc.constant(false), 9),
    }),
    { minLength: 1, maxLength: 2 },
  ),
  rooms: fc.array(
    fc.record({
      equipment: fc.subarray(["drums", "piano", "mirror"]),
      isActive: seldom(fc.constant(true), fc.constant(false), 9),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  teachers: fc.array(teacher, { minLength: 1, maxLength: 3 }),
  /** The first term ends, and the second begins, on one of these days. */
  terms: fc.oneof(
    fc.constant<readonly [number, number]>([0, 1]),
    fc.tuple(fc.integer({ min: -4, max: 1 }), fc.integer({ min: 3, max: 8 })),
  ),
  closures: fc.array(days, { maxLength: 2 }),
  makeupDays: fc.array(
    fc.record({ from: fc.integer({ min: -5, max: 5 }), length: fc.constantFrom(0, 1, 4) }),
    {
      maxLength: 1,
    },
  ),
  /** Days from the change of the clocks at which they are some years old to the day. */
  students: fc.array(
    fc.record({ birthday: dayNearby, years: fc.integer({ min: 3, max: 9 }), family: fc.nat(1) }),
    {
      minLength: 1,
      maxLength: 3,
    },
  ),
  enrollments: fc.array(
    fc.record({
      student: fc.nat(2),
      teacher: fc.nat(2),
      status: fc.constantFrom("active", "paused", "withdrawn"),
    }),
    { maxLength: 3 },
  ),
  bookings: fc.array(booking, { minLength: 2, maxLength: 24, size: "max" }),
});

type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never;

/** The third is one that nobody has heard of. */
const instrumentId = (instruments: readonly unknown[], nth: number): string =>
  idOf(INSTRUMENT, nth === 2 ? 9 : nth % instruments.length);

function teacherOf(
  one: Drawn["teachers"][number],
  nth: number,
  { scene: { zone, day }, instruments }: Pick<Drawn, "scene" | "instruments">,
): Teacher {
  const valid = (offset: number | null) => (offset === null ? null : plusDays(day, offset));
  const weekday = localOf(zone, instantOf(zone, day, 720)).weekday;
  return {
    ...one,
    id: idOf(TEACHER, nth),
    teaches: one.teaches
      .map((taught) => ({
        instrument: instrumentId(instruments, taught.nth),
        minimumAge: taught.minimumAge,
        maximumAge: taught.minimumAge + taught.years,
      }))
      .filter(
        ({ instrument }, place, all) => all.findIndex((other) => other.instrument === instrument) === place,
      ),
    // Hours that go on after midnight are those of two days.
    hours: one.hours.flatMap(({ weekdaysOn, starts, length, valid: [from, until] }) => {
      const days = { validFrom: valid(from), validUntil: valid(until) };
      const first = {
        ...days,
        weekday: (weekday + weekdaysOn) % 7,
        starts,
        ends: Math.min(1440, starts + length),
      };
      const rest = starts + length - 1440;
      return rest > 0
        ? [first, { ...first, weekday: (first.weekday + 1) % 7, starts: 0, ends: rest }]
        : [first];
    }),
    away: one.away
      .map((away) => spanOf(away, zone, day))
      // Nobody is away twice at once: the database refuses that.
      .filter(
        (away, place, all) =>
          !all.slice(0, place).some((other) => other.from < away.until && away.from < other.until),
      ),
  };
}

/** A drawn start as an instant; `middle` is the day around which the academy was drawn. */
function startOf(one: Start, teacher: Teacher | undefined, zone: string, middle: string): number {
  if ("day" in one) return instantOf(zone, plusDays(middle, one.day), one.minute);
  const hours = teacher?.hours[one.hours % teacher.hours.length];
  if (!hours) return instantOf(zone, middle, 900);
  const weekday = localOf(zone, instantOf(zone, middle, 720)).weekday;
  const day = plusDays(middle, ((hours.weekday - weekday + 7) % 7) + 7 * one.week);
  return instantOf(zone, day, hours.starts) + one.minutes * MINUTE;
}

function spanOf(one: { day: number; minute: number; length: number }, zone: string, day: string) {
  const from = instantOf(zone, plusDays(day, one.day), one.minute);
  return { from, until: from + one.length * MINUTE };
}

function arrange(of: Drawn): Academy {
  const { zone, day } = of.scene;
  const now = instantOf(zone, day, 720) - of.before * MINUTE;
  const span = (from: number, length: number) => ({
    startsOn: plusDays(day, from),
    endsOn: plusDays(day, from + length),
  });
  const student = (nth: number) => idOf(STUDENT, nth % of.students.length);
  const teacher = (nth: number) => idOf(TEACHER, nth % of.teachers.length);
  const teachers = of.teachers.map((one, nth) => teacherOf(one, nth, of));
  return {
    now,
    zone,
    gridMinutes: of.gridMinutes,
    noticeMinutes: of.noticeMinutes,
    horizonDays: of.horizonDays,
    shortLessonMaxAge: of.shortLessonMaxAge,
    shortLessonMinutes: of.shortLessonMinutes,
    instruments: of.instruments.map((one, nth) => ({ ...one, id: idOf(INSTRUMENT, nth) })),
    rooms: of.rooms.map((one, nth) => ({ ...one, id: idOf(ROOM, nth), name: `Room ${9 - nth}` })),
    teachers,
    terms: [
      { startsOn: plusDays(day, -60), endsOn: plusDays(day, of.terms[0]) },
      { startsOn: plusDays(day, of.terms[1]), endsOn: plusDays(day, 60) },
    ],
    closures: of.closures.map(({ from, length }, nth) => ({ ...span(from, length), name: `Closure ${nth}` })),
    makeupDays: of.makeupDays.map(({ from, length }) => span(from, length)),
    students: of.students.map((one, nth) => ({
      id: idOf(STUDENT, nth),
      family: families[one.family] ?? families[0],
      birthDate: Temporal.PlainDate.from(plusDays(day, one.birthday))
        .subtract({ years: one.years })
        .toString(),
    })),
    enrollments: of.enrollments.map((one) => ({
      ...one,
      student: student(one.student),
      teacher: teacher(one.teacher),
    })),
    bookings: of.bookings.map((one, nth): Booking => {
      const isSeat = one.kind === "seat";
      const from = startOf(one.start, teachers[one.teacher % teachers.length], zone, day);
      return {
        from,
        until: from + one.length * MINUTE,
        id: idOf(BOOKING, nth),
        kind: one.kind,
        teacher: isSeat ? null : teacher(one.teacher),
        room: isSeat ? null : idOf(ROOM, one.room % of.rooms.length),
        student: isSeat ? student(one.student ?? 0) : one.student === null ? null : student(one.student),
        expiresAt: one.kind === "hold" ? now + one.expires * MINUTE : null,
        isActive: one.isActive,
      };
    }),
  };
}

/** Students without the academy's knowledge of when they are busy are among them: whoever asks may not know. */
const asker = fc.constantFrom<Asker>(
  { role: "visitor" },
  { role: "service" },
  { role: "admin" },
  { role: "parent", family: families[0] },
  { role: "parent", family: families[1] },
);

const instant = fc.record({
  day: fc.integer({ min: -9, max: 13 }),
  minute: minuteOfDay,
  seconds: seldom(fc.constant(0), fc.constantFrom(1, 30, 59), 9),
});

const wish = fc.record({
  asker,
  instrument: seldom(fc.nat(1), fc.constant(2), 29),
  minutes: lengthOfLesson,
  student: orNull(seldom(fc.nat(2), fc.constant(9), 9)),
  age: seldom(fc.constant(null), fc.constantFrom(0, 3, 4, 6, 7, 9, 99), 2),
  ignored: seldom(fc.constant<number[]>([]), fc.array(fc.nat(23), { maxLength: 4 }), 2),
  forMakeup: fc.boolean(),
  byStaff: fc.boolean(),
});

/** From the drawn start to that of the question: steps of the grid, and seconds beside it. */
const shift = fc.record({
  steps: fc.constantFrom(0, 0, 0, -1, 1, 2, -3, 4),
  seconds: seldom(fc.constant(0), fc.constantFrom(60, 1, -1, 300), 9),
});

const drawnQuestion = fc.oneof(
  fc.record({
    kind: fc.constant("open times" as const),
    wish,
    from: orNull(instant),
    until: orNull(instant),
    teacher: orNull(seldom(fc.nat(2), fc.constant(9), 19)),
    weekdays: seldom(fc.constant(null), fc.subarray([0, 1, 2, 3, 4, 5, 6]), 2),
  }),
  fc.record({
    kind: fc.constant("conflicts" as const),
    wish,
    /** Another time than one that is open: most are not. */
    start: fc.oneof(start, fc.nat(500)),
    shift,
    teacher: seldom(fc.nat(2), fc.constant(9), 29),
    room: orNull(seldom(fc.nat(2), fc.constant(9), 19)),
  }),
  fc.record({
    kind: fc.constantFrom("open or not" as const, "alternatives" as const),
    wish,
    start: fc.oneof(start, fc.nat(500)),
    shift,
    teacher: fc.nat(2),
  }),
);
export type DrawnQuestion = typeof drawnQuestion extends fc.Arbitrary<infer T> ? T : never;

export const academyWithQuestions = (most: number) =>
  fc.record({
    academy: drawn.map(arrange),
    questions: fc.array(drawnQuestion, { minLength: 1, maxLength: most, size: "max" }),
  });

export type Question =
  | { readonly kind: "open times"; readonly asker: Asker; readonly wish: OpenQuestion }
  | {
      readonly kind: "conflicts" | "open or not" | "alternatives";
      readonly asker: Asker;
      readonly wish: Proposal;
    };

/** The day around which an academy was drawn. */
const middleOf = (academy: Academy): string => plusDays(academy.terms[1]?.endsOn ?? "", -60);

/** What a drawn question means in an academy. `open` gives open times, of which some questions are about one. */
export function questionOf(
  academy: Academy,
  question: DrawnQuestion,
  open: (instrument: string, minutes: number) => readonly { teacher: string; start: number }[],
): Question {
  const day = middleOf(academy);
  const at = (time: { day: number; minute: number; seconds: number }) =>
    instantOf(academy.zone, plusDays(day, time.day), time.minute) + time.seconds * 1000;
  const teacherId = (nth: number) =>
    nth === 9 ? idOf(TEACHER, 9) : idOf(TEACHER, nth % academy.teachers.length);
  const { asker, ...of } = question.wish;
  const wish = {
    ...of,
    instrument: instrumentId(academy.instruments, of.instrument),
    student: of.student === null ? null : idOf(STUDENT, of.student),
    ignored: of.ignored.map((nth) => idOf(BOOKING, nth)),
  };
  if (question.kind === "open times") {
    const { from, until, teacher, weekdays } = question;
    return {
      kind: question.kind,
      asker,
      wish: {
        ...wish,
        from: from && at(from),
        until: until && at(until),
        teacher: teacher === null ? null : teacherId(teacher),
        weekdays,
      },
    };
  }
  const named = { teacher: teacherId(question.teacher), room: null };
  const room = question.kind === "conflicts" ? question.room : null;
  const proposed = () => {
    if (typeof question.start !== "number") {
      const teacher = academy.teachers[question.teacher % academy.teachers.length];
      return { ...named, start: startOf(question.start, teacher, academy.zone, day) };
    }
    const times = open(wish.instrument, wish.minutes);
    const time = times[question.start % times.length];
    return time
      ? { teacher: time.teacher, start: time.start }
      : { ...named, start: academy.now + 86_400_000 };
  };
  const { teacher, start } = proposed();
  const grid = academy.gridMinutes * MINUTE;
  const besideGrid = (localOf(academy.zone, start).seconds * 1000) % grid;
  return {
    kind: question.kind,
    asker,
    wish: {
      ...wish,
      teacher,
      start: start - besideGrid + question.shift.steps * grid + question.shift.seconds * 1000,
      room: room === null ? null : idOf(ROOM, room),
    },
  };
}

/** Wall-clock times around the changes of the clocks. */
export const localTime = fc
  .record({ scene, day: fc.integer({ min: -1, max: 1 }), minute: minuteOfDay })
  .map(({ scene: { zone, day: middle }, day, minute }) => ({ zone, day: plusDays(middle, day), minute }));
