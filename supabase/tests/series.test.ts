import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { undone } from "./attempt";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy, fixtureOffset } from "./fixture";
import { minutesFrom } from "./fixture-builders";
import { ids, type Person, people, sessionOf } from "./fixture-ids";
import {
  asPrincipal,
  type Refusal,
  refusalOf,
  service,
  type TestPrincipal,
  type Tx,
  takePrincipal,
} from "./principal";

let database: TestDatabase;
const enrollment = "00000000-0000-4000-8000-aaaa00000001";
const secondRoom = "00000000-0000-4000-8000-aaaa00000002";
const other = "00000000-0000-4000-8000-aaaa00000003";
const NEW_YORK = "America/New_York";

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
  await arrangePlans(database);
});

afterAll(async () => {
  await database?.drop();
});

/** A second room with a piano, and a plan for a student of each family. */
async function arrangePlans({ owner }: TestDatabase): Promise<void> {
  await owner.begin(async (tx) => {
    await tx`select set_config('app.clock_offset_ms', ${String(fixtureOffset() - 1000)}, true)`;
    await tx`insert into rooms (id, name, equipment) values (${secondRoom}, 'Second piano room', '{piano}')`;
    // Old enough for both teachers of the piano.
    await tx`update students set birth_date = '2013-05-01' where id in (${ids.studentA2}, ${ids.studentB1})`;
    await addPlan(tx, enrollment, ids.familyA, ids.studentA2);
    await addPlan(tx, other, ids.familyB, ids.studentB1);
  });
}

async function addPlan(tx: Tx, id: string, family: string, student: string): Promise<void> {
  await tx`insert into enrollments (id, family_id, student_id, instrument_id, teacher_id, minutes, starts_at, kind, cadence,
                                    policy_version)
           values (${id}, ${family}, ${student}, ${ids.piano}, ${ids.teacher1}, 30, private.now(), 'plan', 'monthly', '1')`;
  await tx`update enrollments set status = 'active', activated_at = private.now() where id = ${id}`;
}

const person = (who: Person): TestPrincipal => ({
  kind: "user",
  userId: people[who],
  sessionId: sessionOf(who),
});
const become = (tx: Tx, who: Person) => takePrincipal(tx, person(who), fixtureOffset());

/** Works as the academy, unless said, checks what is checked at commit, and undoes it. */
const tried = <T>(work: (tx: Tx) => Promise<T>, as?: TestPrincipal): Promise<T> =>
  undone(database.app, work, { as });

const refused = (work: (tx: Tx) => Promise<unknown>, as?: TestPrincipal): Promise<Refusal | undefined> =>
  refusalOf(tried(work, as));

type Plan = {
  readonly enrollment?: string;
  readonly teacher?: string;
  readonly room?: string | null;
  readonly weekday?: number;
  readonly start?: string;
  readonly first?: string;
  readonly last?: string;
  readonly every?: number;
  readonly replacements?: object;
};
type Planned = {
  series_id: string;
  lessons: number;
  left_out: number;
  first_start: Date;
  last_start: Date;
};

async function plan(tx: Tx, wanted: Plan = {}): Promise<Planned> {
  const [planned] = await tx<Planned[]>`
    select * from private.plan_series(${wanted.enrollment ?? enrollment}, ${wanted.teacher ?? ids.teacher1},
      ${wanted.room ?? null}, ${wanted.weekday ?? 2}, ${wanted.start ?? "16:00"}, ${wanted.first ?? "2026-11-02"}::text::date,
      ${wanted.last ?? "2026-12-19"}::text::date, ${wanted.every ?? 1}, ${JSON.stringify(wanted.replacements ?? {})}::text::jsonb)`;
  if (!planned) throw new Error("nothing was planned");
  return planned;
}

type Move = {
  readonly lesson: string;
  readonly scope?: string;
  readonly weekday?: number;
  readonly start?: string;
  readonly teacher?: string | null;
  readonly room?: string | null;
  readonly from?: string | null;
  readonly replacements?: object;
  readonly why?: string | null;
};
type Moved = { series_id: string; moved: number; kept: number; cancelled: number };

async function move(tx: Tx, wanted: Move): Promise<Moved> {
  const [moved] = await tx<Moved[]>`
    select * from private.move_series(${wanted.lesson}, ${wanted.scope ?? "following"}, ${wanted.weekday ?? 3},
      ${wanted.start ?? "17:00"}, ${wanted.teacher ?? null}, ${wanted.room ?? null}, ${wanted.from ?? null}::date,
      ${JSON.stringify(wanted.replacements ?? {})}::text::jsonb,
      ${wanted.why === undefined ? "The family asked for it" : wanted.why})`;
  if (!moved) throw new Error("nothing was moved");
  return moved;
}

type LessonRow = {
  id: string;
  at: string;
  status: string;
  series: string | null;
  room: string;
  teacher: string;
  sequence: number;
};
/** The lessons of the plan in order of time, local: `2026-11-04 16:00`. */
const lessonsOf = (tx: Tx, of = enrollment, zone = NEW_YORK): Promise<LessonRow[]> =>
  tx<LessonRow[]>`
    select id, to_char(starts_at at time zone ${zone}, 'YYYY-MM-DD HH24:MI') as at, status, series_id as series, room_id as room,
           teacher_id as teacher, ical_sequence as sequence
      from lessons where enrollment_id = ${of} order by starts_at`.then((rows) => [...rows]);
const times = (rows: readonly LessonRow[]) => rows.map((row) => row.at);

/** The lesson on a local day. */
async function lessonOn(tx: Tx, day: string): Promise<string> {
  const found = (await lessonsOf(tx)).find((row) => row.at.startsWith(day));
  if (!found) throw new Error(`no lesson on ${day}`);
  return found.id;
}

