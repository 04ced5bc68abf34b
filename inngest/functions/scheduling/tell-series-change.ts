import { seriesChanged } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
import { sendSeriesChanged } from "@/lib/scheduling/series-mail";

/** The family's letter about each change of its weekly lessons, once. */
export const tellSeriesChange = workflow(
  {
    id: "tell-series-change",
    name: "Weekly lessons: family told",
    on: seriesChanged,
    subject: ({ enrollmentId }) => ({ type: "enrollment", id: enrollmentId }),
    retries: 8,
    concurrency: { limit: 1, key: "event.data.changeId" },
  },
  async ({ data: { changeId, seriesId, change, lessonIds, creditIds }, step }) => {
    await step(
      "tell-series-change",
      () => sendSeriesChanged({ id: changeId, seriesId, change, lessonIds, creditIds }),
      (sent) => (sent ? "Dates sent" : "Nothing to send"),
    );
  },
);
