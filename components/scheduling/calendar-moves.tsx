"use client";

import dynamic from "next/dynamic";
import { createContext, type ReactNode, use, useMemo, useState } from "react";
import { buttonClass } from "@/components/ui/button-style";
import type { ActionResult } from "@/lib/http/action";
import type { CalendarLesson, CalendarRange, CalendarResource } from "@/lib/scheduling/calendar";
import { type CalendarReader, lessonLabel } from "@/lib/scheduling/calendar-drawing";
import type { CalendarMoveOutcome } from "@/lib/scheduling/calendar-move";
import type { CalendarPlace } from "@/lib/scheduling/calendar-place";
import type { CheckedPlace } from "@/lib/scheduling/place-check";

export type MoveActions = {
  readonly check: (input: {
    lessonId: string;
    start: string;
    teacherId: string;
    roomId: string | null;
    withAlternatives?: boolean;
  }) => Promise<ActionResult<CheckedPlace>>;
  readonly preview: (input: object) => Promise<ActionResult<CalendarMoveOutcome>>;
  readonly move: (input: object) => Promise<ActionResult<CalendarMoveOutcome>>;
};

type Moves = {
  readonly actions: MoveActions;
  readonly canMove: (lesson: Pick<CalendarLesson, "id">) => boolean;
  /** Opens the way to move a lesson: at a place where it was dropped, or, with null, where it is. */
  readonly open: (lesson: CalendarLesson, place: CalendarPlace | null) => void;
};

const MovesContext = createContext<Moves | null>(null);

/** How lessons are moved on this page; null on one where nobody moves any. */
export const useMoves = (): Moves | null => use(MovesContext);

const MoveDialog = dynamic(() => import("./move-dialog").then((found) => found.MoveDialog), { ssr: false });

type CalendarMovesProps = {
  actions: MoveActions;
  range: CalendarRange;
  timeZone: string;
  reader: CalendarReader;
  /** Lessons that the reader may move. */
  movableIds: readonly string[];
  /** Whom and where a lesson can be moved to; none: its teacher and any room that fits. */
  teachers: readonly CalendarResource[];
  rooms: readonly CalendarResource[];
  children: ReactNode;
};

/** Lets the calendar and the list below it move lessons, by one and the same dialog. */
export function CalendarMoves({ children, ...props }: CalendarMovesProps) {
  const { actions, range, movableIds } = props;
  const [opened, setOpened] = useState<{
    lesson: CalendarLesson;
    place: CalendarPlace | null;
    nth: number;
  } | null>(null);
  const moves = useMemo((): Moves => {
    const movable = new Set(movableIds);
    return {
      actions,
      canMove: (lesson) => movable.has(lesson.id),
      open: (lesson, place) => setOpened((before) => ({ lesson, place, nth: (before?.nth ?? 0) + 1 })),
    };
  }, [actions, movableIds]);
  // As it stands on the page now: after somebody else's move the page is a new one.
  const lesson = opened && (range.lessons.find(({ id }) => id === opened.lesson.id) ?? opened.lesson);
  return (
    <MovesContext value={moves}>
      {children}
      {opened && lesson && (
        <MoveDialog
          {...props}
          key={opened.nth}
          lesson={lesson}
          place={opened.place}
          onClose={() => setOpened(null)}
        />
      )}
    </MovesContext>
  );
}

/** The way to move a lesson for those who drag nothing. */
export function MoveButton({
  lesson,
  reader,
  timeZone,
}: {
  lesson: CalendarLesson;
  reader: CalendarReader;
  timeZone: string;
}) {
  const moves = useMoves();
  if (!moves?.canMove(lesson)) return null;
  return (
    <button
      type="button"
      className={buttonClass("secondary", "small", false)}
      aria-label={`Move: ${lessonLabel(lesson, reader, timeZone)}`}
      onClick={() => moves.open(lesson, null)}
    >
      Move…
    </button>
  );
}