type Week = { day: string; at: string; state: string; reasons: string[]; room: string | null; dst: string };
const weeks = async (tx: Tx, wanted: Plan & { minutes?: number } = {}, zone = NEW_YORK): Promise<Week[]> => [
  ...(await tx<Week[]>`
    select to_char(day, 'YYYY-MM-DD') as day, to_char(starts_at at time zone ${zone}, 'YYYY-MM-DD HH24:MI') as at, state, reasons, room_id as room, dst
      from private.series_weeks(${wanted.teacher ?? ids.teacher1}, ${wanted.room ?? null}, ${ids.studentA2}, ${ids.piano},
             ${wanted.minutes ?? 30}, ${wanted.weekday ?? 2}, ${wanted.start ?? "16:00"}, ${wanted.first ?? "2026-11-02"}::text::date,
             ${wanted.last ?? "2026-12-19"}::text::date, ${wanted.every ?? 1}, '{}', true)`),
];

/** Takes a time of teacher 1 for somebody else. */
const occupy = (
  tx: Tx,
  start: string,
  { teacher = ids.teacher1, room = ids.plainRoom, student = null as string | null } = {},
) =>
  tx`insert into bookings (kind, teacher_id, room_id, student_id, during, expires_at)
     values ('hold', ${teacher}, ${room}, ${student}, ${minutesFrom(start)}, private.now() + interval '90 days')`;

const WEDNESDAYS = ["2026-11-04", "2026-11-11", "2026-11-18", "2026-12-02", "2026-12-09", "2026-12-16"];
const at = (time: string, days: readonly string[] = WEDNESDAYS) => days.map((day) => `${day} ${time}`);

describe("the weeks of a series", () => {
  it("are free, or closed where there are no lessons, at one local time", async () => {
    const found = await tried((tx) => weeks(tx));
    expect(found.map((week) => [week.day, week.state])).toEqual([
      ["2026-11-04", "free"],
      ["2026-11-11", "free"],
      ["2026-11-18", "free"],
      ["2026-11-25", "closed"],
      ["2026-12-02", "free"],
      ["2026-12-09", "free"],
      ["2026-12-16", "free"],
    ]);
    expect(found.find((week) => week.state === "closed")?.reasons).toEqual(["closure"]);
    expect(new Set(found.map((week) => week.at.slice(11)))).toEqual(new Set(["16:00"]));
  });

  it("tell each reason why they are blocked", async () => {
    const found = await tried(async (tx) => {
      await occupy(tx, "2026-11-11T21:00:00Z");
      await occupy(tx, "2026-11-18T21:00:00Z", { teacher: ids.teacher2, room: ids.pianoRoom });
      await occupy(tx, "2026-11-18T21:00:00Z", { teacher: ids.formerTeacher, room: secondRoom });
      await occupy(tx, "2026-12-02T21:00:00Z", { teacher: ids.teacher2, student: ids.studentA2 });
      await tx`insert into teacher_exceptions (teacher_id, during, reason)
               values (${ids.teacher1}, '[2026-12-09T05:00:00Z,2026-12-10T05:00:00Z)', 'Away')`;
      return weeks(tx);
    });
    expect(Object.fromEntries(found.map((week) => [week.day, week.reasons]))).toEqual({
      "2026-11-04": [],
      "2026-11-11": ["teacher_busy"],
      "2026-11-18": ["no_room"],
      "2026-11-25": ["closure"],
      "2026-12-02": ["student_busy"],
      "2026-12-09": ["teacher_away"],
      "2026-12-16": [],
    });
  });

  it("keep one room where one takes them all, else the one that takes the most", async () => {
    const [all, most] = await tried(async (tx) => {
      await occupy(tx, "2026-11-11T21:00:00Z", { teacher: ids.teacher2, room: ids.pianoRoom });
      const first = await weeks(tx);
      await occupy(tx, "2026-11-18T21:00:00Z", { teacher: ids.formerTeacher, room: secondRoom });
      await occupy(tx, "2026-12-09T21:00:00Z", { teacher: ids.formerTeacher, room: secondRoom });
      return [first, await weeks(tx)];
    });
    const open = (found: Week[] | undefined) =>
      found?.filter((week) => week.state === "free").map((week) => week.room);
    expect(new Set(open(all))).toEqual(new Set([secondRoom]));
    expect(open(most)).toEqual([
      ids.pianoRoom,
      secondRoom,
      ids.pianoRoom,
      ids.pianoRoom,
      ids.pianoRoom,
      ids.pianoRoom,
    ]);
  });

  it("go on beyond the horizon, between terms closed", async () => {
    const found = await tried((tx) => weeks(tx, { last: "2027-06-12" }), person("parentA"));
    expect(found.filter((week) => week.state === "blocked")).toEqual([]);
    expect(
      found.filter((week) => week.day > "2026-12-19" && week.day < "2027-01-04").map((week) => week.reasons),
    ).toEqual([["outside_term"], ["outside_term"]]);
    expect(found.at(-1)).toMatchObject({ day: "2027-06-09", state: "free" });
  });

  it("keep the notice with a family, and not with the academy", async () => {
    // Noon on Tuesday: Wednesday at 11:00 is too soon, whoever teaches then.
    const first = (as: TestPrincipal) =>
      tried(async (tx) => (await weeks(tx, { first: "2026-10-20", start: "11:00" }))[0]?.reasons, as);
    expect(await first(person("parentA"))).toContain("too_soon");
    expect(await first(person("admin"))).not.toContain("too_soon");
  });

  it("keep the rhythm of two weeks over a closure", async () => {
    const found = await tried((tx) => weeks(tx, { first: "2026-11-09", every: 2 }));
    expect(found.map((week) => [week.day, week.state])).toEqual([
      ["2026-11-11", "free"],
      ["2026-11-25", "closed"],
      ["2026-12-09", "free"],
    ]);
  });
});

