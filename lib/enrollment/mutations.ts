import { type NotNull, sql } from "kysely";
import { getAcademy } from "@/lib/academy/queries";
import { type Db, service, withPrincipal } from "@/lib/db/principal";
import { AppError } from "@/lib/errors";
import { localDate } from "@/lib/format";
import { listOpenTimes } from "@/lib/scheduling/queries";
import { type EnrollmentDetails, getEnrollment, listCandidates } from "./queries";
import { ageOn } from "./rules";

const academy = service("enrollment");

/** The enrollment as the academy itself sees it. Throws `not_found`. */
export async function readEnrollment(id: string): Promise<EnrollmentDetails> {
  return withPrincipal(academy, (db) => mustFind(db, id));
}

async function mustFind(db: Db, id: string): Promise<EnrollmentDetails> {
  const enrollment = await getEnrollment(db, id);
  if (!enrollment) throw new AppError("not_found", { userMessage: "This enrollment does not exist." });
  return enrollment;
}

/**
 * Step "validate": age for the instrument, instrument offered, teacher with capacity. Returns what was found in
 * words. Throws `invalid` with a sentence for the family when something does not fit (any more).
 */
export async function validateEnrollment(id: string): Promise<string> {
  return withPrincipal(academy, async (db) => {
    const enrollment = await mustFind(db, id);
    const { timeZone } = await getAcademy(db);
    const age = ageOn(enrollment.student.birthDate, localDate(enrollment.startsAt, timeZone));
    const teacher = (await listCandidates(db, enrollment.instrument.id, age)).find(
      (candidate) => candidate.teacherId === enrollment.teacher.id,
    );
    if (!teacher) {
      throw new AppError("invalid", {
        userMessage: `${enrollment.teacher.name} does not teach ${enrollment.instrument.name.toLowerCase()} at age ${age} at the moment. Please choose another teacher.`,
      });
    }
    if (
      enrollment.status === "provisional" &&
      teacher.bookedMinutes + enrollment.minutes > teacher.capacityMinutes
    ) {
      throw new AppError("invalid", {
        userMessage: `${enrollment.teacher.name}'s weeks are full at the moment. Please choose another teacher.`,
      });
    }
    return `${enrollment.instrument.name} at age ${age}, ${enrollment.minutes} minutes`;
  });
}

/** Step "create-accounts": the parent has one already; a student with an address gets an invitation, once. */
export async function prepareAccounts(id: string): Promise<string> {
  return withPrincipal(academy, async (db) => {
    const enrollment = await mustFind(db, id);
    if (!enrollment.studentEmail) return "Parent's account";
    const student = await db
      .selectFrom("students")
      .select("profile_id")
      .where("id", "=", enrollment.student.id)
      .executeTakeFirstOrThrow();
    const taken = await db
      .selectFrom("profiles")
      .select("id")
      .where("email", "=", enrollment.studentEmail)
      .executeTakeFirst();
    if (student.profile_id || taken) return "Accounts are there already";
    await db
      .insertInto("invitations")
      .values({
        email: enrollment.studentEmail,
        role: "student",
        student_id: enrollment.student.id,
        expires_at: sql`private.now() + interval '90 days'`,
      })
      .onConflict((conflict) => conflict.column("email").where("accepted_at", "is", null).doNothing())
      .execute();
    return "Parent's account, student invited";
  });
}

export type PaymentVerdict = "first" | "duplicate" | "too_late";

/** Step "confirm-payment": the first payment makes the enrollment paid; any other one is to be given back. */
export async function confirmPayment(id: string, paymentId: string): Promise<PaymentVerdict> {
  return withPrincipal(academy, async (db) => {
    const enrollment = await db
      .selectFrom("enrollments")
      .select(["status", "paid_at"])
      .where("id", "=", id)
      .forUpdate()
      .executeTakeFirst();
    if (!enrollment) throw new AppError("not_found", { userMessage: "This enrollment does not exist." });
    const first = await db
      .selectFrom("payments")
      .select("id")
      .where("enrollment_id", "=", id)
      .orderBy("receipt_number")
      .limit(1)
      .executeTakeFirst();
    if (first?.id !== paymentId) return "duplicate";
    if (enrollment.status === "lapsed" || enrollment.status === "cancelled") return "too_late";
    if (!enrollment.paid_at) {
      await db.updateTable("enrollments").set({ paid_at: sql`private.now()` }).where("id", "=", id).execute();
    }
    return "first";
  });
}

