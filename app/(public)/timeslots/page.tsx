import type { Metadata, Route } from "next";
import Form from "next/form";
import { dayAnchor, OpenTimesGrid } from "@/components/scheduling/open-times-grid";
import { OwnZoneNote } from "@/components/scheduling/own-time";
import { ButtonLink } from "@/components/ui/button-link";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { SelectField } from "@/components/ui/select-field";
import { SubmitButton } from "@/components/ui/submit-button";
import { loadAcademy } from "@/lib/academy/loaders";
import { listInstruments } from "@/lib/academy/queries";
import { lessonMinutes } from "@/lib/academy/schema";
import { clock } from "@/lib/clock";
import { visitor, withPrincipal } from "@/lib/db/principal";
import { countOf, formatDateSpan, formatZone, localDate, zoneCity } from "@/lib/format";
import { enrollHref } from "@/lib/scheduling/offered-time";
import { listPublicTimes } from "@/lib/scheduling/public-open-times";
import {
  addDays,
  byDayAndHour,
  mondayOf,
  startOfDay,
  weekdayOf,
  withoutOverlap,
} from "@/lib/scheduling/week";
import { listTeachers } from "@/lib/teachers/queries";
import { filterHref, readFilter, type TimesFilter } from "./filter";
import styles from "./timeslots.module.css";

export const metadata: Metadata = {
  title: "Open times",
  description: "Every time that can be booked now, by instrument, length, teacher and weekday.",
};

type OpenTimesProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const SUNDAY = 6;

async function loadWeek(filter: TimesFilter) {
  const academy = await loadAcademy();
  const zone = academy.timeZone;
  const { instruments, teachers } = await withPrincipal(visitor, async (db) => ({
    instruments: await listInstruments(db),
    teachers: await listTeachers(db),
  }));
  const instrument = instruments.find(({ slug }) => slug === filter.instrument) ?? instruments[0];
  // A teacher who does not teach the instrument is no wish that can be met: any teacher then.
  const teacher = teachers.find(
    ({ slug, instruments: taught }) =>
      slug === filter.teacher && taught.some((one) => one.slug === instrument?.slug),
  );
  const wanted = { instrument: instrument?.slug ?? "", minutes: filter.minutes, teacher: teacher?.slug };
  const all = await listPublicTimes(wanted);
  const onDays = all.filter(
    ({ startsAt }) =>
      filter.weekday.length === 0 || filter.weekday.includes(weekdayOf(localDate(startsAt, zone))),
  );
  const first = onDays[0];
  const last = onDays.at(-1);
  const today = localDate(clock.now(), zone);
  const monday = mondayOf(filter.week || localDate(first?.startsAt ?? clock.now(), zone));
  const from = startOfDay(monday, zone);
  const until = startOfDay(addDays(monday, 7), zone);
  const times = onDays.filter(({ startsAt }) => startsAt >= from && startsAt < until);
  return {
    academy,
    instruments,
    teachers: teachers.filter(({ instruments: taught }) =>
      taught.some((one) => one.slug === instrument?.slug),
    ),
    instrument,
    teacher,
    monday,
    times,
    isAnyOpen: onDays.length > 0,
    firstWeek: mondayOf(first ? localDate(first.startsAt, zone) : today),
    lastWeek: mondayOf(last ? localDate(last.startsAt, zone) : today),
  };
}

/** Where a parent asks to be told of the next time that becomes free. */
function waitlistHref(
  instrumentId: string | undefined,
  minutes: number,
  teacherId: string | undefined,
): Route {
  const query = new URLSearchParams({ minutes: String(minutes) });
  if (instrumentId) query.set("instrument", instrumentId);
  if (teacherId) query.set("teacher", teacherId);
  return `/family/classes?${query}#waitlist` as Route;
}

