import { inngest } from "@/inngest/client";
import { seriesChanged } from "@/inngest/events";
import { track } from "@/inngest/tracked";
import { sendSeriesChanged } from "@/lib/scheduling/series-mail";

/** The family's letter about each change of its weekly lessons, once. */
export const tellSeriesChange = inngest.createFunction(
  {
    id: "tell-series-change",
    name: "Weekly lessons: family told",
    triggers: [seriesChanged],
    retries: 8,
    idempotency: "event.data.changeId",
  },
  async ({ event, step, runId }) => {
    const { changeId, enrollmentId, seriesId, change, lessonIds } = event.data;
    const run = {
      runId,
      functionId: "tell-series-change",
      subject: { type: "enrollment", id: enrollmentId },
    } as const;
    await track(run, step, async (tracked) => {
      await tracked.step(
        "tell-series-change",
        () => sendSeriesChanged({ id: changeId, seriesId, change, lessonIds }),
        (sent) => (sent ? "Dates sent" : "Nothing to send"),
      );
    });
  },
);
