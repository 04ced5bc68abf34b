import { absenceFound, proposalsClosed } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
import { countOf } from "@/lib/format";
import { sendProposals } from "@/lib/teachers/proposal-letters";
import { closeUnanswered, type ProposalOutcome, proposeForAbsence } from "@/lib/teachers/proposals";

const made: Readonly<Record<ProposalOutcome, string>> = {
  proposed: "Proposals made",
  cancelled: "No time left to choose: cancelled with a credit",
  settled: "Settled already",
};

/**
 * A lesson whose teacher is away: its family chooses among a substitute, another time and a credit. Nobody chooses in
 * time: the teacher cancels it, with the credit.
 */
export const proposeForAbsentTeacher = workflow(
  {
    id: "propose-for-absence",
    name: "Teacher away: the family's choice",
    on: absenceFound,
    subject: ({ lessonId }) => ({ type: "lesson", id: lessonId }),
    retries: 8,
    concurrency: { limit: 1, key: "event.data.lessonId" },
  },
  async ({ data: { lessonId, timeOffId }, step, tools }) => {
    const { expiresAt } = await step(
      "make-proposals",
      () => proposeForAbsence(lessonId, timeOffId),
      ({ outcome }) => made[outcome],
    );
    if (expiresAt === null) return;
    await step(
      "ask-family",
      () => sendProposals(lessonId, timeOffId),
      (sent) => `${countOf(sent, "email")} sent`,
    );
    const answer = await tools.waitForEvent("wait-for-choice", {
      event: proposalsClosed,
      timeout: new Date(expiresAt),
      if: "event.data.lessonId == async.data.lessonId",
    });
    if (answer !== null) return;
    await step(
      "close-unanswered",
      () => closeUnanswered(lessonId),
      (isCancelled) => (isCancelled ? "Nobody chose: cancelled with a credit" : "Chosen in time"),
    );
  },
);
