import { alignTuitionWithPause } from "./billing/align-tuition";
import { chargeNewCard } from "./billing/charge-new-card";
import { collectInvoice } from "./billing/collect-invoice";
import { giveBack } from "./billing/give-back";
import { handleStripeEvent } from "./billing/handle-stripe-event";
import { resumeAfterPayment } from "./billing/resume-after-payment";
import { emailReceipt } from "./billing/send-receipt";
import { tellOfFailedPayment } from "./billing/tell-of-failed-payment";
import { tellOfRefund } from "./billing/tell-of-refund";
import { beginEnrollment } from "./enrollment/begin-enrollment";
import { catchUpChangesEveryNight } from "./enrollment/catch-up-changes";
import { completeEnrollment } from "./enrollment/complete-enrollment";
import { leaveStudent } from "./enrollment/leave-student";
import { pauseLessons } from "./enrollment/pause-lessons";
import { settleSubscription } from "./enrollment/settle-subscription";
import { tellEnrollmentChange } from "./enrollment/tell-enrollment-change";
import { tellNewTeacher } from "./enrollment/tell-new-teacher";
import { welcomeFamily } from "./enrollment/welcome-family";
import { applyRetentionEveryNight } from "./privacy/apply-retention";
import { relayEveryMinute } from "./relay-outbox";
import { continueWeeklyLessons } from "./scheduling/continue-series";
import { followNoShow } from "./scheduling/follow-no-show";
import { followOffer } from "./scheduling/follow-offer";
import { lookAheadEveryNight } from "./scheduling/look-ahead";
import { offerMakeupsEveryMorning } from "./scheduling/offer-makeups";
import { offerToWaitlist } from "./scheduling/offer-waitlist";
import { proposeForAbsentTeacher } from "./scheduling/propose-for-absence";
import { sendRemindersEveryFiveMinutes } from "./scheduling/send-reminders";
import { tellAboutLesson } from "./scheduling/tell-about-lesson";
import { tellAbsenceWithdrawn } from "./scheduling/tell-absence-withdrawn";
import { tellOfClosure } from "./scheduling/tell-of-closure";
import { tellOfSubstitute } from "./scheduling/tell-of-substitute";
import { tellSeriesChange } from "./scheduling/tell-series-change";
import { followFailure } from "./workflows/follow-failure";
import { noteCancelled } from "./workflows/note-cancelled";
import { undoRun } from "./workflows/undo-run";

/** Every function that the executor may run. */
export const functions = [
  beginEnrollment,
  completeEnrollment,
  welcomeFamily,
  leaveStudent,
  pauseLessons,
  settleSubscription,
  tellEnrollmentChange,
  tellNewTeacher,
  catchUpChangesEveryNight,
  emailReceipt,
  handleStripeEvent,
  collectInvoice,
  tellOfFailedPayment,
  chargeNewCard,
  resumeAfterPayment,
  alignTuitionWithPause,
  giveBack,
  tellOfRefund,
  tellOfSubstitute,
  offerToWaitlist,
  followOffer,
  tellAboutLesson,
  tellSeriesChange,
  lookAheadEveryNight,
  continueWeeklyLessons,
  proposeForAbsentTeacher,
  tellAbsenceWithdrawn,
  tellOfClosure,
  followNoShow,
  sendRemindersEveryFiveMinutes,
  offerMakeupsEveryMorning,
  applyRetentionEveryNight,
  relayEveryMinute,
  followFailure,
  noteCancelled,
  undoRun,
];
