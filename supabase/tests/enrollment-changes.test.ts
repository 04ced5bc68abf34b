import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { undone } from "./attempt";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy, fixtureNow, fixtureOffset } from "./fixture";
import { ids, type Person, people, sessionOf } from "./fixture-ids";
import { type Refusal, refusalOf, service, type TestPrincipal, type Tx, takePrincipal } from "./principal";

let database: TestDatabase;
const plan = "00000000-0000-4000-8000-bbbb00000001";
const other = "00000000-0000-4000-8000-bbbb00000002";

const person = (who: Person): TestPrincipal => ({
  kind: "user",
  userId: people[who],
  sessionId: sessionOf(who),
});
const parent = person("parentA");
const admin = person("admin");
const stranger = person("parentB");

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
  await database.owner.begin(async (tx) => {
    await tx`select set_config('app.clock_offset_ms', ${String(fixtureOffset() - 1000)}, true)`;
    await tx`update students set birth_date = '2013-05-01' where id in (${ids.studentA2}, ${ids.studentB1})`;
    await addPlan(tx, plan, ids.familyA, ids.studentA2);
    await addPlan(tx, other, ids.familyB, ids.studentB1);
    await addSubscription(tx, "sub_plan", "2026-10-05T14:00:00Z", "2026-11-05T14:00:00Z");
  });
  // Wednesdays at 16:00: October 21 and 28, November 4, 11 and 18, none in the closed week, December 2, 9 and 16.
  await database.app.begin(async (tx) => {
    await takePrincipal(tx, service, fixtureOffset());
    await tx`select private.plan_series(${plan}, ${ids.teacher1}, null, 2, '16:00', '2026-10-20', '2026-12-19')`;
  });
});

afterAll(async () => {
  await database?.drop();
});

async function addPlan(tx: Tx, id: string, family: string, student: string): Promise<void> {
  await tx`insert into enrollments (id, family_id, student_id, instrument_id, teacher_id, minutes, starts_at, kind, cadence,
                                    policy_version)
           values (${id}, ${family}, ${student}, ${ids.piano}, ${ids.teacher1}, 30, private.now(), 'plan', 'monthly', '1')`;
  await tx`update enrollments set status = 'active', activated_at = private.now() where id = ${id}`;
}

async function addSubscription(
  tx: Tx,
  id: string,
  from: string,
  until: string,
  cadence = "monthly",
): Promise<void> {
  await tx`insert into subscriptions (family_id, enrollment_id, stripe_subscription_id, cadence, amount_cents, currency, status,
                                      current_period_start, current_period_end)
           values (${ids.familyA}, ${plan}, ${id}, ${cadence}, 16000, 'usd', 'active', ${from}, ${until})`;
}

/** Does work as somebody so many days after the fixture's now, checks what is checked at commit, and undoes it. */
const tried = <T>(work: (tx: Tx) => Promise<T>, as: TestPrincipal = service, days = 0): Promise<T> =>
  undone(database.app, work, { as, after: days * 24 * 60 });
const refused = (
  work: (tx: Tx) => Promise<unknown>,
  as?: TestPrincipal,
  days = 0,
): Promise<Refusal | undefined> => refusalOf(tried(work, as, days));
/** Goes on as somebody else, so many days after the fixture's now. */
const become = (tx: Tx, who: TestPrincipal, days = 0) =>
  takePrincipal(tx, who, fixtureOffset() + days * 86_400_000);

type Charge = { dueAt: string; cents: number; paidUntil: string; isPartial: boolean };
type Notice = {
  ends_on: string;
  earliest_on: string;
  is_shortened: boolean;
  lessons_kept: number;
  lessons_freed: number;
  charges: Charge[];
  give_back_cents: number;
  credits_lapsing: { minutes: number; expiresAt: string }[];
  money_credit_cents: number;
};

async function withdraw(
  tx: Tx,
  { of = plan, last = null as string | null, why = null as string | null } = {},
): Promise<Notice> {
  const [notice] = await tx<Notice[]>`
    select w.ends_on::text, w.earliest_on::text, w.is_shortened, w.lessons_kept, w.lessons_freed, w.charges, w.give_back_cents,
           w.credits_lapsing, w.money_credit_cents
      from private.withdraw_enrollment(${of}, ${last}::text::date, ${why}) w`;
  if (!notice) throw new Error("no notice");
  return notice;
}

type Kept = {
  rebooked: number;
  left_out: number;
  next_charge_at: Date | null;
  next_charge_cents: number | null;
};
async function keep(tx: Tx, answers: object = {}, why: string | null = null): Promise<Kept> {
  const [kept] = await tx<Kept[]>`
    select rebooked, left_out, next_charge_at, next_charge_cents
      from private.keep_enrollment(${plan}, ${JSON.stringify(answers)}::text::jsonb, ${why})`;
  if (!kept) throw new Error("nothing was kept");
  return kept;
}

const finish = async (tx: Tx) =>
  (
    await tx<
      { outcome: string; give_back_cents: number; credits_lapsed: number; money_credit_cents: number }[]
    >`
    select * from private.finish_withdrawal(${plan})`
  )[0];

