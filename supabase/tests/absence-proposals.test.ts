import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { undone } from "./attempt";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy, fixtureNow, fixtureOffset } from "./fixture";
import { addClassLesson, become, minutesFrom, waitMinutes } from "./fixture-builders";
import { ids, type Person, people, sessionOf } from "./fixture-ids";
import { asPrincipal, refusalOf, service, type Tx, takePrincipal } from "./principal";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
});

afterAll(async () => {
  await database?.drop();
});

/** Monday, 2 November, in New York: lesson A of student A1 with teacher 1 begins at 16:00, 21:00 UTC. */
const START = "2026-11-02T21:00:00Z";
const DAY = { from: "2026-11-02T05:00:00Z", until: "2026-11-03T05:00:00Z" } as const;

type Proposal = {
  readonly id: string;
  readonly kind: "substitute" | "time" | "credit";
  readonly teacher_id: string | null;
  readonly starts_at: Date | null;
  readonly expires_at: Date;
};

const becomeAcademy = async (tx: Tx): Promise<void> => {
  const [clock] = await tx<{ offset: string }[]>`select current_setting('app.clock_offset_ms') as offset`;
  await takePrincipal(tx, service, Number(clock?.offset));
};
/** Only one of the fixture's students is of an age that both teachers of the piano teach. */
const enter = async (tx: Tx, span: { from: string; until: string } = DAY): Promise<string> => {
  await become(tx, "teacher1");
  const rows =
    await tx`select private.enter_time_off(${ids.teacher1}, ${span.from}, ${span.until}, 'Concert tour') as id`;
  await becomeAcademy(tx);
  return String(rows[0]?.id);
};
const propose = async (tx: Tx, timeOff: string, lesson: string = ids.lessonA) =>
  (
    await tx<{ outcome: string; expires_at: Date | null }[]>`
      select * from private.propose(${lesson}, ${timeOff})`
  )[0];
const open = (tx: Tx, lesson: string = ids.lessonA) => tx<Proposal[]>`
  select id, kind, teacher_id, starts_at, expires_at from lesson_proposals
   where lesson_id = ${lesson} and closed_at is null order by kind, position`;
const accept = async (tx: Tx, proposal: string | undefined, person: Person = "parentA") => {
  await become(tx, person);
  const rows = await tx`select * from private.accept_proposal(${proposal ?? null})`;
  await becomeAcademy(tx);
  return rows[0];
};
const events = async (tx: Tx, name: string): Promise<Record<string, unknown>[]> =>
  (
    await tx<{ data: Record<string, unknown> }[]>`
      select data from outbox where name = ${name} and data ->> 'lessonId' = ${ids.lessonA}`
  ).map((row) => row.data);
const lessonA = async (tx: Tx) =>
  (
    await tx<
      {
        status: string;
        teacher_id: string;
        starts_at: Date;
        cancel_kind: string | null;
        substitute_for: string | null;
      }[]
    >`
      select status, teacher_id, starts_at, cancel_kind, substitute_for from lessons where id = ${ids.lessonA}`
  )[0];
const assign = async (tx: Tx): Promise<void> => {
  await become(tx, "admin");
  await tx`select private.assign_substitute(${ids.lessonA}, ${ids.teacher2})`;
  await becomeAcademy(tx);
};
const of = (found: readonly Proposal[], kind: Proposal["kind"]) => found.find((one) => one.kind === kind)?.id;

/** Time off is entered and the lesson has its proposals; then work as the academy, undone afterwards. */
const proposed = <T>(work: (tx: Tx, found: Proposal[], timeOff: string) => Promise<T>, { after = 0 } = {}) =>
  undone(
    database.app,
    async (tx) => {
      const timeOff = await enter(tx);
      await propose(tx, timeOff);
      return work(tx, [...(await open(tx))], timeOff);
    },
    { after },
  );
const minutesBefore = (minutes: number): number =>
  (new Date(START).getTime() - fixtureNow.getTime()) / 60_000 - minutes;

