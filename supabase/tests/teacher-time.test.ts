import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { undone } from "./attempt";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy, lessonTimes } from "./fixture";
import {
  addClassLesson,
  addLesson,
  addPayLine,
  become,
  minutesFrom,
  takeLessonSeat,
  turnPayrollPeriod,
} from "./fixture-builders";
import { ids, type Person } from "./fixture-ids";
import { type Refusal, refusalOf, type Tx } from "./principal";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
});

afterAll(async () => {
  await database?.drop();
});

/** Arranges as the academy, then works as a person, at the fixture's Tuesday noon; undoes it all. */
const as = <T>(
  person: Person,
  work: (tx: Tx) => Promise<T>,
  arrange: (tx: Tx) => Promise<unknown> = async () => undefined,
): Promise<T> =>
  undone(database.app, async (tx) => {
    await arrange(tx);
    await become(tx, person);
    return work(tx);
  });

const refused = (
  person: Person,
  work: (tx: Tx) => Promise<unknown>,
  arrange?: (tx: Tx) => Promise<unknown>,
): Promise<Refusal | undefined> => refusalOf(as(person, work, arrange));

type Hours = { weekday: number; starts: string; ends: string };
const week = (starts: string, ends: string, days = [0, 1, 2, 3, 4]): Hours[] =>
  days.map((weekday) => ({ weekday, starts, ends }));

const replace = (
  tx: Tx,
  from: string,
  until: string | null,
  hours: readonly Hours[] | null,
  teacher: string = ids.teacher1,
) => tx<{ lesson_id: string }[]>`
  select lesson_id from private.replace_week(${teacher}, ${from}::text::date, ${until}::text::date, ${hours === null ? null : tx.json(hours as Hours[])})`;

/** The Monday rows of a teacher: from, until (the day after the last), hours. */
const mondays = async (tx: Tx, teacher: string = ids.teacher1): Promise<string[]> =>
  (
    await tx<{ line: string }[]>`
      select concat_ws(' ', lower(valid), upper(valid), to_char(starts, 'HH24:MI'), to_char(ends, 'HH24:MI')) as line
        from teacher_availability where teacher_id = ${teacher} and weekday = 0 order by valid, starts`
  ).map((row) => row.line);

