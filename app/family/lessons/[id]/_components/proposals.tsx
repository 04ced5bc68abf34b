import { Card } from "@/components/ui/card";
import type { Academy } from "@/lib/academy/schema";
import { countOf, formatDayTime, formatZone } from "@/lib/format";
import type { Lesson } from "@/lib/scheduling/lesson";
import type { Proposal } from "@/lib/teachers/proposals";
import { ProposalForm } from "./proposal-form";

type ProposalsProps = {
  lesson: Lesson;
  proposals: readonly Proposal[];
  academy: Academy;
  /** The proposal whose link in the letter was followed. */
  chosen: string;
};

/** The choice that a family has for a lesson whose teacher is away, and until when. */
export function Proposals({ lesson, proposals, academy, chosen }: ProposalsProps) {
  const [first] = proposals;
  if (!first) return null;
  const moment = (instant: Date) =>
    `${formatDayTime(instant, academy.timeZone)} ${formatZone(instant, academy.timeZone)}`;
  const words = ({ kind, teacherName, startsAt }: Proposal) => {
    switch (kind) {
      case "substitute":
        return {
          title: `With ${teacherName} at the same time`,
          outcome: `${teacherName} gives this one lesson. Day, time and price stay.`,
          button: `Take ${teacherName}`,
        };
      case "time":
        return {
          title: startsAt ? moment(startsAt) : "Another time",
          outcome: `The lesson moves there, with ${teacherName}. The others stay.`,
          button: "Take this time",
        };
      case "credit":
        return {
          title: "A make-up credit",
          outcome: `The teacher cancels the lesson. You get ${countOf(lesson.minutes, "minute")}, valid ${academy.makeupValidDays} days, to book or to turn into money. It does not count against your own cancellations.`,
          button: "Take the credit",
        };
    }
  };
  return (
    <Card
      id="proposals"
      title={`${lesson.teacher.name} is away: please choose`}
      description={`By ${moment(first.expiresAt)}. If nobody chooses, the teacher cancels the lesson and you get the credit.`}
    >
      <ProposalForm
        proposals={proposals.map((proposal) => ({
          id: proposal.id,
          ...words(proposal),
          isChosen: proposal.id === chosen,
        }))}
      />
    </Card>
  );
}