describe("planning a series", () => {
  it("books every week but the closed ones, tells it once, and keeps the days", async () => {
    const seen = await tried(async (tx) => {
      const planned = await plan(tx);
      const events = await tx`select name, data, stream from outbox where name = 'scheduling/series.changed'`;
      const [series] =
        await tx`select weekday, to_char(starts, 'HH24:MI') as starts, minutes, every_weeks, valid::text, room_id
                                  from lesson_series where id = ${planned.series_id}`;
      return { planned, events: [...events], series, rows: await lessonsOf(tx) };
    });
    expect(times(seen.rows)).toEqual(at("16:00"));
    expect(seen.planned).toMatchObject({ lessons: 6, left_out: 0 });
    expect(seen.planned.first_start.toISOString()).toBe("2026-11-04T21:00:00.000Z");
    expect(seen.series).toEqual({
      weekday: 2,
      starts: "16:00",
      minutes: 30,
      every_weeks: 1,
      valid: "[2026-11-04,2026-12-20)",
      room_id: ids.pianoRoom,
    });
    expect(seen.events).toEqual([
      {
        name: "scheduling/series.changed",
        stream: ids.familyA,
        data: {
          changeId: expect.any(String),
          seriesId: seen.planned.series_id,
          enrollmentId: enrollment,
          change: "planned",
          lessonIds: seen.rows.map((row) => row.id),
        },
      },
    ]);
  });

  it("is refused as a whole when one week is not free", async () => {
    const [names, left] = await tried(async (tx) => {
      await occupy(tx, "2026-12-09T21:00:00Z");
      await tx`savepoint before`;
      const refusal = await refusalOf(plan(tx));
      await tx`rollback to before`;
      return [refusal, await lessonsOf(tx)] as const;
    });
    expect(names).toMatchObject({ constraint: "series_blocked" });
    expect(left).toEqual([]);
  });

  it("takes another time, another teacher, or none for a week", async () => {
    const seen = await tried(async (tx) => {
      await occupy(tx, "2026-11-11T21:00:00Z");
      await occupy(tx, "2026-12-09T21:00:00Z");
      const planned = await plan(tx, {
        replacements: {
          "2026-11-11": { startsAt: "2026-11-12T20:00:00Z" },
          "2026-11-18": { startsAt: "2026-11-18T21:00:00Z", teacherId: ids.teacher2 },
          "2026-12-09": { skip: true },
        },
      });
      return { planned, rows: await lessonsOf(tx) };
    });
    expect(times(seen.rows)).toEqual([
      "2026-11-04 16:00",
      "2026-11-12 15:00",
      "2026-11-18 16:00",
      "2026-12-02 16:00",
      "2026-12-16 16:00",
    ]);
    expect(seen.rows.map((row) => row.teacher === ids.teacher2)).toEqual([false, false, true, false, false]);
    expect(seen.planned).toMatchObject({ lessons: 5, left_out: 1 });
  });

  it("refuses a replacement that is not free, one on another lesson of the series, and one of no week", async () => {
    const replacing = (replacements: object) => refused((tx) => plan(tx, { replacements }));
    expect(await replacing({ "2026-11-11": { startsAt: "2026-11-10T21:00:00Z" } })).toMatchObject({
      constraint: "series_replacement_taken",
    });
    expect(await replacing({ "2026-11-11": { startsAt: "2026-11-18T21:15:00Z" } })).toMatchObject({
      constraint: "series_replacement_taken",
    });
    expect(await replacing({ "2026-11-11": {} })).toMatchObject({ constraint: "series_replacement_taken" });
    expect(await replacing({ "2026-11-12": { skip: true } })).toMatchObject({
      constraint: "series_replacement_unknown",
    });
    expect(await replacing({ "2026-11-25": { skip: true } })).toMatchObject({
      constraint: "series_replacement_unknown",
    });
    expect(await replacing([])).toMatchObject({ constraint: "series_replacement_unknown" });
  });

  it.each<[string, Plan, string]>([
    ["ends before it begins", { first: "2026-12-01", last: "2026-11-30" }, "series_days_in_order"],
    ["has 500 weeks", { last: "2036-06-04" }, "series_too_long"],
    ["begins between two quarters of an hour", { start: "16:07" }, "series_off_grid"],
    ["begins at midnight of the next day", { start: "24:00" }, "series_off_grid"],
    ["is on no weekday", { weekday: 7 }, "series_weekday"],
    ["is every three weeks", { every: 3 }, "series_every_weeks"],
    ["is every zero weeks", { every: 0 }, "series_every_weeks"],
    ["has no day of its weekday", { first: "2026-11-05", last: "2026-11-10" }, "series_without_lessons"],
    ["lies in a closure", { first: "2026-11-23", last: "2026-11-28" }, "series_without_lessons"],
    ["is of an enrollment that does not exist", { enrollment: ids.lute }, "series_enrollment_inactive"],
    ["is of a trial", { enrollment: ids.enrollmentA }, "series_enrollment_inactive"],
    ["is with a teacher who does not exist", { teacher: ids.lute }, "series_blocked"],
    ["is in a room without a piano", { room: ids.drumRoom }, "series_blocked"],
    ["is in hours without teaching", { start: "09:00" }, "series_blocked"],
    ["is in the past", { first: "2026-09-08", last: "2026-11-11" }, "series_blocked"],
  ])("refuses one that %s", async (_, wanted, constraint) => {
    expect(await refused((tx) => plan(tx, wanted))).toMatchObject({ constraint });
  });

  it("refuses zero and odd lengths, and days that do not exist", async () => {
    for (const minutes of [0, -30, 31]) {
      expect(await refused((tx) => weeks(tx, { minutes }))).toMatchObject({ constraint: "series_minutes" });
    }
    expect(await refused((tx) => plan(tx, { first: "2027-02-29", last: "2027-03-20" }))).toMatchObject({
      code: "22008",
    });
  });

  it("refuses a second series in the same days, and takes one after it", async () => {
    expect(
      await refused(async (tx) => {
        await plan(tx);
        await plan(tx, { weekday: 4, first: "2026-12-15", last: "2027-01-30" });
      }),
    ).toMatchObject({ constraint: "series_one_at_a_time" });
    expect(
      await refused(async (tx) => {
        await plan(tx);
        await plan(tx, { weekday: 4, first: "2027-01-04", last: "2027-01-30" });
      }),
    ).toBeUndefined();
  });

  it("is the academy's alone", async () => {
    for (const who of ["parentA", "teacher1", "student"] as const) {
      expect(await refused((tx) => plan(tx), person(who))).toEqual({
        code: "CH403",
        constraint: "admin_only",
      });
    }
    expect(await refused((tx) => plan(tx), { kind: "visitor" })).toMatchObject({ code: "42501" });
    expect(await refused((tx) => plan(tx), person("admin"))).toBeUndefined();
  });

  it("goes to one of those who want the same weeks at once, whole", async () => {
    const copy = await arrangeAnother();
    try {
      const results = await Promise.all(
        [enrollment, other, enrollment, other, enrollment, other].map((of) =>
          refusalOf(
            asPrincipal(
              copy.app,
              service,
              (tx) => plan(tx, { enrollment: of }).then(() => undefined),
              fixtureOffset(),
            ),
          ),
        ),
      );
      expect(results.filter((refusal) => refusal === undefined)).toHaveLength(1);
      for (const refusal of results.filter((found) => found !== undefined)) {
        expect(["series_blocked", "series_one_at_a_time"]).toContain(refusal.constraint);
      }
      const counts = await copy.owner`
        select count(*)::int as lessons from lessons where enrollment_id in (${enrollment}, ${other})`;
      expect([...counts]).toEqual([{ lessons: 6 }]);
    } finally {
      await copy.drop();
    }
  });

  it("takes 46 weeks in one pass", async () => {
    const took = await tried(async (tx) => {
      await tx`delete from closures`;
      await tx`insert into terms (name, starts_on, ends_on) values ('Winter', '2026-12-20', '2027-01-03'), ('Summer', '2027-06-13', '2027-09-30')`;
      const start = performance.now();
      const { lessons } = await plan(tx, { first: "2026-11-02", last: "2027-09-15" });
      return { lessons, ms: Math.round(performance.now() - start) };
    });
    console.info(`A series of ${took.lessons} weeks was planned in ${took.ms} ms.`);
    expect(took.lessons).toBe(46);
  });
});