type Pause = {
  days: number;
  lessons_freed: number;
  goes_on_at: Date | null;
  charges_before: Charge[];
  charge_was_at: Date | null;
  next_charge_at: Date | null;
  next_charge_cents: number | null;
};
async function pause(
  tx: Tx,
  first: string | null,
  last: string | null,
  { of = plan, why = null as string | null } = {},
): Promise<Pause> {
  const [paused] = await tx<Pause[]>`
    select * from private.pause_enrollment(${of}, ${first}::text::date, ${last}::text::date, ${why})`;
  if (!paused) throw new Error("no pause");
  return paused;
}
const begin = async (tx: Tx) =>
  (await tx<{ outcome: string }[]>`select * from private.begin_pause(${plan})`)[0]?.outcome;
const goOn = async (tx: Tx) =>
  (await tx<{ outcome: string }[]>`select * from private.end_pause(${plan})`)[0]?.outcome;
async function resume(tx: Tx, answers: object = {}, why: string | null = null) {
  const [resumed] = await tx<
    { resumes_on: string; rebooked: number; left_out: number; next_charge_at: Date | null }[]
  >`
    select resumes_on::text, rebooked, left_out, next_charge_at
      from private.resume_enrollment(${plan}, ${JSON.stringify(answers)}::text::jsonb, ${why})`;
  if (!resumed) throw new Error("nothing was resumed");
  return resumed;
}

const lessons = async (tx: Tx): Promise<string[]> =>
  (
    await tx<{ at: string }[]>`
      select to_char(starts_at at time zone 'America/New_York', 'MM-DD') as at
        from lessons where enrollment_id = ${plan} and status = 'scheduled' order by starts_at`
  ).map((row) => row.at);
const all = ["10-21", "10-28", "11-04", "11-11", "11-18", "12-02", "12-09", "12-16"];

const enrollmentRow = async (tx: Tx) =>
  (
    await tx<
      {
        status: string;
        ends_on: string | null;
        paused_from: string | null;
        pause_reason: string | null;
        note: string | null;
      }[]
    >`
      select status, ends_on::text, paused_from::text, pause_reason, change_note as note from enrollments where id = ${plan}`
  )[0];

async function takeTime(tx: Tx, during: string): Promise<void> {
  await tx`insert into bookings (kind, teacher_id, room_id, student_id, during)
           values ('lesson', ${ids.teacher1}, ${ids.pianoRoom}, ${ids.studentB1}, ${during})`;
}

const addCredit = (tx: Tx, expires: string) => tx`
  insert into makeup_credits (family_id, student_id, minutes, origin, reason, expires_at)
  values (${ids.familyA}, ${ids.studentA2}, 30, 'goodwill', 'A good one', ${expires})`;

