import { z } from "zod";
import type { Db } from "@/lib/db/principal";
import { AppError } from "@/lib/errors";
import { formatDayTime, formatZone } from "@/lib/format";
import type { Id } from "@/lib/ids";
import { storable } from "@/lib/storable";
import type { ConflictReason } from "./conflicts";
import { moveLesson } from "./lesson-changes";
import { placeForm, readNames } from "./place-check";
import { instantOf, isShown, wallClock } from "./wall-clock";

/** Where a lesson goes, and where the reader saw it; a reason sets rules aside, which administrators alone may. */
export const calendarMoveForm = placeForm.extend({
  from: z.object({ startsAt: z.coerce.date(), teacherId: z.uuid(), roomId: z.uuid() }),
  reason: z
    .string()
    .trim()
    .min(3, "Say why; the audit trail shows it.")
    .max(300, "Please keep the reason below 300 characters.")
    .regex(storable, "The reason contains characters that we cannot store.")
    .nullable(),
});
export type CalendarMove = z.output<typeof calendarMoveForm>;

export type MovedPlace = {
  readonly startsAt: Date;
  /** The same on the academy's wall clock. */
  readonly start: string;
  readonly teacherId: string;
  readonly teacherName: string;
  readonly roomId: string;
  readonly roomName: string;
};

/** What a move comes to: the preview shows it, and it is what has happened. */
export type CalendarMoveOutcome = {
  readonly from: MovedPlace;
  readonly to: MovedPlace;
  /** Until when the family can change the lesson again. */
  readonly freeUntil: Date;
  readonly overridden: readonly ConflictReason[];
};

/**
 * Moves a lesson from where the reader saw it; rehearsed, it is the preview. `conflict` when somebody has moved it
 * meanwhile, `slot_taken` when somebody has the time by now; other refusals: see `private.move_lesson`.
 */
export async function moveOnCalendar(
  db: Db,
  move: CalendarMove,
  timeZone: string,
): Promise<CalendarMoveOutcome> {
  if (!isShown(move.start, timeZone)) {
    throw new AppError("invalid", {
      userMessage: "The clocks go forward that night: this time does not exist.",
    });
  }
  const moved = await moveLesson(db, {
    lessonId: move.lessonId as Id<"lesson">,
    startsAt: instantOf(move.start, timeZone),
    teacherId: move.teacherId,
    ...(move.roomId ? { roomId: move.roomId } : {}),
    ...(move.reason ? { reason: move.reason, isException: true } : {}),
  });
  const before = { teacherId: moved.fromTeacherId, roomId: moved.fromRoomId };
  const nameOf = await readNames(db, [before, moved]);
  const place = (startsAt: Date, at: { teacherId: string; roomId: string }): MovedPlace => ({
    startsAt,
    start: wallClock(startsAt, timeZone),
    teacherId: at.teacherId,
    teacherName: nameOf(at.teacherId) ?? "a former teacher",
    roomId: at.roomId,
    roomName: nameOf(at.roomId) ?? "a former room",
  });
  const from = place(moved.fromStart, before);
  // The move itself waits for all other writers of the calendar: what it found is what there was.
  if (
    moved.fromStart.getTime() !== move.from.startsAt.getTime() ||
    before.teacherId !== move.from.teacherId ||
    before.roomId !== move.from.roomId
  ) {
    throw new AppError("conflict", {
      userMessage: `Somebody has moved this lesson meanwhile. It is now on ${formatDayTime(from.startsAt, timeZone)} ${formatZone(from.startsAt, timeZone)} with ${from.teacherName} in ${from.roomName}. Nothing was changed.`,
    });
  }
  return {
    from,
    to: place(moved.startsAt, moved),
    freeUntil: moved.freeUntil,
    overridden: moved.overridden as readonly ConflictReason[],
  };
}
