import { StatusBadge } from "@/components/ui/status-badge";
import type { Lesson } from "@/lib/scheduling/lesson";

/** What is special about a lesson: that it is a trial, was missed, is called off. Nothing for an ordinary one to come. */
export function LessonBadges({ lesson }: { lesson: Pick<Lesson, "kind" | "status"> }) {
  return (
    <>
      {lesson.kind === "trial" && <StatusBadge tone="waiting">Trial</StatusBadge>}
      {lesson.kind === "make_up" && <StatusBadge tone="neutral">Make-up</StatusBadge>}
      {lesson.status === "completed" && <StatusBadge tone="good">Completed</StatusBadge>}
      {lesson.status === "no_show" && <StatusBadge tone="bad">Missed</StatusBadge>}
      {lesson.status === "cancelled" && <StatusBadge tone="bad">Cancelled</StatusBadge>}
    </>
  );
}
