import {
  enrollmentWithdrawn,
  noticeGiven,
  noticeRetracted,
  pauseEnded,
  pausePlanned,
} from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
import { sendEnrollmentChanged } from "@/lib/enrollment/change-mail";

const changes = {
  [noticeGiven.name]: "leaving",
  [noticeRetracted.name]: "staying",
  [enrollmentWithdrawn.name]: "left",
  [pausePlanned.name]: "pausing",
  [pauseEnded.name]: "going-on",
} as const;

/**
 * The letters about a change of a plan, each once. A function of its own: a mail server that is down for hours delays
 * them, and nothing else.
 */
export const tellEnrollmentChange = workflow(
  {
    id: "tell-enrollment-change",
    name: "Leaving, pausing, going on: family and teacher told",
    on: [noticeGiven, noticeRetracted, enrollmentWithdrawn, pausePlanned, pauseEnded],
    subject: ({ enrollmentId }) => ({ type: "enrollment", id: enrollmentId }),
    retries: 12,
  },
  async ({ data: { enrollmentId }, event, step }) => {
    await step(
      "send-letters",
      () => sendEnrollmentChanged(enrollmentId, event.id, changes[event.name]),
      (count) => (count === 0 ? "Nothing to send" : `${count} sent`),
    );
  },
);
