"use client";

import { Modal, Textarea } from "@mantine/core";
import { useEffect, useId, useRef, useState, useTransition } from "react";
import { buttonClass } from "@/components/ui/button-style";
import { Notice } from "@/components/ui/notice";
import { formatCalendarDay, formatDayTime, formatZone } from "@/lib/format";
import type { CalendarLesson, CalendarRange, CalendarResource } from "@/lib/scheduling/calendar";
import { type CalendarReader, pieceTitle } from "@/lib/scheduling/calendar-drawing";
import type { CalendarMoveOutcome, MovedPlace } from "@/lib/scheduling/calendar-move";
import type { CalendarPlace } from "@/lib/scheduling/calendar-place";
import { addWallMinutes, wallClock, wallTime } from "@/lib/scheduling/wall-clock";
import { isDate } from "@/lib/scheduling/week";
import type { MoveActions } from "./calendar-moves";
import styles from "./move-dialog.module.css";
import { usePlaceCheck } from "./use-place-check";

type MoveDialogProps = {
  actions: MoveActions;
  lesson: CalendarLesson;
  /** Where it was dropped; null: nowhere yet. */
  place: CalendarPlace | null;
  range: CalendarRange;
  timeZone: string;
  reader: CalendarReader;
  teachers: readonly CalendarResource[];
  rooms: readonly CalendarResource[];
  onClose: () => void;
};

/** Every quarter of an hour at which somebody might have a lesson. */
const TIMES = Array.from({ length: 17 * 4 }, (_, quarter) =>
  addWallMinutes("2000-01-01 06:00:00", quarter * 15).slice(11),
);

/**
 * Moves a lesson: where to, whether that is free and what there is instead, what it comes to, and only then the move
 * itself, which can be undone. Dropping a lesson opens it at the place of the drop.
 */
