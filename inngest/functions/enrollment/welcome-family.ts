import { enrollmentActivated } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
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
export const welcomeFamily = workflow(
  {
    id: "welcome-family",
    name: "Enrollment: welcome emails",
    on: enrollmentActivated,
    subject: ({ enrollmentId }) => ({ type: "enrollment", id: enrollmentId }),
    retries: 12,
    concurrency: { limit: 1, key: "event.data.enrollmentId" },
  },
  async ({ data: { enrollmentId }, step }) => {
    await step(
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
  },
);
