import { ICalCalendar, ICalCalendarMethod, type ICalEventData, ICalEventStatus } from "ical-generator";
import { Temporal } from "temporal-polyfill";
import { clock } from "@/lib/clock";
import { vtimezone } from "./vtimezone";

/** `uid` names the entry for good (`lessonUid`); `sequence` rises with each revision of it. */
export type LessonCalendarEntry = {
  uid: string;
  sequence: number;
  startsAt: Date;
  endsAt: Date;
  /** IANA zone in which the entry is shown and keeps its wall-clock time. */
  timeZone: string;
  summary: string;
  location: string;
  description: string;
  organizerName: string;
  organizerEmail: string;
  status?: "CONFIRMED" | "CANCELLED";
  url?: string;
  /** When this revision was made; the academy's clock unless given. */
  stampedAt?: Date;
};

/** Many lessons under one name, for programs that ask for it again and again. */
type CalendarFeed = {
  /** How calendar programs call it. */
  name: string;
  /** IANA zone, also of an empty feed. */
  timeZone: string;
  /** Cancelled lessons stay in it: otherwise some programs would go on showing them. */
  entries: readonly LessonCalendarEntry[];
};

/** Seconds after which a program should ask again. */
const REFRESH_SECONDS = 3_600;

/** The stable calendar id of a lesson: mails, downloads and feeds of one lesson all update the same entry. */
export function lessonUid(lessonId: string): string {
  return `lesson-${lessonId}@cedar-heights`;
}

/** The MIME type of a calendar file; the method in it must equal the method inside the file. */
export function calendarContentType(status: "CONFIRMED" | "CANCELLED" = "CONFIRMED"): string {
  return `text/calendar; charset=utf-8; method=${methodOf(status)}`;
}

/**
 * One lesson as an iCalendar file (RFC 5545): VTIMEZONE, CRLF, folded lines, escaped text. It informs and asks
 * for no answer, so its method is PUBLISH (REQUEST would show Accept and Decline), or CANCEL when it is called
 * off. Throws a RangeError for an unknown zone or a lesson that does not end after its start.
 */
export function lessonCalendar(entry: LessonCalendarEntry): string {
  return textOf(calendarOf(methodOf(entry.status), entry.timeZone, [entry]));
}

/**
 * Lessons as the calendar that people subscribe to: as `lessonCalendar`, with its name and how often to ask again.
 * The same entries give the same text, if each says when it was stamped. Throws like `lessonCalendar`.
 */
export function feedCalendar({ name, timeZone, entries }: CalendarFeed): string {
  const calendar = calendarOf(ICalCalendarMethod.PUBLISH, timeZone, entries);
  calendar.name(singleLine(name)).ttl(REFRESH_SECONDS).x("X-WR-TIMEZONE", timeZone);
  return textOf(calendar);
}

function textOf(calendar: ICalCalendar): string {
  return `${calendar.toString()}\r\n`;
}

function calendarOf(
  method: ICalCalendarMethod,
  timeZone: string,
  entries: readonly LessonCalendarEntry[],
): ICalCalendar {
  const times = entries.flatMap((entry) => [entry.startsAt.getTime(), entry.endsAt.getTime()]);
  const first = times.reduce((a, b) => Math.min(a, b), times[0] ?? clock.now().getTime());
  const last = times.reduce((a, b) => Math.max(a, b), first);
  return new ICalCalendar({
    prodId: { company: "Cedar Heights Music Academy", product: "Lessons", language: "EN" },
    method,
    // With a name, ical-generator writes DTSTAMP in local time, where RFC 5545 demands UTC. A calendar without entries has
    // none of these, and needs its zone: one without any component is no calendar.
    timezone: {
      name: entries.length === 0 ? timeZone : null,
      generator: (zone) => vtimezone(zone, new Date(first), new Date(last)),
    },
    events: entries.map(eventOf),
  });
}

function eventOf(entry: LessonCalendarEntry): ICalEventData {
  const { startsAt, endsAt, timeZone, status = "CONFIRMED" } = entry;
  if (!(startsAt < endsAt)) throw new RangeError("A lesson ends after its start");
  const stamp = entry.stampedAt ?? clock.now();
  const times = isUnmistakable(startsAt, timeZone) && isUnmistakable(endsAt, timeZone);
  return {
    id: singleLine(entry.uid),
    sequence: entry.sequence,
    stamp,
    lastModified: stamp,
    start: times ? inZone(startsAt, timeZone) : startsAt,
    end: times ? inZone(endsAt, timeZone) : endsAt,
    timezone: times ? timeZone : null,
    summary: singleLine(entry.summary),
    location: singleLine(entry.location),
    description: withoutControls(entry.description),
    organizer: { name: singleLine(entry.organizerName), email: singleLine(entry.organizerEmail) },
    status: status === "CANCELLED" ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    url: entry.url ?? null,
  };
}

function methodOf(status: LessonCalendarEntry["status"]): ICalCalendarMethod {
  return status === "CANCELLED" ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH;
}

function inZone(instant: Date, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone);
}

/**
 * Whether the zone's clocks show this time once that day. One that there are two of, when clocks go back, is written in
 * UTC: programs do not agree on which of them it means.
 */
function isUnmistakable(instant: Date, timeZone: string): boolean {
  const clockTime = inZone(instant, timeZone).toPlainDateTime();
  const [first, second] = (["earlier", "later"] as const).map((disambiguation) =>
    clockTime.toZonedDateTime(timeZone, { disambiguation }),
  );
  return first?.epochMilliseconds === second?.epochMilliseconds;
}

/** iCalendar text may hold line breaks (escaped by the generator) but no other control character. */
function withoutControls(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(/[^\P{Cc}\n]/gu, " ");
}

/** The generator escapes no UID, and quotes in a name would end the organizer's parameter early. */
function singleLine(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, " ")
    .replaceAll('"', "'")
    .trim();
}
