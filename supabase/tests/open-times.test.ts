import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy, fixtureNow, fixtureOffset } from "./fixture";
import { ids } from "./fixture-ids";
import { asPrincipal, type Tx, visitor } from "./principal";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
});

afterAll(async () => {
  await database?.drop();
});

type Wanted = {
  readonly instrument?: string;
  readonly minutes?: number;
  readonly teacher?: string | null;
  readonly age?: number | null;
  readonly ignoring?: readonly string[];
  /** A local day, or the whole horizon. */
  readonly day?: string;
  readonly now?: Date;
};
type Open = { readonly at: string; readonly teacher: string; readonly room: string };

/** Open times as a visitor sees them, local: `2026-11-02 15:00`. */
async function openTimes(wanted: Wanted = {}): Promise<Open[]> {
  const {
    instrument = ids.piano,
    minutes = 30,
    teacher = ids.teacher1,
    age = null,
    ignoring = [],
    day,
    now = fixtureNow,
  } = wanted;
  const rows = await asPrincipal(
    database.app,
    visitor,
    (tx: Tx) => tx<Open[]>`
      select to_char(o.starts_at at time zone 'America/New_York', 'YYYY-MM-DD HH24:MI') as at, o.teacher_id as teacher, o.room_id as room
        from private.open_times(${instrument}, ${minutes},
               ${day ?? null}::date::timestamp at time zone 'America/New_York',
               (${day ?? null}::date + 1)::timestamp at time zone 'America/New_York' - interval '1 second',
               ${teacher}, ${age}, ${ignoring as string[]}::uuid[]) o
       order by o.starts_at, o.teacher_id`,
    now.getTime() - Date.now(),
  );
  return [...rows];
}

const timesOf = async (wanted: Wanted): Promise<string[]> =>
  (await openTimes(wanted)).map((open) => open.at.slice(11));

/** Quarter hours from one local time to another, both included. */
function quarters(from: string, until: string): string[] {
  const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  const times: string[] = [];
  for (let at = minutesOf(from); at <= minutesOf(until); at += 15) {
    times.push(`${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`);
  }
  return times;
}

/** Arranges bookings or hours for one test, and takes them back. */
async function during(
  arrange: (tx: Tx) => Promise<unknown>,
  look: () => Promise<void>,
  undo: (tx: Tx) => Promise<unknown>,
): Promise<void> {
  const withClock = (work: (tx: Tx) => Promise<unknown>) =>
    database.owner.begin(async (tx) => {
      await tx`select set_config('app.clock_offset_ms', ${String(fixtureOffset())}, true)`;
      await work(tx);
    });
  await withClock(arrange);
  try {
    await look();
  } finally {
    await withClock(undo);
  }
}

const book =
  (kind: "hold" | "lesson", teacher: string, room: string, range: string, expires: string | null) =>
  (tx: Tx) =>
    tx`insert into bookings (kind, teacher_id, room_id, during, teacher_busy, expires_at) values (${kind}, ${teacher}, ${room}, ${range}, 'empty', ${expires})`;
const unbook = (tx: Tx) =>
  tx`update bookings b set is_active = false where not exists (select from lessons l where l.booking_id = b.id) and b.kind <> 'seat'`;

// Wednesday 4 November 2026, 15:00 to 19:00 in New York is 20:00 to 24:00 UTC.
const wednesday = "2026-11-04";

describe("a day without lessons", () => {
  it("offers every quarter hour at which the lesson still fits the teacher's hours", async () => {
    expect(await timesOf({ day: wednesday })).toEqual(quarters("15:00", "18:30"));
    expect(await timesOf({ day: wednesday, minutes: 45 })).toEqual(quarters("15:00", "18:15"));
    expect(await timesOf({ day: wednesday, minutes: 60 })).toEqual(quarters("15:00", "18:00"));
  });

  it("offers nothing on a weekend, for an instrument that is retired, or from a teacher who has left", async () => {
    expect(await timesOf({ day: "2026-11-07" })).toEqual([]);
    expect(await timesOf({ instrument: ids.lute, teacher: null })).toEqual([]);
    expect(await timesOf({ teacher: ids.formerTeacher })).toEqual([]);
  });

  it("offers each teacher of the instrument when none is asked for", async () => {
    const open = await openTimes({ day: wednesday, teacher: null });
    expect(new Set(open.map((one) => one.teacher))).toEqual(new Set([ids.teacher1, ids.teacher2]));
  });
});

