import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { undone } from "./attempt";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy, fixtureNow, fixtureOffset } from "./fixture";
import { ids, people, sessionOf } from "./fixture-ids";
import { asPrincipal, type Refusal, refusalOf, type Tx } from "./principal";

let database: TestDatabase;
let waiting: { enrollment: string; booking: string };

const lessonAt = "2026-11-04T21:00:00Z";
const during = `[${lessonAt},2026-11-04T21:30:00Z)`;
const later = (hours: number): string => new Date(fixtureNow.getTime() + hours * 3_600_000).toISOString();

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
  waiting = await database.owner.begin(async (tx) => {
    await tx`select set_config('app.clock_offset_ms', ${String(fixtureOffset())}, true)`;
    const [booking] = await tx`
      insert into bookings (kind, teacher_id, room_id, student_id, during, teacher_busy, expires_at)
      values ('hold', ${ids.teacher1}, ${ids.pianoRoom}, ${ids.studentA2}, ${during}, 'empty', ${later(0.25)}) returning id`;
    const [enrollment] = await tx`
      insert into enrollments (family_id, student_id, instrument_id, teacher_id, minutes, starts_at, booking_id, kind,
                               cadence, policy_version)
      values (${ids.familyA}, ${ids.studentA2}, ${ids.piano}, ${ids.teacher1}, 30, ${lessonAt}, ${booking?.id}, 'trial',
              'monthly', '1') returning id`;
    return { enrollment: String(enrollment?.id), booking: String(booking?.id) };
  });
});

afterAll(async () => {
  await database?.drop();
});

/** Works as an administrator, `hours` after the fixture's noon, and undoes it. */
const asAdmin = <T>(work: (tx: Tx) => Promise<T>, hours = 0): Promise<T> =>
  undone(database.app, work, {
    as: { kind: "user", userId: people.admin, sessionId: sessionOf("admin") },
    after: hours * 60,
  });

const extend = (
  tx: Tx,
  until: string,
  reason = "The new card arrives on Friday",
  enrollment = waiting.enrollment,
) => tx`select held_before, held_until from private.extend_hold(${enrollment}, ${until}, ${reason})`;

const refused = (work: (tx: Tx) => Promise<unknown>, hours = 0): Promise<Refusal | undefined> =>
  refusalOf(asAdmin(work, hours));

describe("extending a hold", () => {
  it("keeps the time longer and says so in the audit trail", async () => {
    const seen = await asAdmin(async (tx) => {
      const [hold] = await extend(tx, later(24));
      const [entry] = await tx`
        select actor_id, after ->> 'hold_note' as note from audit_log
         where table_name = 'bookings' and row_id = ${waiting.booking} order by id desc limit 1`;
      const [open] = await tx`
        select count(*)::int as found from private.open_times(${ids.piano}, 30, ${lessonAt}, ${lessonAt}, ${ids.teacher1})`;
      return { hold, entry, open };
    });
    expect(seen?.hold?.held_before?.toISOString()).toBe(later(0.25));
    expect(seen?.hold?.held_until?.toISOString()).toBe(later(24));
    expect(seen?.entry).toEqual({ actor_id: people.admin, note: "The new card arrives on Friday" });
    expect(seen?.open).toEqual({ found: 0 });
  });

  it("takes up again a hold that ran out, when nobody has taken the time", async () => {
    const [hold] = (await asAdmin((tx) => extend(tx, later(24)), 1)) ?? [];
    expect(hold?.held_before).toBeNull();
    expect(hold?.held_until?.toISOString()).toBe(later(24));
  });

  it("ends when the lesson would begin", async () => {
    // The fourteen days end before the lesson of the fixture: a sooner one, on the Thursday after next.
    await database.owner`update bookings set during = '[2026-10-29T21:00:00Z,2026-10-29T21:30:00Z)' where id = ${waiting.booking}`;
    try {
      expect(await refused((tx) => extend(tx, "2026-10-29T21:01:00Z"))).toMatchObject({
        constraint: "hold_beyond_lesson",
      });
      expect(await refused((tx) => extend(tx, "2026-10-29T21:00:00Z"))).toBeUndefined();
    } finally {
      await database.owner`update bookings set during = ${during} where id = ${waiting.booking}`;
    }
  });

  it("is refused when another family has the time by now", async () => {
    const [taken] = await database.owner.begin(async (tx) => {
      await tx`update bookings set is_active = false, released_reason = 'hold expired' where id = ${waiting.booking}`;
      return tx`insert into bookings (kind, teacher_id, room_id, during, teacher_busy, expires_at)
                values ('hold', ${ids.teacher1}, ${ids.plainRoom}, ${during}, 'empty', ${later(24)}) returning id`;
    });
    try {
      expect(await refused((tx) => extend(tx, later(24)))).toEqual({
        code: "23P01",
        constraint: "teacher_double_booked",
      });
    } finally {
      await database.owner`update bookings set is_active = false where id = ${String(taken?.id)}`;
      await database.owner`update bookings set is_active = true, released_reason = null where id = ${waiting.booking}`;
    }
  });
});

describe("a parent's name and telephone number", () => {
  it("are kept once", async () => {
    const parent = { kind: "user", userId: people.parentA, sessionId: sessionOf("parentA") } as const;
    const [guardian] = await asPrincipal(database.app, parent, async (tx) => {
      await tx`update profiles set full_name = 'Parent Alpha', phone = '555-0199' where id = ${people.parentA}`;
      return tx`select full_name, phone from guardians where profile_id = ${people.parentA}`;
    });
    expect(guardian).toEqual({ full_name: "Parent Alpha", phone: "555-0199" });
  });
});