describe("a week of hours", () => {
  it("ends what held the day before and holds for good", async () => {
    await as("teacher1", async (tx) => {
      await replace(tx, "2026-11-09", null, week("14:00", "18:00"));
      expect(await mondays(tx)).toEqual(["2026-11-09 15:00 19:00", "2026-11-09 14:00 18:00"]);
      expect(await mondays(tx, ids.teacher2)).toEqual(["15:00 19:00"]);
    });
  });

  it("with a last day lets what held before hold again after it", async () => {
    await as("teacher1", async (tx) => {
      await replace(tx, "2026-11-09", "2026-11-22", week("09:00", "12:00"));
      expect(await mondays(tx)).toEqual([
        "2026-11-09 15:00 19:00",
        "2026-11-09 2026-11-23 09:00 12:00",
        "2026-11-23 15:00 19:00",
      ]);
      // A week within those weeks, then one that ends what is still to come.
      await replace(tx, "2026-11-16", "2026-11-16", []);
      await replace(tx, "2026-11-20", null, week("10:00", "11:00", [0]));
      expect(await mondays(tx)).toEqual([
        "2026-11-09 15:00 19:00",
        "2026-11-09 2026-11-16 09:00 12:00",
        "2026-11-17 2026-11-20 09:00 12:00",
        "2026-11-20 10:00 11:00",
      ]);
    });
  });

  it("tells the lessons of these days that the hours do not cover, also those that they did not cover before", async () => {
    let late = "";
    const uncovered = (until: string | null, hours: readonly Hours[]) =>
      as(
        "teacher1",
        async (tx) => (await replace(tx, "2026-11-02", until, hours)).map((row) => row.lesson_id),
        async (tx) => {
          late = await addLesson(tx, { during: minutesFrom("2026-11-05T02:00:00Z") });
        },
      );
    const found = await uncovered(null, week("14:00", "16:15"));
    expect(found).toContain(ids.lessonA);
    expect(found).toContain(late);
    expect(found).not.toContain(ids.lessonB);
    expect(await uncovered("2026-11-02", week("14:00", "16:15"))).toEqual([ids.lessonA]);
    // Hours that touch are as good as one.
    expect(await uncovered(null, [...week("14:00", "16:15"), ...week("16:15", "19:00")])).toEqual([late]);
  });

  it("is refused whole: nothing of it is written", async () => {
    await as("teacher1", async (tx) => {
      const refusal = await refusalOf(
        tx.savepoint((sub) =>
          replace(sub, "2026-11-09", null, [...week("14:00", "18:00"), ...week("17:00", "19:00")]),
        ),
      );
      expect(refusal?.constraint).toBe("availability_does_not_overlap");
      expect(await mondays(tx)).toEqual(["15:00 19:00"]);
    });
  });

  it.each<[string, string | null, readonly Hours[] | null, string]>([
    ["2026-10-19", null, week("14:00", "18:00"), "availability_in_past"],
    ["2026-11-09", "2026-11-08", week("14:00", "18:00"), "availability_days_in_order"],
    ["infinity", null, week("14:00", "18:00"), "availability_days_in_order"],
    ["2026-11-09", "infinity", week("14:00", "18:00"), "availability_days_in_order"],
    ["2026-11-09", null, week("18:00", "14:00"), "availability_hours_in_order"],
    ["2026-11-09", null, week("14:00", "14:00"), "availability_hours_in_order"],
    ["2026-11-09", null, null, "availability_hours_in_order"],
    ["2026-11-09", null, week("14:05", "18:00"), "availability_off_grid"],
    ["2026-11-09", null, week("14:00", "18:00:01"), "availability_off_grid"],
    ["2026-11-09", null, week("14:00", "18:00", [7]), "teacher_availability_weekday_check"],
  ])("from %s until %s with %j is refused: %s", async (from, until, hours, constraint) => {
    expect(await refused("admin", (tx) => replace(tx, from, until, hours))).toMatchObject({ constraint });
  });

  it("begins on a day that exists", async () => {
    expect(
      await refused("admin", (tx) => replace(tx, "2027-02-29", null, week("14:00", "18:00"))),
    ).toMatchObject({
      code: "22008",
    });
    await as("admin", (tx) => replace(tx, "2028-02-29", null, week("14:00", "18:00")));
  });

  it("is the teacher's own and the academy's", async () => {
    await as("admin", (tx) => replace(tx, "2026-11-09", null, []));
    for (const person of ["teacher2", "parentA", "student"] as const) {
      expect(await refused(person, (tx) => replace(tx, "2026-11-09", null, [])), person).toEqual({
        code: "CH403",
        constraint: "teacher_time_forbidden",
      });
    }
    expect(await refused("admin", (tx) => replace(tx, "2026-11-09", null, [], ids.familyA))).toMatchObject({
      constraint: "teacher_time_forbidden",
    });
  });
});

const timeOff = async (
  tx: Tx,
  from: string | null,
  until: string | null,
  teacher: string = ids.teacher1,
  why: string | null = "Ill",
): Promise<string> => {
  const [row] = await tx<
    { id: string }[]
  >`select private.enter_time_off(${teacher}, ${from}::text::timestamptz, ${until}::text::timestamptz, ${why}) as id`;
  return row?.id ?? "";
};
const MONDAY = ["2026-11-02T05:00:00Z", "2026-11-03T05:00:00Z"] as const;

const lessonsOf = (tx: Tx, id: string) => tx<
  { lesson_id: string; needs_somebody: boolean; given_by: string; student_name: string | null }[]
>`
  select lesson_id, needs_somebody, given_by, student_name from private.time_off_lessons(array[${id}]::uuid[])`;

