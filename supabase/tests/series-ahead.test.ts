import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { undone } from "./attempt";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy, fixtureNow } from "./fixture";
import { addPlan, addSeries, become, waitMinutes } from "./fixture-builders";
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

const minutesUntil = (at: string): number => (new Date(at).getTime() - fixtureNow.getTime()) / 60_000;
/** Spring begins on January 4: 45 days before it. */
const DUE = "2026-11-20T08:00:00Z";

/** Arranges at the fixture's October noon, then works at an instant; undoes it all. */
const at = <T>(
  instant: string,
  arrange: (tx: Tx) => Promise<string>,
  work: (tx: Tx, plan: string) => Promise<T>,
) =>
  undone(database.app, async (tx) => {
    const plan = await arrange(tx);
    await waitMinutes(tx, minutesUntil(instant));
    return work(tx, plan);
  });

/** A plan with Wednesdays at 16:00 to the end of Fall; gives the plan. */
const running =
  (of: { last?: string; every?: number } = {}) =>
  async (tx: Tx): Promise<string> => {
    // The fixture's own series would speak along.
    await tx`update lesson_series set valid = daterange(lower(valid), lower(valid) + 1)`;
    const plan = await addPlan(tx);
    await addSeries(tx, { plan, last: of.last ?? "2026-12-19", every: of.every ?? 1 });
    return plan;
  };

const announce = async (tx: Tx): Promise<number> =>
  Number((await tx`select private.announce_due_series() as n`)[0]?.n);
const term = (tx: Tx, name = "Spring") =>
  tx`select id from terms where name = ${name}`.then((rows) => String(rows[0]?.id));
const go = async (tx: Tx, plan: string, name = "Spring") =>
  tx<{ series_id: string; lessons: number; blocked: number }[]>`
    select * from private.continue_series(${plan}, ${await term(tx, name)})`;
/** Local starts of a series, as `2027-01-06 16:00`. */
const starts = async (tx: Tx, series: string | undefined): Promise<string[]> =>
  (
    await tx<{ at: string }[]>`
      select to_char(starts_at at time zone 'America/New_York', 'YYYY-MM-DD HH24:MI') as at
        from lessons where series_id = ${series ?? null} and status = 'scheduled' order by starts_at`
  ).map((row) => row.at);

describe("what is due", () => {
  const counted = (instant: string, arrange: (tx: Tx) => Promise<string>) =>
    at(instant, arrange, (tx) => announce(tx));

  it("is a running series, from 45 days before the next term on, while that lasts", async () => {
    expect(await counted("2026-11-20T04:59:00Z", running())).toBe(0);
    expect(await counted(DUE, running())).toBe(1);
    expect(await counted("2027-03-01T12:00:00Z", running())).toBe(1);
    expect(await counted("2027-07-01T12:00:00Z", running())).toBe(0);
  });

  it("is by the academy's own number of days", async () => {
    const later = async (tx: Tx) => {
      await tx`update academy_settings set series_ahead_days = 20`;
      return running()(tx);
    };
    expect(await counted(DUE, later)).toBe(0);
    expect(await counted("2026-12-15T12:00:00Z", later)).toBe(1);
  });

  it("is not one that ended within its term, nor of a plan that is paused, withdrawn or ends before the term", async () => {
    expect(await counted(DUE, running({ last: "2026-12-09" }))).toBe(0);
    const having = (change: (tx: Tx, plan: string) => Promise<unknown>) => async (tx: Tx) => {
      const plan = await running()(tx);
      await change(tx, plan);
      return plan;
    };
    expect(
      await counted(
        DUE,
        having((tx, plan) => tx`update enrollments set status = 'paused' where id = ${plan}`),
      ),
    ).toBe(0);
    expect(
      await counted(
        DUE,
        having((tx, plan) => tx`update enrollments set status = 'withdrawn' where id = ${plan}`),
      ),
    ).toBe(0);
    const endsOn = (day: string) =>
      having(
        (tx, plan) =>
          tx`update enrollments set notice_given_on = '2026-10-20', ends_on = ${day} where id = ${plan}`,
      );
    expect(await counted(DUE, endsOn("2027-01-03"))).toBe(0);
    expect(await counted(DUE, endsOn("2027-01-05"))).toBe(0);
    expect(await counted(DUE, endsOn("2027-01-06"))).toBe(1);
  });

  it("is told once a week until it is planned, then no more", async () => {
    await at(DUE, running(), async (tx, plan) => {
      expect(await announce(tx)).toBe(1);
      await waitMinutes(tx, 24 * 60);
      expect(await announce(tx)).toBe(0);
      await waitMinutes(tx, 7 * 24 * 60);
      expect(await announce(tx)).toBe(1);
      await go(tx, plan);
      await waitMinutes(tx, 8 * 24 * 60);
      expect(await announce(tx)).toBe(0);
    });
  });
});