describe("notice and horizon", () => {
  it("offers nothing on a day that is over, nor beyond the horizon", async () => {
    for (const day of ["2026-08-19", "2027-11-24"]) expect(await timesOf({ day })).toEqual([]);
  });

  it("offers nothing earlier than 24 hours from now", async () => {
    // Tuesday noon: the first time is Wednesday 15:00. At 16:10 on Tuesday, it is Wednesday 16:15.
    expect((await openTimes())[0]?.at).toBe("2026-10-21 15:00");
    const later = new Date("2026-10-20T20:10:00Z");
    expect((await openTimes({ now: later }))[0]?.at).toBe("2026-10-21 16:15");
    const justBefore = new Date("2026-10-20T20:14:58Z");
    expect((await openTimes({ now: justBefore }))[0]?.at).toBe("2026-10-21 16:15");
    const justAfter = new Date("2026-10-20T20:15:02Z");
    expect((await openTimes({ now: justAfter }))[0]?.at).toBe("2026-10-21 16:30");
  });

  it("offers nothing later than 45 days from now", async () => {
    // 20 October 12:00 EDT and 45 days is 4 December 11:00 EST: that Friday afternoon is beyond it.
    expect((await openTimes()).at(-1)?.at).toBe("2026-12-03 18:30");
    const afternoon = new Date("2026-10-20T20:30:00Z");
    expect((await openTimes({ now: afternoon })).at(-1)?.at).toBe("2026-12-04 15:30");
  });
});

describe("days that are closed", () => {
  it("offers nothing in a closure", async () => {
    const open = await openTimes();
    expect(open.filter((one) => one.at >= "2026-11-23" && one.at < "2026-11-29")).toEqual([]);
    expect(open.some((one) => one.at.startsWith("2026-11-20"))).toBe(true);
    expect(open.some((one) => one.at.startsWith("2026-11-30"))).toBe(true);
  });

  it("offers nothing between terms", async () => {
    const open = await openTimes({ now: new Date("2026-12-10T17:00:00Z") });
    expect(open.filter((one) => one.at >= "2026-12-20" && one.at < "2027-01-04")).toEqual([]);
    expect(open.some((one) => one.at.startsWith("2026-12-18"))).toBe(true);
    expect(open.some((one) => one.at.startsWith("2027-01-04"))).toBe(true);
  });

  it("offers nothing while the teacher is away", async () => {
    expect(await timesOf({ day: "2026-11-10" })).toEqual([]);
    expect(await timesOf({ day: "2026-11-11" })).toEqual(quarters("15:00", "18:30"));
  });

  it("offers the rest of a day on which the teacher is away for an hour", async () => {
    await during(
      (tx) => tx`insert into teacher_exceptions (teacher_id, during, reason)
                 values (${ids.teacher1}, '[2026-11-04T21:00:00Z,2026-11-04T22:00:00Z)', 'Dentist')`,
      async () =>
        expect(await timesOf({ day: wednesday })).toEqual([
          ...quarters("15:00", "15:30"),
          ...quarters("17:00", "18:30"),
        ]),
      (tx) => tx`delete from teacher_exceptions where reason = 'Dentist'`,
    );
  });
});

