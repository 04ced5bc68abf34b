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

/** A lesson was given to a substitute, or back to its teacher; `sequence` is the revision that says so. */
export const lessonSubstituted = eventType("scheduling/lesson.substituted", {
  schema: z.object({ lessonId: z.uuid(), sequence: z.int(), teacherBefore: z.uuid() }),
});

/** Any payment has been recorded in the books. */
export const paymentRecorded = eventType("billing/payment.recorded", {
  schema: z.object({ enrollmentId: z.uuid(), paymentId: z.uuid() }),
});

/** The lessons of a series were planned, moved or ended, as a whole. */
export const seriesChanged = eventType("scheduling/series.changed", {
  schema: z.object({
    changeId: z.uuid(),
    seriesId: z.guid(),
    enrollmentId: z.guid(),
    change: z.enum(["planned", "moved", "ended"]),
    lessonIds: z.array(z.guid()),
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

/** A make-up was booked. */
export const lessonBooked = eventType("scheduling/lesson.booked", {
  schema: z.object({ lessonId: z.uuid() }),
});
