"use client";

import { useEffect, useRef, useState } from "react";
import type { ActionResult } from "@/lib/http/action";
import type { CalendarLesson, CalendarRange } from "@/lib/scheduling/calendar";
import { type CalendarPlace, isOwnPlace, placeKey, seenObstacle } from "@/lib/scheduling/calendar-place";
import type { CheckedPlace } from "@/lib/scheduling/place-check";

type CheckPlace = (input: {
  lessonId: string;
  start: string;
  teacherId: string;
  roomId: string | null;
}) => Promise<ActionResult<CheckedPlace>>;

/** own: where it is already · checking: the academy is being asked · free · blocked, for the reasons in `words`. */
export type PlaceVerdict = {
  readonly place: CalendarPlace;
  readonly state: "own" | "checking" | "free" | "blocked";
  readonly words: string;
  /** What the academy answered; null while only the calendar itself has been looked at. */
  readonly checked: CheckedPlace | null;
};

/** A pointer that only passes asks nothing. */
const REST_MS = 120;

/**
 * Says whether a lesson may go to a place: at once what the calendar shows, then what the academy answers. Each place is
 * asked about once; a new range of lessons makes all answers old.
 */
export function usePlaceCheck(range: CalendarRange, timeZone: string, check: CheckPlace | undefined) {
  const [verdict, setVerdict] = useState<PlaceVerdict | null>(null);
  const known = useRef(new Map<string, CheckedPlace>());
  const wanted = useRef<string | null>(null);
  const timer = useRef<number | undefined>(undefined);
  const isAsking = useRef(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another range is what makes the answers old
  useEffect(() => known.current.clear(), [range]);
  useEffect(
    () => () => {
      wanted.current = null;
      window.clearTimeout(timer.current);
    },
    [],
  );

  const send = async (lesson: CalendarLesson, place: CalendarPlace): Promise<void> => {
    const key = placeKey(lesson, place);
    if (wanted.current !== key || !check) return;
    if (isAsking.current) {
      timer.current = window.setTimeout(() => void send(lesson, place), REST_MS);
      return;
    }
    isAsking.current = true;
    const answer = await check({ lessonId: lesson.id, ...place }).finally(() => {
      isAsking.current = false;
    });
    if (answer.ok) known.current.set(key, answer.data);
    if (wanted.current !== key) return;
    setVerdict(
      answer.ok
        ? read(place, answer.data)
        : { place, state: "blocked", words: answer.error.message, checked: null },
    );
  };

  const ask = (lesson: CalendarLesson, place: CalendarPlace): void => {
    const key = placeKey(lesson, place);
    if (wanted.current === key) return;
    wanted.current = key;
    window.clearTimeout(timer.current);
    if (isOwnPlace(lesson, place, timeZone)) {
      setVerdict({ place, state: "own", words: "It is here now.", checked: null });
      return;
    }
    const answer = known.current.get(key);
    if (answer) {
      setVerdict(read(place, answer));
      return;
    }
    const obstacle = seenObstacle(range, lesson, place, timeZone);
    setVerdict({
      place,
      state: obstacle ? "blocked" : "checking",
      words: obstacle ?? "Checking…",
      checked: null,
    });
    timer.current = window.setTimeout(() => void send(lesson, place), REST_MS);
  };

  const leave = (): void => {
    wanted.current = null;
    window.clearTimeout(timer.current);
    setVerdict(null);
  };

  return { verdict, ask, leave };
}

function read(place: CalendarPlace, checked: CheckedPlace): PlaceVerdict {
  return checked.conflicts.length === 0
    ? { place, state: "free", words: "Free", checked }
    : { place, state: "blocked", words: checked.conflicts.map(({ words }) => words).join(" "), checked };
}