describe("giving notice", () => {
  it("tells the last day, the lessons before and after it, and what is charged until then, by seconds", async () => {
    const notice = await tried((tx) => withdraw(tx), parent);
    expect(notice).toMatchObject({
      ends_on: "2026-11-19",
      earliest_on: "2026-11-19",
      is_shortened: false,
      lessons_kept: 5,
      lessons_freed: 3,
      give_back_cents: 0,
      credits_lapsing: [],
      money_credit_cents: 0,
    });
    // November 5, 9:00 in New York, to the end of November 19: 351 of 720 hours of $160.
    expect(notice.charges).toEqual([
      {
        dueAt: "2026-11-05T14:00:00+00:00",
        cents: 7800,
        paidUntil: "2026-11-20T05:00:00+00:00",
        isPartial: true,
      },
    ]);
  });

  it("brings about what it told, with its event, and books nothing after the last day", async () => {
    const done = await tried(async (tx) => {
      const notice = await withdraw(tx);
      const left = await lessons(tx);
      await become(tx, service);
      const [event] =
        await tx`select name, data ->> 'enrollmentId' as id from outbox where name like 'enrollment/notice%' order by seq desc limit 1`;
      const freed =
        await tx`select cancel_kind, cancelled_late, freed_for from lessons where enrollment_id = ${plan} and status = 'cancelled'`;
      return { notice, left, event, freed: [...freed], row: await enrollmentRow(tx) };
    }, parent);
    expect(done.left).toEqual(all.slice(0, 5));
    expect(done.notice.lessons_kept).toBe(5);
    expect(done.row).toMatchObject({ status: "active", ends_on: "2026-11-19" });
    expect(done.event).toEqual({ name: "enrollment/notice.given", id: plan });
    expect(done.freed).toEqual(
      Array(3).fill({ cancel_kind: "family", cancelled_late: false, freed_for: "withdrawal" }),
    );
  });

  it("gives back what is paid for the time after a last day within the paid period", async () => {
    const notice = await tried((tx) => withdraw(tx, { last: "2026-10-28", why: "Moving away soon" }), admin);
    // October 29, 0:00 in New York (4:00 UTC), to November 5, 14:00 UTC: 178 of 744 hours of $160.
    expect(notice).toMatchObject({
      is_shortened: true,
      charges: [],
      give_back_cents: Math.round((16000 * 178) / 744),
      lessons_kept: 2,
    });
  });

  it("lets a family leave later than it must, and charges until then", async () => {
    const notice = await tried((tx) => withdraw(tx, { last: "2026-12-11" }), parent);
    expect(notice.lessons_freed).toBe(1);
    expect(notice.charges.map((charge) => [charge.cents, charge.isPartial])).toEqual([
      [16000, false],
      [Math.round((16000 * (6 * 24 + 15)) / (31 * 24)), true],
    ]);
  });

  it("counts periods from the 31st as Stripe does, and a leap day", async () => {
    const ends = await tried(async (tx) => {
      await tx`update subscriptions set current_period_start = '2028-01-31T10:00:00Z', current_period_end = '2028-02-29T10:00:00Z' where enrollment_id = ${plan}`;
      return tx<
        { at: string }[]
      >`select to_char(ends_at at time zone 'UTC', 'YYYY-MM-DD') as at from private.tuition_periods(${plan}, '2028-06-01Z')`;
    }, service);
    expect(ends.map((row) => row.at)).toEqual([
      "2028-02-29",
      "2028-03-31",
      "2028-04-30",
      "2028-05-31",
      "2028-06-30",
    ]);
  });

  it("lets the last day be a leap day", async () => {
    const days = Math.round((new Date("2028-02-01T17:00:00Z").getTime() - fixtureNow.getTime()) / 86_400_000);
    const notice = await tried(async (tx) => {
      await become(tx, service, days);
      return withdraw(tx, { last: "2028-02-29", why: "They asked for it" });
    });
    expect(notice).toMatchObject({ ends_on: "2028-02-29", earliest_on: "2028-03-02", is_shortened: true });
  });

  it("ends credits that nobody can use any more, and turns what the academy owes into money", async () => {
    const found = await tried(async (tx) => {
      await addCredit(tx, "2026-11-10T17:00:00Z");
      await addCredit(tx, "2026-12-10T17:00:00Z");
      const [owed] = await tx<{ cents: number }[]>`
        select c.money_choice_cents as cents from lessons l cross join lateral private.cancel_lesson(l.id, 'academy', 'A burst pipe') c
         where l.enrollment_id = ${plan} and l.starts_at = '2026-10-28T20:00:00Z'`;
      const notice = await withdraw(tx, { why: "They asked for it" });
      await become(tx, service, 32);
      const end = await finish(tx);
      const [inHand] =
        await tx`select amount_cents as cents, origin from account_credits where origin = 'cancellation' order by issued_at desc limit 1`;
      return { owed: owed?.cents, notice, end, inHand };
    });
    expect(found.notice.credits_lapsing).toEqual([{ minutes: 30, expiresAt: "2026-12-10T17:00:00+00:00" }]);
    expect(found.owed).toBeGreaterThan(0);
    expect(found.notice.money_credit_cents).toBe(found.owed);
    expect(found.end).toMatchObject({ credits_lapsed: 1, money_credit_cents: found.owed });
    expect(found.inHand).toEqual({ cents: found.owed, origin: "cancellation" });
  });

  it("keeps the credits of a student who has another plan", async () => {
    const notice = await tried(async (tx) => {
      await addCredit(tx, "2026-12-10T17:00:00Z");
      await addPlan(tx, "00000000-0000-4000-8000-bbbb00000009", ids.familyA, ids.studentA2);
      return withdraw(tx, { why: "They asked for it" });
    });
    expect(notice.credits_lapsing).toEqual([]);
  });

  it("charges nothing for a plan that nobody pays at Stripe", async () => {
    const notice = await tried(async (tx) => {
      await tx`update subscriptions set status = 'canceled' where enrollment_id = ${plan}`;
      return withdraw(tx, { why: "They asked for it" });
    });
    expect(notice).toMatchObject({ charges: [], give_back_cents: 0 });
  });

  it("offers the first week of a weekly time to the waitlist, and not each of them", async () => {
    const told = await tried(async (tx) => {
      await tx`update waitlist_entries set status = 'waiting' where class_id is null`;
      const before = await tx`select count(*)::int as n from outbox where name = 'scheduling/time.freed'`;
      await withdraw(tx, { last: "2026-10-28", why: "They asked for it" });
      const after =
        await tx`select data ->> 'startsAt' as at from outbox where name = 'scheduling/time.freed' order by seq`;
      return after.slice(before[0]?.n ?? 0).map((row) => new Date(row.at).toISOString());
    });
    expect(told).toEqual(["2026-11-04T21:00:00.000Z"]);
  });

  it.each<[string, (tx: Tx) => Promise<unknown>, string, TestPrincipal, number?]>([
    ["another family's", (tx) => withdraw(tx), "enrollment_missing", stranger],
    ["a teacher's student's", (tx) => withdraw(tx), "enrollment_missing", person("teacher1")],
    ["one that does not exist", (tx) => withdraw(tx, { of: ids.lessonA }), "enrollment_missing", parent],
    ["a trial", (tx) => withdraw(tx, { of: ids.enrollmentA }), "enrollment_not_a_plan", parent],
    ["a day too soon", (tx) => withdraw(tx, { last: "2026-11-18" }), "notice_too_short", parent],
    ["a day that is over", (tx) => withdraw(tx, { last: "2026-10-19" }), "notice_days_in_order", parent],
    ["a day for ever ahead", (tx) => withdraw(tx, { last: "infinity" }), "notice_days_in_order", parent],
    ["two years ahead", (tx) => withdraw(tx, { last: "2028-11-18" }), "notice_days_in_order", parent],
    ["an administrator without a reason", (tx) => withdraw(tx), "enrollment_reason_missing", admin],
    [
      "an administrator with an empty reason",
      (tx) => withdraw(tx, { why: "   " }),
      "enrollment_reason_missing",
      admin,
    ],
    ["twice", async (tx) => [await withdraw(tx), await withdraw(tx)], "notice_given_already", parent],
    [
      "later than it was given",
      async (tx) => [
        await withdraw(tx, { why: "They ask" }),
        await withdraw(tx, { last: "2026-11-20", why: "They ask" }),
      ],
      "notice_only_shortened",
      admin,
    ],
    [
      "one that has ended",
      async (tx) => {
        await withdraw(tx, { why: "They ask" });
        await become(tx, service, 40);
        await finish(tx);
        await become(tx, parent, 40);
        await withdraw(tx);
      },
      "enrollment_not_running",
      service,
    ],
    [
      "with a pause before the last day",
      async (tx) => [await pause(tx, "2026-11-02", "2026-11-22"), await withdraw(tx)],
      "pause_before_notice",
      parent,
    ],
  ])("refuses %s", async (_, work, constraint, as) => {
    expect(await refused(work, as)).toMatchObject({ constraint });
  });

  it("keeps the first day of a notice when the academy shortens it", async () => {
    const shorter = await tried(async (tx) => {
      await withdraw(tx);
      await become(tx, admin, 2);
      return withdraw(tx, { last: "2026-11-04", why: "Moving sooner" });
    }, parent);
    expect(shorter).toMatchObject({
      ends_on: "2026-11-04",
      earliest_on: "2026-11-19",
      charges: [],
      lessons_freed: 2,
    });
  });

  it("does not give back twice what a charge under the notice left out", async () => {
    const shorter = await tried(async (tx) => {
      await withdraw(tx);
      await become(tx, service, 20);
      // The charge of November 5 was for the time to November 20, 0:00 only.
      await tx`update subscriptions set current_period_start = '2026-11-05T14:00:00Z', current_period_end = '2026-12-05T14:00:00Z' where enrollment_id = ${plan}`;
      await become(tx, admin, 20);
      return withdraw(tx, { last: "2026-11-12", why: "Moving sooner" });
    }, parent);
    expect(shorter.give_back_cents).toBe(Math.round((16000 * 7 * 24) / 720));
  });
});