describe("time off", () => {
  it("keeps the lessons that it meets and tells them, also to a teacher", async () => {
    await as("teacher1", async (tx) => {
      const id = await timeOff(tx, ...MONDAY);
      expect([...(await lessonsOf(tx, id))]).toEqual([
        { lesson_id: ids.lessonA, needs_somebody: true, given_by: ids.teacher1, student_name: "Ann A" },
      ]);
      const [open] = await tx`
        select count(*)::int as times from private.open_times(${ids.piano}, 30, ${MONDAY[0]}, ${MONDAY[1]}, ${ids.teacher1})`;
      expect(open?.times).toBe(0);
    });
  });

  it("is told to nobody else", async () => {
    for (const person of ["teacher2", "parentA", "student"] as const) {
      const seen = await as(
        person,
        async (tx) => [
          ...(await tx`select lesson_id from private.time_off_lessons(array(select id from teacher_exceptions))`),
          ...(await tx`select lesson_id from private.time_off_lessons(array['${tx.unsafe(ids.lessonA)}']::uuid[])`),
        ],
        async (tx) => {
          await become(tx, "admin");
          await timeOff(tx, ...MONDAY);
        },
      );
      expect(seen, person).toEqual([]);
    }
  });

  it("may begin with today, on which somebody fell ill", async () => {
    await as("admin", (tx) => timeOff(tx, "2026-10-20T04:00:00Z", "2026-10-24T04:00:00Z"));
  });

  it.each<[string | null, string | null, string | null, string]>([
    [MONDAY[1], MONDAY[0], "Ill", "time_off_in_order"],
    [MONDAY[0], MONDAY[0], "Ill", "time_off_in_order"],
    [null, MONDAY[0], "Ill", "time_off_in_order"],
    [MONDAY[0], "infinity", "Ill", "time_off_in_order"],
    ["2026-10-20T03:59:00Z", MONDAY[0], "Ill", "time_off_in_past"],
    ["2026-10-20T04:00:00Z", "2026-10-20T16:00:00Z", "Ill", "time_off_in_past"],
    [MONDAY[0], "2027-12-31T00:00:00Z", "Ill", "time_off_too_long"],
    ["2026-11-09T05:00:00Z", "2026-11-10T05:00:01Z", "Ill", "time_off_does_not_overlap"],
    [MONDAY[0], MONDAY[1], " ", "teacher_exceptions_reason"],
    [MONDAY[0], MONDAY[1], null, "teacher_exceptions_reason"],
    [MONDAY[0], MONDAY[1], "x".repeat(301), "teacher_exceptions_reason"],
  ])("from %s until %s because of %j is refused: %s", async (from, until, why, constraint) => {
    expect(await refused("teacher1", (tx) => timeOff(tx, from, until, ids.teacher1, why))).toMatchObject({
      constraint,
    });
  });

  it("may follow another at once", async () => {
    await as("teacher1", (tx) => timeOff(tx, "2026-11-09T05:00:00Z", "2026-11-10T05:00:00Z"));
  });

  it("is the teacher's own and the academy's to enter and to withdraw", async () => {
    for (const person of ["teacher2", "parentA", "student"] as const) {
      expect(await refused(person, (tx) => timeOff(tx, ...MONDAY)), person).toMatchObject({
        constraint: "teacher_time_forbidden",
      });
      expect(
        await refused(
          person,
          (tx) => tx`
          select private.withdraw_time_off(x.id) from (select '${tx.unsafe(ids.lessonA)}'::uuid as id) x`,
        ),
        person,
      ).toMatchObject({ constraint: "teacher_time_forbidden" });
    }
  });

  it("that is to come is withdrawn, that has begun ends now, that is over stays", async () => {
    await as("teacher1", async (tx) => {
      const later = await timeOff(tx, ...MONDAY);
      const running = await timeOff(tx, "2026-10-20T04:00:00Z", "2026-10-24T04:00:00Z");
      await tx`select private.withdraw_time_off(${later})`;
      await tx`select private.withdraw_time_off(${running})`;
      const [left] =
        await tx`select upper(during) = private.now() as "endsNow" from teacher_exceptions where id = ${running}`;
      expect(left).toEqual({ endsNow: true });
      expect([...(await tx`select id from teacher_exceptions where id = ${later}`)]).toEqual([]);
      expect(
        await refusalOf(tx.savepoint((sub) => sub`select private.withdraw_time_off(${running})`)),
      ).toMatchObject({
        constraint: "time_off_over",
      });
    });
  });
});

const assign = (tx: Tx, lesson: string, teacher: string) => tx`
  select * from private.assign_substitute(${lesson}, ${teacher})`;

const substitutes = (tx: Tx, lesson: string) => tx`
  select teacher_id, obstacle, is_outside_hours, is_full, booked_minutes, lessons_with_student, lessons_with_family, is_there
    from private.substitutes_for(array[${lesson}]::uuid[])`;