/**
 * Makes sure that the enrollment's time is held: a hold whose minutes are over but that nobody took is renewed, a
 * free time is held anew. False when somebody else has the time now.
 */
export async function secureSlot(id: string): Promise<boolean> {
  try {
    return await withPrincipal(academy, async (db) => {
      const enrollment = await db
        .selectFrom("enrollments")
        .selectAll()
        .where("id", "=", id)
        .forUpdate()
        .executeTakeFirstOrThrow();
      const renewed = await db
        .updateTable("bookings")
        .set({
          expires_at: sql`case when kind = 'hold' then greatest(expires_at,
            private.now() + (select hold_minutes from academy_settings) * interval '1 minute') end`,
        })
        .where("id", "=", enrollment.booking_id)
        .where("is_active", "=", true)
        .returning("id")
        .executeTakeFirst();
      if (renewed) return true;
      await sql`select private.release_expired_holds()`.execute(db);
      const [open] = await listOpenTimes(db, {
        instrumentId: enrollment.instrument_id,
        minutes: enrollment.minutes,
        teacherId: enrollment.teacher_id,
        from: enrollment.starts_at,
        until: enrollment.starts_at,
      });
      if (!open) return false;
      const hold = await db
        .insertInto("bookings")
        .values({
          kind: "hold",
          teacher_id: open.teacherId,
          room_id: open.roomId,
          student_id: enrollment.student_id,
          during: sql`tstzrange(${open.startsAt}, ${open.endsAt})`,
          teacher_busy: sql`'empty'`,
          expires_at: sql`private.now() + (select hold_minutes from academy_settings) * interval '1 minute'`,
        })
        .returning("id")
        .executeTakeFirstOrThrow();
      await db.updateTable("enrollments").set({ booking_id: hold.id }).where("id", "=", id).execute();
      return true;
    });
  } catch (error) {
    if (error instanceof AppError && error.code === "slot_taken") return false;
    throw error;
  }
}

