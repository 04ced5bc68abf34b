import { handleStripeEvent } from "./billing/handle-stripe-event";
import { emailReceipt } from "./billing/send-receipt";
import { beginEnrollment } from "./enrollment/begin-enrollment";
import { completeEnrollment } from "./enrollment/complete-enrollment";
import { welcomeFamily } from "./enrollment/welcome-family";
import { applyRetentionEveryNight } from "./privacy/apply-retention";
import { relayEveryMinute } from "./relay-outbox";

/** Every function that the executor may run. */
export const functions = [
  beginEnrollment,
  completeEnrollment,
  welcomeFamily,
  emailReceipt,
  handleStripeEvent,
  applyRetentionEveryNight,
  relayEveryMinute,
];
