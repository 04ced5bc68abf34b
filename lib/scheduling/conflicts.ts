import { sql } from "kysely";
import type { Db } from "@/lib/db/principal";
import { formatDay, formatTime } from "@/lib/format";

/** Why a lesson cannot be at a time; see `private.lesson_conflicts`. */
export type ConflictReason =
  | "length"
  | "off_grid"
  | "over_midnight"
  | "too_soon"
  | "too_far"
  | "outside_term"
  | "closure"
  | "teacher_unavailable"
  | "age"
  | "outside_availability"
  | "teacher_away"
  | "teacher_busy"
  | "teacher_full"
  | "student_busy"
  | "room_unfit"
  | "room_taken"
  | "no_room";

export type Conflict = {
  readonly reason: ConflictReason;
  /** What stands in the way, where it has a time. */
  readonly startsAt: Date | null;
  readonly endsAt: Date | null;
  /** Name of the closure. */
  readonly name: string | null;
};

/** A lesson that is proposed. Who may not ask about the student learns nothing of the student's other lessons. */
export type LessonProposal = {
  readonly instrumentId: string;
  readonly teacherId: string;
  readonly startsAt: Date;
  /** Length in minutes. */
  readonly minutes: number;
  readonly studentId?: string | undefined;
  /** Age in years, for a student who is not known yet. */
  readonly age?: number | undefined;
  /** Any room that fits, unless one is named. */
  readonly roomId?: string | undefined;
  readonly ignoredBookingIds?: readonly string[] | undefined;
  readonly forMakeup?: boolean | undefined;
  readonly byStaff?: boolean | undefined;
};

/** Every reason why the lesson cannot be, the plainest first; none when it can. */
export async function listConflicts(db: Db, proposal: LessonProposal): Promise<Conflict[]> {
  const { rows } = await sql<Conflict>`
    select reason, lower(during) as "startsAt", upper(during) as "endsAt", name
      from private.lesson_conflicts(${proposal.instrumentId}, ${proposal.teacherId}, ${proposal.startsAt},
             ${proposal.minutes}, ${proposal.studentId ?? null}, ${proposal.age ?? null}, ${proposal.roomId ?? null},
             ${proposal.ignoredBookingIds ?? []}::uuid[], ${proposal.forMakeup ?? false}, ${proposal.byStaff ?? false})`.execute(
    db,
  );
  return rows;
}

const words: Readonly<Record<ConflictReason, string>> = {
  length: "A lesson of this length is not offered here.",
  off_grid: "Lessons begin at a quarter of an hour.",
  over_midnight: "A lesson ends on the day on which it begins.",
  too_soon: "This is too soon: lessons are booked some time ahead.",
  too_far: "This is further ahead than lessons can be booked.",
  outside_term: "There are no lessons on this day: it lies outside the terms.",
  closure: "The academy is closed on this day.",
  teacher_unavailable: "The teacher does not teach this instrument to new students.",
  age: "The teacher does not take students of this age.",
  outside_availability: "The teacher does not teach at this hour.",
  teacher_away: "The teacher is away.",
  teacher_busy: "The teacher is busy.",
  teacher_full: "The teacher's week is full.",
  student_busy: "The student has another lesson.",
  room_unfit: "The room does not have what the instrument needs.",
  room_taken: "The room is taken.",
  no_room: "No room with what the instrument needs is free.",
};

const WITH_TIME: readonly ConflictReason[] = ["teacher_busy", "student_busy", "room_taken", "teacher_away"];

/** A conflict as a sentence, with the time that stands in the way in the given zone. */
export function conflictWords(conflict: Conflict, timeZone: string): string {
  const { reason, startsAt, endsAt, name } = conflict;
  if (reason === "closure" && name) return `The academy is closed on this day: ${name}.`;
  const sentence = words[reason];
  if (!startsAt || !endsAt || !WITH_TIME.includes(reason)) return sentence;
  const isLong = endsAt.getTime() - startsAt.getTime() >= 86_400_000;
  const span = isLong
    ? `from ${formatDay(startsAt, timeZone)} to ${formatDay(endsAt, timeZone)}`
    : `from ${formatTime(startsAt, timeZone)} to ${formatTime(endsAt, timeZone)}`;
  return `${sentence.slice(0, -1)} ${span}.`;
}
