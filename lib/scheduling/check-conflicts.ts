import { z } from "zod";
import type { SignedIn } from "@/lib/auth/session";
import { type Db, withPrincipal } from "@/lib/db/principal";
import { invalidInput } from "@/lib/http/envelope";
import { instant, instrumentName } from "@/lib/http/fields";
import { listAlternatives } from "./alternatives";
import { conflictWords, listConflicts } from "./conflicts";

/** A lesson that is proposed to the API. */
export const conflictCheck = z.object({
  teacher_id: z.uuid("Give the id of a teacher."),
  student_id: z.uuid("This is not the id of a student.").nullish(),
  room_id: z.uuid("This is not the id of a room.").nullish(),
  scheduled_at: instant,
  duration_minutes: z.literal([30, 45, 60], "Lessons last 30, 45 or 60 minutes."),
  /** The lesson that is to be moved: its own time is free for it. */
  exclude_lesson_id: z.uuid("This is not the id of a lesson.").nullish(),
  /** Without it, what the student learns with the teacher. */
  instrument: instrumentName.nullish(),
});
export type ConflictCheck = z.output<typeof conflictCheck>;

/** What stands in the way of it, and what is open instead. */
export const conflictReport = z.object({
  has_conflicts: z.boolean(),
  available: z.boolean(),
  conflicts: z.array(
    z.object({
      /** See `private.lesson_conflicts`. */
      type: z.string(),
      message: z.string(),
      starts_at: z.iso.datetime().nullable(),
      ends_at: z.iso.datetime().nullable(),
    }),
  ),
  suggested_times: z.array(
    z.object({
      teacher_id: z.uuid(),
      room_id: z.uuid(),
      starts_at: z.iso.datetime(),
      ends_at: z.iso.datetime(),
      reason: z.string(),
    }),
  ),
});

type Named = {
  readonly instrumentId: string;
  readonly bookingId: string | undefined;
  readonly timeZone: string;
};

/** Rows that the person may not see do not exist for them. */
async function findNamed(db: Db, check: ConflictCheck): Promise<Named> {
  const { teacher_id, student_id, room_id, exclude_lesson_id } = check;
  const found = await db
    .selectFrom("academy_settings")
    .select((of) => [
      "time_zone as timeZone",
      of.selectFrom("teachers").select("id").where("id", "=", teacher_id).as("teacherId"),
      of
        .selectFrom("students")
        .select("id")
        .where("id", "=", student_id ?? null)
        .as("studentId"),
      of
        .selectFrom("rooms")
        .select("id")
        .where("id", "=", room_id ?? null)
        .as("roomId"),
      of
        .selectFrom("lessons")
        .select("booking_id")
        .where("id", "=", exclude_lesson_id ?? null)
        .as("bookingId"),
    ])
    .executeTakeFirstOrThrow();
  const unknown: Record<string, string[]> = {};
  if (!found.teacherId) unknown.teacher_id = ["There is no such teacher."];
  if (student_id && !found.studentId) unknown.student_id = ["There is no such student among yours."];
  if (room_id && !found.roomId) unknown.room_id = ["There is no such room."];
  if (exclude_lesson_id && !found.bookingId)
    unknown.exclude_lesson_id = ["There is no such lesson among yours."];
  const instrumentId = await findInstrument(db, check);
  if (!instrumentId)
    unknown.instrument = [
      check.instrument
        ? "We do not teach this instrument."
        : "Name the instrument: the student is not enrolled with this teacher.",
    ];
  if (!instrumentId || Object.keys(unknown).length > 0) throw invalidInput(unknown);
  return { instrumentId, bookingId: found.bookingId ?? undefined, timeZone: found.timeZone };
}

/** The one that is named, or the one of the student's latest enrollment with the teacher. */
async function findInstrument(db: Db, check: ConflictCheck): Promise<string | undefined> {
  const name = check.instrument?.toLowerCase();
  if (name) {
    const row = await db
      .selectFrom("instruments")
      .select("id")
      .where("is_active", "=", true)
      .where((of) => of.or([of("slug", "=", name), of(of.fn<string>("lower", ["name"]), "=", name)]))
      .executeTakeFirst();
    return row?.id;
  }
  if (!check.student_id) return undefined;
  const row = await db
    .selectFrom("enrollments")
    .select("instrument_id as id")
    .where("student_id", "=", check.student_id)
    .where("teacher_id", "=", check.teacher_id)
    .where("status", "in", ["active", "paused", "provisional"])
    .orderBy("number", "desc")
    .executeTakeFirst();
  return row?.id;
}

/**
 * Everything that stands in the way of a lesson, and three times instead when there are any, with the person's own
 * rights. Administrators are not bound by notice and horizon.
 * @throws AppError "invalid" for what does not exist or is another family's.
 */
export async function checkConflicts(
  principal: SignedIn,
  check: ConflictCheck,
): Promise<z.input<typeof conflictReport>> {
  return withPrincipal(principal, async (db) => {
    const { instrumentId, bookingId, timeZone } = await findNamed(db, check);
    const lesson = {
      instrumentId,
      teacherId: check.teacher_id,
      startsAt: check.scheduled_at,
      minutes: check.duration_minutes,
      studentId: check.student_id ?? undefined,
      ignoredBookingIds: bookingId ? [bookingId] : [],
      byStaff: principal.role === "admin",
    };
    const conflicts = await listConflicts(db, { ...lesson, roomId: check.room_id ?? undefined });
    const suggested = conflicts.length > 0 ? await listAlternatives(db, lesson) : [];
    return {
      has_conflicts: conflicts.length > 0,
      available: conflicts.length === 0,
      conflicts: conflicts.map((conflict) => ({
        type: conflict.reason,
        message: conflictWords(conflict, timeZone),
        starts_at: conflict.startsAt?.toISOString() ?? null,
        ends_at: conflict.endsAt?.toISOString() ?? null,
      })),
      suggested_times: suggested.map((time) => ({
        teacher_id: time.teacherId,
        room_id: time.roomId,
        starts_at: time.startsAt.toISOString(),
        ends_at: time.endsAt.toISOString(),
        reason: time.reason,
      })),
    };
  });
}