describe("time that is taken", () => {
  it("offers what does not overlap a lesson", async () => {
    // Family A's lesson is Monday 2 November 16:00 to 16:30.
    expect(await timesOf({ day: "2026-11-02" })).toEqual([
      ...quarters("15:00", "15:30"),
      ...quarters("16:30", "18:30"),
    ]);
    expect(await timesOf({ day: "2026-11-02", minutes: 60 })).toEqual([
      "15:00",
      ...quarters("16:30", "18:00"),
    ]);
  });

  it("keeps the teacher's buffer on both sides", async () => {
    // Teacher 2 has a lesson 17:00 to 17:30 and 15 minutes after each lesson: a new one ends by 16:45, or starts at 17:45.
    expect(await timesOf({ day: "2026-11-02", teacher: ids.teacher2, instrument: ids.drums })).toEqual([
      ...quarters("15:00", "16:15"),
      ...quarters("17:45", "18:30"),
    ]);
  });

  it("can look past one booking, for those who move it", async () => {
    expect(await timesOf({ day: "2026-11-02", ignoring: [ids.bookingA] })).toEqual(
      quarters("15:00", "18:30"),
    );
  });

  it("leaves out the time of a hold until it expires", async () => {
    const range = "[2026-11-04T21:00:00Z,2026-11-04T21:30:00Z)";
    const without = [...quarters("15:00", "15:30"), ...quarters("16:30", "18:30")];
    await during(
      book("hold", ids.teacher1, ids.plainRoom, range, "2026-10-20T16:15:00Z"),
      async () => {
        expect(await timesOf({ day: wednesday })).toEqual(without);
        expect(await timesOf({ day: wednesday, now: new Date("2026-10-20T16:14:00Z") })).toEqual(without);
        expect(await timesOf({ day: wednesday, now: new Date("2026-10-20T16:16:00Z") })).toEqual(
          quarters("15:00", "18:30"),
        );
      },
      unbook,
    );
  });

  it("offers no time for which every fitting room is taken, whoever teaches there", async () => {
    // The only open room with a piano.
    await during(
      book("lesson", ids.teacher2, ids.pianoRoom, "[2026-11-04T21:00:00Z,2026-11-04T22:00:00Z)", null),
      async () =>
        expect(await timesOf({ day: wednesday })).toEqual([
          ...quarters("15:00", "15:30"),
          ...quarters("17:00", "18:30"),
        ]),
      unbook,
    );
  });
});

describe("rooms and ages", () => {
  it("offers a room with what the instrument needs, and only an open one", async () => {
    const rooms = async (instrument: string, teacher: string) =>
      new Set((await openTimes({ instrument, teacher, day: wednesday })).map((open) => open.room));
    expect(await rooms(ids.piano, ids.teacher1)).toEqual(new Set([ids.pianoRoom]));
    expect(await rooms(ids.drums, ids.teacher2)).toEqual(new Set([ids.drumRoom]));
  });

  it("offers the teachers who take the student's age", async () => {
    const teachers = async (age: number) =>
      [
        ...new Set((await openTimes({ teacher: null, age, day: wednesday })).map((open) => open.teacher)),
      ].sort();
    expect(await teachers(4)).toEqual([]);
    expect(await teachers(5)).toEqual([ids.teacher1]);
    expect(await teachers(10)).toEqual([ids.teacher1, ids.teacher2]);
    expect(await teachers(19)).toEqual([ids.teacher2]);
  });
});

describe("the week in which clocks change", () => {
  it("stays at local time before and after, an hour apart in the world's", async () => {
    // Daylight saving ends on Sunday 1 November 2026: Friday is UTC-4, Wednesday after it UTC-5.
    expect(await timesOf({ day: "2026-10-30" })).toEqual(quarters("15:00", "18:30"));
    expect(await timesOf({ day: wednesday })).toEqual(quarters("15:00", "18:30"));
    const [friday] = await startsOn("2026-10-30");
    const [after] = await startsOn(wednesday);
    expect([friday?.toISOString(), after?.toISOString()]).toEqual([
      "2026-10-30T19:00:00.000Z",
      "2026-11-04T20:00:00.000Z",
    ]);
  });

  async function startsOn(day: string): Promise<Date[]> {
    const rows = await asPrincipal(
      database.app,
      visitor,
      (tx) => tx<{ at: Date }[]>`
        select starts_at as at from private.open_times(${ids.piano}, 30, ${`${day}T00:00:00-05:00`}, ${`${day}T23:59:59-05:00`}, ${ids.teacher1})`,
      fixtureOffset(),
    );
    return rows.map((row) => row.at);
  }
});
