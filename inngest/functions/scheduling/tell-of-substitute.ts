import { lessonSubstituted } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
import { sendSubstituteMails } from "@/lib/teachers/substitute-letters";

/** Tells the families of a lesson, and whoever gives it now, that it changed hands. */
export const tellOfSubstitute = workflow(
  {
    id: "tell-of-substitute",
    name: "Lesson: family and substitute told",
    on: lessonSubstituted,
    subject: ({ lessonId }) => ({ type: "lesson", id: lessonId }),
    retries: 8,
    concurrency: { limit: 1, key: "event.data.lessonId" },
  },
  async ({ data, step }) => {
    await step(
      "tell-of-substitute",
      () => sendSubstituteMails(data),
      (count) => (count === 0 ? "Nothing to tell: it has changed again" : `${count} sent`),
    );
  },
);
