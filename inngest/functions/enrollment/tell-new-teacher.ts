import { teacherChanged } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
import { sendEnrollmentChanged, sendGivenAway } from "@/lib/enrollment/change-mail";

/** Another teacher: the family and both teachers are told, each once. */
export const tellNewTeacher = workflow(
  {
    id: "tell-new-teacher",
    name: "Another teacher: family and both teachers told",
    on: teacherChanged,
    subject: ({ enrollmentId }) => ({ type: "enrollment", id: enrollmentId }),
    retries: 12,
  },
  async ({ data: { enrollmentId, fromTeacherId }, event, step }) => {
    await step(
      "send-letters",
      () => sendEnrollmentChanged(enrollmentId, event.id, "new-teacher"),
      (count) => (count === 0 ? "Nothing to send" : `${count} sent`),
    );
    await step(
      "tell-former-teacher",
      () => sendGivenAway(enrollmentId, event.id, fromTeacherId),
      (sent) => (sent ? "Told" : "Had been told, or has no address"),
    );
  },
);
