import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { undone } from "./attempt";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy } from "./fixture";
import { addPlan, addSeries } from "./fixture-builders";
import { ids } from "./fixture-ids";
import { refusalOf, type Tx } from "./principal";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
});

afterAll(async () => {
  await database?.drop();
});

/** Teacher 1 on Wednesdays at 16:00, 30 minutes, to the end of Fall; gives the plan. */
async function addWednesdays(tx: Tx, { last = "2026-12-19", every = 1 } = {}): Promise<string> {
  const plan = await addPlan(tx);
  await addSeries(tx, { plan, last, every });
  return plan;
}

/** A family asks for weekly lessons, by default of teacher 1 for student B1 on a Wednesday at 16:00. */
const ask = (
  tx: Tx,
  {
    at = "2026-11-18 16:00",
    minutes = 30,
    student = ids.studentB1,
    kind = "plan",
    teacher = ids.teacher1,
    instrument = ids.piano,
  } = {},
) =>
  tx`insert into enrollments (family_id, student_id, instrument_id, teacher_id, minutes, starts_at, kind, cadence, policy_version)
     select s.family_id, s.id, ${instrument}, ${teacher}, ${minutes}, ${at}::timestamp at time zone 'America/New_York', ${kind}, 'monthly', '1'
       from students s where s.id = ${student}`;

/** Why it is refused after what was arranged; undefined when it is not. */
const refused = async (arrange: (tx: Tx) => Promise<unknown>, asked: Parameters<typeof ask>[1] = {}) =>
  (
    await refusalOf(
      undone(database.owner, async (tx) => {
        await arrange(tx);
        await ask(tx, asked);
      }),
    )
  )?.constraint;