describe("taking notice back", () => {
  it("books the same times again and charges as if nothing had been", async () => {
    const found = await tried(async (tx) => {
      await withdraw(tx);
      const kept = await keep(tx);
      return { kept, left: await lessons(tx), row: await enrollmentRow(tx) };
    }, parent);
    expect(found.left).toEqual(all);
    expect(found.kept).toMatchObject({ rebooked: 3, left_out: 0, next_charge_cents: 16000 });
    expect(found.kept.next_charge_at?.toISOString()).toBe("2026-11-05T14:00:00.000Z");
    expect(found.row).toMatchObject({ status: "active", ends_on: null });
  });

  it("lets notice be given again afterwards, with the same outcome", async () => {
    const [first, second] = await tried(async (tx) => {
      const one = await withdraw(tx);
      await keep(tx);
      return [one, await withdraw(tx)];
    }, parent);
    expect(second).toEqual(first);
  });

  it("tells which times are taken, and takes other ones or leaves them out", async () => {
    const found = await tried(async (tx) => {
      await withdraw(tx);
      await become(tx, service);
      await takeTime(tx, "[2026-12-09T21:00:00Z,2026-12-09T21:30:00Z)");
      await become(tx, parent);
      const freed = await tx<
        { lesson_id: string; reasons: string[] }[]
      >`select lesson_id, reasons from private.freed_lessons(${plan})`;
      const taken = freed.find((lesson) => lesson.reasons.length > 0);
      const kept = await keep(tx, { [taken?.lesson_id ?? ""]: { startsAt: "2026-12-10T21:00:00Z" } });
      return { freed: freed.map((lesson) => lesson.reasons.length > 0), kept, left: await lessons(tx) };
    }, parent);
    expect(found.freed).toEqual([false, true, false]);
    expect(found.kept).toMatchObject({ rebooked: 3, left_out: 0 });
    expect(found.left).toEqual([...all.slice(0, 6), "12-10", "12-16"]);
  });

  it("goes on charging from the day that a charge under the notice reached", async () => {
    const kept = await tried(async (tx) => {
      await withdraw(tx);
      await become(tx, service, 20);
      await tx`update subscriptions set current_period_start = '2026-11-05T14:00:00Z', current_period_end = '2026-12-05T14:00:00Z' where enrollment_id = ${plan}`;
      await become(tx, parent, 20);
      return keep(tx);
    }, parent);
    expect(kept.next_charge_at?.toISOString()).toBe("2026-11-20T05:00:00.000Z");
    expect(kept.next_charge_cents).toBe(16000);
  });

  it.each<[string, (tx: Tx) => Promise<unknown>, string]>([
    ["what was never given", (tx) => keep(tx), "notice_missing"],
    [
      "after the last day",
      async (tx) => {
        await withdraw(tx);
        await become(tx, parent, 32);
        await keep(tx);
      },
      "notice_over",
    ],
    [
      "another family's",
      async (tx) => {
        await withdraw(tx);
        await become(tx, stranger);
        await keep(tx);
      },
      "enrollment_missing",
    ],
    [
      "when a time is taken and nothing is said about it",
      async (tx) => {
        await withdraw(tx);
        await become(tx, service);
        await takeTime(tx, "[2026-12-09T21:00:00Z,2026-12-09T21:30:00Z)");
        await become(tx, parent);
        await keep(tx);
      },
      "freed_time_taken",
    ],
    [
      "with an answer for another lesson",
      async (tx) => [await withdraw(tx), await keep(tx, { [ids.lessonB]: { skip: true } })],
      "freed_answer_unknown",
    ],
    [
      "with a time instead that is not free",
      async (tx) => {
        await withdraw(tx);
        const [lesson] = await tx<
          { lesson_id: string }[]
        >`select lesson_id from private.freed_lessons(${plan})`;
        await keep(tx, { [lesson?.lesson_id ?? ""]: { startsAt: "2026-12-09T21:00:00Z" } });
      },
      "series_replacement_taken",
    ],
  ])("refuses %s", async (_, work, constraint) => {
    expect(await refused(work, parent)).toMatchObject({ constraint });
  });
});

