import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { undone } from "./attempt";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy, fixtureNow } from "./fixture";
import { addClassLesson, addLesson, become, minutesFrom, takeLessonSeat } from "./fixture-builders";
import { ids, people } from "./fixture-ids";
import { asPrincipal, refusalOf, service, type Tx } from "./principal";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
});

afterAll(async () => {
  await database?.drop();
});

/** Monday, 2 November, 16:00 in New York: the day after the clocks went back. */
const START = "2026-11-02T21:00:00Z";
const minutesBefore = (start: string, minutes: number): number =>
  (new Date(start).getTime() - minutes * 60_000 - fixtureNow.getTime()) / 60_000;

type Reminder = {
  readonly key: string;
  readonly is_first: boolean;
  readonly lesson_id: string;
  readonly starts_at: Date;
  readonly recipient: string;
  readonly reader_is_student: boolean;
  readonly student_first_name: string;
  readonly family_zone: string | null;
};

const claim = (tx: Tx, upTo = 50) => tx<Reminder[]>`select * from private.claim_lesson_reminders(${upTo})`;

/** The reminders of one lesson that are due so many minutes before it. */
const dueBefore = (
  minutes: number,
  {
    arrange = async (_: Tx): Promise<unknown> => undefined,
    lesson = ids.lessonA as string,
    start = START,
  } = {},
): Promise<Reminder[]> =>
  undone(
    database.app,
    async (tx) => {
      await arrange(tx);
      return (await claim(tx)).filter((reminder) => reminder.lesson_id === lesson);
    },
    { after: minutesBefore(start, minutes) },
  );

describe("what is due", () => {
  it("is nothing earlier than a day ahead, and from then on a first reminder to each reader", async () => {
    expect(await dueBefore(24 * 60 + 1)).toEqual([]);
    const due = await dueBefore(24 * 60);
    expect(due.map((reminder) => [reminder.is_first, reminder.reader_is_student])).toEqual(
      expect.arrayContaining([
        [true, false],
        [true, true],
      ]),
    );
    expect(due.every((reminder) => reminder.student_first_name === due[0]?.student_first_name)).toBe(true);
    expect(new Set(due.map((reminder) => reminder.recipient)).size).toBe(due.length);
  });

  it("is counted in hours, also over the night in which the clocks change", async () => {
    // Sunday, 16:00 EST: 24 hours before; the Saturday evening before it is too early.
    expect(await dueBefore(25 * 60)).toEqual([]);
    expect(await dueBefore(23 * 60 + 59)).not.toEqual([]);
  });

  it("is a first reminder, however late, while the lesson is more than two hours away; then a second one", async () => {
    expect((await dueBefore(121)).map((reminder) => reminder.is_first)).toEqual([true, true]);
    expect((await dueBefore(120)).map((reminder) => reminder.is_first)).toEqual([false, false]);
    expect((await dueBefore(1)).map((reminder) => reminder.is_first)).toEqual([false, false]);
  });

  it("is nothing once the lesson has begun", async () => {
    expect(await dueBefore(0)).toEqual([]);
    expect(await dueBefore(-3 * 24 * 60)).toEqual([]);
  });

  it("is nothing for a cancelled lesson", async () => {
    const cancelled = (tx: Tx) => tx`select private.cancel_lesson(${ids.lessonA}, 'teacher', 'Is ill')`;
    expect(await dueBefore(60, { arrange: cancelled })).toEqual([]);
  });

  it("is nothing while its family is to choose what becomes of it", async () => {
    const away = (tx: Tx) => tx`
      insert into lesson_proposals (lesson_id, family_id, kind, position, expires_at)
      values (${ids.lessonA}, ${ids.familyA}, 'credit', 99, private.now() + interval '1 minute')`;
    expect(await dueBefore(600, { arrange: away })).toEqual([]);
    const answered = async (tx: Tx) => {
      await away(tx);
      await tx`update lesson_proposals set closed_at = private.now()`;
    };
    expect(await dueBefore(600, { arrange: answered })).toHaveLength(2);
  });

  it("is the new time of a lesson that has moved, although the old one had been reminded of", async () => {
    const reminders = await undone(
      database.app,
      async (tx) => {
        const before = (await claim(tx)).filter((reminder) => reminder.lesson_id === ids.lessonA);
        await tx`select private.move_lesson(${ids.lessonA}, '2026-11-02T20:00:00Z')`;
        const after = (await claim(tx)).filter((reminder) => reminder.lesson_id === ids.lessonA);
        return { before, after, again: await claim(tx) };
      },
      { after: minutesBefore(START, 6 * 60) },
    );
    expect(reminders.before).toHaveLength(2);
    expect(reminders.after.map((reminder) => reminder.starts_at.toISOString())).toEqual([
      "2026-11-02T20:00:00.000Z",
      "2026-11-02T20:00:00.000Z",
    ]);
    expect(reminders.again).toEqual([]);
  });

  it("is one a seat of a class's lesson, none for a seat that is given up", async () => {
    const start = "2026-11-04T21:00:00Z";
    const due = await undone(
      database.app,
      async (tx) => {
        const lesson = await addClassLesson(tx, minutesFrom(start, 45));
        await takeLessonSeat(tx, ids.studentA1, lesson);
        await takeLessonSeat(tx, ids.studentB1, lesson);
        await tx`update lesson_seats set given_up_at = private.now() where lesson_id = ${lesson} and student_id = ${ids.studentB1}`;
        await takeLessonSeat(tx, ids.studentA2, lesson);
        return (await claim(tx)).filter((reminder) => reminder.lesson_id === lesson);
      },
      { after: minutesBefore(start, 60) },
    );
    const names = due.map((reminder) => reminder.student_first_name);
    expect(new Set(names).size).toBe(2);
    // The guardian for each of two children, and the one child that has an account.
    expect(due).toHaveLength(3);
  });

  it("goes to nobody who has chosen none, each reminder by its own choice", async () => {
    const chooses = (kind: string) => (tx: Tx) =>
      tx`insert into notification_choices (profile_id, kind, channel) values (${people.parentA}, ${kind}, 'none')`;
    const readers = async (minutes: number, kind: string) =>
      (await dueBefore(minutes, { arrange: chooses(kind) })).map((reminder) => reminder.reader_is_student);
    expect(await readers(600, "lesson_reminder")).toEqual([true]);
    expect(await readers(600, "lesson_reminder_soon")).toHaveLength(2);
    expect(await readers(60, "lesson_reminder_soon")).toEqual([true]);
    expect(await readers(60, "lesson_reminder")).toHaveLength(2);
  });

  it("goes once to an address, though a guardian and a student share it", async () => {
    const due = await dueBefore(60, {
      arrange: (
        tx,
      ) => tx`update guardians set email = (select p.email from profiles p where p.id = ${people.student})
                           where id = ${ids.guardianA}`,
    });
    expect(due.map((reminder) => reminder.reader_is_student)).toEqual([false]);
  });
});

