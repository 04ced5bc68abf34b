import { ICalCalendar, ICalCalendarMethod, ICalEventStatus } from "ical-generator";
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
  const { startsAt, endsAt, timeZone, status = "CONFIRMED" } = entry;
  if (!(startsAt < endsAt)) throw new RangeError("A lesson ends after its start");
  const calendar = new ICalCalendar({
    prodId: { company: "Cedar Heights Music Academy", product: "Lessons", language: "EN" },
    method: methodOf(status),
    // Without a name: with one, ical-generator writes DTSTAMP in local time, where RFC 5545 demands UTC.
    timezone: { name: null, generator: (zone) => vtimezone(zone, startsAt, endsAt) },
  });
  calendar.createEvent({
    id: singleLine(entry.uid),
    sequence: entry.sequence,
    stamp: entry.stampedAt ?? clock.now(),
    start: inZone(startsAt, timeZone),
    end: inZone(endsAt, timeZone),
    timezone: timeZone,
    summary: singleLine(entry.summary),
    location: singleLine(entry.location),
    description: withoutControls(entry.description),
    organizer: { name: singleLine(entry.organizerName), email: singleLine(entry.organizerEmail) },
    status: status === "CANCELLED" ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    url: entry.url ?? null,
  });
  return `${calendar.toString()}\r\n`;
}

function methodOf(status: "CONFIRMED" | "CANCELLED"): ICalCalendarMethod {
  return status === "CANCELLED" ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH;
}

function inZone(instant: Date, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone);
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
