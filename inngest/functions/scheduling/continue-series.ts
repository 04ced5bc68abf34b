import { seriesDue } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
import { continuedWords, continueSeries } from "@/lib/scheduling/series-ahead";

/** A running series is planned in the next term; the letter with its dates follows from the change itself. */
export const continueWeeklyLessons = workflow(
  {
    id: "continue-series",
    name: "Weekly lessons: the next term",
    on: seriesDue,
    subject: ({ enrollmentId }) => ({ type: "enrollment", id: enrollmentId }),
    retries: 4,
    concurrency: { limit: 1, key: "event.data.enrollmentId" },
  },
  async ({ data: { enrollmentId, termId }, step }) => {
    await step("plan-next-term", () => continueSeries(enrollmentId, termId), continuedWords);
  },
);
