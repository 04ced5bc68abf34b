import { DataList } from "@/components/ui/data-list";
import { formatDayTime, formatLongDay, formatTimeRange, formatZone } from "@/lib/format";
import { formatMoney, usd } from "@/lib/money";
import type { Lesson } from "@/lib/scheduling/lesson";
import type { LessonChange } from "@/lib/scheduling/lesson-change";
import { cancelledWords } from "@/lib/scheduling/lesson-change-rules";

type LessonFactsProps = {
  lesson: Lesson;
  change: LessonChange;
  timeZone: string;
  /** The instant until which it can be cancelled and moved in time. */
  freeUntil: Date;
  /** Money is not for every reader. */
  withMoney?: boolean;
};

const statuses = {
  scheduled: "Planned",
  completed: "Held",
  cancelled: "Cancelled",
  no_show: "Missed",
} as const;

/** A lesson with all that is to know about it, and what came of it when it was cancelled. */
export function LessonFacts({ lesson, change, timeZone, freeUntil, withMoney = true }: LessonFactsProps) {
  const moment = (at: Date) => `${formatDayTime(at, timeZone)} ${formatZone(at, timeZone)}`;
  const { cancelled, credit } = change;
  return (
    <DataList
      items={[
        {
          label: "When",
          value: (
            <time dateTime={lesson.startsAt.toISOString()}>
              {formatLongDay(lesson.startsAt, timeZone)},{" "}
              {formatTimeRange(lesson.startsAt, lesson.endsAt, timeZone)}{" "}
              {formatZone(lesson.startsAt, timeZone)}
            </time>
          ),
        },
        { label: "Length", value: `${lesson.minutes} minutes` },
        { label: "Teacher", value: lesson.teacher.name },
        { label: "Room", value: lesson.roomName ?? "Not known" },
        { label: "State", value: statuses[lesson.status] },
        ...(change.isInSeries
          ? [{ label: "Part of", value: "Weekly lessons; the others stay as they are" }]
          : []),
        ...(lesson.status === "scheduled" ? [{ label: "In time until", value: moment(freeUntil) }] : []),
        ...(change.offCalendarReason
          ? [{ label: "Outside the calendar", value: change.offCalendarReason }]
          : []),
        ...(cancelled
          ? [
              { label: "Cancelled", value: `${moment(cancelled.at)}, ${cancelledWords(cancelled.kind)}` },
              { label: "In time", value: cancelled.isLate ? "No" : "Yes" },
              { label: "Teacher is paid", value: cancelled.paysTeacher ? "Yes" : "No" },
              ...(cancelled.reason ? [{ label: "Reason", value: cancelled.reason }] : []),
            ]
          : []),
        ...(cancelled || credit
          ? [
              {
                label: "Make-up credit",
                value: credit
                  ? `${credit.minutes} minutes, valid until ${moment(credit.expiresAt)}${credit.isOpen ? "" : " (not open any more)"}`
                  : "None",
              },
            ]
          : []),
        ...(withMoney && change.paidOutCents !== null
          ? [{ label: "Credit in money", value: formatMoney(usd(change.paidOutCents)) }]
          : []),
      ]}
    />
  );
}
