"use client";

import "@mantine/schedule/styles.layer.css";
import { UnstyledButton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import {
  DayView,
  MonthView,
  ResourcesDayView,
  ResourcesWeekView,
  type ScheduleEventData,
  WeekView,
  type WeekViewProps,
} from "@mantine/schedule";
import type { Route } from "next";
import Link from "next/link";
import { useRouter } from "next/navigation";
import {
  type CSSProperties,
  type DragEvent,
  type FocusEvent,
  type KeyboardEvent,
  useMemo,
  useRef,
  useState,
} from "react";
import { formatCalendarDate, formatCalendarDay } from "@/lib/format";
import {
  type CalendarLesson,
  type CalendarRange,
  type CalendarResource,
  type CalendarView,
  datesBetween,
  daysOf,
  hoursOn,
  shownHours,
} from "@/lib/scheduling/calendar";
import {
  type CalendarPiece,
  type CalendarReader,
  drawCalendar,
  toneOf,
} from "@/lib/scheduling/calendar-drawing";
import { type CalendarPlace, type Rail, startAt } from "@/lib/scheduling/calendar-place";
import { addWallMinutes, wallHour, wallSpan, wallTime } from "@/lib/scheduling/wall-clock";
import styles from "./calendar-grid.module.css";
import { useMoves } from "./calendar-moves";
import { PlaceTag } from "./place-tag";
import { usePlaceCheck } from "./use-place-check";

export type CalendarGridProps = {
  range: CalendarRange;
  timeZone: string;
  /** null: a week, or on a phone a day. */
  view: CalendarView | null;
  date: string;
  /** The academy's present, `YYYY-MM-DD HH:mm:ss` on its wall clock. */
  now: string;
  reader: CalendarReader;
  /** Rows of teachers or rooms for a day and a week; null: one calendar for all. */
  rows: { readonly by: "teacher" | "room"; readonly resources: readonly CalendarResource[] } | null;
  /** Whose weekly hours and time off stand behind a calendar without rows. */
  teacherId: string | null;
  /** The children in the order of their colours; none: colours tell kinds of lessons apart. */
  students: readonly string[];
  /** `/family/lessons`: where a lesson's own page is; null: it has none. */
  lessonPath: string | null;
  /** The address of a day of this calendar, up to the date. */
  dayHref: string;
};

const GRID_MINUTES = 15;
/** Rows of a whole week have no room for quarters of an hour. */
const WIDE_MINUTES = 60;

const minuteOf = (time: string) => (time === "23:59:59" ? 24 * 60 : Number(time.slice(0, 2)) * 60);

/** The calendar as it is drawn: a day, a week or a month, with rows for teachers or rooms where there are several. */
export function CalendarGrid(props: CalendarGridProps) {
  const { range, timeZone, date, now, reader, rows, teacherId, lessonPath } = props;
  const isPhone = useMediaQuery("(max-width: 48em)");
  const view = props.view ?? (isPhone ? "day" : "week");
  const moves = useMoves();
  const router = useRouter();
  const check = usePlaceCheck(range, timeZone, moves?.actions.check);
  const frame = useRef<HTMLDivElement>(null);
  /** What the pointer drags, or the keyboard carries, at the moment. */
  const [moving, setMoving] = useState<{ lesson: CalendarLesson; by: "pointer" | "keyboard" } | null>(null);
  const [pointer, setPointer] = useState<{ x: number; y: number } | null>(null);

  const { first, last } = daysOf(view, date);
  const dates = useMemo(() => datesBetween(first, last), [first, last]);
  const shownRows = view === "month" ? null : rows;
  const pieces = useMemo(
    () =>
      drawCalendar(range, {
        timeZone,
        reader,
        dates,
        rows: shownRows,
        teacherId,
        toneOf: (lesson) => toneOf(lesson, props.students),
      }),
    [range, timeZone, reader, dates, shownRows, teacherId, props.students],
  );
  const hours = useMemo(() => {
    const teachers = new Set(range.hours.map(({ teacherId }) => teacherId));
    const taught = dates.flatMap((day) => [...teachers].flatMap((id) => hoursOn(range.hours, id, day)));
    const lessons = pieces.filter((piece) => piece.display !== "background");
    // Somebody's evening hours alone would be a sliver of a day.
    return taught.length > 0
      ? shownHours([...taught, ...lessons], { first: 12, last: 18 })
      : shownHours(lessons);
  }, [pieces, range, dates]);
  const isWide = view === "week" && shownRows !== null;
  const slotMinutes = isWide ? WIDE_MINUTES : GRID_MINUTES;

  /** The place at a share of one of the rows or columns that lessons are dropped on. */
  const placeAt = (lesson: CalendarLesson, rail: Element, share: number): CalendarPlace | null => {
    const index = [...(frame.current?.querySelectorAll("[data-rail]") ?? [])].indexOf(rail);
    const day = dates[shownRows ? 0 : index];
    const row = shownRows?.resources[index];
    if (day === undefined || (shownRows && !row)) return null;
    const along: Rail = {
      dates: shownRows && view === "week" ? dates : [day],
      firstMinute: minuteOf(hours.start),
      lastMinute: minuteOf(hours.end),
    };
    return {
      start: startAt(along, share, GRID_MINUTES),
      teacherId: shownRows?.by === "teacher" && row ? row.id : lesson.teacher.id,
      roomId: shownRows?.by === "room" && row ? row.id : null,
    };
  };

  const followPointer = (event: DragEvent<HTMLDivElement>) => {
    const rail = event.target instanceof Element ? event.target.closest("[data-rail]") : null;
    if (moving?.by !== "pointer" || !rail) {
      check.leave();
      setPointer(null);
      return;
    }
    const box = rail.getBoundingClientRect();
    const share = shownRows ? (event.clientX - box.left) / box.width : (event.clientY - box.top) / box.height;
    const place = placeAt(moving.lesson, rail, share);
    if (place) check.ask(moving.lesson, place);
    setPointer({ x: event.clientX, y: event.clientY });
  };

  const followFocus = (event: FocusEvent<HTMLDivElement>) => {
    if (moving?.by !== "keyboard") return;
    const slot = event.target.closest("[data-slot]");
    const rail = slot?.closest("[data-rail]");
    if (!slot || !rail) return;
    const slots = [...rail.querySelectorAll("[data-slot]")];
    const place = placeAt(moving.lesson, rail, slots.indexOf(slot) / slots.length);
    if (place) check.ask(moving.lesson, place);
    const box = slot.getBoundingClientRect();
    setPointer({ x: box.left, y: box.bottom });
  };

  const letGo = () => {
    setMoving(null);
    setPointer(null);
    check.leave();
  };

  const drop = (lesson: CalendarLesson, start: string, row: string | number | undefined) => {
    const resource = row === undefined ? null : String(row);
    letGo();
    moves?.open(lesson, {
      start,
      teacherId: shownRows?.by === "teacher" && resource ? resource : lesson.teacher.id,
      roomId: shownRows?.by === "room" ? resource : null,
    });
  };

  const lessonElement = (id: string) =>
    frame.current?.querySelector<HTMLElement>(`[data-event-id="${CSS.escape(id)}"]`);

  /** Takes a lesson up by the keyboard: the arrows then walk over the calendar's own places. */
  const takeUp = (lesson: CalendarLesson) => {
    const rails = [...(frame.current?.querySelectorAll("[data-rail]") ?? [])];
    const own = lessonElement(lesson.id)?.closest("[data-rail]");
    const rail = own ?? rails[0];
    if (view === "month" || !rail) {
      moves?.open(lesson, null);
      return;
    }
    const { start } = wallSpan(lesson, timeZone);
    const day = isWide ? Math.max(dates.indexOf(start.slice(0, 10)), 0) : 0;
    const minute = Number(start.slice(11, 13)) * 60 + Number(start.slice(14, 16)) - minuteOf(hours.start);
    const slots = [...rail.querySelectorAll<HTMLElement>("[data-slot]")];
    const aDay = slots.length / (isWide ? dates.length : 1);
    setMoving({ lesson, by: "keyboard" });
    check.ask(lesson, { start, teacherId: lesson.teacher.id, roomId: null });
    slots[day * aDay + Math.floor(minute / slotMinutes)]?.focus();
  };

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && moving?.by === "keyboard") {
      event.preventDefault();
      const { id } = moving.lesson;
      letGo();
      lessonElement(id)?.focus();
      return;
    }
    if (event.key.toLowerCase() !== "m" || !(event.target instanceof HTMLElement)) return;
    const lesson = range.lessons.find(({ id }) => id === (event.target as HTMLElement).dataset.eventId);
    if (!lesson || !moves?.canMove(lesson)) return;
    event.preventDefault();
    takeUp(lesson);
  };

  const renderEvent: NonNullable<WeekViewProps["renderEvent"]> = (event, given) => {
    const { payload } = event as unknown as CalendarPiece;
    // The library types them as a button's; here they are a link's or a box's.
    const { className = "", ...props } = given as Record<string, unknown> & { className?: string };
    if (payload.kind === "lesson") {
      const { lesson, tone, label } = payload;
      const named = {
        ...props,
        title: label,
        "aria-label": label,
        "data-tone": tone,
        "data-kind": lesson.classId ? "class" : "lesson",
        className: `${className} ${styles.piece}`,
      };
      return lessonPath === null ? (
        <UnstyledButton component="div" {...named} role="group" tabIndex={undefined} />
      ) : (
        <UnstyledButton
          component={Link}
          {...named}
          href={`${lessonPath}/${lesson.id}` as Route}
          prefetch={false}
          {...(moves?.canMove(lesson) ? { "aria-keyshortcuts": "m" } : {})}
        />
      );
    }
    if (payload.kind === "hold") {
      return (
        <UnstyledButton
          component="div"
          {...props}
          role="group"
          tabIndex={undefined}
          draggable={false}
          title={payload.label}
          aria-label={payload.label}
          data-tone="hold"
          className={`${className} ${styles.piece}`}
        />
      );
    }
    return (
      <UnstyledButton
        component="div"
        {...props}
        data-backdrop={payload.kind}
        className={`${className} ${styles.backdrop}`}
      />
    );
  };

  const canDrag = moves !== null;
  const [mountedAt] = useState(() => performance.now());
  const rail = { "data-rail": "" };
  const slot = { "data-slot": "" };
  const common = {
    date,
    events: pieces as unknown as ScheduleEventData[],
    withHeader: false,
    renderEvent,
    renderEventBody: (event: ScheduleEventData) => (
      <PieceBody piece={event as unknown as CalendarPiece} isNarrow={shownRows !== null} />
    ),
    radius: 6,
  };
  const timed = {
    ...common,
    startTime: hours.start,
    endTime: hours.end,
    intervalMinutes: slotMinutes,
    slotLabelFormat: wallHour,
    // The present moves on with the device's own stopwatch, whatever its clock and zone say.
    getCurrentTime: () => addWallMinutes(now, (performance.now() - mountedAt) / 60_000),
    labels: {
      timeSlot: "Start at",
      resourceSlot: "Start at",
      resources: rows?.by === "room" ? "Room" : "Teacher",
    },
  };
  const dragging = {
    withEventsDragAndDrop: canDrag,
    eventDragInterval: GRID_MINUTES,
    canDragEvent: (event: ScheduleEventData) => {
      const { payload } = event as unknown as CalendarPiece;
      return payload.kind === "lesson" && (moves?.canMove(payload.lesson) ?? false);
    },
    onEventDragStart: (event: ScheduleEventData) => {
      const { payload } = event as unknown as CalendarPiece;
      if (payload.kind === "lesson") setMoving({ lesson: payload.lesson, by: "pointer" });
    },
    onEventDragEnd: letGo,
    onEventDrop: (dropped: { newStart: string; event: ScheduleEventData; resourceId?: string | number }) => {
      const { payload } = dropped.event as unknown as CalendarPiece;
      if (payload.kind === "lesson") drop(payload.lesson, dropped.newStart, dropped.resourceId);
    },
    onTimeSlotClick: (chosen: { slotStart: string; resourceId?: string | number }) => {
      if (moving?.by === "keyboard") drop(moving.lesson, chosen.slotStart, chosen.resourceId);
    },
  };
  // Where nothing can be dropped the places are lines on paper and say nothing.
  const quietSlots = canDrag ? {} : { getTimeSlotProps: () => ({ "aria-hidden": true, tabIndex: -1 }) };
  const toDay = (day: string) => router.push(`${props.dayHref}${day}` as Route);
  const resources = shownRows?.resources.map(({ id, name }) => ({ id, label: name })) ?? [];

  return (
    <section
      aria-label="Calendar"
      ref={frame}
      className={styles.frame}
      data-view={view}
      data-rows={shownRows ? "" : undefined}
      data-verdict={moving && check.verdict ? check.verdict.state : undefined}
      data-carrying={moving?.by === "keyboard" ? "" : undefined}
      style={{ "--row-count": resources.length } as CSSProperties}
      onDragOverCapture={canDrag ? followPointer : undefined}
      onFocusCapture={canDrag ? followFocus : undefined}
      onKeyDown={canDrag ? onKeyDown : undefined}
    >
      {props.view === null && view === "day" && <h2 className={styles.day}>{formatCalendarDay(date)}</h2>}
      {view === "month" && (
        <MonthView
          {...common}
          highlightToday={false}
          consistentWeeks={false}
          maxEventsPerDay={4}
          onDayClick={toDay}
          moreEventsProps={{ popoverProps: { withinPortal: false } }}
          getDayProps={(day) => ({
            "aria-label": `Open ${formatCalendarDate(day)}${day === now.slice(0, 10) ? ", today" : ""}`,
            mod: { now: day === now.slice(0, 10) },
          })}
        />
      )}
      {view === "week" && shownRows && (
        <ResourcesWeekView
          {...timed}
          {...dragging}
          resources={resources}
          slotWidth={84}
          rowHeight={58}
          weekdayFormat="ddd, MMM D"
          startScrollDateTime={`${date} 14:00:00`}
          attributes={{ resourcesWeekViewRowSlots: rail, resourcesWeekViewRowSlot: slot }}
        />
      )}
      {view === "week" && !shownRows && (
        <WeekView
          {...timed}
          {...dragging}
          {...quietSlots}
          withAllDaySlots={false}
          withWeekNumber={false}
          withSubHourGridLines={false}
          highlightToday
          slotHeight={76}
          startScrollTime={hours.start}
          onDateChange={toDay}
          attributes={{ weekViewDaySlots: rail, weekViewDaySlot: slot }}
        />
      )}
      {view === "day" && shownRows && (
        <ResourcesDayView
          {...timed}
          {...dragging}
          resources={resources}
          slotWidth={28}
          rowHeight={58}
          startScrollTime={
            pieces.find((piece) => piece.display !== "background")?.start.slice(11) ?? hours.start
          }
          attributes={{ resourcesDayViewRowSlots: rail, resourcesDayViewRowSlot: slot }}
        />
      )}
      {view === "day" && !shownRows && (
        <DayView
          {...timed}
          {...dragging}
          {...quietSlots}
          withAllDaySlot={false}
          withSubHourGridLines={false}
          slotHeight={76}
          attributes={{ dayViewTimeSlots: rail, dayViewSlot: slot }}
        />
      )}
      {moving && check.verdict && pointer && <PlaceTag verdict={check.verdict} at={pointer} />}
      <p className="visually-hidden" role="status">
        {moving && check.verdict ? `${placeWords(check.verdict.place, rows)}: ${check.verdict.words}` : ""}
      </p>
    </section>
  );
}