export default async function OpenTimes({ searchParams }: OpenTimesProps) {
  const asked = readFilter(await searchParams);
  const week = await loadWeek(asked);
  const { academy, instrument, monday } = week;
  const zone = academy.timeZone;
  const filter: TimesFilter = {
    ...asked,
    instrument: instrument?.slug ?? "",
    teacher: week.teacher?.slug ?? "",
    week: monday,
  };
  const shown = filter.every ? week.times : withoutOverlap(week.times);
  const days = [0, 1, 2, 3, 4, 5, 6]
    .filter((day) => filter.weekday.length === 0 || filter.weekday.includes(day))
    .map((day) => addDays(monday, day));
  const open = byDayAndHour(shown, days, zone).filter(
    (day) => day.hours.length > 0 || weekdayOf(day.date) !== SUNDAY || filter.weekday.includes(SUNDAY),
  );
  const noon = new Date(startOfDay(monday, zone).getTime() + 12 * 3_600_000);
  const before = addDays(monday, -7);
  const after = addDays(monday, 7);
  return (
    <>
      <PageHeader
        title="Open times"
        description="Every time you see can be booked now. Choose one and it is held for you while you enroll."
      />
      <Form action="/timeslots" className={styles.filter} key={filterHref(filter, {})}>
        <SelectField
          name="instrument"
          label="Instrument"
          value={filter.instrument}
          options={week.instruments.map(({ slug, name }) => ({ value: slug, label: name }))}
        />
        <SelectField
          name="minutes"
          label="Length"
          value={String(filter.minutes)}
          options={lessonMinutes.map((minutes) => ({
            value: String(minutes),
            label: countOf(minutes, "minute"),
          }))}
        />
        <SelectField
          name="teacher"
          label="Teacher"
          value={filter.teacher}
          options={[
            { value: "", label: "Any teacher" },
            ...week.teachers.map(({ slug, name }) => ({ value: slug, label: name })),
          ]}
        />
        <fieldset className={styles.days}>
          <legend>Weekdays</legend>
          {weekdays.map((name, day) => (
            <label className={styles.day} key={name}>
              <input
                type="checkbox"
                name="weekday"
                value={day}
                defaultChecked={filter.weekday.includes(day)}
              />
              <span>{name}</span>
            </label>
          ))}
        </fieldset>
        <div className={styles.apply}>
          <SubmitButton pending="Looking…">Show times</SubmitButton>
        </div>
      </Form>

      <div className={styles.week}>
        <div>
          <h2>{formatDateSpan(monday, addDays(monday, 6))}</h2>
          <p className={styles.zone}>
            {instrument ? `${instrument.name} · ` : ""}
            {filter.minutes} minutes · {week.teacher?.name ?? "any teacher"}. Times are shown in{" "}
            {zoneCity(zone)} time ({formatZone(noon, zone)}).
            <OwnZoneNote zone={zone} at={noon.toISOString()} />
          </p>
        </div>
        <nav className={styles.steps} aria-label="Weeks">
          {before >= week.firstWeek && (
            <ButtonLink href={filterHref(filter, { week: before })} variant="secondary" size="small">
              Week before
            </ButtonLink>
          )}
          {after <= week.lastWeek && (
            <ButtonLink href={filterHref(filter, { week: after })} variant="secondary" size="small">
              Week after
            </ButtonLink>
          )}
        </nav>
      </div>

      {shown.length > 0 ? (
        <>
          <nav className={styles.jump} aria-label="Days">
            {open
              .filter((day) => day.hours.length > 0)
              .map(({ date }) => (
                <a key={date} href={`#${dayAnchor(date)}`} className={styles.jumpTo}>
                  {weekdays[weekdayOf(date)]} {Number(date.slice(8))}
                </a>
              ))}
          </nav>
          <OpenTimesGrid days={open} zone={zone} hrefOf={enrollHref} />
        </>
      ) : (
        <EmptyState
          title={week.isAnyOpen ? "No open times in this week" : "No open times fit that just now"}
          action={
            <>
              {!week.isAnyOpen && (
                <ButtonLink href={waitlistHref(instrument?.id, filter.minutes, week.teacher?.id)}>
                  Join the waitlist
                </ButtonLink>
              )}
              {filter.weekday.length > 0 && (
                <ButtonLink href={filterHref(filter, { weekday: [], week: "" })}>
                  Look on every weekday
                </ButtonLink>
              )}
              {filter.teacher && (
                <ButtonLink href={filterHref(filter, { teacher: "", week: "" })}>
                  Look with any teacher
                </ButtonLink>
              )}
              <ButtonLink
                href={week.isAnyOpen ? filterHref(filter, { week: week.firstWeek }) : ("/contact" as Route)}
                variant="secondary"
              >
                {week.isAnyOpen ? "Go to the first open week" : "Tell us your wishes"}
              </ButtonLink>
            </>
          }
        >
          {week.isAnyOpen
            ? "Other weeks have some."
            : `Times open ${countOf(academy.horizonDays, "day")} ahead, and as soon as one becomes free.`}
        </EmptyState>
      )}
      {shown.length > 0 && (
        <p className={styles.note}>
          {filter.every ? (
            <>
              You see every possible start, also those that overlap.{" "}
              <a href={filterHref(filter, { every: false })}>Show fewer</a>
            </>
          ) : (
            <>
              You see starts that follow one another.{" "}
              <a href={filterHref(filter, { every: true })}>Show every start</a> if you need a quarter past or
              to.
            </>
          )}
        </p>
      )}
    </>
  );
}
