import { describe, expect, it } from "vitest";
import { calendarContentType, lessonCalendar, lessonUid } from "./calendar";
import { lesson } from "./sample-mails";

const entry = {
  uid: lessonUid(lesson.id),
  sequence: 0,
  startsAt: lesson.startsAt,
  endsAt: new Date("2026-12-03T21:45:00Z"),
  timeZone: "America/New_York",
  summary: "Mia's piano trial lesson",
  location: "Room 2, Cedar Heights Music Academy",
  description: "Bring: nothing; come early.",
  organizerName: "Cedar Heights Music Academy",
  organizerEmail: "office@cedarheights.example",
  url: "http://127.0.0.1:3000/family",
  stampedAt: new Date("2026-11-24T16:31:00Z"),
};

/** Content lines after unfolding (RFC 5545, 3.1). */
function contentLines(calendar: string): string[] {
  return calendar.replaceAll("\r\n ", "").split("\r\n");
}

function propertyOf(calendar: string, name: string): string | undefined {
  const line = contentLines(calendar).find((one) => one.startsWith(`${name}:`) || one.startsWith(`${name};`));
  return line?.slice(line.indexOf(":") + 1);
}

describe("lessonCalendar", () => {
  it("writes one event with its zone, in the order a calendar reads it", () => {
    expect(contentLines(lessonCalendar(entry))).toEqual([
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      "PRODID:-//Cedar Heights Music Academy//Lessons//EN",
      "METHOD:PUBLISH",
      "BEGIN:VTIMEZONE",
      "TZID:America/New_York",
      "BEGIN:DAYLIGHT",
      "DTSTART:20250309T020000",
      "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
      "TZOFFSETFROM:-0500",
      "TZOFFSETTO:-0400",
      "TZNAME:EDT",
      "END:DAYLIGHT",
      "BEGIN:STANDARD",
      "DTSTART:20251102T020000",
      "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU",
      "TZOFFSETFROM:-0400",
      "TZOFFSETTO:-0500",
      "TZNAME:EST",
      "END:STANDARD",
      "END:VTIMEZONE",
      "BEGIN:VEVENT",
      "UID:lesson-0199c3a1-7d52-7b44-9c0e-5d1f0a2b3c4d@cedar-heights",
      "SEQUENCE:0",
      "DTSTAMP:20261124T163100Z",
      "DTSTART;TZID=America/New_York:20261203T161500",
      "DTEND;TZID=America/New_York:20261203T164500",
      "SUMMARY:Mia's piano trial lesson",
      "LOCATION:Room 2\\, Cedar Heights Music Academy",
      "DESCRIPTION:Bring: nothing\\; come early.",
      'ORGANIZER;CN="Cedar Heights Music Academy":mailto:office@cedarheights.example',
      "URL;VALUE=URI:http://127.0.0.1:3000/family",
      "STATUS:CONFIRMED",
      "LAST-MODIFIED:20261124T163100Z",
      "END:VEVENT",
      "END:VCALENDAR",
      "",
    ]);
  });

  it("ends every line in CRLF and folds at 75 octets without splitting a character", () => {
    const calendar = lessonCalendar({ ...entry, description: "Übung für Zoë 🎻 ".repeat(40) });
    expect(calendar.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    for (const line of calendar.split("\r\n")) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(calendar).not.toContain("\uFFFD");
    expect(propertyOf(calendar, "DESCRIPTION")).toBe("Übung für Zoë 🎻 ".repeat(40));
  });

  it("keeps a name from adding lines, parameters or properties", () => {
    const name = 'Mia"; DROP\r\nATTENDEE:mailto:evil@example.com\u0000\\n';
    const calendar = lessonCalendar({
      ...entry,
      uid: name,
      summary: name,
      organizerName: name,
      location: name,
    });
    expect(contentLines(calendar)).toHaveLength(contentLines(lessonCalendar(entry)).length);
    expect(calendar).not.toMatch(/^ATTENDEE/m);
    expect(propertyOf(calendar, "SUMMARY")).toBe("Mia'\\; DROP ATTENDEE:mailto:evil@example.com \\\\n");
  });

  it("keeps a person's line breaks in the description, escaped", () => {
    const calendar = lessonCalendar({ ...entry, description: "one\r\ntwo\rthree\u0007" });
    expect(propertyOf(calendar, "DESCRIPTION")).toBe("one\\ntwo\\nthree ");
  });

  it.each([
    ["before the change in spring", "2027-03-13T21:00:00Z", "20270313T160000"],
    ["after it", "2027-03-14T20:00:00Z", "20270314T160000"],
    ["before the change in autumn", "2026-10-31T20:00:00Z", "20261031T160000"],
    ["after it", "2026-11-01T21:00:00Z", "20261101T160000"],
  ])("shows 4 pm in New York %s", (_, startsAt, local) => {
    const start = new Date(startsAt);
    const calendar = lessonCalendar({
      ...entry,
      startsAt: start,
      endsAt: new Date(start.getTime() + 1_800_000),
    });
    expect(propertyOf(calendar, "DTSTART;TZID=America/New_York")).toBe(local);
  });

  it("calls an event off by METHOD:CANCEL with the same UID", () => {
    const calendar = lessonCalendar({ ...entry, sequence: 1, status: "CANCELLED" });
    expect(propertyOf(calendar, "METHOD")).toBe("CANCEL");
    expect(propertyOf(calendar, "STATUS")).toBe("CANCELLED");
    expect(propertyOf(calendar, "SEQUENCE")).toBe("1");
    expect(propertyOf(calendar, "UID")).toBe(entry.uid);
    expect(calendarContentType("CANCELLED")).toBe("text/calendar; charset=utf-8; method=CANCEL");
  });

  it("refuses an unknown zone and a lesson without a length", () => {
    expect(() => lessonCalendar({ ...entry, timeZone: "America/Cedar" })).toThrow(RangeError);
    expect(() => lessonCalendar({ ...entry, endsAt: entry.startsAt })).toThrow(RangeError);
  });
});