describe("the last day", () => {
  it("is waited for, ends the enrollment once, and leaves it alone when notice was taken back", async () => {
    const outcomes = await tried(async (tx) => {
      await withdraw(tx, { why: "They ask" });
      const early = await finish(tx);
      await become(tx, service, 30);
      const onTheDay = await finish(tx);
      await become(tx, service, 31);
      const after = await finish(tx);
      const again = await finish(tx);
      return {
        outcomes: [early, onTheDay, after, again].map((one) => one?.outcome),
        row: await enrollmentRow(tx),
      };
    });
    expect(outcomes.outcomes).toEqual(["not_due", "not_due", "ended", "done"]);
    expect(outcomes.row).toMatchObject({ status: "withdrawn", ends_on: "2026-11-19" });
    expect(
      await tried(async (tx) => {
        await withdraw(tx, { why: "They ask" });
        await keep(tx, {}, "They stay");
        await become(tx, service, 31);
        return (await finish(tx))?.outcome;
      }),
    ).toBe("kept");
  });

  it("gives back what was told, voids the credits and pays out the others", async () => {
    const end = await tried(async (tx) => {
      await addCredit(tx, "2027-01-10T17:00:00Z");
      const notice = await withdraw(tx, { last: "2026-10-28", why: "They ask" });
      await become(tx, service, 9);
      return { notice, end: await finish(tx) };
    });
    expect(end.end).toMatchObject({
      outcome: "ended",
      credits_lapsed: 1,
      give_back_cents: end.notice.give_back_cents,
    });
  });

  it("is nobody's to bring about but the academy's", async () => {
    expect(await refused((tx) => tx`select private.finish_withdrawal(${plan})`, admin)).toMatchObject({
      code: "42501",
    });
  });
});