describe("going on", () => {
  const pausing = (from: string, until: string, status: "active" | "paused") => async (tx: Tx) => {
    const plan = await running()(tx);
    if (status === "paused") await tx`select set_config('app.wished_pause', ${plan}, true)`;
    await tx`update enrollments set paused_from = ${from}, paused_until = ${until}, pause_reason = 'wished' where id = ${plan}`;
    await tx`update enrollments set status = ${status}::enrollment_status where id = ${plan}`;
    return plan;
  };

  it("frees the weeks of a planned pause with it, and owes nothing for them", async () => {
    await at(DUE, pausing("2027-01-11", "2027-01-31", "active"), async (tx, plan) => {
      const [done] = await go(tx, plan);
      const lessons = await starts(tx, done?.series_id);
      expect(lessons.slice(0, 2)).toEqual(["2027-01-06 16:00", "2027-02-03 16:00"]);
      expect(done?.blocked).toBe(0);
      const freed =
        await tx`select from lessons where series_id = ${done?.series_id ?? null} and freed_for = 'pause'`;
      expect(freed).toHaveLength(3);
      const [event] = await tx<{ data: { lessonIds: string[] } }[]>`
        select data from outbox where name = 'scheduling/series.changed' and data ->> 'change' = 'continued'`;
      expect(event?.data.lessonIds).toHaveLength(lessons.length);
    });
  });

  it("keeps the place of who pauses by wish until after the term has begun", async () => {
    await at(DUE, pausing("2026-11-16", "2027-01-17", "paused"), async (tx, plan) => {
      expect(await announce(tx)).toBe(1);
      const [done] = await go(tx, plan);
      expect((await starts(tx, done?.series_id))[0]).toBe("2027-01-20 16:00");
    });
  });

  it("gives the next term's weeks at the same local time, over the change of the clocks, and closed weeks left out", async () => {
    await at(DUE, running(), async (tx, plan) => {
      await tx`insert into closures (name, starts_on, ends_on) values ('Spring break', '2027-03-29', '2027-04-03')`;
      const [done] = await go(tx, plan);
      const lessons = await starts(tx, done?.series_id);
      expect(lessons[0]).toBe("2027-01-06 16:00");
      expect(lessons.at(-1)).toBe("2027-06-09 16:00");
      expect(lessons).toContain("2027-03-17 16:00");
      expect(lessons).not.toContain("2027-03-31 16:00");
      expect(lessons.every((lesson) => lesson.endsWith("16:00"))).toBe(true);
      expect(done).toMatchObject({ lessons: 22, blocked: 0 });
      const events = await tx<{ data: { change: string; lessonIds: string[]; creditIds: string[] } }[]>`
        select data from outbox where name = 'scheduling/series.changed' and data ->> 'change' = 'continued'`;
      expect(events).toHaveLength(1);
      expect(events[0]?.data.lessonIds).toHaveLength(22);
      expect(events[0]?.data.creditIds).toEqual([]);
    });
  });

  it("does nothing when repeated", async () => {
    await at(DUE, running(), async (tx, plan) => {
      await go(tx, plan);
      expect(await go(tx, plan)).toEqual([]);
      expect(await tx`select from outbox where data ->> 'change' = 'continued'`).toHaveLength(1);
    });
  });

  it("keeps the rhythm of every second week through the break", async () => {
    // Wednesdays November 4 and 18, December 2 and 16; then January 13, as December 30 lies in the break.
    await at(DUE, running({ every: 2 }), async (tx, plan) => {
      const [done] = await go(tx, plan);
      expect((await starts(tx, done?.series_id)).slice(0, 2)).toEqual([
        "2027-01-13 16:00",
        "2027-01-27 16:00",
      ]);
    });
  });

  it("begins tomorrow where the term has begun, and ends with the notice", async () => {
    await at("2027-01-20T18:00:00Z", running(), async (tx, plan) => {
      await tx`update enrollments set notice_given_on = '2027-01-01', ends_on = '2027-02-10' where id = ${plan}`;
      const [done] = await go(tx, plan);
      expect(await starts(tx, done?.series_id)).toEqual([
        "2027-01-27 16:00",
        "2027-02-03 16:00",
        "2027-02-10 16:00",
      ]);
    });
  });

  it("owes a credit, valid from its day, for each week that is not free, and says why", async () => {
    await at(DUE, running(), async (tx, plan) => {
      await tx`insert into teacher_exceptions (teacher_id, during, reason)
               values (${ids.teacher1}, '[2027-01-13T05:00:00Z,2027-01-14T05:00:00Z)', 'Jury duty')`;
      await tx`insert into bookings (kind, teacher_id, room_id, during, expires_at)
               values ('hold', ${ids.teacher1}, ${ids.plainRoom}, '[2027-01-20T21:00:00Z,2027-01-20T21:30:00Z)', '2027-03-01')`;
      const [done] = await go(tx, plan);
      expect(done).toMatchObject({ blocked: 2 });
      const lessons = await starts(tx, done?.series_id);
      expect(lessons).not.toContain("2027-01-13 16:00");
      expect(lessons).not.toContain("2027-01-20 16:00");
      const credits = await tx`
        select minutes, origin, reason, to_char(expires_at at time zone 'America/New_York', 'YYYY-MM-DD HH24:MI') as until
          from makeup_credits where student_id = ${ids.studentA2} and reason like '%January%' order by expires_at`;
      expect([...credits]).toEqual([
        {
          minutes: 30,
          origin: "goodwill",
          reason: "Wednesday, January 13, 2027: the teacher is away",
          until: "2027-03-14 00:00",
        },
        {
          minutes: 30,
          origin: "goodwill",
          reason: "Wednesday, January 20, 2027: the weekly time is taken",
          until: "2027-03-21 01:00",
        },
      ]);
    });
  });

  it("is refused whole where most weeks are not free, and leaves others alone", async () => {
    await at(DUE, running(), async (tx, plan) => {
      await tx`update teacher_availability set valid = daterange(lower(valid), '2027-01-01') where teacher_id = ${ids.teacher1}`;
      const refusal = await refusalOf(tx.savepoint((sub) => go(sub, plan)));
      expect(refusal).toMatchObject({ constraint: "series_mostly_blocked" });
      expect(await tx`select from lesson_series where enrollment_id = ${plan}`).toHaveLength(1);
      expect(await announce(tx)).toBe(1);
    });
  });

  it("is the academy's own work", async () => {
    for (const person of ["admin", "parentA", "teacher1"] as const) {
      const refusal = await refusalOf(
        at(DUE, running(), async (tx, plan) => {
          await become(tx, person);
          await go(tx, plan);
        }),
      );
      expect(refusal?.code).toBe("42501");
    }
  });
});