describe("a substitute", () => {
  it("is proposed with what speaks for them", async () => {
    await as("admin", async (tx) => {
      const [found] = await substitutes(tx, ids.lessonA);
      expect(found).toMatchObject({
        teacher_id: ids.teacher2,
        obstacle: null,
        is_outside_hours: false,
        is_full: false,
        booked_minutes: 30,
        lessons_with_student: 0,
        is_there: true,
      });
    });
  });

  it("is found out to be unfit, away, busy, elsewhere or full", async () => {
    const obstacleAfter = async (arrange: (tx: Tx) => Promise<unknown>) => {
      const [found] = await as("admin", (tx) => substitutes(tx, ids.lessonA), arrange);
      return found;
    };
    const of = (change: string) => (tx: Tx) => tx.unsafe(change);
    expect(
      await obstacleAfter(
        of(`update teacher_instruments set minimum_age = 18 where teacher_id = '${ids.teacher2}'`),
      ),
    ).toMatchObject({ obstacle: "unfit" });
    expect(
      await obstacleAfter(
        of(`update teacher_instruments set levels = '{advanced}' where teacher_id = '${ids.teacher2}'`),
      ),
    ).toMatchObject({ obstacle: "unfit" });
    expect(
      await obstacleAfter(
        of(
          `delete from teacher_instruments where teacher_id = '${ids.teacher2}' and instrument_id = '${ids.piano}'`,
        ),
      ),
    ).toMatchObject({ obstacle: "unfit" });
    expect(
      await obstacleAfter(
        of(
          `insert into teacher_exceptions (teacher_id, during, reason) values ('${ids.teacher2}', '${lessonTimes.a}', 'Dentist')`,
        ),
      ),
    ).toMatchObject({ obstacle: "away" });
    // 15 minutes after lesson A begins lesson B's day for teacher 2: with the buffer it is too near.
    expect(
      await obstacleAfter(
        of(
          `update bookings set during = '[2026-11-02T21:40:00Z,2026-11-02T22:10:00Z)' where id = '${ids.bookingB}'`,
        ),
      ),
    ).toMatchObject({ obstacle: "busy" });
    expect(
      await obstacleAfter(
        of(`update teacher_availability set starts = '16:15' where teacher_id = '${ids.teacher2}'`),
      ),
    ).toMatchObject({ obstacle: null, is_outside_hours: true });
    expect(
      await obstacleAfter(
        of(`update teachers set weekly_capacity_minutes = 59 where id = '${ids.teacher2}'`),
      ),
    ).toMatchObject({ obstacle: null, is_full: true });
    expect(
      await obstacleAfter(of(`update teachers set is_active = false where id = '${ids.teacher2}'`)),
    ).toBeUndefined();
  });

  it("agrees with the conflicts of a proposed lesson on what concerns the teacher", async () => {
    const changes = [
      `select 1`,
      `insert into teacher_exceptions (teacher_id, during, reason) values ('${ids.teacher2}', '${lessonTimes.a}', 'Dentist')`,
      `update bookings set during = '[2026-11-02T21:30:00Z,2026-11-02T22:00:00Z)' where id = '${ids.bookingB}'`,
      `update bookings set during = '[2026-11-02T20:15:00Z,2026-11-02T20:45:00Z)' where id = '${ids.bookingB}'`,
      `update bookings set during = '[2026-11-02T20:30:00Z,2026-11-02T21:00:00Z)' where id = '${ids.bookingB}'`,
      `update teacher_availability set ends = '16:15' where teacher_id = '${ids.teacher2}'`,
      `update teachers set weekly_capacity_minutes = 60 where id = '${ids.teacher2}'`,
      `update teachers set weekly_capacity_minutes = 59 where id = '${ids.teacher2}'`,
      `update teacher_instruments set minimum_age = 15 where teacher_id = '${ids.teacher2}'`,
    ];
    for (const change of changes) {
      const [row] = await as(
        "admin",
        (tx) => tx`
          select array_remove(array[case s.obstacle when 'away' then 'teacher_away' when 'busy' then 'teacher_busy' when 'unfit' then 'age' end,
                       case when s.is_outside_hours then 'outside_availability' end, case when s.is_full then 'teacher_full' end], null) as here,
                 array(select c.reason from private.lesson_conflicts(${ids.piano}, ${ids.teacher2}, '2026-11-02T21:00:00Z', 30, ${ids.studentA1},
                                                                     null, null, array[${ids.bookingA}]::uuid[], false, true) c order by 1) as there
            from private.substitutes_for(array[${ids.lessonA}]::uuid[]) s`,
        (tx) => tx.unsafe(change),
      );
      expect([...(row?.here ?? [])].sort(), change).toEqual([...(row?.there ?? ["?"])].sort());
    }
  });

  it("is proposed to the teacher of the lesson and to nobody else", async () => {
    expect(await as("teacher1", (tx) => substitutes(tx, ids.lessonA))).toHaveLength(1);
    for (const person of ["teacher2", "parentA", "student"] as const)
      expect([...(await as(person, (tx) => substitutes(tx, ids.lessonA)))], person).toEqual([]);
  });

  it("gets the lesson at its time, in its room; it is remembered whose it was, and the family is told", async () => {
    await as("admin", async (tx) => {
      const id = await timeOff(tx, ...MONDAY);
      const [done] = await assign(tx, ids.lessonA, ids.teacher2);
      expect(done).toEqual({
        teacher_before: ids.teacher1,
        room_before: ids.pianoRoom,
        teacher_id: ids.teacher2,
        room_id: ids.pianoRoom,
        sequence: 1,
      });
      const [lesson] = await tx`
        select l.teacher_id, l.substitute_for, l.ical_sequence, l.during = ${lessonTimes.a}::tstzrange as same_time, b.teacher_id as booked,
               upper(b.teacher_busy) - upper(b.during) = interval '15 minutes' as with_buffer
          from lessons l join bookings b on b.id = l.booking_id where l.id = ${ids.lessonA}`;
      expect(lesson).toEqual({
        teacher_id: ids.teacher2,
        substitute_for: ids.teacher1,
        ical_sequence: 1,
        same_time: true,
        booked: ids.teacher2,
        with_buffer: true,
      });
      const [event] =
        await tx`select name, data, stream from outbox where name = 'scheduling/lesson.substituted'`;
      expect(event).toEqual({
        name: "scheduling/lesson.substituted",
        data: { lessonId: ids.lessonA, sequence: 1, teacherBefore: ids.teacher1 },
        stream: ids.familyA,
      });
      expect([...(await lessonsOf(tx, id))]).toMatchObject([
        { lesson_id: ids.lessonA, needs_somebody: false, given_by: ids.teacher2 },
      ]);
      // The substitute sees the lesson now.
      await become(tx, "teacher2");
      expect(await tx`select id from lessons where id = ${ids.lessonA}`).toHaveLength(1);
    });
  });

  it("gives the lesson back to the own teacher, who then is nobody's substitute", async () => {
    await as("admin", async (tx) => {
      await assign(tx, ids.lessonA, ids.teacher2);
      await assign(tx, ids.lessonA, ids.teacher1);
      const [lesson] =
        await tx`select teacher_id, substitute_for, ical_sequence from lessons where id = ${ids.lessonA}`;
      expect(lesson).toEqual({ teacher_id: ids.teacher1, substitute_for: null, ical_sequence: 2 });
    });
  });

  it("takes another room only where the lesson's is closed", async () => {
    const close = (tx: Tx) => tx`update rooms set is_active = false where id = ${ids.pianoRoom}`;
    expect(await refused("admin", (tx) => assign(tx, ids.lessonA, ids.teacher2), close)).toMatchObject({
      constraint: "substitute_without_room",
    });
    const [done] = await as(
      "admin",
      (tx) => assign(tx, ids.lessonA, ids.teacher2),
      async (tx) => {
        await close(tx);
        await tx`update rooms set equipment = '{piano}' where id = ${ids.plainRoom}`;
      },
    );
    expect(done).toMatchObject({ room_before: ids.pianoRoom, room_id: ids.plainRoom });
  });

  it("gives a class's lesson, whose students are of the right age", async () => {
    let lesson = "";
    const arrange = async (tx: Tx) => {
      lesson = await addClassLesson(tx);
      await takeLessonSeat(tx, ids.studentA1, lesson);
    };
    await as("admin", (tx) => assign(tx, lesson, ids.teacher2), arrange);
    expect(
      await refused(
        "admin",
        (tx) => assign(tx, lesson, ids.teacher2),
        async (tx) => {
          await arrange(tx);
          await tx`update teacher_instruments set minimum_age = 15 where teacher_id = ${ids.teacher2}`;
        },
      ),
    ).toMatchObject({ constraint: "substitute_unfit" });
  });

  it("is chosen by an administrator alone", async () => {
    for (const person of ["teacher1", "teacher2", "parentA", "student"] as const)
      expect(await refused(person, (tx) => assign(tx, ids.lessonA, ids.teacher2)), person).toEqual({
        code: "CH403",
        constraint: "admin_only",
      });
  });

  it.each<[string, string, string, (tx: Tx) => Promise<unknown>]>([
    ["a past lesson", ids.pastLessonA, "substitute_too_late", async () => undefined],
    ["a lesson that does not exist", ids.familyA, "substitute_too_late", async () => undefined],
    [
      "a cancelled lesson",
      ids.lessonA,
      "substitute_too_late",
      (tx) => tx`update lessons set status = 'cancelled' where id = ${ids.lessonA}`,
    ],
    [
      "somebody busy",
      ids.lessonA,
      "substitute_busy",
      (tx) => tx`
      insert into bookings (kind, teacher_id, room_id, during, expires_at)
      values ('hold', ${ids.teacher2}, ${ids.plainRoom}, ${lessonTimes.a}, private.now() + interval '9 minutes')`,
    ],
    [
      "somebody away",
      ids.lessonA,
      "substitute_away",
      (tx) => tx`
      insert into teacher_exceptions (teacher_id, during, reason) values (${ids.teacher2}, ${lessonTimes.a}, 'Dentist')`,
    ],
    [
      "somebody who teaches something else",
      ids.lessonA,
      "substitute_unfit",
      (tx) => tx`
      delete from teacher_instruments where teacher_id = ${ids.teacher2} and instrument_id = ${ids.piano}`,
    ],
  ])("is refused for %s", async (_, lesson, constraint, arrange) => {
    expect(await refused("admin", (tx) => assign(tx, lesson, ids.teacher2), arrange)).toMatchObject({
      constraint,
    });
  });

  it("who is the lesson's teacher, or who left, is refused", async () => {
    for (const teacher of [ids.teacher1, ids.formerTeacher])
      expect(await refused("admin", (tx) => assign(tx, ids.lessonA, teacher)), teacher).toMatchObject({
        constraint: "substitute_unfit",
      });
  });

  it("takes the time of a hold that ran out", async () => {
    await as(
      "admin",
      (tx) => assign(tx, ids.lessonA, ids.teacher2),
      (tx) => tx`
      insert into bookings (kind, teacher_id, room_id, during, expires_at, created_at)
      values ('hold', ${ids.teacher2}, ${ids.plainRoom}, ${lessonTimes.a}, private.now() - interval '1 second', private.now() - interval '1 hour')`,
    );
  });

  it("who gave lessons to the student or a sibling before is known by it", async () => {
    const [found] = await as(
      "admin",
      (tx) => substitutes(tx, ids.lessonA),
      async (tx) => {
        await tx`delete from payroll_lines where lesson_id = ${ids.pastLessonA}`;
        await tx`update bookings set teacher_id = ${ids.teacher2}
                where id = (select booking_id from lessons where id = ${ids.pastLessonA})`;
      },
    );
    expect(found).toMatchObject({ lessons_with_student: 1, lessons_with_family: 0 });
  });

  it("is paid for the lesson, and nobody else", async () => {
    await as("admin", async (tx) => {
      await assign(tx, ids.lessonA, ids.teacher2);
      const period = await turnPayrollPeriod(tx);
      const pay = (teacher: string) =>
        refusalOf(
          tx.savepoint((sub) =>
            addPayLine(sub, { kind: "substitution", lesson: ids.lessonA, teacher, period }),
          ),
        );
      expect(await pay(ids.teacher1)).toMatchObject({ constraint: "pay_for_another" });
      expect(await pay(ids.teacher2)).toBeUndefined();
    });
  });
});
