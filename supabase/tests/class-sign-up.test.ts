import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { undone } from "./attempt";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy } from "./fixture";
import { addLesson, minutesFrom } from "./fixture-builders";
import { ids } from "./fixture-ids";
import { type Refusal, refusalOf, type Tx } from "./principal";
import { become, type ClassFacts, leaveClass, newClass, saveClass, takeSeat } from "./waitlist-steps";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
});

afterAll(async () => {
  await database?.drop();
});

/** Arranges as the academy, acts as somebody else, checks what is checked at commit, and undoes it all. */
const tried = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => undone(database.app, work);

const refused = (work: (tx: Tx) => Promise<unknown>): Promise<Refusal | undefined> => refusalOf(tried(work));

/** Wednesday, November 4, 17:00 in New York: the third lesson of the choir. */
const WEDNESDAY = "2026-11-04T22:00:00Z";

describe("a new class", () => {
  it("has its lessons at the same local time each week, but for closed weeks, which are named", async () => {
    const weeks = await tried(async (tx) => {
      await become(tx, "admin");
      return saveClass(tx);
    });
    expect(weeks.map((week) => [week.starts_at?.toISOString(), week.reason, week.name])).toEqual([
      ["2026-10-21T21:00:00.000Z", null, null],
      ["2026-10-28T21:00:00.000Z", null, null],
      ["2026-11-04T22:00:00.000Z", null, null],
      ["2026-11-11T22:00:00.000Z", null, null],
      ["2026-11-18T22:00:00.000Z", null, null],
      ["2026-11-25T22:00:00.000Z", "closure", "Thanksgiving week"],
      ["2026-12-02T22:00:00.000Z", null, null],
      ["2026-12-09T22:00:00.000Z", null, null],
      ["2026-12-16T22:00:00.000Z", null, null],
    ]);
  });

  it.each([
    ["the teacher", "teacher_busy", { teacher: ids.teacher1, room: ids.drumRoom }],
    ["the room", "room_taken", { teacher: ids.teacher2, room: ids.plainRoom }],
  ])("is written whole or not at all: %s is taken in one week", async (_, reason, other) => {
    const { weeks, written } = await tried(async (tx) => {
      await tx`insert into bookings (kind, teacher_id, room_id, during, expires_at)
               values ('hold', ${other.teacher}, ${other.room}, ${minutesFrom(WEDNESDAY)}, private.now() + interval '1 day')`;
      await become(tx, "admin");
      const found = await saveClass(tx);
      return {
        weeks: found,
        written: await tx`select from classes where name = 'Choir'
                          union all select from lessons where kind = 'group' and class_id <> ${ids.classA}`,
      };
    });
    expect(
      weeks.filter((week) => week.reason === reason).map((week) => week.starts_at?.toISOString()),
    ).toEqual([new Date(WEDNESDAY).toISOString()]);
    expect(weeks.every((week) => week.class_id === null)).toBe(true);
    expect(written).toHaveLength(0);
  });

  it("names the weeks in which the teacher is away", async () => {
    const weeks = await tried(async (tx) => {
      await become(tx, "admin");
      return saveClass(tx, { weekday: 1, starts: "15:00" });
    });
    expect(weeks.filter((week) => week.reason === "teacher_away")).toHaveLength(1);
  });

  it("is a single lesson when it is a recital", async () => {
    const weeks = await tried(async (tx) => {
      await become(tx, "admin");
      return saveClass(tx, {
        kind: "recital",
        weekday: null,
        day: "2026-12-13",
        starts: "14:00",
        minutes: 120,
      });
    });
    expect(weeks.map((week) => week.starts_at?.toISOString())).toEqual(["2026-12-13T19:00:00.000Z"]);
  });

  const wrong: Readonly<Record<string, readonly [name: string, facts: ClassFacts]>> = {
    "a length that is not on the grid": ["class_off_grid", { minutes: 47 }],
    "no length": ["class_off_grid", { minutes: 0 }],
    "a length below nothing": ["class_off_grid", { minutes: -45 }],
    "a start off the grid": ["class_off_grid", { starts: "17:07" }],
    "a whole day": ["classes_minutes", { starts: "08:00", minutes: 495 }],
    "an end on the next day": ["lesson_over_midnight", { starts: "23:30", minutes: 45 }],
    "no day": ["class_day_missing", { weekday: null }],
    "no time": ["class_day_missing", { starts: null }],
    "a recital without a date": ["class_day_missing", { kind: "recital", weekday: null }],
    "a day that does not exist": ["class_without_weeks", { weekday: 7 }],
    "a recital outside its term": ["class_without_weeks", { kind: "recital", day: "2027-02-28" }],
    "a teacher who left": ["class_choice_missing", { teacher: ids.formerTeacher }],
    "a room that is closed": ["class_choice_missing", { room: ids.closedRoom }],
    "a term that does not exist": ["class_choice_missing", { term: "Winter" }],
    "ages the wrong way round": ["classes_ages", { ages: [9, 8] }],
    "no seats": ["classes_seats", { seats: 0 }],
    "three who share": ["classes_two_share", { kind: "shared", seats: 3 }],
    "a price below nothing": ["classes_price", { cents: -1 }],
    "no name": ["classes_name", { name: "" }],
    "a status that only ends": ["class_transition", { status: "ended" }],
    "a class that does not exist": ["class_missing", { id: ids.waitingA }],
  };
  it.each(Object.entries(wrong))("is refused with %s", async (_, [name, facts]) => {
    const refusal = await refused(async (tx) => {
      await become(tx, "admin");
      await saveClass(tx, facts);
    });
    expect(refusal?.constraint).toBe(name);
  });

  it.each(["parentA", "teacher1", "student"] as const)("is not made by %s", async (person) => {
    const refusal = await refused(async (tx) => {
      await become(tx, person);
      await saveClass(tx);
    });
    expect(refusal).toEqual({ code: "CH403", constraint: "admin_only" });
  });
});

