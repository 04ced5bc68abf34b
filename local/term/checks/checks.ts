import type { Check } from "../../chaos/invariants/check";
import type { Story } from "../story";
import { declineChecks } from "./decline";
import { lessonChecks } from "./lessons";
import { reminderChecks } from "./reminders";
import { renewalChecks } from "./renewals";
import { waitlistChecks } from "./waitlist";

/** What must be so after the term, beside what must be so after anything. */
export const checks: readonly Check<Story>[] = [
  ...lessonChecks,
  ...reminderChecks,
  ...renewalChecks,
  ...declineChecks,
  ...waitlistChecks,
];