describe("time off that is entered", () => {
  it("tells of each lesson that it meets within the horizon, once it has none, and never of a class", async () => {
    await undone(database.app, async (tx) => {
      await addClassLesson(tx, minutesFrom("2026-11-02T20:00:00Z"));
      const timeOff = await enter(tx);
      expect(await events(tx, "scheduling/absence.found")).toEqual([
        { lessonId: ids.lessonA, timeOffId: timeOff },
      ]);
      const count = async () => Number((await tx`select private.announce_absences(${timeOff}) as n`)[0]?.n);
      expect(await count()).toBe(1);
      await propose(tx, timeOff);
      expect(await count()).toBe(0);
    });
  });

  it("is nobody else's to propose for", async () => {
    for (const person of ["admin", "parentA", "teacher1"] as const) {
      const refusal = await refusalOf(
        proposed(async (tx, _found, timeOff) => {
          await become(tx, person);
          await tx`select private.propose(${ids.lessonA}, ${timeOff})`;
        }),
      );
      expect(refusal?.code).toBe("42501");
    }
  });
});

describe("proposals", () => {
  it("are a substitute who fits at the same time, the nearest times with the own teacher, and a credit", async () => {
    await proposed(async (_tx, found) => {
      expect(found.map((one) => one.kind)).toEqual(["substitute", "time", "time", "credit"]);
      expect(found[0]?.teacher_id).toBe(ids.teacher2);
      for (const one of found.slice(1, 3)) {
        expect(one.teacher_id).toBe(ids.teacher1);
        const start = one.starts_at?.getTime() ?? 0;
        expect(start < new Date(DAY.from).getTime() || start >= new Date(DAY.until).getTime()).toBe(true);
      }
      // 24 hours before the lesson, as the rule of a cancellation has it.
      expect(found[0]?.expires_at.toISOString()).toBe("2026-11-01T21:00:00.000Z");
    });
  });

  it("are times with the own teacher where nobody else fits", async () => {
    await undone(database.app, async (tx) => {
      await tx`delete from teacher_instruments where teacher_id = ${ids.teacher2} and instrument_id = ${ids.piano}`;
      await propose(tx, await enter(tx));
      expect((await open(tx)).map((one) => one.kind)).toEqual(["time", "time", "time", "credit"]);
    });
  });

  it("are made once, however often the step runs", async () => {
    await proposed(async (tx, found, timeOff) => {
      expect((await propose(tx, timeOff))?.outcome).toBe("proposed");
      expect([...(await open(tx))]).toEqual(found);
    });
  });

  it("give two hours where the notice is over, and at the shortest end the lesson is cancelled at once", async () => {
    const ill = async (minutes: number) =>
      undone(
        database.app,
        async (tx) => {
          const outcome = await propose(tx, await enter(tx));
          return { ...outcome, status: (await lessonA(tx))?.status };
        },
        { after: minutesBefore(minutes) },
      );
    expect(await ill(300)).toMatchObject({
      outcome: "proposed",
      expires_at: new Date("2026-11-02T18:00:00Z"),
    });
    expect(await ill(150)).toMatchObject({
      outcome: "proposed",
      expires_at: new Date("2026-11-02T20:00:00Z"),
    });
    expect(await ill(60)).toMatchObject({ outcome: "cancelled", status: "cancelled" });
  });

  it("are for nobody when the lesson was cancelled, moved away or is the substitute's by then", async () => {
    const settled = (change: (tx: Tx) => Promise<unknown>) =>
      undone(database.app, async (tx) => {
        const timeOff = await enter(tx);
        await change(tx);
        return (await propose(tx, timeOff))?.outcome;
      });
    expect(
      await settled((tx) => tx`select private.cancel_lesson(${ids.lessonA}, 'teacher', 'Is away')`),
    ).toBe("settled");
    expect(
      await settled((tx) => tx`select private.move_lesson(${ids.lessonA}, '2026-11-04T21:00:00Z')`),
    ).toBe("settled");
    expect(await settled(assign)).toBe("settled");
  });
});

