import ICAL from "ical.js";
import { describe, expect, it } from "vitest";
import { feedCalendar, type LessonCalendarEntry, lessonCalendar, lessonUid } from "./calendar";

const NEW_YORK = "America/New_York";

function entry(nth: number, startsAt: string, more: Partial<LessonCalendarEntry> = {}): LessonCalendarEntry {
  const start = new Date(startsAt);
  return {
    uid: lessonUid(`lesson-${nth}`),
    sequence: 0,
    startsAt: start,
    endsAt: new Date(start.getTime() + 30 * 60_000),
    timeZone: NEW_YORK,
    summary: "Piano lesson: Mia with Elena Marquez",
    location: "Room 2, Cedar Heights Music Academy, 14 Cedar Street",
    description: "30 minutes with Elena Marquez\nhttps://cedarheights.example/family/lessons",
    organizerName: "Cedar Heights Music Academy",
    organizerEmail: "office@cedarheights.example",
    stampedAt: new Date("2026-10-01T12:00:00Z"),
    ...more,
  };
}

/** What another program reads: its parser, its zones, its folding and its escapes. */
function readBack(text: string): { calendar: ICAL.Component; events: ICAL.Event[] } {
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone"))
    ICAL.TimezoneService.register(new ICAL.Timezone(zone));
  return { calendar, events: calendar.getAllSubcomponents("vevent").map((one) => new ICAL.Event(one)) };
}

const instants = (events: readonly ICAL.Event[]) =>
  events.map((event) => event.startDate.toJSDate().toISOString());

const feedOf = (entries: readonly LessonCalendarEntry[], timeZone = NEW_YORK) =>
  feedCalendar({ name: "Cedar Heights: lessons", timeZone, entries });

