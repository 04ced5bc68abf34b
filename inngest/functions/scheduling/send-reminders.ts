import { cron } from "inngest";
import { inngest } from "@/inngest/client";
import { sendDueReminders } from "@/lib/scheduling/reminders";

/** More batches than the fullest afternoon needs; what is left waits for the next time. */
const BATCHES = 60;

/**
 * Every five minutes the reminders that have become due. What was sent, and what failed, stands in the email log; a run
 * every five minutes would bury the others in the monitor, so that it is no workflow of the frame.
 */
export const sendRemindersEveryFiveMinutes = inngest.createFunction(
  {
    id: "send-reminders",
    name: "Lessons: reminders a day and two hours ahead",
    triggers: [cron("*/5 * * * *")],
    retries: 0,
    concurrency: 1,
  },
  async ({ step }) => {
    for (let batch = 1; batch <= BATCHES; batch++) {
      const { claimed } = await step.run(`send-${batch}`, sendDueReminders);
      if (claimed === 0) return;
    }
  },
);
