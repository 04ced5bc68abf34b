import { sql } from "kysely";
import { z } from "zod";
import type { Db } from "@/lib/db/principal";
import { AppError } from "@/lib/errors";
import { formatDayTime } from "@/lib/format";
import { listAlternatives } from "./alternatives";
import { type Conflict, type ConflictReason, conflictWords, listConflicts } from "./conflicts";
import { instantOf, isShown, wallClock } from "./wall-clock";
import { isDate } from "./week";

/** `2026-12-03 16:15:00` on the academy's wall clock, a time that exists on some calendar. */
const wallClockField = z
  .string("Choose a day and a time.")
  .regex(/^\d{4}-\d{2}-\d{2} ([01]\d|2[0-3]):[0-5]\d:00$/, "Choose a day and a time.")
  .refine(
    (value) => isDate(value.slice(0, 10)) && value >= "2000" && value < "2200",
    "Choose a day that exists.",
  );

/** A place that a lesson might go to; a room that is null is its own, or another one that fits. */
export const placeForm = z.object({
  lessonId: z.uuid("This lesson does not exist."),
  start: wallClockField,
  teacherId: z.uuid("Choose a teacher."),
  roomId: z.uuid("Choose a room.").nullable(),
});
export type PlaceForm = z.output<typeof placeForm>;

type PlaceConflict = { readonly reason: ConflictReason; readonly words: string };

/** A time on offer in place of one that is blocked. */
type OfferedPlace = {
  readonly start: string;
  readonly teacherId: string;
  readonly roomId: string;
  /** `Fri, Dec 4, 4:15 pm with Elena Marquez, Room 2` */
  readonly words: string;
  /** `Same teacher, same day` */
  readonly reason: string;
};

/** What a place comes to: nothing in the way, or why not and what there is instead. */
export type CheckedPlace = {
  readonly conflicts: readonly PlaceConflict[];
  /** Whether an administrator may put the lesson there in spite of it, with a reason. */
  readonly mayOverride: boolean;
  /** Three, when three exist; none for a place that is free. */
  readonly alternatives: readonly OfferedPlace[];
};

/** Rules that an administrator overrides with a reason; see `private.check_lesson_time`. Nobody overrides what is taken. */
const OVERRIDABLE: ReadonlySet<ConflictReason> = new Set([
  "too_soon",
  "too_far",
  "outside_term",
  "closure",
  "outside_availability",
  "teacher_full",
  "age",
  "length",
]);

/** A class has its own length, ages and teacher. */
const NOT_OF_CLASSES: ReadonlySet<ConflictReason> = new Set(["length", "age", "teacher_unavailable"]);

type CheckOptions = {
  readonly timeZone: string;
  readonly byStaff: boolean;
  readonly withAlternatives: boolean;
};

/**
 * Whether a lesson could go to a place; its own time and its own room do not count as taken. `not_found` for a lesson
 * that is not the reader's.
 */
export async function checkPlace(db: Db, place: PlaceForm, options: CheckOptions): Promise<CheckedPlace> {
  const lesson = await db
    .selectFrom("lessons as l")
    .select([
      "l.booking_id as bookingId",
      "l.starts_at as startsAt",
      "l.instrument_id as instrumentId",
      "l.student_id as studentId",
      "l.teacher_id as teacherId",
      "l.class_id as classId",
      "l.kind",
      "l.status",
      sql<number>`(extract(epoch from upper(l.during) - lower(l.during)) / 60)::int`.as("minutes"),
    ])
    .where("l.id", "=", place.lessonId)
    .executeTakeFirst();
  if (!lesson) throw new AppError("not_found", { userMessage: "This lesson does not exist." });
  if (lesson.status !== "scheduled") {
    throw new AppError("conflict", {
      userMessage: `This lesson is ${lesson.status.replace("_", " ")} and is not moved any more.`,
    });
  }
  const { timeZone, byStaff } = options;
  if (!isShown(place.start, timeZone)) {
    throw new AppError("invalid", {
      userMessage: "The clocks go forward that night: this time does not exist.",
    });
  }
  const startsAt = instantOf(place.start, timeZone);
  const { minutes } = lesson;
  const found = await listConflicts(db, {
    instrumentId: lesson.instrumentId ?? NO_INSTRUMENT,
    teacherId: place.teacherId,
    startsAt,
    minutes,
    studentId: lesson.studentId ?? undefined,
    roomId: place.roomId ?? undefined,
    ignoredBookingIds: [lesson.bookingId],
    forMakeup: lesson.kind === "make_up",
    byStaff,
  });
  const conflicts = found.filter(({ reason }) => !(lesson.classId && NOT_OF_CLASSES.has(reason)));
  const instrumentId = lesson.instrumentId;
  return {
    conflicts: conflicts.map((conflict) => ({
      reason: conflict.reason,
      words: conflictWords(conflict, timeZone),
    })),
    mayOverride: byStaff && conflicts.length > 0 && conflicts.every(isOverridable),
    alternatives:
      conflicts.length > 0 && options.withAlternatives && instrumentId
        ? await listOffers(db, { ...lesson, instrumentId }, { place, startsAt, minutes, ...options })
        : [],
  };
}