describe("a class that changes", () => {
  it("moves its coming lessons within their weeks, with their students", async () => {
    const { weeks, seats } = await tried(async (tx) => {
      const choir = await newClass(tx);
      await takeSeat(tx, choir, ids.studentA2);
      const moved = await saveClass(tx, { id: choir, weekday: 3, starts: "16:00", room: ids.drumRoom });
      return {
        weeks: moved,
        seats: await tx<{ starts: Date }[]>`
          select lower(b.during) as starts from lesson_seats s join bookings b on b.id = s.booking_id
            join lessons l on l.id = s.lesson_id where l.class_id = ${choir} and b.is_active order by 1`,
      };
    });
    expect(weeks[0]?.starts_at?.toISOString()).toBe("2026-10-22T20:00:00.000Z");
    expect(weeks).toHaveLength(8);
    expect(seats.map((seat) => seat.starts)).toEqual(weeks.map((week) => week.starts_at));
  });

  it("stays as it is when a student of it is busy in one week", async () => {
    const { weeks, rooms } = await tried(async (tx) => {
      const choir = await newClass(tx);
      await takeSeat(tx, choir, ids.studentA1);
      // Student A1 has a lesson on Monday, November 2, at 16:00, with the same teacher: another one gives the class.
      const moved = await saveClass(tx, {
        id: choir,
        weekday: 0,
        starts: "16:00",
        teacher: ids.teacher2,
        room: ids.drumRoom,
      });
      return {
        weeks: moved,
        rooms: await tx`select distinct room_id from lessons where class_id = ${choir}`,
      };
    });
    expect(weeks.filter((week) => week.reason === "student_busy")).toMatchObject([
      { class_id: null, name: "Ann", starts_at: new Date("2026-11-02T21:00:00Z") },
    ]);
    expect(rooms).toEqual([{ room_id: ids.plainRoom }]);
  });

  it("does not get smaller than its students", async () => {
    const refusal = await refused(async (tx) => {
      const choir = await newClass(tx, { seats: 2 });
      await takeSeat(tx, choir, ids.studentA1);
      await takeSeat(tx, choir, ids.studentB1);
      await saveClass(tx, { id: choir, seats: 1 });
    });
    expect(refusal?.constraint).toBe("class_full");
  });
});