describe("accepting", () => {
  it("gives the lesson to the substitute, at its time", async () => {
    await proposed(async (tx, found) => {
      await accept(tx, of(found, "substitute"));
      expect(await lessonA(tx)).toMatchObject({
        status: "scheduled",
        teacher_id: ids.teacher2,
        substitute_for: ids.teacher1,
        starts_at: new Date(START),
      });
      expect(await events(tx, "scheduling/lesson.substituted")).toHaveLength(1);
      expect(await events(tx, "scheduling/proposals.closed")).toHaveLength(1);
      expect(await open(tx)).toEqual([]);
    });
  });

  it("moves the lesson, with its own teacher", async () => {
    await proposed(async (tx, found) => {
      const time = found.find((one) => one.kind === "time");
      await accept(tx, time?.id);
      expect(await lessonA(tx)).toMatchObject({ teacher_id: ids.teacher1, starts_at: time?.starts_at });
      expect(await events(tx, "scheduling/lesson.moved")).toHaveLength(1);
    });
  });

  it("cancels it by the teacher for a credit that does not count against the cap", async () => {
    await proposed(async (tx, found) => {
      const done = await accept(tx, of(found, "credit"));
      expect(await lessonA(tx)).toMatchObject({ status: "cancelled", cancel_kind: "teacher" });
      const credits = await tx`select origin from makeup_credits where id = ${String(done?.credit_id)}`;
      expect(credits[0]?.origin).toBe("teacher_cancelled");
    });
  });

  it.each<[string, string, (tx: Tx, found: Proposal[]) => Promise<unknown>]>([
    ["another family", "proposal_missing", (tx, found) => accept(tx, of(found, "credit"), "parentB")],
    ["the teacher", "proposal_missing", (tx, found) => accept(tx, of(found, "credit"), "teacher1")],
    ["the student", "proposal_missing", (tx, found) => accept(tx, of(found, "credit"), "student")],
    ["one that does not exist", "proposal_missing", (tx) => accept(tx, ids.familyA)],
    [
      "a second one after the first",
      "proposal_answered",
      async (tx, found) => {
        await accept(tx, of(found, "substitute"));
        await accept(tx, of(found, "credit"));
      },
    ],
    [
      "the same one again",
      "proposal_answered",
      async (tx, found) => {
        await accept(tx, of(found, "time"));
        await accept(tx, of(found, "time"));
      },
    ],
    [
      "after its end",
      "proposal_expired",
      async (tx, found) => {
        await waitMinutes(tx, minutesBefore(24 * 60));
        await accept(tx, of(found, "substitute"));
      },
    ],
    [
      "after the time off was withdrawn",
      "proposal_answered",
      async (tx, found) => {
        await become(tx, "teacher1");
        await tx`select private.withdraw_time_off(id) from teacher_exceptions where reason = 'Concert tour'`;
        await accept(tx, of(found, "substitute"));
      },
    ],
    [
      "a substitute who is busy by now",
      "substitute_busy",
      async (tx, found) => {
        await tx`insert into bookings (kind, teacher_id, room_id, during, expires_at)
                 values ('hold', ${ids.teacher2}, ${ids.plainRoom}, ${minutesFrom(START)}, '2026-12-01')`;
        await accept(tx, of(found, "substitute"));
      },
    ],
    [
      "a time that is taken by now",
      "lesson_time_taken",
      async (tx, found) => {
        const time = found.find((one) => one.kind === "time");
        await tx`insert into bookings (kind, teacher_id, room_id, during, expires_at)
                 values ('hold', ${ids.teacher1}, ${ids.plainRoom}, ${minutesFrom(time?.starts_at?.toISOString() ?? "")}, '2026-12-01')`;
        await accept(tx, time?.id);
      },
    ],
  ])("by %s is refused: %s", async (_who, constraint, work) => {
    expect(await refusalOf(proposed((tx, found) => work(tx, found)))).toMatchObject({ constraint });
  });

  it("does not let a family change a lesson beyond what was proposed", async () => {
    const refusal = await refusalOf(
      proposed(async (tx) => {
        await become(tx, "parentA");
        await tx`select private.assign_substitute(${ids.lessonA}, ${ids.teacher2})`;
      }),
    );
    expect(refusal).toMatchObject({ constraint: "admin_only" });
    expect(
      await refusalOf(
        proposed(async (tx) => {
          await become(tx, "parentA");
          await tx`update lesson_proposals set accepted_at = private.now()`;
        }),
      ),
    ).toMatchObject({ code: "42501" });
  });
});