describe("a feed, read by ical.js", () => {
  it("has its name, asks to be read each hour, and holds every lesson once", () => {
    const { calendar, events } = readBack(
      feedOf([entry(1, "2026-10-05T20:00:00Z"), entry(2, "2026-10-12T20:00:00Z")]),
    );
    expect(calendar.getFirstPropertyValue("x-wr-calname")).toBe("Cedar Heights: lessons");
    expect(String(calendar.getFirstPropertyValue("refresh-interval"))).toBe("PT1H");
    expect(calendar.getFirstPropertyValue("x-published-ttl")).toBe("PT1H");
    expect(calendar.getFirstPropertyValue("method")).toBe("PUBLISH");
    expect(calendar.getAllSubcomponents("vtimezone")).toHaveLength(1);
    expect(events.map((event) => event.uid)).toEqual([
      "lesson-lesson-1@cedar-heights",
      "lesson-lesson-2@cedar-heights",
    ]);
  });

  // Monday 16:00 each week, a year long: the wall clock stays, the instant does not.
  it.each([
    [NEW_YORK, "16:00"],
    ["Europe/Berlin", "16:00"],
    ["Australia/Lord_Howe", "16:00"],
    ["Africa/Casablanca", "16:00"],
    ["Asia/Kolkata", "16:00"],
  ])("keeps %s's wall clock across both changes, and the parser's instants are ours", (timeZone) => {
    const entries = Array.from({ length: 52 }, (_, week) => {
      const day = new Date(Date.UTC(2026, 8, 7 + week * 7));
      return entry(week, instantAt(day.toISOString().slice(0, 10), 16, timeZone).toISOString(), { timeZone });
    });
    const { events } = readBack(feedOf(entries, timeZone));
    expect(instants(events)).toEqual(entries.map(({ startsAt }) => startsAt.toISOString()));
    for (const event of events) {
      expect([event.startDate.hour, event.startDate.minute, event.startDate.zone?.tzid]).toEqual([
        16,
        0,
        timeZone,
      ]);
      expect(event.duration.toSeconds()).toBe(1800);
    }
  });

  it.each([
    ["before clocks go back", "2026-11-01T04:00:00Z", "00:00"],
    ["up to the hour that there are two of", "2026-11-01T04:30:00Z", "04:30 UTC"],
    ["at half past one for the first time", "2026-11-01T05:30:00Z", "05:30 UTC"],
    ["at half past one for the second time", "2026-11-01T06:30:00Z", "06:30 UTC"],
    ["after they went back", "2026-11-01T07:30:00Z", "02:30"],
    ["before they go forward", "2027-03-14T06:30:00Z", "01:30"],
    ["after they went forward", "2027-03-14T07:30:00Z", "03:30"],
  ])("has the right instant %s", (_, startsAt, shown) => {
    const { events } = readBack(feedOf([entry(1, startsAt)]));
    expect(instants(events)).toEqual([new Date(startsAt).toISOString()]);
    const start = events[0]?.startDate;
    const isUtc = start?.zone === ICAL.Timezone.utcTimezone;
    expect(`${start?.toString().slice(11, 16)}${isUtc ? " UTC" : ""}`).toBe(shown);
    expect(events[0]?.duration.toSeconds()).toBe(1800);
  });

  it("holds lessons of several zones, each with its own rules", () => {
    const { calendar, events } = readBack(
      feedOf([
        entry(1, "2026-12-03T21:15:00Z"),
        entry(2, "2026-12-03T15:00:00Z", { timeZone: "Europe/Berlin" }),
      ]),
    );
    expect(
      calendar.getAllSubcomponents("vtimezone").map((zone) => zone.getFirstPropertyValue("tzid")),
    ).toEqual([NEW_YORK, "Europe/Berlin"]);
    expect(events.map((event) => event.startDate.toString())).toEqual([
      "2026-12-03T16:15:00",
      "2026-12-03T16:00:00",
    ]);
    expect(instants(events)).toEqual(["2026-12-03T21:15:00.000Z", "2026-12-03T15:00:00.000Z"]);
  });

  it("gives back every letter of what was written, escaped and folded", () => {
    const summary = `Übung; Tonleitern, "C\\n" und Zoë 🎻🎻🎻 — ${"Straße ".repeat(20)}`.trim();
    const description = "Erste Zeile\nzweite; mit, allem\\n\n\nvierte 🥁";
    const text = feedOf([entry(1, "2026-10-05T20:00:00Z", { summary, description, location: "A, B; C" })]);
    for (const line of text.split("\r\n")) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    const [event] = readBack(text).events;
    expect(event?.summary).toBe(summary.replaceAll('"', "'"));
    expect(event?.description).toBe(description);
    expect(event?.location).toBe("A, B; C");
  });

  it("lets nobody's words add a lesson or a property", () => {
    const evil = "Mia\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:forged\r\nATTENDEE:mailto:evil@example.com";
    const { calendar, events } = readBack(
      feedCalendar({
        name: evil,
        timeZone: NEW_YORK,
        entries: [
          entry(1, "2026-10-05T20:00:00Z", {
            summary: evil,
            description: evil,
            location: evil,
            organizerName: evil,
          }),
        ],
      }),
    );
    expect(events).toHaveLength(1);
    expect(calendar.getFirstSubcomponent("vevent")?.getFirstProperty("attendee")).toBeNull();
  });

  it("keeps a cancelled lesson under its UID, called off by its status and a higher revision", () => {
    const planned = entry(1, "2026-10-05T20:00:00Z", { sequence: 3 });
    const before = readBack(feedOf([planned])).events[0];
    const after = readBack(
      feedOf([
        { ...planned, sequence: 4, status: "CANCELLED", stampedAt: new Date("2026-10-02T08:30:15.750Z") },
      ]),
    ).events[0];
    expect(after?.uid).toBe(before?.uid);
    expect([before?.sequence, after?.sequence]).toEqual([3, 4]);
    expect(before?.component.getFirstPropertyValue("status")).toBe("CONFIRMED");
    expect(after?.component.getFirstPropertyValue("status")).toBe("CANCELLED");
    for (const property of ["dtstamp", "last-modified"])
      expect(String(after?.component.getFirstPropertyValue(property))).toBe("2026-10-02T08:30:15Z");
  });

  it("is the same entry as the file that a mail carries", () => {
    const one = entry(1, "2026-10-05T20:00:00Z", { sequence: 2 });
    const inMail = readBack(lessonCalendar(one)).events[0];
    const inFeed = readBack(feedOf([one])).events[0];
    expect(inFeed?.component.toString()).toBe(inMail?.component.toString());
  });

  it("is a calendar without lessons, too", () => {
    const { calendar, events } = readBack(feedOf([]));
    expect(events).toEqual([]);
    expect(calendar.getFirstSubcomponent("vtimezone")?.getFirstPropertyValue("tzid")).toBe(NEW_YORK);
  });

  it("is the same text for the same lessons, so that a program can be told that nothing is new", () => {
    const entries = [entry(1, "2026-10-05T20:00:00Z"), entry(2, "2026-10-12T20:00:00Z")];
    expect(feedOf(entries)).toBe(feedOf(entries));
  });

  it("refuses a zone that does not exist and a lesson that ends before it starts", () => {
    expect(() => feedOf([entry(1, "2026-10-05T20:00:00Z", { timeZone: "Mars/Olympus" })])).toThrow(
      RangeError,
    );
    expect(() => feedOf([], "Mars/Olympus")).toThrow(RangeError);
    expect(() =>
      feedOf([entry(1, "2026-10-05T20:00:00Z", { endsAt: new Date("2026-10-05T19:00:00Z") })]),
    ).toThrow(RangeError);
  });
});

/** The instant at which a zone's clocks show a whole hour of a date, found by asking what they show. */
function instantAt(date: string, hour: number, timeZone: string): Date {
  const shown = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    dateStyle: "short",
    timeStyle: "short",
    hourCycle: "h23",
  });
  const noonUtc = Date.parse(`${date}T12:00:00Z`);
  for (let minutes = -1080; minutes <= 1080; minutes += 30) {
    const candidate = new Date(noonUtc + minutes * 60_000);
    if (shown.format(candidate) === `${date}, ${hour}:00`) return candidate;
  }
  throw new Error(`${timeZone} has no ${hour}:00 on ${date}`);
}