/** `Thursday, Dec 3, 4:15 pm, Room 2` */
function placeWords(
  place: CalendarPlace,
  rows: { readonly resources: readonly CalendarResource[] } | null,
): string {
  const row = rows?.resources.find(({ id }) => id === (place.roomId ?? place.teacherId));
  const when = `${formatCalendarDay(place.start.slice(0, 10))}, ${wallTime(place.start)}`;
  return row ? `${when}, ${row.name}` : when;
}

function PieceBody({ piece, isNarrow }: { piece: CalendarPiece; isNarrow: boolean }) {
  const { payload } = piece;
  if (payload.kind !== "lesson" && payload.kind !== "hold") return piece.title;
  if (!isNarrow) {
    return (
      <span className={styles.body}>
        <span className={styles.time}>{wallTime(piece.start)}</span> {piece.title}
      </span>
    );
  }
  const who = payload.kind === "hold" ? payload.hold.studentName : payload.lesson.students[0]?.name;
  const isClass = payload.kind === "lesson" && payload.lesson.classId !== null;
  return (
    <span className={styles.body}>
      <span className={styles.time}>{wallTime(piece.start).slice(0, -3)}</span>
      <span>
        {isClass
          ? payload.lesson.subject
          : (who ?? (payload.kind === "hold" ? "New family" : "Former student"))}
      </span>
      <span className={styles.subject}>
        {payload.kind === "hold" ? "held" : isClass ? "class" : payload.lesson.subject}
      </span>
    </span>
  );
}
