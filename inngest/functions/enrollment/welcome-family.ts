import { inngest } from "@/inngest/client";
import { enrollmentActivated } from "@/inngest/events";
import { track } from "@/inngest/tracked";
import {
  sendAcademyWelcome,
  sendParentWelcome,
  sendStudentWelcome,
  sendTeacherWelcome,
} from "@/lib/enrollment/mail";

/**
 * The welcome to parent, teacher, academy and student, each once. A function of its own: a mail server that is down
 * for hours delays the letters, but never undoes a paid enrollment.
 */
export const welcomeFamily = inngest.createFunction(
  {
    id: "welcome-family",
    name: "Enrollment: welcome emails",
    triggers: [enrollmentActivated],
    retries: 12,
    idempotency: "event.data.enrollmentId",
  },
  async ({ event, step, runId }) => {
    const { enrollmentId } = event.data;
    const run = {
      runId,
      functionId: "welcome-family",
      subject: { type: "enrollment", id: enrollmentId },
    } as const;
    await track(run, step, async (tracked) => {
      await tracked.step(
        "send-welcome-emails",
        async () => {
          const sent = [
            await sendParentWelcome(enrollmentId),
            await sendTeacherWelcome(enrollmentId),
            await sendAcademyWelcome(enrollmentId),
            await sendStudentWelcome(enrollmentId),
          ];
          return sent.filter(Boolean).length;
        },
        (count) => `${count} sent`,
      );
    });
  },
);