describe("claiming", () => {
  const at = { after: minutesBefore(START, 60) };

  it("gives each reminder once, in parts of the size that was asked for", async () => {
    await undone(
      database.app,
      async (tx) => {
        const found = [...(await claim(tx, 1)), ...(await claim(tx, 1)), ...(await claim(tx, 50))];
        expect(new Set(found.map((reminder) => reminder.key)).size).toBe(found.length);
        expect(found.length).toBeGreaterThanOrEqual(2);
        expect(await claim(tx)).toEqual([]);
      },
      at,
    );
  });

  it("gives what was claimed and never sent again after ten minutes, five times, and what was sent never", async () => {
    await undone(
      database.app,
      async (tx) => {
        const [first, ...others] = await claim(tx);
        await tx`update email_log set status = 'sent', sent_at = private.now() where key = ${first?.key ?? ""}`;
        await tx`update email_log set queued_at = queued_at - interval '11 minutes' where kind = 'lesson-reminder'`;
        expect((await claim(tx)).map((reminder) => reminder.key)).toEqual(others.map((other) => other.key));
        await tx`update email_log set queued_at = queued_at - interval '11 minutes', attempts = 5 where kind = 'lesson-reminder'`;
        expect(await claim(tx)).toEqual([]);
      },
      at,
    );
  });

  it("gives two workers at once nothing twice", async () => {
    const offset = fixtureNow.getTime() - Date.now() + minutesBefore(START, 90) * 60_000;
    const lots = await Promise.all(
      Array.from({ length: 6 }, () => asPrincipal(database.app, service, (tx) => claim(tx, 3), offset)),
    );
    const keys = lots.flat().map((reminder) => reminder.key);
    expect(keys.length).toBeGreaterThanOrEqual(2);
    expect(new Set(keys).size).toBe(keys.length);
    const rest = await asPrincipal(database.app, service, (tx) => claim(tx), offset);
    expect(rest.filter((reminder) => keys.includes(reminder.key))).toEqual([]);
  });

  it("is the academy's own work", async () => {
    for (const person of ["admin", "parentA", "teacher1"] as const) {
      const refusal = await refusalOf(
        undone(database.app, async (tx) => {
          await become(tx, person);
          await claim(tx);
        }),
      );
      expect(refusal?.code).toBe("42501");
    }
  });
});

describe("the family's zone", () => {
  const choose = (tx: Tx, zone: string | null, family: string = ids.familyA) =>
    tx`select private.choose_family_zone(${family}, ${zone})`;

  it("is chosen by a parent and stands with the reminders; the academy's own is none", async () => {
    const zones = await undone(
      database.app,
      async (tx) => {
        await become(tx, "parentA");
        await choose(tx, "America/Los_Angeles");
        const chosen = await tx`select time_zone from families where id = ${ids.familyA}`;
        await choose(tx, "America/New_York");
        const own = await tx`select time_zone from families where id = ${ids.familyA}`;
        return [chosen[0]?.time_zone, own[0]?.time_zone];
      },
      { after: 0 },
    );
    expect(zones).toEqual(["America/Los_Angeles", null]);
    const due = await dueBefore(60, {
      arrange: (tx) => tx`update families set time_zone = 'America/Los_Angeles' where id = ${ids.familyA}`,
    });
    expect(due[0]?.family_zone).toBe("America/Los_Angeles");
  });

  it.each([
    ["parentB", ids.familyA, "America/Chicago", "family_missing"],
    ["teacher1", ids.familyA, "America/Chicago", "family_missing"],
    ["parentA", ids.familyA, "Mars/Olympus", "family_zone_unknown"],
    ["parentA", ids.familyA, "EST5EDT4", "family_zone_unknown"],
  ] as const)("%s may not set that of %s to %s: %s", async (person, family, zone, constraint) => {
    const refusal = await refusalOf(
      undone(database.app, async (tx) => {
        await become(tx, person);
        await choose(tx, zone, family);
      }),
    );
    expect(refusal).toMatchObject({ constraint });
  });
});

it("reminds of lessons that were added meanwhile at the next claim", async () => {
  const start = "2026-11-04T21:00:00Z";
  const due = await undone(
    database.app,
    async (tx) => {
      await claim(tx);
      const lesson = await addLesson(tx, { during: minutesFrom(start) });
      return (await claim(tx)).filter((reminder) => reminder.lesson_id === lesson);
    },
    { after: minutesBefore(start, 30) },
  );
  expect(due).toHaveLength(2);
});