describe("a pause", () => {
  it("frees its lessons, keeps the place after it and moves the charge by its length, over a closure and a change of clocks", async () => {
    const found = await tried(async (tx) => {
      const planned = await pause(tx, "2026-10-28", "2026-11-28");
      return { planned, left: await lessons(tx), row: await enrollmentRow(tx) };
    }, parent);
    // From October 28, 0:00 EDT, to November 29, 0:00 EST: 32 days and an hour.
    expect(found.planned).toMatchObject({
      days: 32,
      lessons_freed: 4,
      charges_before: [],
      next_charge_cents: 16000,
    });
    expect(found.planned.charge_was_at?.toISOString()).toBe("2026-11-05T14:00:00.000Z");
    expect(found.planned.next_charge_at?.toISOString()).toBe("2026-12-07T15:00:00.000Z");
    expect(found.planned.goes_on_at?.toISOString()).toBe("2026-12-02T21:00:00.000Z");
    expect(found.left).toEqual(["10-21", "12-02", "12-09", "12-16"]);
    expect(found.row).toMatchObject({ status: "active", paused_from: "2026-10-28", pause_reason: "wished" });
  });

  it("charges what comes before it", async () => {
    const planned = await tried((tx) => pause(tx, "2026-11-10", "2026-11-30"), parent);
    expect(planned.charges_before).toMatchObject([{ dueAt: "2026-11-05T14:00:00+00:00", cents: 16000 }]);
    expect(planned.charge_was_at?.toISOString()).toBe("2026-12-05T14:00:00.000Z");
    expect(planned.next_charge_at?.toISOString()).toBe("2026-12-26T14:00:00.000Z");
  });

  it("begins and ends on its days, once each, and charges when it said", async () => {
    const found = await tried(async (tx) => {
      const planned = await pause(tx, "2026-10-28", "2026-11-28", { why: "They ask" });
      const early = await begin(tx);
      await become(tx, service, 8);
      const outcomes = [early, await begin(tx), await begin(tx), await goOn(tx)];
      const running = await enrollmentRow(tx);
      const [billed] = await tx<
        { at: Date }[]
      >`select bills_next_at as at from subscriptions where enrollment_id = ${plan}`;
      await become(tx, service, 40);
      outcomes.push(await goOn(tx), await goOn(tx));
      const [next] = await tx<
        { at: Date }[]
      >`select due_at as at from private.tuition_charges(${plan}, private.now(), private.now() + interval '1 year') limit 1`;
      return {
        planned,
        outcomes,
        running,
        billed,
        next,
        row: await enrollmentRow(tx),
        left: await lessons(tx),
      };
    });
    expect(found.outcomes).toEqual(["not_due", "begun", "done", "not_due", "ended", "done"]);
    expect(found.running).toMatchObject({ status: "paused" });
    expect(found.billed?.at).toEqual(found.planned.next_charge_at);
    expect(found.next?.at).toEqual(found.planned.next_charge_at);
    expect(found.row).toMatchObject({ status: "active", paused_from: null, pause_reason: null });
    expect(found.left).toEqual(["10-21", "12-02", "12-09", "12-16"]);
  });

  it("is called off before it begins, and nothing is moved", async () => {
    const found = await tried(async (tx) => {
      await pause(tx, "2026-10-28", "2026-11-28");
      const resumed = await resume(tx);
      return { resumed, left: await lessons(tx), row: await enrollmentRow(tx) };
    }, parent);
    expect(found.left).toEqual(all);
    expect(found.resumed).toMatchObject({ rebooked: 4, left_out: 0 });
    expect(found.resumed.next_charge_at?.toISOString()).toBe("2026-11-05T14:00:00.000Z");
    expect(found.row).toMatchObject({ status: "active", pause_reason: null });
  });

  it("ends early when the family wishes, and the charge comes earlier by the days that are left", async () => {
    const found = await tried(async (tx) => {
      await pause(tx, "2026-10-28", "2026-11-28");
      await become(tx, service, 8);
      await begin(tx);
      await become(tx, parent, 15);
      const resumed = await resume(tx);
      return { resumed, left: await lessons(tx) };
    }, parent);
    // November 4: from the 5th on. Paused were October 28 to November 4: 8 days and the hour of the clocks.
    expect(found.resumed).toMatchObject({ resumes_on: "2026-11-05", rebooked: 2 });
    expect(found.resumed.next_charge_at?.toISOString()).toBe("2026-11-13T15:00:00.000Z");
    expect(found.left).toEqual(["10-21", "11-11", "11-18", "12-02", "12-09", "12-16"]);
  });

  it("counts a notice in a pause from the end of the pause", async () => {
    const notice = await tried(async (tx) => {
      await pause(tx, "2026-10-28", "2026-11-28");
      await become(tx, service, 8);
      await begin(tx);
      await become(tx, parent, 8);
      return withdraw(tx);
    }, parent);
    // The last day, November 27, is in the pause: of the paid period all that was left when it began goes back.
    expect(notice).toMatchObject({ ends_on: "2026-11-27", charges: [] });
    expect(notice.give_back_cents).toBe(Math.round((16000 * (8 * 24 + 10)) / (30 * 24)));
  });

  it.each<[string, (tx: Tx) => Promise<unknown>, string, TestPrincipal]>([
    ["another family's", (tx) => pause(tx, "2026-10-28", "2026-11-28"), "enrollment_missing", stranger],
    [
      "a trial",
      (tx) => pause(tx, "2026-10-28", "2026-11-28", { of: ids.enrollmentA }),
      "enrollment_not_a_plan",
      parent,
    ],
    [
      "a pause that ends before it begins",
      (tx) => pause(tx, "2026-11-28", "2026-10-28"),
      "pause_days_in_order",
      parent,
    ],
    ["a pause without an end", (tx) => pause(tx, "2026-10-28", null), "pause_days_in_order", parent],
    ["a pause in the past", (tx) => pause(tx, "2026-10-12", "2026-11-01"), "pause_days_in_order", parent],
    ["a pause for ever", (tx) => pause(tx, "2026-10-28", "infinity"), "pause_days_in_order", parent],
    ["a day less than two weeks", (tx) => pause(tx, "2026-11-02", "2026-11-14"), "pause_length", parent],
    ["a day more than twelve weeks", (tx) => pause(tx, "2026-11-02", "2027-01-25"), "pause_length", parent],
    [
      "a pause from tomorrow",
      (tx) => pause(tx, "2026-10-21", "2026-11-21"),
      "pause_notice_too_short",
      parent,
    ],
    [
      "an administrator without a reason",
      (tx) => pause(tx, "2026-10-21", "2026-11-21"),
      "enrollment_reason_missing",
      admin,
    ],
    [
      "a second pause",
      async (tx) => [
        await pause(tx, "2026-10-28", "2026-11-28"),
        await pause(tx, "2026-12-08", "2026-12-31"),
      ],
      "pause_already",
      parent,
    ],
    [
      "a pause under notice",
      async (tx) => [await withdraw(tx), await pause(tx, "2026-10-28", "2026-11-12")],
      "notice_given_already",
      parent,
    ],
    ["going on without a pause", (tx) => resume(tx), "pause_missing", parent],
    [
      "going on on the last day of a pause",
      async (tx) => {
        await pause(tx, "2026-10-28", "2026-11-28");
        await become(tx, service, 8);
        await begin(tx);
        await become(tx, parent, 39);
        await resume(tx);
      },
      "pause_over",
      parent,
    ],
    [
      "going on while the account is overdue",
      async (tx) => {
        await tx`update enrollments set status = 'paused', pause_reason = 'overdue' where id = ${plan}`;
        await become(tx, parent);
        await resume(tx);
      },
      "pause_not_wished",
      service,
    ],
    [
      "going on at times that somebody has taken",
      async (tx) => {
        await pause(tx, "2026-10-28", "2026-11-28");
        await become(tx, service);
        await takeTime(tx, "[2026-11-11T21:00:00Z,2026-11-11T21:30:00Z)");
        await become(tx, parent);
        await resume(tx);
      },
      "freed_time_taken",
      parent,
    ],
  ])("refuses %s", async (_, work, constraint, as) => {
    expect(await refused(work, as)).toMatchObject({ constraint });
  });

  it("is the academy's to begin on the same day, with a reason", async () => {
    const row = await tried(async (tx) => {
      await pause(tx, "2026-10-20", "2026-11-20", { why: "A broken arm" });
      return enrollmentRow(tx);
    }, admin);
    expect(row).toMatchObject({ pause_reason: "wished", note: "A broken arm" });
  });

  it("says that it is because of overdue payment when nobody wished it, and calls a planned one off", async () => {
    const found = await tried(async (tx) => {
      await pause(tx, "2026-10-28", "2026-11-28", { why: "They ask" });
      await tx`update enrollments set status = 'paused' where id = ${plan}`;
      const paused = await enrollmentRow(tx);
      await become(tx, service, 8);
      const outcomes = [await begin(tx), await goOn(tx)];
      await tx`update enrollments set status = 'active' where id = ${plan}`;
      return { paused, outcomes, after: await enrollmentRow(tx) };
    });
    expect(found.paused).toMatchObject({ status: "paused", pause_reason: "overdue", paused_from: null });
    expect(found.outcomes).toEqual(["called_off", "done"]);
    expect(found.after).toMatchObject({ status: "active", pause_reason: null });
  });

  it("is not offered to the waitlist: the place is kept", async () => {
    const told = await tried(async (tx) => {
      await tx`update waitlist_entries set status = 'waiting' where class_id is null`;
      const [before] = await tx`select count(*)::int as n from outbox where name = 'scheduling/time.freed'`;
      await pause(tx, "2026-10-28", "2026-11-28", { why: "They ask" });
      const [after] = await tx`select count(*)::int as n from outbox where name = 'scheduling/time.freed'`;
      return (after?.n ?? 0) - (before?.n ?? 0);
    });
    expect(told).toBe(0);
  });
});