describe("what nobody answers", () => {
  it("is cancelled by the teacher at the deadline, with a credit, once, and not before", async () => {
    await proposed(async (tx) => {
      const close = async () => (await tx`select private.close_unanswered(${ids.lessonA}) as done`)[0]?.done;
      expect(await close()).toBe(false);
      await waitMinutes(tx, minutesBefore(24 * 60));
      expect(await close()).toBe(true);
      expect(await lessonA(tx)).toMatchObject({ status: "cancelled", cancel_kind: "teacher" });
      expect(await tx`select from makeup_credits where origin_lesson_id = ${ids.lessonA}`).toHaveLength(1);
      expect(await close()).toBe(false);
      expect(await open(tx)).toEqual([]);
    });
  });

  it("is closed also where the clock has leapt over the lesson, unless it was answered", async () => {
    await proposed(async (tx, found) => {
      await accept(tx, of(found, "substitute"));
      await waitMinutes(tx, 30 * 24 * 60);
      expect((await tx`select private.close_unanswered(${ids.lessonA}) as done`)[0]?.done).toBe(false);
    });
    await proposed(async (tx) => {
      await waitMinutes(tx, 30 * 24 * 60);
      expect((await tx`select private.close_unanswered(${ids.lessonA}) as done`)[0]?.done).toBe(true);
    });
  });
});

describe("what changes meanwhile", () => {
  it("ends them: the academy's own substitute, a move, a cancellation", async () => {
    const left = (change: (tx: Tx) => Promise<unknown>) =>
      proposed(async (tx) => {
        await change(tx);
        return {
          open: (await open(tx)).length,
          closed: (await events(tx, "scheduling/proposals.closed")).length,
        };
      });
    const ended = { open: 0, closed: 1 };
    expect(await left(assign)).toEqual(ended);
    expect(
      await left((tx) => tx`select private.move_lesson(${ids.lessonA}, '2026-11-04T21:00:00Z')`),
    ).toEqual(ended);
    expect(await left((tx) => tx`select private.cancel_lesson(${ids.lessonA}, 'family')`)).toEqual(ended);
  });

  it("ends them when the time off is withdrawn, and tells of it", async () => {
    await proposed(async (tx, _found, timeOff) => {
      await become(tx, "teacher1");
      await tx`select private.withdraw_time_off(${timeOff})`;
      await becomeAcademy(tx);
      expect(await open(tx)).toEqual([]);
      expect(await events(tx, "scheduling/absence.withdrawn")).toEqual([{ lessonId: ids.lessonA }]);
      expect(await lessonA(tx)).toMatchObject({ status: "scheduled", teacher_id: ids.teacher1 });
    });
  });

  it("puts others in the place of what was taken, and leaves what can still be had", async () => {
    await proposed(async (tx, found) => {
      await tx`insert into bookings (kind, teacher_id, room_id, during, expires_at)
               values ('hold', ${ids.teacher2}, ${ids.plainRoom}, ${minutesFrom(START)}, '2026-12-01')`;
      const [row] = await tx`select private.renew_proposals(${ids.lessonA}) as n`;
      const now = [...(await open(tx))];
      expect(now.map((one) => one.kind)).toEqual(["time", "time", "time", "credit"]);
      expect(row?.n).toBe(4);
      for (const kept of found.filter((one) => one.kind !== "substitute"))
        expect(now.map((one) => one.id)).toContain(kept.id);
      expect(now.every((one) => one.expires_at.getTime() === found[0]?.expires_at.getTime())).toBe(true);
    });
  });
});

/** The last of this file: what it does stays. */
it("of three answers at once one is taken, and the others are refused", async () => {
  const offset = fixtureOffset();
  const timeOff = await asPrincipal(database.app, service, (tx) => enter(tx), offset);
  const found = await asPrincipal(
    database.app,
    service,
    async (tx) => {
      await propose(tx, timeOff);
      return [...(await open(tx))];
    },
    offset,
  );
  const parent = { kind: "user", userId: people.parentA, sessionId: sessionOf("parentA") } as const;
  const answers = await Promise.all(
    [of(found, "substitute"), of(found, "time"), of(found, "credit")].map((id) =>
      refusalOf(
        asPrincipal(database.app, parent, (tx) => tx`select private.accept_proposal(${id ?? null})`, offset),
      ),
    ),
  );
  expect(answers.filter((answer) => answer === undefined)).toHaveLength(1);
  expect(answers.filter((answer) => answer?.constraint === "proposal_answered")).toHaveLength(2);
});