/** No instrument has it: a class may be for any. */
const NO_INSTRUMENT = "00000000-0000-0000-0000-000000000000";

const isOverridable = ({ reason }: Conflict): boolean => OVERRIDABLE.has(reason);

const OFFERS = 3;
const WEEK_MS = 7 * 86_400_000;

async function listOffers(
  db: Db,
  lesson: {
    instrumentId: string;
    studentId: string | null;
    teacherId: string;
    bookingId: string;
    startsAt: Date;
    kind: string;
  },
  wanted: CheckOptions & { place: PlaceForm; startsAt: Date; minutes: number },
): Promise<OfferedPlace[]> {
  const { startsAt, timeZone } = wanted;
  const open = await listAlternatives(
    db,
    {
      instrumentId: lesson.instrumentId,
      minutes: wanted.minutes,
      teacherId: wanted.place.teacherId,
      startsAt,
      studentId: lesson.studentId ?? undefined,
      ignoredBookingIds: [lesson.bookingId],
      forMakeup: lesson.kind === "make_up",
      byStaff: wanted.byStaff,
      // What is near is what helps; the academy alone looks beyond the horizon.
      ...(wanted.byStaff
        ? {
            from: new Date(startsAt.getTime() - 2 * WEEK_MS),
            until: new Date(startsAt.getTime() + 4 * WEEK_MS),
          }
        : {}),
    },
    OFFERS + 1,
  );
  // Its own time is free for it, and is no way to move it.
  const alternatives = open
    .filter(
      (time) => time.teacherId !== lesson.teacherId || time.startsAt.getTime() !== lesson.startsAt.getTime(),
    )
    .slice(0, OFFERS);
  const nameOf = await readNames(db, alternatives);
  return alternatives.map((time) => {
    const teacher = nameOf(time.teacherId) ?? "a teacher";
    const room = nameOf(time.roomId) ?? "a free room";
    return {
      start: wallClock(time.startsAt, timeZone),
      teacherId: time.teacherId,
      roomId: time.roomId,
      words: `${formatDayTime(time.startsAt, timeZone)} with ${teacher}, ${room}`,
      reason:
        time.teacherId === lesson.teacherId && lesson.teacherId !== wanted.place.teacherId
          ? "Its own teacher"
          : time.reason,
    };
  });
}

/** The names of the teachers and rooms of some places, by their id. */
export async function readNames(
  db: Db,
  places: readonly { readonly teacherId: string; readonly roomId: string }[],
): Promise<(id: string) => string | undefined> {
  const { rows } = await sql<{ id: string; name: string }>`
    select t.id, t.first_name || ' ' || t.last_name as name from teachers t
     where t.id = any(${places.map(({ teacherId }) => teacherId)}::uuid[])
     union all
    select r.id, r.name from rooms r where r.id = any(${places.map(({ roomId }) => roomId)}::uuid[])`.execute(
    db,
  );
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return (id) => names.get(id);
}