type Transfer = { moved: number; left_out: number; first_at: Date };
async function transfer(
  tx: Tx,
  from: string | null,
  { of = plan, to = ids.teacher2 as string, answers = {} as object, why = null as string | null } = {},
): Promise<Transfer> {
  const [moved] = await tx<Transfer[]>`
    select * from private.transfer_enrollment(${of}, ${to}, ${from}::text::date, ${JSON.stringify(answers)}::text::jsonb, ${why})`;
  if (!moved) throw new Error("nothing was moved");
  return moved;
}
const taught = (tx: Tx) =>
  tx<{ at: string; teacher: string }[]>`
    select to_char(starts_at at time zone 'America/New_York', 'MM-DD HH24:MI') as at, teacher_id as teacher
      from lessons where enrollment_id = ${plan} and status = 'scheduled' order by starts_at`.then((rows) =>
    rows.map(({ at, teacher }) => `${at} ${teacher === ids.teacher2 ? "two" : "one"}`),
  );

describe("another teacher", () => {
  it("takes the lessons from a day on, at their times, with series and enrollment", async () => {
    const found = await tried(async (tx) => {
      const moved = await transfer(tx, "2026-11-16");
      const lessonsNow = await taught(tx);
      await become(tx, service);
      const series =
        await tx`select teacher_id = ${ids.teacher2} as is_new, valid::text from lesson_series where enrollment_id = ${plan} order by valid`;
      const [row] = await tx`select teacher_id from enrollments where id = ${plan}`;
      const [event] =
        await tx`select data from outbox where name = 'enrollment/teacher.changed' order by seq desc limit 1`;
      return { moved, lessonsNow, series: [...series], row, event };
    }, parent);
    expect(found.moved).toMatchObject({ moved: 4, left_out: 0 });
    expect(found.lessonsNow).toEqual([
      "10-21 16:00 one",
      "10-28 16:00 one",
      "11-04 16:00 one",
      "11-11 16:00 one",
      "11-18 16:00 two",
      "12-02 16:00 two",
      "12-09 16:00 two",
      "12-16 16:00 two",
    ]);
    expect(found.series.map((series) => series.is_new)).toEqual([false, true]);
    expect(found.row?.teacher_id).toBe(ids.teacher2);
    expect(found.event?.data).toMatchObject({ fromTeacherId: ids.teacher1, toTeacherId: ids.teacher2 });
  });

  it("asks about weeks that the new teacher has not free, and takes other times or leaves them out", async () => {
    const found = await tried(async (tx) => {
      await become(tx, service);
      await tx`insert into bookings (kind, teacher_id, room_id, student_id, during)
               values ('lesson', ${ids.teacher2}, ${ids.drumRoom}, ${ids.studentB1}, '[2026-12-02T21:00:00Z,2026-12-02T21:30:00Z)'),
                      ('lesson', ${ids.teacher2}, ${ids.drumRoom}, ${ids.studentB1}, '[2026-12-09T21:00:00Z,2026-12-09T21:30:00Z)')`;
      await become(tx, parent);
      const weeks = await tx<{ lesson_id: string; reasons: string[] }[]>`
        select lesson_id, reasons from private.transfer_weeks(${plan}, ${ids.teacher2}, '2026-11-16')`;
      const [first, second] = weeks.filter((week) => week.reasons.length > 0).map((week) => week.lesson_id);
      const moved = await transfer(tx, "2026-11-16", {
        answers: { [first ?? ""]: { startsAt: "2026-12-03T21:00:00Z" }, [second ?? ""]: { skip: true } },
      });
      return {
        weeks: weeks.map((week) => week.reasons.length > 0),
        moved,
        lessonsNow: (await taught(tx)).slice(4),
      };
    }, parent);
    expect(found.weeks).toEqual([false, true, true, false]);
    expect(found.moved).toMatchObject({ moved: 3, left_out: 1 });
    expect(found.lessonsNow).toEqual(["11-18 16:00 two", "12-03 16:00 two", "12-16 16:00 two"]);
  });

  it.each<[string, (tx: Tx) => Promise<unknown>, string, TestPrincipal]>([
    ["another family's", (tx) => transfer(tx, "2026-11-16"), "enrollment_missing", stranger],
    [
      "weeks of another family",
      (tx) => tx`select private.transfer_weeks(${plan}, ${ids.teacher2}, '2026-11-16')`,
      "enrollment_missing",
      stranger,
    ],
    [
      "somebody who has left",
      (tx) => transfer(tx, "2026-11-16", { to: ids.formerTeacher }),
      "transfer_teacher",
      parent,
    ],
    [
      "the same teacher",
      (tx) => transfer(tx, "2026-11-16", { to: ids.teacher1 }),
      "transfer_same_teacher",
      parent,
    ],
    ["from tomorrow", (tx) => transfer(tx, "2026-10-21"), "transfer_day", parent],
    ["without a day", (tx) => transfer(tx, null), "transfer_day", parent],
    ["when no lesson is left", (tx) => transfer(tx, "2026-12-30"), "transfer_without_lessons", parent],
    [
      "an administrator without a reason",
      (tx) => transfer(tx, "2026-11-16"),
      "enrollment_reason_missing",
      admin,
    ],
    [
      "an answer for another lesson",
      (tx) => transfer(tx, "2026-11-16", { answers: { [ids.lessonB]: { skip: true } } }),
      "freed_answer_unknown",
      parent,
    ],
    [
      "a week that is not free",
      async (tx) => {
        await tx`insert into bookings (kind, teacher_id, room_id, student_id, during)
                 values ('lesson', ${ids.teacher2}, ${ids.drumRoom}, ${ids.studentB1}, '[2026-12-02T21:00:00Z,2026-12-02T21:30:00Z)')`;
        await become(tx, parent);
        await transfer(tx, "2026-11-16");
      },
      "transfer_time_taken",
      service,
    ],
  ])("is refused for %s", async (_, work, constraint, as) => {
    expect(await refused(work, as)).toMatchObject({ constraint });
  });
});
