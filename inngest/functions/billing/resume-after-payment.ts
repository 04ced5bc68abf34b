import { invoiceSettled } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
import { resumePaid } from "@/lib/billing/collection";

/** An invoice that was overdue is settled: what paused because of it goes on. */
export const resumeAfterPayment = workflow(
  {
    id: "resume-after-payment",
    name: "Overdue tuition paid: lessons come back",
    on: invoiceSettled,
    subject: ({ invoiceId }) => ({ type: "invoice", id: invoiceId }),
    retries: 8,
    concurrency: { limit: 1, key: "event.data.invoiceId" },
  },
  async ({ data, step }) => {
    await step(
      "resume-lessons",
      () => resumePaid(data.invoiceId),
      (words) => words,
    );
  },
);
