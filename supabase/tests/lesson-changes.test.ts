import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { undone } from "./attempt";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy } from "./fixture";
import {
  addCreditsOfLessons,
  addLesson,
  become,
  FREE,
  minutesFrom,
  takeLessonSeat,
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

/** Arranges as the academy, acts as somebody else, checks what is checked at commit, and undoes it all. */
const tried = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => undone(database.app, work);

const refused = (work: (tx: Tx) => Promise<unknown>): Promise<Refusal | undefined> => refusalOf(tried(work));

/**
 * Makes it `seconds` before an instant. The academy's clock is the transaction's start and an offset in milliseconds: the
 * microseconds of the start are left over, so that it is up to a thousandth of a second earlier than asked for.
 */
const stand = (tx: Tx, seconds: number, before: string) => tx`
  select set_config('app.clock_offset_ms',
    floor(extract(epoch from ${before}::timestamptz - pg_catalog.now()) * 1000 - ${seconds * 1000})::bigint::text, true)`;

type Outcome = {
  readonly outcome: string;
  readonly is_late: boolean;
  readonly free_until: Date;
  readonly pays_teacher: boolean;
  readonly credit_id: string | null;
  readonly credit_minutes: number | null;
  readonly credit_expires_at: Date | null;
  readonly account_credit_cents: number | null;
  readonly money_choice_cents: number | null;
  readonly term_used: number | null;
  readonly term_left: number | null;
  readonly illness_used: number | null;
  readonly illness_left: number | null;
};

type Cancelled = {
  readonly reason?: string | null;
  readonly wants?: string;
  readonly exception?: boolean;
  readonly student?: string | null;
};

async function cancel(
  tx: Tx,
  lesson: string,
  kind: string,
  { reason = null, wants = "credit", exception = false, student = null }: Cancelled = {},
): Promise<Outcome> {
  const [row] = await tx<Outcome[]>`
    select * from private.cancel_lesson(${lesson}, ${kind}, ${reason}, ${wants}, ${exception}, ${student})`;
  if (!row) throw new Error("Nothing came of it.");
  return row;
}

const asPerson = async <T>(tx: Tx, person: Person, work: () => Promise<T>): Promise<T> => {
  await become(tx, person);
  return work();
};

/** A private lesson of student A1 on a Wednesday at 16:00, and it is so many seconds before its start. */
async function lessonIn(tx: Tx, seconds: number, kind: "private" | "trial" = "private"): Promise<string> {
  const lesson = await addLesson(tx, { kind });
  await stand(tx, seconds, FREE);
  return lesson;
}

const DAY = 86_400;

describe("a family that cancels", () => {
  it.each([
    ["a second more than a day ahead", DAY + 1, "credit", false],
    ["24:00:00 ahead", DAY, "credit", false],
    ["a second less", DAY - 1, "too_late", true],
    ["a second before it begins", 1, "too_late", true],
  ])("%s", async (_, seconds, outcome, isLate) => {
    const seen = await tried(async (tx) => {
      const lesson = await lessonIn(tx, seconds);
      const result = await asPerson(tx, "parentA", () => cancel(tx, lesson, "family"));
      const [row] = await tx`
        select l.status, l.cancel_kind, l.cancelled_late, l.cancel_pays_teacher, l.cancelled_by, b.is_active
          from lessons l join bookings b on b.id = l.booking_id where l.id = ${lesson}`.catch(() => [
        undefined,
      ]);
      return { result, row };
    });
    expect(seen.result).toMatchObject({
      outcome,
      is_late: isLate,
      pays_teacher: isLate,
      account_credit_cents: null,
    });
    expect(seen.result.free_until.toISOString()).toBe("2026-11-03T21:00:00.000Z");
    expect(seen.result.credit_minutes).toBe(isLate ? null : 30);
    expect([seen.result.term_used, seen.result.term_left]).toEqual(isLate ? [0, 2] : [1, 1]);
  });

  it("gets a credit that is valid for 60 days from then on, to the second", async () => {
    const { result, credit } = await tried(async (tx) => {
      const lesson = await lessonIn(tx, 3 * DAY);
      const result = await asPerson(tx, "parentA", () => cancel(tx, lesson, "family"));
      const [credit] = await tx`
        select c.*, c.expires_at - c.issued_at = interval '60 days' as is_exact from makeup_credits c where c.id = ${result.credit_id}`;
      return { result, credit };
    });
    expect(credit).toMatchObject({
      origin: "family_cancelled",
      minutes: 30,
      is_exact: true,
      money_cents: null,
    });
    expect(credit?.expires_at).toEqual(result.credit_expires_at);
  });

  it("counts 24 hours, not a day of the calendar, when clocks change", async () => {
    // Sunday 1 November 2026 has 25 hours in New York: Monday 16:00 is a day and an hour after Sunday 16:00 summer time.
    await tried(async (tx) => {
      await stand(tx, DAY, "2026-11-02T21:00:00Z");
      const result = await asPerson(tx, "parentA", () => cancel(tx, ids.lessonA, "family"));
      expect(result.free_until.toISOString()).toBe("2026-11-01T21:00:00.000Z");
      expect(result.is_late).toBe(false);
    });
    // Sunday 14 March 2027 has 23.
    const monday = "2027-03-15T20:00:00Z";
    for (const [seconds, isLate] of [
      [DAY, false],
      [DAY - 1, true],
    ] as const) {
      await tried(async (tx) => {
        const lesson = await addLesson(tx, { during: minutesFrom(monday) });
        await stand(tx, seconds, monday);
        const result = await asPerson(tx, "parentA", () => cancel(tx, lesson, "family"));
        expect(result.is_late).toBe(isLate);
        expect(result.free_until.toISOString()).toBe("2027-03-14T20:00:00.000Z");
      });
    }
  });

  it("gets two credits a term, and is told so at the third", async () => {
    const seen = await tried(async (tx) => {
      await addCreditsOfLessons(tx, "family_cancelled", 2);
      const lesson = await lessonIn(tx, 5 * DAY);
      return asPerson(tx, "parentA", () => cancel(tx, lesson, "family"));
    });
    expect(seen).toMatchObject({
      outcome: "used_up",
      is_late: false,
      pays_teacher: false,
      term_used: 2,
      term_left: 0,
      credit_id: null,
    });
  });

  it("gets a credit for a late illness twice a year, and none the third time", async () => {
    for (const [before, outcome, left] of [
      [0, "credit", 1],
      [1, "credit", 0],
      [2, "too_late", 0],
    ] as const) {
      const seen = await tried(async (tx) => {
        await addCreditsOfLessons(tx, "illness", before);
        const lesson = await lessonIn(tx, 3600);
        return asPerson(tx, "parentA", () => cancel(tx, lesson, "illness"));
      });
      expect(seen).toMatchObject({
        outcome,
        is_late: true,
        pays_teacher: true,
        illness_left: left,
        term_left: 2,
      });
    }
  });

  it("uses no exception for an illness that is told in time, but for a term that is used up", async () => {
    const inTime = await tried(async (tx) => {
      const lesson = await lessonIn(tx, 2 * DAY);
      return asPerson(tx, "parentA", () => cancel(tx, lesson, "illness"));
    });
    expect(inTime).toMatchObject({ outcome: "credit", term_used: 1, illness_used: 0 });
    const usedUp = await tried(async (tx) => {
      await addCreditsOfLessons(tx, "family_cancelled", 2);
      const lesson = await lessonIn(tx, 5 * DAY);
      return asPerson(tx, "parentA", () => cancel(tx, lesson, "illness"));
    });
    expect(usedUp).toMatchObject({ outcome: "credit", term_used: 2, illness_used: 1 });
  });

  it("gets nothing for a trial, which may be moved instead", async () => {
    const seen = await tried(async (tx) => {
      await stand(tx, 5 * DAY, "2026-11-02T21:00:00Z");
      return asPerson(tx, "parentA", () => cancel(tx, ids.lessonA, "family"));
    });
    expect(seen).toMatchObject({ outcome: "trial_over", credit_id: null, account_credit_cents: null });
  });

  it("gives up one child's seat of a class, whose lesson takes place", async () => {
    const seen = await tried(async (tx) => {
      const result = await asPerson(tx, "parentA", () => cancel(tx, ids.classLessonA, "family"));
      const [row] = await tx`select l.status, s.given_up_at is not null as is_given_up from lessons l
                               join lesson_seats s on s.lesson_id = l.id where l.id = ${ids.classLessonA}`;
      return { result, row };
    });
    expect(seen.result).toMatchObject({ outcome: "seat_given_up", credit_id: null, pays_teacher: true });
    expect(seen.row).toEqual({ status: "scheduled", is_given_up: true });
  });

  it("says whose seat, when two children have one", async () => {
    const both = (student: string | null) => async (tx: Tx) => {
      await takeLessonSeat(tx, ids.studentA2);
      return asPerson(tx, "parentA", () => cancel(tx, ids.classLessonA, "family", { student }));
    };
    expect(await refused(both(null))).toMatchObject({ constraint: "seat_student_missing" });
    expect(await refused(both(ids.studentB1))).toMatchObject({ constraint: "seat_student_missing" });
    expect(await tried(both(ids.studentA2))).toMatchObject({ outcome: "seat_given_up" });
  });
});

describe("a booked make-up", () => {
  const FRIDAY = "2026-11-06T21:00:00Z";
  const booked = async (tx: Tx): Promise<string> => {
    const [row] = await tx<
      { lesson_id: string }[]
    >`select * from private.book_makeup(${ids.creditA}, ${ids.teacher1}, ${FRIDAY})`;
    return row?.lesson_id ?? "";
  };

  it("is final for the family: nothing comes back, however early", async () => {
    const seen = await tried(async (tx) => {
      const lesson = await asPerson(tx, "parentA", () => booked(tx));
      const result = await cancel(tx, lesson, "family");
      const [credit] = await tx`select used_lesson_id from makeup_credits where id = ${ids.creditA}`;
      return { result, credit, lesson };
    });
    expect(seen.result).toMatchObject({
      outcome: "makeup_final",
      credit_id: null,
      is_late: false,
      pays_teacher: false,
    });
    expect(seen.credit?.used_lesson_id).toBe(seen.lesson);
  });

  it("gives its credit back, valid for 60 days again and money if wanted, when the academy cancels it", async () => {
    const seen = await tried(async (tx) => {
      const lesson = await asPerson(tx, "parentA", () => booked(tx));
      await stand(tx, 3600, FRIDAY);
      const result = await asPerson(tx, "admin", () =>
        cancel(tx, lesson, "teacher", { reason: "The teacher is ill" }),
      );
      const [credit] =
        await tx`select *, expires_at - private.now() as left from makeup_credits where id = ${ids.creditA}`;
      return { result, credit, lesson };
    });
    expect(seen.result).toMatchObject({
      outcome: "credit_returned",
      credit_id: ids.creditA,
      pays_teacher: false,
    });
    expect(seen.credit).toMatchObject({
      used_lesson_id: null,
      used_at: null,
      returned_lesson_id: seen.lesson,
      money_cents: 16000,
    });
    expect(seen.credit?.expires_at).toEqual(seen.result.credit_expires_at);
    const sixtyDaysLater = Date.parse(FRIDAY) - 3_600_000 + 60 * DAY * 1000;
    expect(Math.abs(Number(seen.result.credit_expires_at) - sixtyDaysLater)).toBeLessThan(1000);
  });

  it("is not moved by the family, but by the academy within the credit's validity", async () => {
    const move = (to: string, person: Person) => async (tx: Tx) => {
      const lesson = await asPerson(tx, "parentA", () => booked(tx));
      await become(tx, person);
      return tx`select * from private.move_lesson(${lesson}, ${to}::text::timestamptz, null, null, 'By telephone', ${person === "admin"})`;
    };
    expect(await refused(move("2026-11-13T21:00:00Z", "parentA"))).toMatchObject({
      constraint: "makeup_final",
    });
    expect(await refused(move("2026-12-21T21:00:00Z", "admin"))).toMatchObject({
      constraint: "makeup_credit_expired",
    });
    expect(await refused(move("2026-12-18T21:00:00Z", "admin"))).toBeUndefined();
  });
});

describe("a lesson that the academy cancels", () => {
  it("counts against nothing, and the family may take money for it, to the cent", async () => {
    // Of the four private lessons in November one is cancelled: $160 / 4.
    const seen = await tried(async (tx) => {
      for (const day of ["05", "12", "19"])
        await addLesson(tx, { during: minutesFrom(`2026-11-${day}T21:00:00Z`) });
      await addCreditsOfLessons(tx, "family_cancelled", 2);
      const lesson = await lessonIn(tx, 600);
      const result = await asPerson(tx, "teacher1", () => cancel(tx, lesson, "teacher", { reason: "Fever" }));
      await become(tx, "parentA");
      const [money] = await tx`select * from private.credit_to_money(${result.credit_id})`;
      const [credit] =
        await tx`select origin, voided_at is not null as is_voided, money_cents from makeup_credits where id = ${result.credit_id}`;
      const [account] = await tx`select * from account_credits where id = ${money?.account_credit_id}`;
      await become(tx, "admin");
      const entries = await tx`
        select e.account, e.amount_cents, e.family_id from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
         where t.cause = ${`cancellation:${lesson}:${ids.studentA1}`} order by e.amount_cents`;
      return { result, money, credit, account, entries, lesson };
    });
    expect(seen.result).toMatchObject({
      outcome: "credit",
      is_late: true,
      pays_teacher: false,
      term_used: 2,
      term_left: 0,
      credit_minutes: 30,
      money_choice_cents: null,
    });
    expect(seen.money).toMatchObject({ account_credit_cents: 4000, currency: "usd" });
    expect(seen.credit).toEqual({ origin: "teacher_cancelled", is_voided: true, money_cents: 4000 });
    expect(seen.account).toMatchObject({
      amount_cents: 4000,
      origin: "cancellation",
      lesson_id: seen.lesson,
      family_id: ids.familyA,
      expires_at: null,
      reason: "Lesson on November 4, 2026, cancelled by the academy",
    });
    expect([...seen.entries]).toEqual([
      { account: "family_credit", amount_cents: -4000, family_id: ids.familyA },
      { account: "tuition_revenue", amount_cents: 4000, family_id: ids.familyA },
    ]);
  });

  it.each([
    [1, 30, 16000],
    [2, 30, 8000],
    [3, 30, 5333],
    [5, 30, 3200],
    [7, 30, 2286],
    [8, 45, 2813],
  ])(
    "is worth a month's tuition divided by its %i lessons of %i minutes, rounded half up",
    async (count, minutes, cents) => {
      const others = ["05", "06", "09", "12", "13", "16", "18"].slice(0, count - 1);
      const seen = await tried(async (tx) => {
        for (const day of others) await addLesson(tx, { during: minutesFrom(`2026-11-${day}T22:00:00Z`) });
        const lesson = await addLesson(tx, { during: minutesFrom(FREE, minutes) });
        return asPerson(tx, "admin", () => cancel(tx, lesson, "weather", { wants: "money" }));
      });
      expect(seen).toMatchObject({ outcome: "money", account_credit_cents: cents, credit_id: null });
    },
  );

  it("is worth what the family pays: a year with its discount and the sibling's, half a cent upwards", async () => {
    const seen = await tried(async (tx) => {
      const [enrollment] = await tx`
        insert into enrollments (family_id, student_id, instrument_id, teacher_id, minutes, starts_at, kind, cadence, policy_version)
        values (${ids.familyA}, ${ids.studentA1}, ${ids.piano}, ${ids.teacher1}, 45, ${FREE}, 'plan', 'yearly', '1') returning id, lines`;
      const lesson = await addLesson(tx, {
        during: minutesFrom(FREE, 45),
        enrollment: String(enrollment?.id),
      });
      await become(tx, "admin");
      return cancel(tx, lesson, "weather", { wants: "money" });
    });
    // $225 x 12 less 8 % is $2,484, a twelfth is $207.
    expect(seen.account_credit_cents).toBe(20700);
  });

  it("gives the price of a trial back, unless that has been credited", async () => {
    const cancelTrial = (tx: Tx) =>
      asPerson(tx, "admin", () =>
        cancel(tx, ids.lessonA, "academy", { reason: "Water in the room", wants: "money" }),
      );
    expect(await tried(cancelTrial)).toMatchObject({ outcome: "money", account_credit_cents: 2500 });
    const credited = async (tx: Tx) => {
      await tx`insert into enrollments (family_id, student_id, instrument_id, teacher_id, minutes, starts_at, kind, cadence, policy_version)
               values (${ids.familyA}, ${ids.studentA1}, ${ids.piano}, ${ids.teacher1}, 30, ${FREE}, 'plan', 'monthly', '1')`;
      return cancelTrial(tx);
    };
    expect(await refused(credited)).toMatchObject({ constraint: "money_not_offered" });
  });

  it("gives each family of a class the lesson's part of the price", async () => {
    const seen = await tried(async (tx) => {
      await takeLessonSeat(tx, ids.studentB1);
      const result = await asPerson(tx, "admin", () => cancel(tx, ids.classLessonA, "weather"));
      const credits =
        await tx`select family_id, amount_cents from account_credits where lesson_id = ${ids.classLessonA} order by family_id`;
      const events = await tx`select data from outbox where name = 'scheduling/lesson.cancelled'`;
      return { result, credits, events };
    });
    expect(seen.result).toMatchObject({ outcome: "money", account_credit_cents: 7900 });
    expect([...seen.credits]).toEqual([
      { family_id: ids.familyA, amount_cents: 7900 },
      { family_id: ids.familyB, amount_cents: 7900 },
    ]);
    expect(seen.events).toHaveLength(2);
  });

  it("pays the teacher when the academy is late, but not for weather or the teacher's own absence", async () => {
    for (const [kind, pays] of [
      ["academy", true],
      ["weather", false],
      ["teacher", false],
    ] as const) {
      const seen = await tried(async (tx) => {
        const lesson = await lessonIn(tx, 600);
        return asPerson(tx, "admin", () => cancel(tx, lesson, kind, { reason: "A burst pipe" }));
      });
      expect(seen).toMatchObject({ outcome: "credit", is_late: true, pays_teacher: pays });
    }
  });
});

describe("an exception by staff", () => {
  it("gives a credit for what came too late, with its reason, and the audit trail has it", async () => {
    const seen = await tried(async (tx) => {
      const lesson = await lessonIn(tx, 60);
      const result = await asPerson(tx, "admin", () =>
        cancel(tx, lesson, "family", { reason: "A death in the family", exception: true }),
      );
      const [credit] =
        await tx`select origin, reason, origin_lesson_id from makeup_credits where id = ${result.credit_id}`;
      const [entry] = await tx`select actor_id, after ->> 'reason' as reason from audit_log
                                where table_name = 'makeup_credits' and row_id = ${result.credit_id}`;
      return { result, credit, entry, lesson };
    });
    expect(seen.result).toMatchObject({
      outcome: "exception",
      is_late: true,
      pays_teacher: true,
      credit_minutes: 30,
    });
    expect(seen.credit).toEqual({
      origin: "goodwill",
      reason: "A death in the family",
      origin_lesson_id: seen.lesson,
    });
    expect(seen.entry?.reason).toBe("A death in the family");
  });

  it("gives a make-up's credit back to the family", async () => {
    const seen = await tried(async (tx) => {
      const [row] = await tx<{ lesson_id: string }[]>`
        select * from private.book_makeup(${ids.creditA}, ${ids.teacher1}, '2026-11-06T21:00:00Z')`;
      return asPerson(tx, "admin", () =>
        cancel(tx, row?.lesson_id ?? "", "family", { reason: "In hospital", exception: true }),
      );
    });
    expect(seen).toMatchObject({
      outcome: "credit_returned",
      credit_id: ids.creditA,
      money_choice_cents: null,
    });
  });

  it("changes nothing where the rule gives the credit anyway", async () => {
    const seen = await tried(async (tx) => {
      const lesson = await lessonIn(tx, 3 * DAY);
      return asPerson(tx, "admin", () =>
        cancel(tx, lesson, "family", { reason: "By telephone", exception: true }),
      );
    });
    expect(seen).toMatchObject({ outcome: "credit", term_used: 1 });
  });
});

describe("who may cancel what", () => {
  const cases: readonly [Person, string, string, Cancelled, string | undefined][] = [
    ["parentA", ids.lessonA, "family", {}, undefined],
    ["parentB", ids.lessonA, "family", {}, "lesson_missing"],
    ["parentB", ids.classLessonA, "family", {}, "lesson_missing"],
    ["parentA", ids.lessonA, "teacher", { reason: "I say so" }, "cancel_kind_of_another"],
    ["parentA", ids.lessonA, "weather", {}, "cancel_kind_of_another"],
    ["parentA", ids.lessonA, "academy", { reason: "I say so" }, "cancel_kind_of_another"],
    ["parentA", ids.lessonA, "family", { wants: "money" }, "money_not_offered"],
    ["parentA", ids.lessonA, "family", { exception: true, reason: "Please do" }, "admin_only"],
    ["student", ids.lessonA, "family", {}, "lesson_missing"],
    ["inactive", ids.lessonB, "family", {}, "session_ended"],
    ["teacher1", ids.lessonA, "teacher", { reason: "Fever" }, undefined],
    ["teacher1", ids.lessonA, "teacher", {}, "cancel_reason_missing"],
    ["teacher1", ids.lessonA, "teacher", { reason: "  x " }, "cancel_reason_missing"],
    ["teacher1", ids.lessonA, "teacher", { reason: "Fever", wants: "money" }, "money_not_offered"],
    ["teacher1", ids.lessonA, "weather", { reason: "Snow" }, "cancel_kind_of_another"],
    ["teacher1", ids.lessonA, "family", { reason: "They said" }, "cancel_kind_of_another"],
    ["teacher2", ids.lessonA, "teacher", { reason: "Fever" }, "lesson_missing"],
    ["admin", ids.lessonA, "illness", {}, undefined],
    ["admin", ids.lessonA, "weather", {}, undefined],
    ["admin", ids.lessonA, "academy", {}, "cancel_reason_missing"],
    ["admin", ids.lessonA, "family", { exception: true }, "cancel_reason_missing"],
    ["admin", ids.lessonA, "family", { wants: "money" }, "money_not_offered"],
    ["admin", ids.lessonA, "weather", { wants: "gold" }, "money_not_offered"],
    ["admin", ids.pastLessonA, "weather", {}, "lesson_transition"],
    ["admin", "00000000-0000-4000-8000-000000000000", "weather", {}, "lesson_missing"],
  ];
  it.each(cases)("%s: %s as %s %o: %s", async (person, lesson, kind, options, expected) => {
    const refusal = await refused((tx) => asPerson(tx, person, () => cancel(tx, lesson, kind, options)));
    expect(refusal?.constraint).toBe(expected);
  });

  it("nobody cancels twice, and only the academy what has begun", async () => {
    const begun = (person: Person, kind: string) => async (tx: Tx) => {
      const lesson = await lessonIn(tx, 0);
      await tx`select set_config('app.clock_offset_ms', (current_setting('app.clock_offset_ms')::bigint + 2)::text, true)`;
      return asPerson(tx, person, () => cancel(tx, lesson, kind, { reason: "Nobody came" }));
    };
    expect(await refused(begun("parentA", "family"))).toMatchObject({ constraint: "lesson_begun" });
    expect(await refused(begun("teacher1", "teacher"))).toMatchObject({ constraint: "lesson_begun" });
    expect(await refused(begun("admin", "teacher"))).toBeUndefined();
    expect(
      await refused((tx) =>
        asPerson(tx, "parentA", async () => {
          await cancel(tx, ids.lessonA, "family");
          await cancel(tx, ids.lessonA, "family");
        }),
      ),
    ).toMatchObject({ constraint: "lesson_transition" });
  });
});

type Moved = {
  readonly from_start: Date;
  readonly from_teacher: string;
  readonly from_room: string;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly teacher_id: string;
  readonly room_id: string;
  readonly free_until: Date;
  readonly overridden: string[];
};
type Move = {
  readonly teacher?: string | null;
  readonly room?: string | null;
  readonly reason?: string | null;
  readonly exception?: boolean;
};

async function move(
  tx: Tx,
  lesson: string,
  to: string | null,
  { teacher = null, room = null, reason = null, exception = false }: Move = {},
): Promise<Moved> {
  const [row] = await tx<
    Moved[]
  >`select * from private.move_lesson(${lesson}, ${to}::text::timestamptz, ${teacher}, ${room}, ${reason}, ${exception})`;
  if (!row) throw new Error("Nothing came of it.");
  return row;
}

/** Thursday 5 November, 16:00 in New York. */
const THURSDAY = "2026-11-05T21:00:00Z";

describe("a lesson that is moved", () => {
  it("takes its time with it in one step, keeps its series and frees the old time", async () => {
    const seen = await tried(async (tx) => {
      const lesson = await addLesson(tx, { series: ids.seriesA });
      const result = await asPerson(tx, "parentA", () => move(tx, lesson, THURSDAY));
      const [row] = await tx`
        select l.starts_at, upper(l.during) as ends_at, l.teacher_id, l.room_id, l.series_id, l.status, l.off_calendar_reason from lessons l where l.id = ${lesson}`;
      const old =
        await tx`select from private.open_times(${ids.piano}, 30, ${FREE}, ${FREE}, ${ids.teacher1})`;
      const [event] = await asPerson(
        tx,
        "admin",
        () => tx`select data, stream from outbox where name = 'scheduling/lesson.moved'`,
      );
      return { result, row, old, event, lesson };
    });
    expect(seen.result).toMatchObject({
      from_teacher: ids.teacher1,
      from_room: ids.pianoRoom,
      teacher_id: ids.teacher1,
      room_id: ids.pianoRoom,
      overridden: [],
    });
    expect(
      [seen.result.from_start, seen.result.starts_at, seen.result.ends_at].map((at) => at.toISOString()),
    ).toEqual(["2026-11-04T21:00:00.000Z", "2026-11-05T21:00:00.000Z", "2026-11-05T21:30:00.000Z"]);
    expect(seen.row).toEqual({
      starts_at: seen.result.starts_at,
      ends_at: seen.result.ends_at,
      teacher_id: ids.teacher1,
      room_id: ids.pianoRoom,
      series_id: ids.seriesA,
      status: "scheduled",
      off_calendar_reason: null,
    });
    expect(seen.old).toHaveLength(1);
    expect(seen.event).toMatchObject({
      stream: ids.familyA,
      data: { lessonId: seen.lesson, fromTeacherId: ids.teacher1 },
    });
  });

  it("goes to another teacher, and stays at an overlapping time of its own", async () => {
    const seen = await tried(async (tx) => {
      const lesson = await addLesson(tx);
      await become(tx, "parentA");
      return [
        await move(tx, lesson, "2026-11-04T21:15:00Z"),
        await move(tx, lesson, THURSDAY, { teacher: ids.teacher2 }),
      ];
    });
    expect(seen.map((one) => [one.starts_at.toISOString(), one.teacher_id])).toEqual([
      ["2026-11-04T21:15:00.000Z", ids.teacher1],
      ["2026-11-05T21:00:00.000Z", ids.teacher2],
    ]);
  });

  it.each([
    ["24:00:00 ahead", DAY, undefined],
    ["a second later", DAY - 1, "move_too_late"],
  ])("by its family %s of the old time", async (_, seconds, expected) => {
    const refusal = await refused(async (tx) => {
      const lesson = await lessonIn(tx, seconds);
      return asPerson(tx, "parentA", () => move(tx, lesson, "2026-11-06T21:00:00Z"));
    });
    expect(refusal?.constraint).toBe(expected);
  });

  it.each([
    ["24:00:00 ahead", DAY, undefined],
    ["a second later", DAY - 1, "lesson_time_not_possible"],
  ])("by its family %s of the new time", async (_, seconds, expected) => {
    const refusal = await refused(async (tx) => {
      const lesson = await addLesson(tx);
      await stand(tx, seconds, "2026-11-02T20:00:00Z");
      return asPerson(tx, "parentA", () => move(tx, lesson, "2026-11-02T20:00:00Z"));
    });
    expect(refusal?.constraint).toBe(expected);
  });

  const cases: readonly [string, Person, string | null, Move, string | undefined][] = [
    ["another family's", "parentB", THURSDAY, {}, "lesson_missing"],
    ["the student's own", "student", THURSDAY, {}, "lesson_missing"],
    ["another teacher's", "teacher2", THURSDAY, {}, "lesson_missing"],
    ["by its teacher", "teacher1", THURSDAY, {}, "lesson_moved_by_academy"],
    ["where it is", "parentA", FREE, {}, "lesson_there_already"],
    ["to nowhere", "parentA", null, {}, "lesson_time_over"],
    ["to never", "parentA", "infinity", {}, "lesson_time_over"],
    [
      "into the past",
      "admin",
      "2026-10-19T19:00:00Z",
      { exception: true, reason: "It was then" },
      "lesson_time_over",
    ],
    ["off the grid", "parentA", "2026-11-05T21:05:00Z", {}, "lesson_time_not_possible"],
    [
      "off the grid, by the academy",
      "admin",
      "2026-11-05T21:05:00Z",
      { exception: true, reason: "A minute later" },
      "lesson_time_not_possible",
    ],
    ["by a second", "parentA", "2026-11-05T21:00:01Z", {}, "lesson_time_not_possible"],
    ["to Sunday", "parentA", "2026-11-08T21:00:00Z", {}, "lesson_time_not_possible"],
    ["beyond the horizon", "parentA", "2026-12-10T21:00:00Z", {}, "lesson_time_not_possible"],
    ["into a closure", "parentA", "2026-11-25T21:00:00Z", {}, "lesson_time_not_possible"],
    ["to where the teacher is away", "parentA", "2026-11-10T21:00:00Z", {}, "lesson_time_not_possible"],
    [
      "to where the teacher is away, by the academy",
      "admin",
      "2026-11-10T21:00:00Z",
      { exception: true, reason: "They come" },
      "lesson_time_not_possible",
    ],
    ["to a room without a piano", "parentA", THURSDAY, { room: ids.plainRoom }, "lesson_time_not_possible"],
    [
      "to a teacher who has left",
      "admin",
      THURSDAY,
      { teacher: ids.formerTeacher, exception: true, reason: "They come" },
      "lesson_time_not_possible",
    ],
    ["to where the teacher is busy", "parentA", "2026-11-02T21:00:00Z", {}, "lesson_time_taken"],
    [
      "to where the teacher is busy, by the academy",
      "admin",
      "2026-11-02T21:15:00Z",
      { exception: true, reason: "Both at once" },
      "lesson_time_taken",
    ],
    [
      "to Sunday, by the academy without an exception",
      "admin",
      "2026-11-08T21:00:00Z",
      { reason: "They agreed" },
      "lesson_time_not_possible",
    ],
    [
      "to Sunday, by the academy without a reason",
      "admin",
      "2026-11-08T21:00:00Z",
      { exception: true },
      "exception_reason_missing",
    ],
    [
      "by a parent's exception",
      "parentA",
      "2026-11-08T21:00:00Z",
      { exception: true, reason: "They agreed" },
      "admin_only",
    ],
  ];
  it.each(cases)("is refused %s", async (_, person, to, options, expected) => {
    const refusal = await refused(async (tx) => {
      const lesson = await addLesson(tx);
      return asPerson(tx, person, () => move(tx, lesson, to, options));
    });
    expect(refusal?.constraint).toBe(expected);
  });

  it.each([
    ["to Sunday", "2026-11-08T21:00:00Z", ["outside_availability"]],
    ["beyond the horizon", "2026-12-10T21:00:00Z", []],
    ["within the hour", "2026-10-20T19:00:00Z", []],
    ["between the terms", "2026-12-28T21:00:00Z", ["outside_term"]],
    ["into a closure", "2026-11-25T21:00:00Z", ["closure"]],
  ])("by the academy %s", async (_, to, overridden) => {
    const seen = await tried(async (tx) => {
      const lesson = await addLesson(tx);
      const result = await asPerson(tx, "admin", () =>
        move(tx, lesson, to, { exception: true, reason: "Agreed with all" }),
      );
      const [row] = await tx`select off_calendar_reason from lessons where id = ${lesson}`;
      const back = await move(tx, lesson, THURSDAY);
      const [after] = await tx`select off_calendar_reason from lessons where id = ${lesson}`;
      return { result, row, back, after };
    });
    expect(seen.result.overridden).toEqual(overridden);
    expect(seen.row?.off_calendar_reason).toBe(
      overridden.some((one) => one !== "outside_availability") ? "Agreed with all" : null,
    );
    expect(seen.after?.off_calendar_reason).toBeNull();
  });

  it("moves a class with the seats of its students, by the academy alone", async () => {
    const refusal = await refused((tx) =>
      asPerson(tx, "parentA", () => move(tx, ids.classLessonA, THURSDAY)),
    );
    expect(refusal?.constraint).toBe("lesson_moved_by_academy");
    const seen = await tried(async (tx) => {
      const result = await asPerson(tx, "admin", () =>
        move(tx, ids.classLessonA, THURSDAY, { room: ids.plainRoom }),
      );
      const [seat] =
        await tx`select lower(b.during) as at from lesson_seats s join bookings b on b.id = s.booking_id where s.lesson_id = ${ids.classLessonA}`;
      return { result, seat };
    });
    expect(seen).toMatchObject({ result: { room_id: ids.plainRoom }, seat: { at: new Date(THURSDAY) } });
  });

  it("is refused to where the student is busy, even by the academy", async () => {
    for (const person of ["parentA", "admin"] as const) {
      const refusal = await refused(async (tx) => {
        await tx`insert into bookings (kind, teacher_id, room_id, student_id, during)
                 values ('lesson', ${ids.teacher2}, ${ids.plainRoom}, ${ids.studentA1}, ${minutesFrom(THURSDAY, 45)})`;
        const lesson = await addLesson(tx);
        return asPerson(tx, person, () =>
          move(tx, lesson, THURSDAY, person === "admin" ? { exception: true, reason: "Both" } : {}),
        );
      });
      expect(refusal?.constraint).toBe("lesson_time_not_possible");
    }
  });

  it("changes its revision once, whatever changes with it", async () => {
    const seen = await tried(async (tx) => {
      const lesson = await addLesson(tx);
      const versions = async () =>
        (
          await tx`select count(*)::int as n from audit_log where table_name = 'lessons' and row_id = ${lesson} and action = 'update'`
        )[0]?.n as number;
      await become(tx, "admin");
      await move(tx, lesson, THURSDAY, { teacher: ids.teacher2 });
      const afterMove = await versions();
      await cancel(tx, lesson, "weather");
      return [afterMove, await versions()];
    });
    expect(seen).toEqual([1, 2]);
  });
});

type Booked = {
  readonly lesson_id: string;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly teacher_id: string;
  readonly room_id: string;
  readonly overridden: string[];
};
async function bookMakeup(
  tx: Tx,
  credit: string,
  to: string | null,
  { teacher = ids.teacher1, room = null, reason = null, exception = false }: Move = {},
): Promise<Booked> {
  const [row] = await tx<
    Booked[]
  >`select * from private.book_makeup(${credit}, ${teacher}, ${to}, ${room}, ${reason}, ${exception})`;
  if (!row) throw new Error("Nothing came of it.");
  return row;
}

describe("a make-up", () => {
  it("uses the credit of the student for the enrollment whose lesson was missed", async () => {
    const seen = await tried(async (tx) => {
      const lesson = await lessonIn(tx, 5 * DAY);
      await become(tx, "parentA");
      const cancelled = await cancel(tx, lesson, "family");
      const result = await bookMakeup(tx, cancelled.credit_id ?? "", "2026-11-06T20:00:00Z");
      const [row] =
        await tx`select l.kind, l.enrollment_id, l.student_id, l.instrument_id, l.room_id, upper(l.during) as ends_at, c.id as credit
                               from lessons l join makeup_credits c on c.used_lesson_id = l.id where l.id = ${result.lesson_id}`;
      return { cancelled, result, row };
    });
    expect(seen.row).toEqual({
      kind: "make_up",
      enrollment_id: ids.enrollmentA,
      student_id: ids.studentA1,
      instrument_id: ids.piano,
      room_id: ids.pianoRoom,
      ends_at: seen.result.ends_at,
      credit: seen.cancelled.credit_id,
    });
    expect(seen.result.ends_at.toISOString()).toBe("2026-11-06T20:30:00.000Z");
  });

  it("may be on a make-up day, where no other lesson is", async () => {
    await tried(async (tx) => {
      const lesson = await addLesson(tx, { during: minutesFrom("2026-12-09T21:00:00Z") });
      await stand(tx, 2 * DAY, "2026-12-09T21:00:00Z");
      await become(tx, "parentA");
      const { credit_id } = await cancel(tx, lesson, "family");
      expect((await bookMakeup(tx, credit_id ?? "", "2026-12-21T21:00:00Z")).starts_at.toISOString()).toBe(
        "2026-12-21T21:00:00.000Z",
      );
    });
  });

  const cases: readonly [string, Person, string, string | null, Move, string][] = [
    ["of another family", "parentB", ids.creditA, THURSDAY, {}, "credit_missing"],
    ["by the student", "student", ids.creditA, THURSDAY, {}, "credit_missing"],
    ["by the teacher", "teacher1", ids.creditA, THURSDAY, {}, "credit_missing"],
    ["of no credit", "admin", "00000000-0000-4000-8000-000000000000", THURSDAY, {}, "credit_missing"],
    ["at the time of a lesson", "parentA", ids.creditA, "2026-11-02T21:00:00Z", {}, "lesson_time_taken"],
    ["at no time", "parentA", ids.creditA, null, {}, "lesson_time_over"],
    ["off the grid", "parentA", ids.creditA, "2026-11-05T21:07:00Z", {}, "lesson_time_not_possible"],
    ["too soon", "parentA", ids.creditA, "2026-10-21T15:00:00Z", {}, "lesson_time_not_possible"],
    ["after its end", "parentA", ids.creditA, "2026-12-21T21:00:00Z", {}, "makeup_credit_expired"],
    [
      "with a parent's exception",
      "parentA",
      ids.creditA,
      THURSDAY,
      { exception: true, reason: "Please" },
      "admin_only",
    ],
    [
      "with an exception without a reason",
      "admin",
      ids.creditA,
      "2026-11-08T21:00:00Z",
      { exception: true },
      "exception_reason_missing",
    ],
  ];
  it.each(cases)("is refused %s", async (_, person, credit, to, options, expected) => {
    const refusal = await refused((tx) => asPerson(tx, person, () => bookMakeup(tx, credit, to, options)));
    expect(refusal?.constraint).toBe(expected);
  });

  it("takes a credit once, and none that is void or has expired", async () => {
    const twice = async (tx: Tx) => {
      await become(tx, "parentA");
      await bookMakeup(tx, ids.creditA, THURSDAY);
      return bookMakeup(tx, ids.creditA, "2026-11-06T21:00:00Z");
    };
    expect(await refused(twice)).toMatchObject({ constraint: "makeup_credit_used_once" });
    const voided = async (tx: Tx) => {
      await tx`update makeup_credits set voided_at = private.now() where id = ${ids.creditA}`;
      return asPerson(tx, "parentA", () => bookMakeup(tx, ids.creditA, THURSDAY));
    };
    expect(await refused(voided)).toMatchObject({ constraint: "makeup_credit_expired" });
    const [credit] = await database.owner<
      { at: string }[]
    >`select expires_at::text as at from makeup_credits where id = ${ids.creditA}`;
    const late = async (tx: Tx) => {
      await stand(tx, -1, credit?.at ?? "");
      return asPerson(tx, "admin", () => bookMakeup(tx, ids.creditA, "2027-01-11T21:00:00Z"));
    };
    expect(await refused(late)).toMatchObject({ constraint: "makeup_credit_expired" });
  });

  it("is offered the last start before the credit ends, and not the end itself", async () => {
    for (const [expires, expected] of [
      [THURSDAY, "makeup_credit_expired"],
      ["2026-11-05T21:00:00.001Z", undefined],
    ] as const) {
      const refusal = await refused(async (tx) => {
        await tx`update makeup_credits set expires_at = ${expires} where id = ${ids.creditA}`;
        return asPerson(tx, "parentA", () => bookMakeup(tx, ids.creditA, THURSDAY));
      });
      expect(refusal?.constraint).toBe(expected);
    }
  });
});

describe("a credit turned into money", () => {
  it.each([
    ["parentB", ids.creditA, "credit_missing"],
    ["teacher1", ids.creditA, "credit_missing"],
    ["student", ids.creditA, "credit_missing"],
    ["parentA", ids.creditA, "money_not_offered"],
    ["admin", ids.creditA, "money_not_offered"],
  ] as const)("by %s is refused", async (person, credit, expected) => {
    const refusal = await refused((tx) =>
      asPerson(tx, person, () => tx`select * from private.credit_to_money(${credit})`.then()),
    );
    expect(refusal?.constraint).toBe(expected);
  });

  it("is void then, and money only once", async () => {
    const refusal = await refused(async (tx) => {
      const lesson = await addLesson(tx);
      const { credit_id } = await asPerson(tx, "admin", () => cancel(tx, lesson, "weather"));
      await become(tx, "parentA");
      await tx`select * from private.credit_to_money(${credit_id})`;
      return tx`select * from private.credit_to_money(${credit_id})`;
    });
    expect(refusal?.constraint).toBe("makeup_credit_expired");
  });
});

class Shown extends Error {}

describe("what is shown before", () => {
  const withoutIds = (row: object) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !["credit_id", "lesson_id"].includes(name)));

  it.each(["cancel", "illness", "money", "move", "makeup"] as const)("is what happens: %s", async (what) => {
    // The same statement twice in one transaction, so at one instant of the academy's clock: once undone, once done.
    const [before, after] = await tried(async (tx) => {
      const lesson = await addLesson(tx);
      await become(tx, what === "money" ? "admin" : "parentA");
      const change = (at: Tx): Promise<object> => {
        if (what === "cancel") return cancel(at, lesson, "family");
        if (what === "illness") return cancel(at, lesson, "illness");
        if (what === "money") return cancel(at, lesson, "weather", { wants: "money" });
        if (what === "move") return move(at, lesson, THURSDAY);
        return bookMakeup(at, ids.creditA, THURSDAY);
      };
      let shown: object = {};
      await tx
        .savepoint(async (inner) => {
          shown = await change(inner);
          throw new Shown();
        })
        .catch((error: unknown) => {
          if (!(error instanceof Shown)) throw error;
        });
      return [shown, await change(tx)];
    });
    expect(withoutIds(before)).toEqual(withoutIds(after));
    expect(Object.keys(before).length).toBeGreaterThan(5);
  });
});
