import { eventType } from "inngest";
import { z } from "zod";

/** A family has submitted an enrollment; its hold runs. */
export const enrollmentSubmitted = eventType("enrollment/submitted", {
  schema: z.object({ enrollmentId: z.uuid() }),
});

/** A payment for an enrollment has been recorded in the books. */
export const enrollmentPaid = eventType("enrollment/paid", {
  schema: z.object({ enrollmentId: z.uuid(), paymentId: z.uuid() }),
});

/** An enrollment has become active: its first lesson is in the calendar. */
export const enrollmentActivated = eventType("enrollment/activated", {
  schema: z.object({ enrollmentId: z.uuid() }),
});

/** A family, or the academy for it, has given notice for a plan, or the academy has shortened the notice. */
export const noticeGiven = eventType("enrollment/notice.given", {
  schema: z.object({ enrollmentId: z.guid(), noticeId: z.uuid() }),
});

/** Notice was taken back before the last day. */
export const noticeRetracted = eventType("enrollment/notice.retracted", {
  schema: z.object({ enrollmentId: z.guid(), changeId: z.uuid() }),
});

/** A pause of a plan was planned. */
export const pausePlanned = eventType("enrollment/pause.planned", {
  schema: z.object({ enrollmentId: z.guid(), pauseId: z.uuid() }),
});

/** The last day is over: the enrollment is withdrawn. */
export const enrollmentWithdrawn = eventType("enrollment/withdrawn", {
  schema: z.object({ enrollmentId: z.guid() }),
});

/** A pause is over, by its date or early, or was called off before it began. */
export const pauseEnded = eventType("enrollment/pause.ended", {
  schema: z.object({ enrollmentId: z.guid(), changeId: z.uuid() }),
});

/** The coming lessons of a plan have gone to another teacher. */
export const teacherChanged = eventType("enrollment/teacher.changed", {
  schema: z.object({
    enrollmentId: z.guid(),
    changeId: z.uuid(),
    fromTeacherId: z.guid(),
    toTeacherId: z.guid(),
  }),
});

/** A lesson was given to a substitute, or back to its teacher; `sequence` is the revision that says so. */
export const lessonSubstituted = eventType("scheduling/lesson.substituted", {
  schema: z.object({ lessonId: z.uuid(), sequence: z.int(), teacherBefore: z.uuid() }),
});

/** Any payment has been recorded in the books. */
export const paymentRecorded = eventType("billing/payment.recorded", {
  schema: z.object({ enrollmentId: z.uuid(), paymentId: z.uuid() }),
});

/** The lessons of a series were planned, moved or ended, as a whole, or go on in the next term. */
export const seriesChanged = eventType("scheduling/series.changed", {
  schema: z.object({
    changeId: z.uuid(),
    seriesId: z.guid(),
    enrollmentId: z.guid(),
    change: z.enum(["planned", "moved", "ended", "continued"]),
    lessonIds: z.array(z.guid()),
    /** Lessons of a move that the academy left out, which it cancelled. */
    leftOutIds: z.array(z.guid()).optional(),
    /** Make-up credits for weeks of the next term that are not free. */
    creditIds: z.array(z.guid()).optional(),
  }),
});

/** A verified Stripe event has been stored; the object is fetched again, its payload is not carried. */
export const stripeEventReceived = eventType("stripe/event.received", {
  schema: z.object({ eventId: z.string(), type: z.string(), objectId: z.string() }),
});

/** A time that can be booked has become free: a lesson was cancelled or moved, and somebody waits for lessons. */
export const timeFreed = eventType("scheduling/time.freed", {
  schema: z.object({
    teacherId: z.uuid(),
    startsAt: z.iso.datetime({ offset: true }),
    endsAt: z.iso.datetime({ offset: true }),
    /** What goes from family to family, each offered it once. */
    round: z.uuid(),
  }),
});

/** A family of the waitlist has an offer, from the queue or by hand. */
export const offerMade = eventType("scheduling/offer.made", { schema: z.object({ offerId: z.uuid() }) });

