import { sql } from "kysely";
import { getAcademy } from "@/lib/academy/queries";
import { clock } from "@/lib/clock";
import { service, withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import { deliver } from "@/lib/messaging/deliver";
import { renderLessonReminder } from "@/lib/messaging/reminder-mail";
import type { Lesson } from "./lesson";

const academyItself = service("messaging");

/** Reminders that one step claims and sends. */
const BATCH = 50;
/** Letters that are with the mail server at once. */
const AT_ONCE = 5;

type Reminder = {
  readonly key: string;
  readonly lessonId: string;
  readonly sequence: number;
  readonly kind: Lesson["kind"];
  readonly className: string | null;
  readonly instrument: string | null;
  readonly startsAt: Date;
  readonly minutes: number;
  readonly teacherName: string;
  readonly roomName: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly familyId: string;
  readonly enrollmentId: string | null;
  readonly readerName: string;
  readonly readerIsStudent: boolean;
  readonly recipient: string;
  readonly familyZone: string | null;
};

/** What came of one batch; `claimed` is 0 when nothing is due. */
type ReminderBatch = {
  readonly claimed: number;
  readonly sent: number;
  readonly failed: number;
};

function nounOf({ className, instrument, kind }: Reminder): string {
  const of = instrument ? `${instrument} ` : "";
  if (className) return className;
  return `${of}${kind === "trial" ? "trial lesson" : kind === "make_up" ? "make-up lesson" : "lesson"}`;
}

/** Puts back what could not be sent: it is claimed again in ten minutes, while its lesson is ahead. */
async function putBack(key: string): Promise<void> {
  await withPrincipal(academyItself, (db) =>
    db
      .updateTable("email_log")
      .set({ status: "queued", queued_at: sql`private.now()` })
      .where("key", "=", key)
      .where("status", "=", "failed")
      .execute(),
  );
}

/**
 * Claims the next reminders that are due and sends them, each once, whoever else works at the same time. One letter that
 * cannot be sent does not keep back the others.
 */
export async function sendDueReminders(): Promise<ReminderBatch> {
  const { academy, noticeMinutes, reminders } = await withPrincipal(academyItself, async (db) => {
    const { rows } = await sql<Reminder>`
      select r.key, r.lesson_id as "lessonId", r.sequence, r.kind, r.class_name as "className", r.instrument,
             r.starts_at as "startsAt", r.minutes, r.teacher_name as "teacherName", r.room_name as "roomName",
             r.student_first_name as "firstName", r.student_last_name as "lastName", r.family_id as "familyId",
             r.enrollment_id as "enrollmentId", r.reader_name as "readerName", r.reader_is_student as "readerIsStudent",
             r.recipient, r.family_zone as "familyZone"
        from private.claim_lesson_reminders(${BATCH}) r`.execute(db);
    const settings = await db
      .selectFrom("academy_settings")
      .select("cancel_notice_minutes")
      .executeTakeFirstOrThrow();
    return {
      academy: { ...(await getAcademy(db)), siteUrl: env().SITE_URL },
      noticeMinutes: settings.cancel_notice_minutes,
      reminders: rows,
    };
  });
  const waiting = [...reminders];
  const count = { sent: 0, failed: 0 };
  const sendOn = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const reminder = next;
      const letter = {
        key: reminder.key,
        kind: "lesson-reminder",
        to: reminder.recipient,
        familyId: reminder.familyId,
        enrollmentId: reminder.enrollmentId,
      };
      const name = `${reminder.firstName} ${reminder.lastName}`;
      try {
        const isSent = await deliver(letter, () =>
          renderLessonReminder({
            academy,
            reader: {
              isStudent: reminder.readerIsStudent,
              firstName: reminder.readerName.split(" ")[0] ?? reminder.readerName,
            },
            student: {
              firstName: reminder.firstName,
              lastName: reminder.lastName,
              isReader: reminder.readerIsStudent || name.toLowerCase() === reminder.readerName.toLowerCase(),
            },
            lesson: {
              id: reminder.lessonId,
              sequence: reminder.sequence,
              noun: nounOf(reminder),
              teacherName: reminder.teacherName,
              roomName: reminder.roomName,
              startsAt: reminder.startsAt,
              minutes: reminder.minutes,
              timeZone: academy.timeZone,
            },
            familyZone: reminder.familyZone,
            now: clock.now(),
            freeUntil: new Date(reminder.startsAt.getTime() - noticeMinutes * 60_000),
          }),
        );
        if (isSent) count.sent += 1;
      } catch {
        // `deliver` has logged why, and the email log shows it.
        count.failed += 1;
        await putBack(reminder.key);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sendOn));
  return { claimed: reminders.length, ...count };
}
