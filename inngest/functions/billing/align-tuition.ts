import { lessonsPaused, lessonsResumed } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
import { alignTuition } from "@/lib/billing/collection";
import { sendLessonsPaused, sendLessonsResumed } from "@/lib/billing/collection-mail";

const sentWords = (sent: boolean) => (sent ? "Letter sent" : "Letter had been sent");

/** What a pause for overdue tuition and its end mean: for Stripe's subscription, for the family, for the academy. */
export const alignTuitionWithPause = workflow(
  {
    id: "align-tuition",
    name: "Paused or resumed lessons: tuition and letters",
    on: [lessonsPaused, lessonsResumed],
    subject: ({ pauseId }) => ({ type: "unpaid_pause", id: pauseId }),
    retries: 8,
    concurrency: { limit: 1, key: "event.data.pauseId" },
  },
  async ({ event, data: { pauseId }, step }) => {
    await step(
      "align-tuition",
      () => alignTuition(pauseId),
      (words) => words,
    );
    if (event.name === "enrollment/lessons.resumed") {
      await step("tell-family", () => sendLessonsResumed(pauseId), sentWords);
      return;
    }
    await step("tell-family", () => sendLessonsPaused(pauseId, "family"), sentWords);
    await step("tell-academy", () => sendLessonsPaused(pauseId, "academy"), sentWords);
  },
);