describe("the weekly time of another student", () => {
  it("begins no weekly lessons of somebody else, in whichever week, this term or later", async () => {
    for (const at of ["2026-11-18 16:00", "2026-12-16 16:00", "2027-01-06 16:00", "2027-03-10 16:00"])
      expect(await refused(addWednesdays, { at }), at).toBe("weekly_time_taken");
  });

  it("is taken from the buffer before it to the buffer after it", async () => {
    const [teacher] = await database.owner<{ buffer: number }[]>`
      select buffer_minutes as buffer from teachers where id = ${ids.teacher1}`;
    expect(teacher?.buffer).toBeLessThanOrEqual(15);
    expect(await refused(addWednesdays, { at: "2026-11-18 15:45" })).toBe("weekly_time_taken");
    expect(await refused(addWednesdays, { at: "2026-11-18 16:15", minutes: 60 })).toBe("weekly_time_taken");
    expect(await refused(addWednesdays, { at: "2026-11-18 15:15" })).toBeUndefined();
    expect(await refused(addWednesdays, { at: "2026-11-18 16:45" })).toBeUndefined();
  });

  it("is nobody's on another day, for a trial lesson, or for the student whose time it is", async () => {
    expect(await refused(addWednesdays, { at: "2026-11-19 16:00" })).toBeUndefined();
    expect(await refused(addWednesdays, { kind: "trial" })).toBeUndefined();
    const [owner] = await undone(
      database.owner,
      async (tx) => tx<{ id: string }[]>`
      select student_id as id from enrollments where id = ${await addWednesdays(tx)}`,
    );
    expect(await refused(addWednesdays, { student: owner?.id ?? "" })).toBeUndefined();
  });

  it("follows the local hour across the change of the clocks", async () => {
    expect(await refused(addWednesdays, { at: "2027-04-07 16:00" })).toBe("weekly_time_taken");
    expect(await refused(addWednesdays, { at: "2027-04-07 17:00" })).toBeUndefined();
  });

  it("is also that of fortnightly lessons, and of a plan that waits for its payment", async () => {
    expect(await refused((tx) => addWednesdays(tx, { every: 2 }), { at: "2026-11-25 16:00" })).toBe(
      "weekly_time_taken",
    );
    expect(
      await refused((tx) => ask(tx, { at: "2026-11-11 16:00" }), {
        at: "2026-11-18 16:00",
        student: ids.studentA2,
      }),
    ).toBe("weekly_time_taken");
  });

  it("ends with the lessons, with the notice, and with the plan", async () => {
    const ended = (tx: Tx) => addWednesdays(tx, { last: "2026-12-02" });
    expect(await refused(ended, { at: "2026-12-02 16:00" })).toBe("weekly_time_taken");
    expect(await refused(ended, { at: "2026-12-09 16:00" })).toBeUndefined();
    const having = (change: (tx: Tx, plan: string) => Promise<unknown>) => async (tx: Tx) =>
      change(tx, await addWednesdays(tx));
    const leaving = having(
      (tx, plan) =>
        tx`update enrollments set notice_given_on = '2026-10-20', ends_on = '2026-12-09' where id = ${plan}`,
    );
    expect(await refused(leaving, { at: "2026-12-09 16:00" })).toBe("weekly_time_taken");
    expect(await refused(leaving, { at: "2026-12-16 16:00" })).toBeUndefined();
    const withdrawn = having(
      (tx, plan) => tx`update enrollments set status = 'withdrawn' where id = ${plan}`,
    );
    expect(await refused(withdrawn)).toBeUndefined();
  });

  it("stays the student's during a pause that the family wished, not during one for want of payment", async () => {
    const paused = (reason: string) => async (tx: Tx) => {
      const plan = await addWednesdays(tx);
      await tx`update enrollments set status = 'paused', pause_reason = ${reason} where id = ${plan}`;
    };
    expect(await refused(paused("wished"))).toBe("weekly_time_taken");
    expect(await refused(paused("overdue"))).toBeUndefined();
  });

  it("has its share of the teacher's week, fortnightly lessons half of it", async () => {
    const leaving =
      (minutes: number, every = 1) =>
      async (tx: Tx) => {
        await tx`update lesson_series set valid = daterange(lower(valid), lower(valid) + 1)`;
        await addWednesdays(tx, { every });
        await tx`update teachers set weekly_capacity_minutes = ${minutes} where id = ${ids.teacher1}`;
      };
    const at = "2026-11-19 16:00";
    expect(await refused(leaving(60), { at })).toBeUndefined();
    expect(await refused(leaving(59), { at })).toBe("weekly_time_taken");
    expect(await refused(leaving(45, 2), { at })).toBeUndefined();
    expect(await refused(leaving(44, 2), { at })).toBe("weekly_time_taken");
  });

  it("has its room: another teacher begins no weekly lessons where each fitting room is somebody's", async () => {
    const only = (rooms: number) => async (tx: Tx) => {
      const plan = await addWednesdays(tx);
      await tx`update rooms set is_active = false
                where id <> (select room_id from lesson_series where enrollment_id = ${plan})`;
      if (rooms > 1) await tx`update rooms set is_active = true`;
    };
    const another = { teacher: ids.teacher2 };
    expect(await refused(only(1), another)).toBe("weekly_time_taken");
    expect(await refused(only(1), { ...another, at: "2026-11-18 16:30" })).toBeUndefined();
    expect(await refused(only(2), another)).toBeUndefined();
  });

  it("has a room even where two of a week stand in one", async () => {
    const sharing = (rooms: number) => async (tx: Tx) => {
      const plan = await addWednesdays(tx);
      const [third] = await tx<{ id: string }[]>`
        insert into teachers (slug, first_name, last_name, headline, bio, teaching_since, buffer_minutes, weekly_capacity_minutes)
        values ('third', 'Third', 'Teacher', 'Third', 'Third', 2002, 10, 1200) returning id`;
      const other = await addPlan(tx);
      await tx`insert into lesson_series (enrollment_id, family_id, student_id, teacher_id, room_id, weekday, starts, minutes, valid)
               select ${other}, family_id, student_id, ${third?.id ?? ""}, room_id, weekday, starts, minutes, valid
                 from lesson_series where enrollment_id = ${plan}`;
      await tx`update rooms set is_active = id in (
                 (select room_id from lesson_series where enrollment_id = ${plan}), ${ids.pianoRoom}, ${ids.plainRoom})`;
      await tx`update rooms set equipment = (select equipment from rooms where id = ${ids.pianoRoom})`;
      if (rooms > 2) await tx`update rooms set is_active = true`;
    };
    expect(await refused(sharing(2), { teacher: ids.teacher2 })).toBe("weekly_time_taken");
    expect(await refused(sharing(2), { teacher: ids.teacher2, at: "2026-11-18 16:30" })).toBeUndefined();
    expect(await refused(sharing(3), { teacher: ids.teacher2 })).toBeUndefined();
  });

  it("is asked of many times at once", async () => {
    const found = await undone(database.owner, async (tx) => {
      await addWednesdays(tx);
      return tx<{ at: string }[]>`
        select to_char(starts_at at time zone 'America/New_York', 'YYYY-MM-DD HH24:MI') as at
          from private.weekly_times_taken(${ids.piano},
            array[${ids.teacher1}, ${ids.teacher1}, ${ids.teacher2}]::uuid[],
            array['2026-11-18 16:00-05', '2026-11-18 17:00-05', '2026-11-18 17:00-05']::timestamptz[], 30)`;
    });
    expect(found).toEqual([{ at: "2026-11-18 16:00" }]);
  });
});