export function MoveDialog(props: MoveDialogProps) {
  const { actions, lesson, range, timeZone, reader, teachers, rooms, onClose } = props;
  const own: CalendarPlace = {
    start: wallClock(lesson.startsAt, timeZone),
    teacherId: lesson.teacher.id,
    roomId: null,
  };
  const [place, setPlace] = useState<CalendarPlace>(props.place ?? own);
  const [reason, setReason] = useState("");
  const [stage, setStage] = useState<"choosing" | "outcome" | "done" | "undone">("choosing");
  const [outcome, setOutcome] = useState<CalendarMoveOutcome | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const [isWorking, startWorking] = useTransition();
  /** A drop, or an offered time, goes on to its outcome by itself as soon as it is known to be free. */
  const isStraight = useRef(props.place !== null);
  const check = usePlaceCheck(range, timeZone, (input) =>
    actions.check({ ...input, withAlternatives: true }),
  );
  const { verdict } = check;
  const heading = useRef<HTMLDivElement>(null);
  const fieldId = useId();

  const input = (
    to: CalendarPlace,
    why: string | null,
    from: { startsAt: Date; teacherId: string; roomId: string },
  ) => ({
    lessonId: lesson.id,
    ...to,
    reason: why,
    from,
  });
  const seen = { startsAt: lesson.startsAt, teacherId: lesson.teacher.id, roomId: lesson.room.id };

  const showOutcome = (to: CalendarPlace, why: string | null) =>
    startWorking(async () => {
      const result = await actions.preview(input(to, why, seen));
      if (!result.ok) {
        setRefused(result.error.fieldErrors?.reason?.[0] ?? result.error.message);
        return;
      }
      setRefused(null);
      setOutcome(result.data);
      setStage("outcome");
    });

  const choose = (to: CalendarPlace, straight = false) => {
    isStraight.current = straight;
    setRefused(null);
    setPlace(to);
    if (isDate(to.start.slice(0, 10))) check.ask(lesson, to);
    else check.leave();
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, for the place it was opened at
  useEffect(() => check.ask(lesson, place), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the answer is there, and not again
  useEffect(() => {
    if (!isStraight.current || verdict?.state !== "free") return;
    isStraight.current = false;
    showOutcome(verdict.place, null);
  }, [verdict]);
  useEffect(() => {
    if (stage !== "choosing") heading.current?.focus();
  }, [stage]);

  const carryOut = () =>
    startWorking(async () => {
      const result = await actions.move(input(place, reason.trim() || null, seen));
      if (!result.ok) {
        setRefused(result.error.message);
        setStage("choosing");
        check.leave();
        check.ask(lesson, place);
        return;
      }
      setOutcome(result.data);
      setStage("done");
    });

  const undo = (moved: CalendarMoveOutcome) =>
    startWorking(async () => {
      const back = { start: moved.from.start, teacherId: moved.from.teacherId, roomId: moved.from.roomId };
      const why = reader === "academy" ? "Moved back at once" : null;
      const result = await actions.move(input(back, why, moved.to));
      if (!result.ok) {
        setRefused(result.error.message);
        return;
      }
      setRefused(null);
      setStage("undone");
    });

  const say = (at: MovedPlace) =>
    `${formatDayTime(at.startsAt, timeZone)} ${formatZone(at.startsAt, timeZone)} with ${at.teacherName}, ${at.roomName}`;
  const title = `Move ${pieceTitle(lesson, reader)}`;
  const isFree = verdict?.state === "free";
  const checked = verdict?.state === "blocked" ? verdict.checked : null;
  const needsReason = reason.trim().length < 3;

  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
      classNames={{ title: styles.title ?? "", content: styles.dialog ?? "", header: styles.dialog ?? "" }}
    >
      <div className={styles.body}>
        {refused && (
          <Notice tone="bad" role="alert" title="The lesson was not moved">
            {refused}
          </Notice>
        )}
        {stage === "choosing" && (
          <>
            <p className={styles.now}>
              Now on {formatDayTime(lesson.startsAt, timeZone)} {formatZone(lesson.startsAt, timeZone)} with{" "}
              {lesson.teacher.name}, {lesson.room.name}.
            </p>
            <div className={styles.fields}>
              <div className={styles.field}>
                <label htmlFor={`${fieldId}-day`}>Day</label>
                <input
                  id={`${fieldId}-day`}
                  type="date"
                  data-autofocus
                  value={place.start.slice(0, 10)}
                  onChange={(event) =>
                    choose({ ...place, start: `${event.target.value} ${place.start.slice(11)}` })
                  }
                />
              </div>
              <Choice
                id={`${fieldId}-time`}
                label="Time"
                value={place.start.slice(11)}
                options={withOwn(
                  TIMES.map((time) => ({ id: time, name: wallTime(`2000-01-01 ${time}`) })),
                  { id: place.start.slice(11), name: wallTime(place.start) },
                )}
                onChange={(time) => choose({ ...place, start: `${place.start.slice(0, 10)} ${time}` })}
              />
              {teachers.length > 0 && (
                <Choice
                  id={`${fieldId}-teacher`}
                  label="Teacher"
                  value={place.teacherId}
                  options={withOwn(teachers, lesson.teacher)}
                  onChange={(teacherId) => choose({ ...place, teacherId })}
                />
              )}
              {rooms.length > 0 && (
                <Choice
                  id={`${fieldId}-room`}
                  label="Room"
                  value={place.roomId ?? ""}
                  options={[{ id: "", name: "Its own, or one that fits" }, ...withOwn(rooms, lesson.room)]}
                  onChange={(roomId) => choose({ ...place, roomId: roomId || null })}
                />
              )}
            </div>
            <p className={styles.verdict} data-state={verdict?.state} role="status">
              {verdict ? `${placeTitle(verdict.place)}: ${verdict.words}` : "Choose a day."}
            </p>
            {checked && checked.alternatives.length > 0 && (
              <section aria-label="Free instead" className={styles.offers}>
                <h3>Free instead</h3>
                <ul>
                  {checked.alternatives.map((offer) => (
                    <li key={`${offer.start} ${offer.teacherId}`}>
                      <button
                        type="button"
                        className={styles.offer}
                        onClick={() =>
                          choose(
                            { start: offer.start, teacherId: offer.teacherId, roomId: offer.roomId },
                            true,
                          )
                        }
                      >
                        <span>{offer.words}</span>
                        <span className={styles.why}>{offer.reason}</span>
                      </button>
                    </li>
                  ))}
                </ul>
              </section>
            )}
            {checked?.mayOverride && (
              <Textarea
                label="Move it all the same, because"
                description="Only rules stand in the way, nobody's lesson. The reason goes into the audit trail."
                value={reason}
                onChange={(event) => setReason(event.currentTarget.value)}
                maxLength={300}
                autosize
                minRows={2}
              />
            )}
            <div className={styles.buttons}>
              <button
                type="button"
                className={buttonClass("primary", "regular", false)}
                aria-disabled={isWorking || !(isFree || (checked?.mayOverride && !needsReason)) || undefined}
                onClick={() => {
                  if (isWorking) return;
                  if (isFree) {
                    setReason("");
                    showOutcome(place, null);
                  } else if (checked?.mayOverride && !needsReason) showOutcome(place, reason.trim());
                }}
              >
                {isWorking ? "Checking…" : "Show what happens"}
              </button>
              <button type="button" className={buttonClass("secondary", "regular", false)} onClick={onClose}>
                Leave it where it is
              </button>
            </div>
          </>
        )}
        {stage === "outcome" && outcome && (
          <>
            <div ref={heading} tabIndex={-1} className={styles.focusable}>
              <Notice tone="waiting" role="status" title="This is what happens">
                <ul className={styles.outcome}>
                  <li>
                    The lesson moves to <strong>{say(outcome.to)}</strong>.
                  </li>
                  <li>Its time until now, {say(outcome.from)}, becomes free for others.</li>
                  <li>Only this lesson moves; the others stay where they are.</li>
                  <li>
                    {reader === "family" ? "You" : "The family"} can change it again until{" "}
                    {formatDayTime(outcome.freeUntil, timeZone)} {formatZone(outcome.freeUntil, timeZone)}.
                  </li>
                  {outcome.overridden.length > 0 && (
                    <li>
                      Rules are set aside: {checked?.conflicts.map(({ words }) => words).join(" ")} Reason in
                      the audit trail: “{reason.trim()}”
                    </li>
                  )}
                </ul>
              </Notice>
            </div>
            <div className={styles.buttons}>
              <button
                type="button"
                className={buttonClass("primary", "regular", false)}
                aria-disabled={isWorking || undefined}
                onClick={() => !isWorking && carryOut()}
              >
                {isWorking ? "Moving…" : "Move the lesson"}
              </button>
              <button
                type="button"
                className={buttonClass("secondary", "regular", false)}
                onClick={() => setStage("choosing")}
              >
                Change it
              </button>
            </div>
          </>
        )}
        {stage === "done" && outcome && (
          <>
            <div ref={heading} tabIndex={-1} className={styles.focusable}>
              <Notice tone="good" role="status" title="The lesson is moved">
                It is now on {say(outcome.to)}.
              </Notice>
            </div>
            <div className={styles.buttons}>
              <button type="button" className={buttonClass("primary", "regular", false)} onClick={onClose}>
                Done
              </button>
              <button
                type="button"
                className={buttonClass("secondary", "regular", false)}
                aria-disabled={isWorking || undefined}
                onClick={() => !isWorking && undo(outcome)}
              >
                {isWorking ? "Moving back…" : "Undo"}
              </button>
            </div>
          </>
        )}
        {stage === "undone" && outcome && (
          <>
            <div ref={heading} tabIndex={-1} className={styles.focusable}>
              <Notice tone="good" role="status" title="The lesson is where it was">
                {say(outcome.from)}.
              </Notice>
            </div>
            <div className={styles.buttons}>
              <button type="button" className={buttonClass("primary", "regular", false)} onClick={onClose}>
                Done
              </button>
            </div>
          </>
        )}
      </div>
    </Modal>
  );
}

/** `Thursday, Dec 3, 4:15 pm` */
const placeTitle = (place: CalendarPlace): string =>
  `${formatCalendarDay(place.start.slice(0, 10))}, ${wallTime(place.start)}`;

/** Choices with the present one among them, also where it is not one any more. */
function withOwn(options: readonly CalendarResource[], own: CalendarResource): readonly CalendarResource[] {
  return options.some(({ id }) => id === own.id) ? options : [own, ...options];
}

type ChoiceProps = {
  id: string;
  label: string;
  value: string;
  options: readonly CalendarResource[];
  onChange: (value: string) => void;
};

function Choice({ id, label, value, options, onChange }: ChoiceProps) {
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map((option) => (
          <option key={option.id} value={option.id}>
            {option.name}
          </option>
        ))}
      </select>
    </div>
  );
}
