import { closureEntered } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
import { sendClosureToFamily, sendClosureToTeacher } from "@/lib/academy/closure-letters";
import { countOf } from "@/lib/format";

/** One letter to a family, or to a teacher, about all lessons of theirs that a closure has cancelled. */
export const tellOfClosure = workflow(
  {
    id: "tell-of-closure",
    name: "Closure: family or teacher told",
    on: closureEntered,
    subject: ({ closureId }) => ({ type: "closure", id: closureId }),
    retries: 12,
  },
  async ({ data: { closureId, familyId, teacherId }, step }) => {
    const words = (sent: number) => `${countOf(sent, "email")} sent`;
    if (familyId) await step("tell-family", () => sendClosureToFamily(closureId, familyId), words);
    if (teacherId) await step("tell-teacher", () => sendClosureToTeacher(closureId, teacherId), words);
  },
);
