import { studentAbsent } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
import { countOf } from "@/lib/format";
import { sendNoShow, tellAcademyOfNoShows } from "@/lib/scheduling/no-show-letters";

/** Nobody came: after an hour, in which the mark may be corrected, the family hears; of a second time the academy. */
export const followNoShow = workflow(
  {
    id: "follow-no-show",
    name: "No-show: family told, academy told the second time",
    on: studentAbsent,
    subject: ({ lessonId }) => ({ type: "lesson", id: lessonId }),
    retries: 8,
  },
  async ({ data, step, tools }) => {
    await tools.sleep("wait-for-correction", "1h");
    await step(
      "tell-family",
      () => sendNoShow(data),
      (sent) => (sent === 0 ? "Nothing to tell" : `${countOf(sent, "email")} sent`),
    );
    await step(
      "tell-academy",
      () => tellAcademyOfNoShows(data),
      (isTold) =>
        isTold ? "Second one of the term: the academy is told" : "Not the second one, or told already",
    );
  },
);