describe("a seat in a class", () => {
  it("is taken by a parent for a child, with each coming lesson", async () => {
    const { outcome, booked } = await tried(async (tx) => {
      const choir = await newClass(tx);
      await become(tx, "parentA");
      const [seat] = await takeSeat(tx, choir, ids.studentA2);
      await become(tx, "academy");
      return {
        outcome: seat,
        booked:
          await tx`select from bookings where student_id = ${ids.studentA2} and kind = 'seat' and is_active`,
      };
    });
    expect(outcome).toEqual({
      lessons: 8,
      first_at: new Date("2026-10-21T21:00:00Z"),
      last_at: new Date("2026-12-16T22:00:00Z"),
    });
    expect(booked).toHaveLength(8);
  });

  const refusals: Readonly<Record<string, readonly [name: string, work: (tx: Tx) => Promise<unknown>]>> = {
    "another family's child": [
      "student_missing",
      async (tx) => {
        const choir = await newClass(tx);
        await become(tx, "parentA");
        await takeSeat(tx, choir, ids.studentB1);
      },
    ],
    "a child that does not exist": [
      "student_missing",
      async (tx) => {
        await become(tx, "parentA");
        await takeSeat(tx, ids.classA, ids.waitingA);
      },
    ],
    "a student who asks alone": [
      "student_missing",
      async (tx) => {
        const choir = await newClass(tx);
        await become(tx, "student");
        await takeSeat(tx, choir, ids.studentA1);
      },
    ],
    "a class that does not exist": [
      "class_missing",
      async (tx) => {
        await become(tx, "parentA");
        await takeSeat(tx, ids.waitingA, ids.studentA2);
      },
    ],
    "a shared lesson, which the academy arranges": [
      "class_missing",
      async (tx) => {
        await become(tx, "parentA");
        await takeSeat(tx, ids.classB, ids.studentA2);
      },
    ],
    "too young a child": [
      "class_age_out_of_range",
      async (tx) => {
        const choir = await newClass(tx, { ages: [11, 99] });
        await become(tx, "parentA");
        await takeSeat(tx, choir, ids.studentA2);
      },
    ],
    "too old a child": [
      "class_age_out_of_range",
      async (tx) => {
        const choir = await newClass(tx, { ages: [3, 9] });
        await become(tx, "parentA");
        await takeSeat(tx, choir, ids.studentA2);
      },
    ],
    "a full class": [
      "class_full",
      async (tx) => {
        const choir = await newClass(tx);
        await takeSeat(tx, choir, ids.studentB1);
        await become(tx, "parentA");
        await takeSeat(tx, choir, ids.studentA2);
      },
    ],
    "a second seat": [
      "class_seat_once",
      async (tx) => {
        const choir = await newClass(tx, { seats: 3 });
        await become(tx, "parentA");
        await takeSeat(tx, choir, ids.studentA2);
        await takeSeat(tx, choir, ids.studentA2);
      },
    ],
    "a class that is closed": [
      "class_not_open",
      async (tx) => {
        const choir = await newClass(tx, { status: "closed" });
        await become(tx, "parentA");
        await takeSeat(tx, choir, ids.studentA2);
      },
    ],
    "a class whose lessons are over": [
      "class_over",
      async (tx) => {
        const choir = await newClass(tx);
        await become(tx, "parentA", 60 * 24 * 90);
        await takeSeat(tx, choir, ids.studentA2);
      },
    ],
    "a class at the time of another lesson": [
      "student_double_booked",
      async (tx) => {
        await addLesson(tx, { during: minutesFrom("2026-11-04T22:30:00Z") });
        const choir = await newClass(tx, { teacher: ids.teacher2 });
        await become(tx, "parentA");
        await takeSeat(tx, choir, ids.studentA1);
      },
    ],
    "a seat given back that there is not": [
      "seat_missing",
      async (tx) => {
        const choir = await newClass(tx);
        await become(tx, "parentA");
        await leaveClass(tx, choir, ids.studentA2);
      },
    ],
    "a seat given back by another family": [
      "student_missing",
      async (tx) => {
        const choir = await newClass(tx);
        await takeSeat(tx, choir, ids.studentA2);
        await become(tx, "parentB");
        await leaveClass(tx, choir, ids.studentA2);
      },
    ],
  };
  it.each(Object.entries(refusals))("is refused: %s", async (_, [name, work]) => {
    expect((await refused(work))?.constraint).toBe(name);
  });

  it("is named by the lessons that stand in its way, to the family alone", async () => {
    const clashes = (person: "parentA" | "parentB") =>
      tried(async (tx) => {
        await addLesson(tx, { during: minutesFrom("2026-11-04T22:30:00Z") });
        const choir = await newClass(tx, { teacher: ids.teacher2 });
        await become(tx, person);
        return tx<
          { starts_at: Date }[]
        >`select starts_at from private.class_clashes(${choir}, ${ids.studentA1})`;
      });
    expect(await clashes("parentA")).toEqual([{ starts_at: new Date(WEDNESDAY) }]);
    expect((await refusalOf(clashes("parentB")))?.constraint).toBe("student_missing");
  });

  it("is given back with the lessons to come, kept for those that were, and can be taken again", async () => {
    const seen = await tried(async (tx) => {
      const choir = await newClass(tx);
      await become(tx, "parentA");
      await takeSeat(tx, choir, ids.studentA2);
      const afterTwo = 60 * 24 * 10;
      await become(tx, "parentA", afterTwo);
      const [left] = await leaveClass(tx, choir, ids.studentA2);
      await become(tx, "academy", afterTwo);
      const kept =
        await tx`select from bookings where student_id = ${ids.studentA2} and kind = 'seat' and is_active`;
      await become(tx, "parentA", afterTwo);
      const [again] = await takeSeat(tx, choir, ids.studentA2);
      return { left, kept: kept.length, again };
    });
    expect(seen.left).toEqual({ lessons: 6, from_at: new Date(WEDNESDAY), offered_on: false });
    expect(seen.kept).toBe(2);
    expect(seen.again?.lessons).toBe(6);
  });
});

describe("what visitors see of classes", () => {
  it("counts seats and lessons, and names nobody", async () => {
    const rows = await tried(async (tx) => {
      const choir = await newClass(tx, { seats: 3 });
      await takeSeat(tx, choir, ids.studentA2);
      await become(tx, "visitor");
      return tx`select * from private.class_counts() where class_id in (${choir}, ${ids.classB})`;
    });
    expect(rows).toMatchObject([
      {
        taken: 1,
        offered: 0,
        waiting: 0,
        lessons_ahead: 8,
        next_at: new Date("2026-10-21T21:00:00Z"),
        next_ends_at: new Date("2026-10-21T21:45:00Z"),
        last_at: new Date("2026-12-16T22:00:00Z"),
      },
    ]);
  });
});
