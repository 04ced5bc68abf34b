import { inngest } from "@/inngest/client";
import { lessonSubstituted } from "@/inngest/events";
import { track } from "@/inngest/tracked";
import { sendSubstituteMails } from "@/lib/teachers/substitute-letters";

/** Tells the families of a lesson, and whoever gives it now, that it changed hands. */
export const tellOfSubstitute = inngest.createFunction(
  {
    id: "tell-of-substitute",
    name: "Lesson: substitute",
    triggers: [lessonSubstituted],
    retries: 8,
    idempotency: 'event.data.lessonId + "-" + string(event.data.sequence)',
  },
  async ({ event, step, runId }) => {
    const { lessonId } = event.data;
    const run = {
      runId,
      functionId: "tell-of-substitute",
      subject: { type: "lesson", id: lessonId },
    } as const;
    await track(run, step, async (tracked) => {
      await tracked.step(
        "tell-of-substitute",
        () => sendSubstituteMails(event.data),
        (count) => (count === 0 ? "Nothing to tell: it has changed again" : `${count} sent`),
      );
    });
  },
);
