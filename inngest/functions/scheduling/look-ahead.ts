import { workflow } from "@/inngest/workflow";
import { countOf } from "@/lib/format";
import { announceDueSeries } from "@/lib/scheduling/series-ahead";
import { announceAbsences, closeOverdue } from "@/lib/teachers/proposals";

/**
 * Every night: which weekly lessons go on in the next term, and which lessons have come into the horizon whose teacher is
 * away. Each has a run of its own, so that one that fails stops no other.
 */
export const lookAheadEveryNight = workflow(
  {
    id: "look-ahead",
    name: "Schedule: the nightly look ahead",
    cron: "TZ=America/New_York 15 2 * * *",
    subject: () => ({ type: "academy", id: null }),
    retries: 4,
    concurrency: 1,
  },
  async ({ step }) => {
    await step("find-series", announceDueSeries, (count) => `${countOf(count, "series", "series")} to go on`);
    await step("close-overdue", closeOverdue, (count) => `${countOf(count, "overdue choice")} closed`);
    await step("find-absences", announceAbsences, (count) => `${countOf(count, "lesson")} without a teacher`);
  },
);