/** An offer has been accepted or declined, or has ended otherwise. */
export const offerAnswered = eventType("scheduling/offer.answered", {
  schema: z.object({ offerId: z.uuid() }),
});

/** A lesson was cancelled, or a child's seat in a lesson of a class given up; for a class one event a student. */
export const lessonCancelled = eventType("scheduling/lesson.cancelled", {
  schema: z.object({ lessonId: z.uuid(), studentId: z.uuid().nullable() }),
});

/** A lesson is at another time, with another teacher or in another room. */
export const lessonMoved = eventType("scheduling/lesson.moved", {
  schema: z.object({
    lessonId: z.uuid(),
    fromStart: z.iso.datetime({ offset: true }),
    fromTeacherId: z.uuid(),
    reason: z.string().nullable(),
  }),
});

/** An administrator asks that what a run did is taken back. */
export const undoRequested = eventType("workflow/undo.requested", {
  schema: z.object({ runId: z.string() }),
});

/** A make-up was booked. */
export const lessonBooked = eventType("scheduling/lesson.booked", {
  schema: z.object({ lessonId: z.uuid() }),
});

/** A charge for an open invoice failed; the family is told of each. */
export const paymentFailed = eventType("billing/payment.failed", {
  schema: z.object({ attemptId: z.uuid() }),
});

/** The first charge for an invoice failed: its collection begins. */
export const invoiceOverdue = eventType("billing/invoice.overdue", {
  schema: z.object({ invoiceId: z.uuid() }),
});

/** An overdue invoice was charged again, paid, or given up: what is next has changed. */
export const invoiceMoved = eventType("billing/invoice.moved", {
  schema: z.object({ invoiceId: z.uuid() }),
});

/** Nothing of an invoice that was overdue is open any more. */
export const invoiceSettled = eventType("billing/invoice.settled", {
  schema: z.object({ invoiceId: z.uuid() }),
});

/** A family has put a card in the place of another. */
export const cardSaved = eventType("billing/card.saved", { schema: z.object({ cardId: z.uuid() }) });

/** An administrator gives money back. */
export const refundRequested = eventType("billing/refund.requested", {
  schema: z.object({ refundId: z.uuid() }),
});

/** Money that an administrator gave back has left, or came back. */
export const refundSettled = eventType("billing/refund.settled", {
  schema: z.object({ refundId: z.uuid() }),
});

/** The lessons of an enrollment pause because their tuition is overdue. */
export const lessonsPaused = eventType("enrollment/lessons.paused", {
  schema: z.object({ pauseId: z.uuid() }),
});

/** The lessons of an enrollment go on, since their tuition is paid. */
export const lessonsResumed = eventType("enrollment/lessons.resumed", {
  schema: z.object({ pauseId: z.uuid() }),
});

/** An enrollment's running series is not planned yet in the next term, which is near. */
export const seriesDue = eventType("scheduling/series.due", {
  schema: z.object({ enrollmentId: z.guid(), termId: z.guid() }),
});

/** A teacher's time off meets a lesson: its family gets proposals. */
export const absenceFound = eventType("scheduling/absence.found", {
  schema: z.object({ lessonId: z.guid(), timeOffId: z.guid() }),
});

/** A teacher's time off that met a lesson was withdrawn while its proposals were open. */
export const absenceWithdrawn = eventType("scheduling/absence.withdrawn", {
  schema: z.object({ lessonId: z.guid() }),
});

/** The proposals of a lesson have ended: one was taken, or the lesson changed otherwise. */
export const proposalsClosed = eventType("scheduling/proposals.closed", {
  schema: z.object({ lessonId: z.guid() }),
});

/** A closure has cancelled lessons of a family, or of a teacher; one event for each of them. */
export const closureEntered = eventType("scheduling/closure.entered", {
  schema: z.object({ closureId: z.guid(), familyId: z.guid().nullable(), teacherId: z.guid().nullable() }),
});

/** A student was marked as absent from a lesson without excuse. */
export const studentAbsent = eventType("scheduling/student.absent", {
  schema: z.object({ lessonId: z.guid(), studentId: z.guid() }),
});
