import { absenceWithdrawn } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
import { countOf } from "@/lib/format";
import { sendAbsenceWithdrawn } from "@/lib/teachers/proposal-letters";

/** Whoever was asked to choose hears that the lesson takes place as planned. */
export const tellAbsenceWithdrawn = workflow(
  {
    id: "tell-absence-withdrawn",
    name: "Teacher comes after all: family told",
    on: absenceWithdrawn,
    subject: ({ lessonId }) => ({ type: "lesson", id: lessonId }),
    retries: 8,
  },
  async ({ data: { lessonId }, event, step }) => {
    await step(
      "tell-family",
      () => sendAbsenceWithdrawn(lessonId, event.id),
      (sent) => `${countOf(sent, "email")} sent`,
    );
  },
);