/** Moves a provisional enrollment to another time that the family has just had held for it. */
export async function moveEnrollment(id: string, bookingId: string): Promise<void> {
  await withPrincipal(academy, async (db) => {
    const enrollment = await db
      .selectFrom("enrollments")
      .select(["id", "student_id", "booking_id", "status"])
      .where("id", "=", id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (enrollment.status !== "provisional") {
      throw new AppError("conflict", { userMessage: "This enrollment does not wait for a time any more." });
    }
    if (enrollment.booking_id) await releaseBooking(db, enrollment.booking_id, "another time chosen");
    const booking = await db
      .updateTable("bookings")
      .set({ student_id: enrollment.student_id })
      .where("id", "=", bookingId)
      .where("kind", "=", "hold")
      .where("is_active", "=", true)
      .returning(["id", "teacher_id", sql<Date>`lower(during)`.as("startsAt")])
      .$narrowType<{ teacher_id: NotNull }>()
      .executeTakeFirst();
    if (!booking)
      throw new AppError("expired", { userMessage: "The held time has run out. Please choose again." });
    await db
      .updateTable("enrollments")
      .set({ booking_id: booking.id, teacher_id: booking.teacher_id, starts_at: booking.startsAt })
      .where("id", "=", id)
      .execute();
  });
}

async function releaseBooking(db: Db, bookingId: string, reason: string): Promise<void> {
  await db
    .updateTable("bookings")
    .set({ is_active: false, released_reason: reason })
    .where("id", "=", bookingId)
    .where("is_active", "=", true)
    .execute();
}

/** Lets go of the time of an enrollment that is not paid yet. */
export async function releaseEnrollmentHold(id: string, reason: string): Promise<void> {
  await withPrincipal(academy, async (db) => {
    await db
      .updateTable("bookings as b")
      .from("enrollments as e")
      .set({ is_active: false, released_reason: reason })
      .whereRef("b.id", "=", "e.booking_id")
      .where("e.id", "=", id)
      .where("b.kind", "=", "hold")
      .where("b.is_active", "=", true)
      .execute();
  });
}

export type ScheduledLessons = {
  readonly lessonId: string;
  readonly booked: number;
  readonly blocked: readonly string[];
};

/**
 * Step "schedule-lesson": the held time becomes the first lesson and the enrollment active, in one transaction; a
 * plan's weekly lessons to the end of the term follow. Repeating it changes nothing.
 */
export async function scheduleFirstLesson(id: string): Promise<ScheduledLessons> {
  return withPrincipal(academy, async (db) => {
    const enrollment = await db
      .selectFrom("enrollments")
      .selectAll()
      .where("id", "=", id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (!enrollment.booking_id) {
      throw new AppError("conflict", {
        message: `enrollment ${id} has no booking`,
        userMessage: "No time is held for this enrollment.",
      });
    }
    const existing = await db
      .selectFrom("lessons")
      .select("id")
      .where("booking_id", "=", enrollment.booking_id)
      .executeTakeFirst();
    if (existing) return { lessonId: existing.id, booked: 1, blocked: [] };
    const booking = await db
      .updateTable("bookings")
      .set({ kind: "lesson", expires_at: null })
      .where("id", "=", enrollment.booking_id)
      .where("is_active", "=", true)
      .returning(["id", "teacher_id", "room_id"])
      .returning(sql<Date>`lower(during)`.as("startsAt"))
      .returning(sql<Date>`upper(during)`.as("endsAt"))
      .$narrowType<{ teacher_id: NotNull; room_id: NotNull }>()
      .executeTakeFirst();
    if (!booking) {
      throw new AppError("slot_taken", { userMessage: "The time is no longer held. Please choose another." });
    }
    const lesson = await db
      .insertInto("lessons")
      .values({
        booking_id: booking.id,
        enrollment_id: id,
        family_id: enrollment.family_id,
        student_id: enrollment.student_id,
        instrument_id: enrollment.instrument_id,
        teacher_id: booking.teacher_id,
        room_id: booking.room_id,
        during: sql`tstzrange(${booking.startsAt}, ${booking.endsAt})`,
        kind: enrollment.kind === "trial" ? "trial" : "private",
      })
      .returning("id")
      .executeTakeFirstOrThrow();
    await db
      .updateTable("enrollments")
      .set({ status: "active", activated_at: sql`private.now()` })
      .where("id", "=", id)
      .where("status", "=", "provisional")
      .execute();
    if (enrollment.kind === "trial") return { lessonId: lesson.id, booked: 1, blocked: [] };
    const { rows } = await sql<{
      day: string;
      booked: boolean;
    }>`select day, booked from private.book_weekly(${id})`.execute(db);
    return {
      lessonId: lesson.id,
      booked: 1 + rows.filter((row) => row.booked).length,
      blocked: rows.filter((row) => !row.booked).map((row) => row.day),
    };
  });
}

/**
 * Ends an enrollment that cannot go on: status, reason, its time freed and its lessons cancelled, in one
 * transaction. Money is given back by `refundPayment` beside it. Repeating it changes nothing.
 */
export async function endEnrollment(
  id: string,
  end: { status: "lapsed" | "cancelled"; code: string; message: string },
): Promise<void> {
  await withPrincipal(academy, async (db) => {
    const enrollment = await db
      .selectFrom("enrollments")
      .select(["status", "booking_id"])
      .where("id", "=", id)
      .forUpdate()
      .executeTakeFirst();
    if (!enrollment || enrollment.status === "lapsed" || enrollment.status === "cancelled") return;
    await db
      .updateTable("lessons")
      .set({ status: "cancelled" })
      .where("enrollment_id", "=", id)
      .where("status", "=", "scheduled")
      .execute();
    if (enrollment.booking_id) await releaseBooking(db, enrollment.booking_id, end.code);
    await db
      .updateTable("enrollments")
      .set({ status: end.status, failure_code: end.code, failure_message: end.message })
      .where("id", "=", id)
      .execute();
  });
}
