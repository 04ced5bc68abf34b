import type { Route } from "next";
import Link from "next/link";
import { DataList } from "@/components/ui/data-list";
import type { PlanOfFamily } from "@/lib/enrollment/change-queries";
import { countOf, formatCalendarDate, formatDate, formatDayTime, formatZone } from "@/lib/format";
import type { Id } from "@/lib/ids";
import { formatMoney, usd } from "@/lib/money";
import { planWords } from "./enrollment-wording";

type PlanFactsProps = {
  plan: PlanOfFamily;
  timeZone: string;
  lessonHref: (lesson: Id<"lesson">) => Route;
};

/** A plan with its next lesson and its next charge. */
export function PlanFacts({ plan, timeZone, lessonHref }: PlanFactsProps) {
  const { nextLessonAt, nextLessonId, nextChargeAt, chargeCents } = plan;
  const ends = plan.endsOn !== null;
  return (
    <DataList
      items={[
        { label: "Student", value: plan.student.firstName },
        { label: "Plan", value: planWords(plan) },
        {
          label: "Next lesson",
          value:
            nextLessonAt && nextLessonId ? (
              <Link href={lessonHref(nextLessonId)}>
                {formatDayTime(nextLessonAt, timeZone)} {formatZone(nextLessonAt, timeZone)}
              </Link>
            ) : (
              "None is planned"
            ),
        },
        { label: "Lessons planned", value: countOf(plan.lessonsAhead, "lesson") },
        ...(nextChargeAt && chargeCents !== null && !ends
          ? [
              {
                label: "Next charge",
                value: `${formatMoney(usd(chargeCents))} on ${formatDate(nextChargeAt, timeZone)}`,
              },
            ]
          : []),
        ...(plan.noticeGivenOn
          ? [{ label: "Notice given on", value: formatCalendarDate(plan.noticeGivenOn) }]
          : []),
        ...(plan.endsOn ? [{ label: "Last day", value: formatCalendarDate(plan.endsOn) }] : []),
      ]}
    />
  );
}
