import { handleStripeEvent } from "./billing/handle-stripe-event";
import { emailReceipt } from "./billing/send-receipt";
import { beginEnrollment } from "./enrollment/begin-enrollment";
import { completeEnrollment } from "./enrollment/complete-enrollment";
import { welcomeFamily } from "./enrollment/welcome-family";
import { applyRetentionEveryNight } from "./privacy/apply-retention";
import { relayEveryMinute } from "./relay-outbox";
import { followOffer } from "./scheduling/follow-offer";
import { offerToWaitlist } from "./scheduling/offer-waitlist";
import { tellAboutLesson } from "./scheduling/tell-about-lesson";
import { tellOfSubstitute } from "./scheduling/tell-of-substitute";
import { tellSeriesChange } from "./scheduling/tell-series-change";

/** Every function that the executor may run. */
export const functions = [
  beginEnrollment,
  completeEnrollment,
  welcomeFamily,
  emailReceipt,
  handleStripeEvent,
  tellOfSubstitute,
  offerToWaitlist,
  followOffer,
  tellAboutLesson,
  tellSeriesChange,
  applyRetentionEveryNight,
  relayEveryMinute,
];