/** Another academy, for work that commits. */
async function arrangeAnother(): Promise<TestDatabase> {
  const copy = await createTestDatabase();
  await arrangeAcademy(copy.owner);
  await arrangePlans(copy);
  return copy;
}

describe("moving a series", () => {
  it("moves one and the following into the same weeks, and leaves those before", async () => {
    const seen = await tried(async (tx) => {
      const { series_id } = await plan(tx);
      const moved = await move(tx, { lesson: await lessonOn(tx, "2026-11-18") });
      const series =
        await tx`select id, weekday, to_char(starts, 'HH24:MI') as starts, valid::text, change_note
                                from lesson_series where enrollment_id = ${enrollment} order by valid`;
      return { first: series_id, moved, series: [...series], rows: await lessonsOf(tx) };
    });
    expect(times(seen.rows)).toEqual([
      ...at("16:00", WEDNESDAYS.slice(0, 2)),
      ...at("17:00", ["2026-11-19", "2026-12-03", "2026-12-10", "2026-12-17"]),
    ]);
    expect(seen.moved).toMatchObject({ moved: 4, kept: 0, cancelled: 0 });
    expect(seen.series).toEqual([
      { id: seen.first, weekday: 2, starts: "16:00", valid: "[2026-11-04,2026-11-18)", change_note: null },
      {
        id: seen.moved.series_id,
        weekday: 3,
        starts: "17:00",
        valid: "[2026-11-18,2026-12-20)",
        change_note: "The family asked for it",
      },
    ]);
    expect(seen.rows.map((row) => [row.series, row.sequence])).toEqual([
      ...Array(2).fill([seen.first, 0]),
      ...Array(4).fill([seen.moved.series_id, 1]),
    ]);
  });

  it("moves all that have not begun within one series, also to an earlier day of the week", async () => {
    const seen = await tried(async (tx) => {
      const { series_id } = await plan(tx);
      const moved = await move(tx, {
        lesson: await lessonOn(tx, "2026-12-02"),
        scope: "all",
        weekday: 0,
        start: "15:00",
      });
      return { series_id, moved, rows: await lessonsOf(tx) };
    });
    expect(seen.moved).toMatchObject({ series_id: seen.series_id, moved: 6 });
    expect(times(seen.rows)).toEqual(
      at("15:00", ["2026-11-02", "2026-11-09", "2026-11-16", "2026-11-30", "2026-12-07", "2026-12-14"]),
    );
  });

  it("leaves alone what has begun, what was cancelled and what was moved singly before", async () => {
    const seen = await tried(async (tx) => {
      await plan(tx);
      await tx`update lessons set status = 'cancelled' where id = ${await lessonOn(tx, "2026-11-18")}`;
      await tx`update bookings set during = ${minutesFrom("2026-12-03T23:00:00Z")}
                where id = (select booking_id from lessons where id = ${await lessonOn(tx, "2026-12-02")})`;
      const lesson = await lessonOn(tx, "2026-12-09");
      await takePrincipal(tx, service, Date.parse("2026-11-04T22:00:00Z") - Date.now());
      const moved = await move(tx, { lesson, scope: "all" });
      return { moved, rows: await lessonsOf(tx) };
    });
    expect(seen.rows.map((row) => `${row.at} ${row.status}`)).toEqual([
      "2026-11-04 16:00 scheduled",
      "2026-11-12 17:00 scheduled",
      "2026-11-18 16:00 cancelled",
      "2026-12-03 18:00 scheduled",
      "2026-12-10 17:00 scheduled",
      "2026-12-17 17:00 scheduled",
    ]);
    expect(seen.moved).toMatchObject({ moved: 3, kept: 1, cancelled: 0 });
  });

  it("moves one that was moved singly before when it is named", async () => {
    const rows = await tried(async (tx) => {
      await plan(tx);
      const single = await lessonOn(tx, "2026-12-02");
      // In the way of where the series goes: it makes room, because it moves itself.
      await tx`update bookings set during = ${minutesFrom("2026-12-10T22:00:00Z")}
                where id = (select booking_id from lessons where id = ${single})`;
      const lesson = await lessonOn(tx, "2026-11-04");
      await tx`savepoint before`;
      expect(await refusalOf(move(tx, { lesson }))).toMatchObject({ constraint: "series_blocked" });
      await tx`rollback to before`;
      await move(tx, { lesson, replacements: { [single]: { startsAt: "2026-12-03T22:00:00Z" } } });
      return lessonsOf(tx);
    });
    expect(times(rows)).toEqual(
      at("17:00", ["2026-11-05", "2026-11-12", "2026-11-19", "2026-12-03", "2026-12-10", "2026-12-17"]),
    );
  });

  it("is refused as a whole for one blocked week, and takes another time, the old one, or none for it", async () => {
    const seen = await tried(async (tx) => {
      await plan(tx);
      for (const day of ["2026-11-12", "2026-11-19", "2026-12-03"]) await occupy(tx, `${day}T22:00:00Z`);
      const lesson = await lessonOn(tx, "2026-11-04");
      const [second, third, fourth] = [
        await lessonOn(tx, "2026-11-11"),
        await lessonOn(tx, "2026-11-18"),
        await lessonOn(tx, "2026-12-02"),
      ];
      await tx`savepoint before`;
      expect(await refusalOf(move(tx, { lesson }))).toMatchObject({ constraint: "series_blocked" });
      await tx`rollback to before`;
      const moved = await move(tx, {
        lesson,
        replacements: {
          [second]: { startsAt: "2026-11-11T21:00:00Z", teacherId: ids.teacher2 },
          [third]: { keep: true },
          [fourth]: { skip: true },
        },
      });
      const credits = await tx`
        select origin_lesson_id = ${fourth} as of_lesson, origin, minutes, reason from makeup_credits where student_id = ${ids.studentA2}`;
      const rows = await lessonsOf(tx);
      return {
        moved,
        credits: [...credits],
        rows: rows.map((row) => `${row.at} ${row.status} ${row.teacher === ids.teacher2 ? 2 : 1}`),
      };
    });
    expect(seen.rows).toEqual([
      "2026-11-05 17:00 scheduled 1",
      "2026-11-11 16:00 scheduled 2",
      "2026-11-18 16:00 scheduled 1",
      "2026-12-02 16:00 cancelled 1",
      "2026-12-10 17:00 scheduled 1",
      "2026-12-17 17:00 scheduled 1",
    ]);
    expect(seen.moved).toMatchObject({ moved: 4, kept: 1, cancelled: 1 });
    expect(seen.credits).toEqual([
      { of_lesson: true, origin: "academy_cancelled", minutes: 30, reason: "The family asked for it" },
    ]);
  });

  it("blocks weeks in which the new day is closed, and adds none where only the old one was", async () => {
    const found = await tried(async (tx) => {
      await plan(tx);
      await tx`insert into closures (name, starts_on, ends_on) values ('Storm', '2026-12-03', '2026-12-03')`;
      return tx`select to_char(day, 'YYYY-MM-DD') as day, state, reasons
                  from private.series_moves(${await lessonOn(tx, "2026-11-04")}, 'all', 3, '17:00')`;
    });
    expect([...found].filter((week) => week.state !== "free")).toEqual([
      { day: "2026-12-03", state: "closed", reasons: ["closure"] },
    ]);
    expect(found).toHaveLength(6);
  });

  it("keeps the rhythm of two weeks", async () => {
    const [before, after] = await tried(async (tx) => {
      await plan(tx, { every: 2 });
      const first = times(await lessonsOf(tx));
      await move(tx, { lesson: await lessonOn(tx, "2026-11-18"), weekday: 1 });
      return [first, times(await lessonsOf(tx))];
    });
    expect(before).toEqual(at("16:00", ["2026-11-04", "2026-11-18", "2026-12-02", "2026-12-16"]));
    expect(after).toEqual(["2026-11-04 16:00", ...at("17:00", ["2026-11-17", "2026-12-01", "2026-12-15"])]);
  });

  it("changes the teacher or the room, from a day on", async () => {
    const rows = await tried(async (tx) => {
      await plan(tx);
      await move(tx, {
        lesson: await lessonOn(tx, "2026-11-04"),
        scope: "all",
        weekday: 2,
        start: "16:00",
        teacher: ids.teacher2,
        room: secondRoom,
        from: "2026-12-01",
      });
      return lessonsOf(tx);
    });
    expect(times(rows)).toEqual(at("16:00"));
    expect(rows.map((row) => row.teacher === ids.teacher2 && row.room === secondRoom)).toEqual([
      ...Array(3).fill(false),
      ...Array(3).fill(true),
    ]);
  });

  describe("by a family", () => {
    /** Plans as the academy, then moves as the person. */
    const moveAs =
      (who: Person, wanted: Omit<Move, "lesson"> & { on?: string; of?: Plan }) => async (tx: Tx) => {
        await plan(tx, wanted.of);
        const lesson = await lessonOn(tx, wanted.on ?? "2026-11-18");
        await become(tx, who);
        return move(tx, { ...wanted, lesson, why: null });
      };

    it("moves its own, and nobody else's", async () => {
      expect(await tried(moveAs("parentA", {}))).toMatchObject({ moved: 4 });
      for (const who of ["parentB", "teacher1", "student"] as const) {
        expect(await refused(moveAs(who, {}))).toMatchObject({ constraint: "series_missing" });
      }
      expect(await refused((tx) => move(tx, { lesson: ids.lute }), person("parentA"))).toMatchObject({
        constraint: "series_missing",
      });
    });

    it("keeps the notice with old and new times, its teacher and its lessons", async () => {
      const soon = { of: { first: "2026-10-21" }, on: "2026-10-21", weekday: 4 };
      expect(await refused(moveAs("parentA", { ...soon, on: "2026-10-21" }))).toBeUndefined();
      // At noon on Tuesday, Wednesday 11:30 would be too soon, and so is a lesson that is taken at 11:30.
      expect(
        await refused(async (tx) => {
          await plan(tx, soon.of);
          const lesson = await lessonOn(tx, "2026-10-21");
          await takePrincipal(tx, person("parentA"), Date.parse("2026-10-20T20:00:01Z") - Date.now());
          return move(tx, { lesson, weekday: 4, why: null });
        }),
      ).toMatchObject({ constraint: "series_notice_too_short" });
      expect(
        await refused(
          moveAs("parentA", { of: { first: "2026-10-21" }, on: "2026-10-21", weekday: 1, start: "15:00" }),
        ),
      ).toMatchObject({ constraint: "series_notice_too_short" });
      expect(await refused(moveAs("parentA", { teacher: ids.teacher2 }))).toMatchObject({
        constraint: "series_for_staff",
      });
      expect(await refused(moveAs("parentA", { room: secondRoom }))).toMatchObject({
        constraint: "series_for_staff",
      });
      expect(
        await refused(async (tx) => {
          await plan(tx);
          const lesson = await lessonOn(tx, "2026-11-18");
          await become(tx, "parentA");
          return move(tx, { lesson, replacements: { [lesson]: { skip: true } } });
        }),
      ).toMatchObject({ constraint: "series_for_staff" });
    });
  });

  it("is refused clearly", async () => {
    const moving = (wanted: Omit<Move, "lesson">) =>
      refused(async (tx) => {
        await plan(tx);
        return move(tx, { lesson: await lessonOn(tx, "2026-11-18"), ...wanted });
      });
    expect(await moving({ why: " " })).toMatchObject({ constraint: "series_reason_missing" });
    expect(await moving({ scope: "none" })).toMatchObject({ constraint: "series_scope" });
    expect(await moving({ weekday: 2, start: "16:00" })).toMatchObject({ constraint: "series_unchanged" });
    expect(await moving({ weekday: 9 })).toMatchObject({ constraint: "series_weekday" });
    expect(await moving({ start: "16:01" })).toMatchObject({ constraint: "series_off_grid" });
    expect(await moving({ weekday: 6 })).toMatchObject({ constraint: "series_blocked" });
    expect(await moving({ from: "2027-02-01" })).toMatchObject({ constraint: "series_without_lessons" });
    expect(await moving({ replacements: { [ids.lessonA]: { keep: true } } })).toMatchObject({
      constraint: "series_replacement_unknown",
    });
    expect(await refused((tx) => move(tx, { lesson: ids.lessonA }))).toMatchObject({
      constraint: "series_missing",
    });
  });

  it("never adds or loses a lesson, whatever is moved", async () => {
    const weekOf = (day: string) =>
      Math.floor((Date.parse(`${day.slice(0, 10)}T00:00:00Z`) / 86_400_000 + 3) / 7);
    const start = fc
      .integer({ min: 0, max: 13 })
      .map((quarter) => `${15 + Math.floor(quarter / 4)}:${String((quarter % 4) * 15).padStart(2, "0")}`);
    const weekday = fc.integer({ min: 0, max: 4 });
    const change = fc.oneof(
      fc.record({ kind: fc.constant("cancel" as const), which: fc.nat(30) }),
      fc.record({
        kind: fc.constant("single" as const),
        which: fc.nat(30),
        hours: fc.integer({ min: -3, max: 3 }),
      }),
      fc.record({
        kind: fc.constantFrom("following" as const, "all" as const),
        which: fc.nat(30),
        weekday,
        start,
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          weekday,
          start,
          every: fc.constantFrom(1, 2),
          last: fc.constantFrom("2026-12-19", "2027-03-31"),
        }),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        async (wanted, changes) => {
          await tried(async (tx) => {
            const found = await weeks(tx, wanted);
            await plan(tx, {
              ...wanted,
              replacements: Object.fromEntries(
                found.filter((week) => week.state === "blocked").map((week) => [week.day, { skip: true }]),
              ),
            });
            const byId = (rows: readonly LessonRow[]) =>
              Object.fromEntries(rows.map((row) => [row.id, `${weekOf(row.at)} ${row.status}`]));
            for (const step of changes) {
              const rows = (await lessonsOf(tx)).filter((row) => row.status === "scheduled");
              const lesson = rows[step.which % rows.length];
              if (!lesson) return;
              if (step.kind === "cancel") {
                await tx`update lessons set status = 'cancelled' where id = ${lesson.id}`;
                continue;
              }
              if (step.kind === "single") {
                await tx`savepoint single`;
                await tx`update bookings b set during = tstzrange(lower(b.during) + ${step.hours} * interval '1 hour', upper(b.during) + ${step.hours} * interval '1 hour')
                          where id = (select booking_id from lessons where id = ${lesson.id})`.catch(
                  () => tx`rollback to single`,
                );
                continue;
              }
              const before = byId(await lessonsOf(tx));
              const moves = await tx<{ lesson_id: string; state: string | null; is_own_time: boolean }[]>`
                select lesson_id, state, is_own_time from private.series_moves(${lesson.id}, ${step.kind}, ${step.weekday}, ${step.start})`;
              await tx`savepoint moving`;
              const refusal = await refusalOf(
                move(tx, {
                  lesson: lesson.id,
                  scope: step.kind,
                  weekday: step.weekday,
                  start: step.start,
                  replacements: Object.fromEntries(
                    moves
                      .filter((one) => !one.is_own_time && one.state !== "free")
                      .map((one) => [one.lesson_id, { keep: true }]),
                  ),
                }),
              );
              if (refusal) {
                expect(["series_unchanged", "series_without_lessons"]).toContain(refusal.constraint);
                await tx`rollback to moving`;
              }
              expect(byId(await lessonsOf(tx))).toEqual(before);
            }
          });
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe("ending a series", () => {
  const end = (tx: Tx, of: string, day: string, why = "The family moves away") =>
    tx`select * from private.end_series(${of}, ${day}, ${why})`;

  it("cancels what comes after its last day, so that another can begin", async () => {
    const seen = await tried(async (tx) => {
      const { series_id } = await plan(tx);
      const [ended] = await end(tx, await lessonOn(tx, "2026-11-04"), "2026-11-30");
      const [series] = await tx`select valid::text, change_note from lesson_series where id = ${series_id}`;
      const rows = await lessonsOf(tx);
      await plan(tx, { weekday: 3, first: "2026-12-01" });
      return { series_id, ended, series, rows: rows.map((row) => row.status) };
    });
    expect(seen.ended).toMatchObject({ series_id: seen.series_id, cancelled: 3 });
    expect(seen.series).toEqual({ valid: "[2026-11-04,2026-12-01)", change_note: "The family moves away" });
    expect(seen.rows).toEqual([...Array(3).fill("scheduled"), ...Array(3).fill("cancelled")]);
  });

  it("is refused clearly", async () => {
    const ending = (day: string, why?: string) =>
      refused(async (tx) => end(tx, (await plan(tx)).series_id, day, why));
    expect(await ending("2026-11-30", "")).toMatchObject({ constraint: "series_reason_missing" });
    expect(await ending("2026-11-01")).toMatchObject({ constraint: "series_days_in_order" });
    expect(await ending("2026-12-18")).toMatchObject({ constraint: "series_without_lessons" });
    expect(await refused((tx) => end(tx, ids.lute, "2026-11-30"))).toMatchObject({
      constraint: "series_missing",
    });
    expect(await refused((tx) => end(tx, ids.seriesA, "2026-11-30"), person("parentA"))).toMatchObject({
      constraint: "admin_only",
    });
  });
});

describe("daylight saving", () => {
  /** Lets teacher 1 teach at night, on Sundays too, in a zone. */
  const atNight = async (tx: Tx, zone: string) => {
    await tx`update academy_settings set time_zone = ${zone}`;
    await tx`delete from teacher_availability where teacher_id = ${ids.teacher1}`;
    await tx`insert into teacher_availability (teacher_id, weekday, starts, ends)
             select ${ids.teacher1}, d, '00:00', '24:00' from generate_series(0, 6) d`;
    await tx`delete from closures`;
  };

  it("keeps 16:00 at 16:00 across both changes", async () => {
    const instants = await tried(async (tx) => {
      await plan(tx, { first: "2026-10-26", last: "2026-11-07" });
      const autumn = await tx<
        { at: Date }[]
      >`select starts_at as at from lessons where enrollment_id = ${enrollment} order by 1`;
      await plan(tx, { first: "2027-03-08", last: "2027-03-20" });
      const all = await tx<
        { at: Date }[]
      >`select starts_at as at from lessons where enrollment_id = ${enrollment} order by 1`;
      return [...autumn, ...all.slice(2)].map((row) => row.at.toISOString().slice(0, 16));
    });
    expect(instants).toEqual([
      "2026-10-28T20:00",
      "2026-11-04T21:00",
      "2027-03-10T21:00",
      "2027-03-17T20:00",
    ]);
  });

  it("blocks the day on which the time does not exist, by name, until it is answered", async () => {
    const seen = await tried(async (tx) => {
      await atNight(tx, NEW_YORK);
      const wanted: Plan = { weekday: 6, start: "02:30", first: "2027-03-01", last: "2027-03-28" };
      const found = await weeks(tx, wanted);
      await tx`savepoint before`;
      const refusal = await refusalOf(plan(tx, wanted));
      await tx`rollback to before`;
      await plan(tx, { ...wanted, replacements: { "2027-03-14": { startsAt: "2027-03-14T07:00:00Z" } } });
      return { found, refusal, rows: times(await lessonsOf(tx)) };
    });
    expect(seen.found.map(({ day, state, reasons, dst }) => [day, state, reasons, dst])).toEqual([
      ["2027-03-07", "free", [], "none"],
      ["2027-03-14", "blocked", ["time_does_not_exist"], "skipped"],
      ["2027-03-21", "free", [], "none"],
      ["2027-03-28", "free", [], "none"],
    ]);
    expect(seen.refusal).toMatchObject({ constraint: "series_blocked" });
    expect(seen.rows).toEqual([
      "2027-03-07 02:30",
      "2027-03-14 03:00",
      "2027-03-21 02:30",
      "2027-03-28 02:30",
    ]);
  });

  it("takes the first of two occurrences, and says so", async () => {
    const seen = await tried(async (tx) => {
      await atNight(tx, NEW_YORK);
      const wanted: Plan = { weekday: 6, start: "01:30", first: "2026-10-25", last: "2026-11-08" };
      const found = await weeks(tx, wanted);
      await plan(tx, wanted);
      const rows = await tx<
        { at: Date }[]
      >`select starts_at as at from lessons where enrollment_id = ${enrollment} order by 1`;
      return { found, instants: rows.map((row) => row.at.toISOString()) };
    });
    expect(seen.found.map(({ state, dst }) => [state, dst])).toEqual([
      ["free", "none"],
      ["free", "twice"],
      ["free", "none"],
    ]);
    expect(seen.instants).toEqual([
      "2026-10-25T05:30:00.000Z",
      "2026-11-01T05:30:00.000Z",
      "2026-11-08T06:30:00.000Z",
    ]);
  });

  it.each([
    ["Europe/London", "2027-03-28", "01:30"],
    ["Australia/Lord_Howe", "2027-10-03", "02:15"],
    ["Africa/Cairo", "2027-04-30", "00:15"],
  ])("knows the times that %s does not have", async (zone, day, start) => {
    const found = await tried(async (tx) => {
      await atNight(tx, zone);
      await tx`insert into terms (name, starts_on, ends_on) values ('Late', '2027-06-13', '2027-12-19')`;
      const weekday = (new Date(day).getUTCDay() + 6) % 7;
      return weeks(tx, { weekday, start, first: day, last: day }, zone);
    });
    expect(found).toMatchObject([
      { day, state: "blocked", reasons: ["time_does_not_exist"], dst: "skipped" },
    ]);
  });
});

describe("the weekly lessons of an enrollment", () => {
  it("are those weeks that are free; the others are told and owed", async () => {
    const seen = await tried(async (tx) => {
      const [booking] = await tx<{ id: string }[]>`
        insert into bookings (kind, teacher_id, room_id, student_id, during)
        values ('lesson', ${ids.teacher1}, ${secondRoom}, ${ids.studentA2}, ${minutesFrom("2026-11-04T21:00:00Z")}) returning id`;
      await tx`update enrollments set booking_id = ${booking?.id ?? ""} where id = ${enrollment}`;
      await tx`insert into lessons (booking_id, enrollment_id, family_id, student_id, instrument_id, teacher_id, room_id, during, kind)
               values (${booking?.id ?? ""}, ${enrollment}, ${ids.familyA}, ${ids.studentA2}, ${ids.piano}, ${ids.teacher1}, ${secondRoom},
                       ${minutesFrom("2026-11-04T21:00:00Z")}, 'private')`;
      await occupy(tx, "2026-12-02T21:00:00Z");
      // A hold that ran out is in nobody's way.
      await tx`insert into bookings (kind, teacher_id, room_id, during, expires_at)
               values ('hold', ${ids.teacher1}, ${ids.plainRoom}, ${minutesFrom("2026-12-09T21:00:00Z")}, private.now() - interval '1 minute')`;
      const told =
        await tx`select to_char(day, 'YYYY-MM-DD') as day, booked from private.book_weekly(${enrollment})`;
      const owed = await tx<{ id: string; reason: string; minutes: number; until: string }[]>`
        select id, reason, minutes, to_char(expires_at at time zone 'America/New_York', 'YYYY-MM-DD') as until
          from makeup_credits where student_id = ${ids.studentA2} and origin = 'goodwill'`;
      const letters = await tx<{ data: { change: string; lessonIds: string[]; creditIds: string[] } }[]>`
        select data from outbox where name = 'scheduling/series.changed' and data ->> 'enrollmentId' = ${enrollment}`;
      return {
        told: [...told],
        rows: await lessonsOf(tx),
        owed: [...owed],
        letters: letters.map(({ data }) => data),
      };
    });
    expect(seen.owed).toMatchObject([
      { reason: "Wednesday, December 2, 2026: the weekly time is taken", minutes: 30, until: "2027-01-31" },
    ]);
    expect(seen.letters).toHaveLength(1);
    expect(seen.letters[0]).toMatchObject({ change: "planned", creditIds: seen.owed.map(({ id }) => id) });
    expect(seen.letters[0]?.lessonIds).toHaveLength(5);
    expect(seen.told).toEqual([
      { day: "2026-11-11", booked: true },
      { day: "2026-11-18", booked: true },
      { day: "2026-12-02", booked: false },
      { day: "2026-12-09", booked: true },
      { day: "2026-12-16", booked: true },
    ]);
    expect(times(seen.rows)).toEqual(
      at(
        "16:00",
        WEDNESDAYS.filter((day) => day !== "2026-12-02"),
      ),
    );
    expect(new Set(seen.rows.map((row) => row.room))).toEqual(new Set([secondRoom]));
    expect(new Set(seen.rows.map((row) => row.series)).size).toBe(1);
  });
});
