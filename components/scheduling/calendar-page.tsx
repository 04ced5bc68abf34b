import type { Route } from "next";
import type { ReactNode } from "react";
import { ButtonLink } from "@/components/ui/button-link";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { countOf, formatCalendarDay, formatDateSpan, formatMonth, formatZone, zoneCity } from "@/lib/format";
import {
  type CalendarAddress,
  type CalendarRange,
  type CalendarResource,
  type CalendarView,
  datesBetween,
  daysOf,
  stepDate,
} from "@/lib/scheduling/calendar";
import { type CalendarReader, calendarTones } from "@/lib/scheduling/calendar-drawing";
import { instantOf, wallClock } from "@/lib/scheduling/wall-clock";
import { addDays } from "@/lib/scheduling/week";
import { CalendarGridLoader } from "./calendar-grid-loader";
import { CalendarList } from "./calendar-list";
import { CalendarMoves, type MoveActions } from "./calendar-moves";
import { CalendarNav } from "./calendar-nav";
import styles from "./calendar-page.module.css";
import tones from "./calendar-tones.module.css";

type CalendarPageProps = {
  /** `/family/calendar` */
  path: string;
  /** What else the address says: a child, a teacher. */
  words: Readonly<Record<string, string>>;
  address: CalendarAddress;
  /** What is shown where the address does not say. */
  standard: CalendarView;
  range: CalendarRange;
  timeZone: string;
  now: Date;
  reader: CalendarReader;
  lessonPath: string | null;
  /** Children in the order of their colours; none: colours tell kinds of lessons apart. */
  students?: readonly { readonly id: string; readonly firstName: string }[];
  rows?: { readonly by: "teacher" | "room"; readonly resources: readonly CalendarResource[] } | null;
  teacherId?: string | null;
  /** How lessons are moved; null: nobody moves any here, and `hint` says so. */
  moving: {
    readonly actions: MoveActions;
    readonly movableIds: readonly string[];
    readonly teachers: readonly CalendarResource[];
    readonly rooms: readonly CalendarResource[];
  } | null;
  /** Filters above the calendar. */
  filters?: ReactNode;
  /** A remark about moving lessons. */
  hint?: ReactNode;
};

/** Longer lists than this are opened by those who want them. */
const MANY = 80;

/** A calendar of any portal: the ways through time, the drawing, and the same as a list. */
export function CalendarPage(props: CalendarPageProps) {
  const { path, words, address, standard, range, timeZone, now, reader, lessonPath, moving } = props;
  const students = props.students ?? [];
  const childIds = students.map(({ id }) => id);
  const view = address.view ?? standard;
  const { first, last } = daysOf(view, address.date);
  const dates = datesBetween(first, last);
  const nowOnWall = wallClock(now, timeZone);
  const today = nowOnWall.slice(0, 10);
  const href = (changes: { view?: CalendarView; date?: string }) => {
    const next = {
      ...words,
      ...(address.view ? { view: address.view } : {}),
      date: address.date,
      ...changes,
    };
    const { date, ...others } = next;
    const query = new URLSearchParams(
      Object.entries({ ...others, ...(date === today ? {} : { date }) }).filter(([, value]) => value !== ""),
    ).toString();
    return query ? `${path}?${query}` : path;
  };
  const noon = instantOf(`${address.date} 12:00:00`, timeZone);
  const title =
    view === "day"
      ? formatCalendarDay(address.date)
      : view === "week"
        ? formatDateSpan(first, last)
        : formatMonth(noon, timeZone);
  const count = range.lessons.length;
  // Of several closures the last: after it there are lessons again.
  const closure = range.closures.at(-1);
  const isEmpty = count === 0 && range.holds.length === 0;
  const grid = (
    <>
      <Legend students={students} reader={reader} range={range} />
      <CalendarGridLoader
        range={range}
        timeZone={timeZone}
        view={address.view ?? (standard === "week" ? null : standard)}
        date={address.date}
        now={nowOnWall}
        reader={reader}
        rows={props.rows ?? null}
        teacherId={props.teacherId ?? null}
        students={childIds}
        lessonPath={lessonPath}
        dayHref={`${path}?${new URLSearchParams({ ...words, view: "day" }).toString()}&date=`}
      />
      {props.hint && <p className={styles.hint}>{props.hint}</p>}
      <details open={count <= MANY} className={styles.list}>
        <summary className={styles.listTitle}>
          <h2>As a list</h2>
        </summary>
        {isEmpty ? (
          <EmptyState
            title={`No lessons ${view === "day" ? "on this day" : `in this ${view}`}`}
            action={
              <ButtonLink
                href={
                  href({
                    view,
                    date: closure ? addDays(closure.endsOn, 1) : stepDate(view, address.date, 1),
                  }) as Route
                }
                variant="secondary"
              >
                {closure ? "After the closure" : `The next ${view}`}
              </ButtonLink>
            }
          >
            <p>
              {closure
                ? `The academy is closed: ${closure.name}.`
                : "Nothing is in the calendar. Lessons stand here as soon as they are booked."}
            </p>
          </EmptyState>
        ) : (
          <CalendarList
            range={range}
            timeZone={timeZone}
            reader={reader}
            students={childIds}
            lessonPath={lessonPath}
            dates={dates}
            today={today}
          />
        )}
      </details>
    </>
  );
  return (
    <div className={tones.tones}>
      <PageHeader
        title={title}
        description={`${countOf(count, "lesson")}. All times are ${zoneCity(timeZone)} time (${formatZone(noon, timeZone)}).`}
      />
      <CalendarNav address={address} today={today} standard={standard} href={href} />
      {props.filters}
      {moving ? (
        <CalendarMoves {...moving} range={range} timeZone={timeZone} reader={reader}>
          {grid}
        </CalendarMoves>
      ) : (
        grid
      )}
    </div>
  );
}

type LegendProps = {
  students: readonly { readonly id: string; readonly firstName: string }[];
  reader: CalendarReader;
  range: CalendarRange;
};

function Legend({ students, reader, range }: LegendProps) {
  const entries =
    students.length > 0
      ? students.map(({ firstName }, place) => ({
          tone: calendarTones[place % calendarTones.length] ?? "cedar",
          label: firstName,
        }))
      : [
          { tone: "cedar", label: "Lesson" },
          { tone: "lake", label: "Trial" },
          { tone: "plum", label: "Make-up" },
          { tone: "gold", label: "Class" },
          ...(reader === "academy" || range.holds.length > 0
            ? [{ tone: "hold", label: "Held while a family pays" }]
            : []),
        ];
  const backdrops = [
    ...(range.hours.length > 0 ? [{ kind: "off-hours", label: "Outside teaching hours" }] : []),
    ...(range.absences.length > 0 ? [{ kind: "away", label: "Away" }] : []),
    ...(range.closures.length > 0 ? [{ kind: "closure", label: "Closed" }] : []),
    ...(range.makeupDays.length > 0 ? [{ kind: "makeup", label: "Make-up day" }] : []),
  ];
  return (
    <ul className={styles.legend} aria-label="What the colors mean">
      {entries.map(({ tone, label }) => (
        <li key={label}>
          <span className={styles.swatch} data-tone={tone} aria-hidden="true" />
          {label}
        </li>
      ))}
      {backdrops.map(({ kind, label }) => (
        <li key={label}>
          <span className={styles.swatch} data-backdrop={kind} aria-hidden="true" />
          {label}
        </li>
      ))}
    </ul>
  );
}
