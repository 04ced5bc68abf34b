import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { undone } from "./attempt";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy, fixtureOffset, lessonTimes } from "./fixture";
import { minutesFrom } from "./fixture-builders";
import { ids, type Person } from "./fixture-ids";
import { asPrincipal, type Refusal, refusalOf, service, type Tx } from "./principal";
import {
  acceptOffer,
  become,
  declineOffer,
  expireOffer,
  joinClassWaitlist,
  joinLessonWaitlist,
  leaveClass,
  newClass,
  offerByHand,
  offeredTo,
  offerTime,
  principalOf,
  saveClass,
  takeSeat,
} from "./waitlist-steps";

const AFTER_THE_OFFER = 121;
/** Mondays at 16:00 in New York. */
const LESSON_A = "2026-11-02T21:00:00Z";
const NEXT_MONDAY = "2026-11-09T21:00:00Z";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
  // The fixture's own entries and offers are about other things.
  await database.owner`update waitlist_offers set status = 'expired'`;
  await database.owner`update waitlist_entries set status = 'withdrawn'`;
  await Promise.all(
    Array.from({ length: 24 }, () => database.app.begin(async (tx) => tx`select pg_sleep(0.05)`)),
  );
});

afterAll(async () => {
  await database?.drop();
});

/** Arranges as the academy, acts as somebody else, checks what is checked at commit, and undoes it all. */
const tried = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => undone(database.app, work);

const refused = (work: (tx: Tx) => Promise<unknown>): Promise<Refusal | undefined> => refusalOf(tried(work));

const entryOf = (rows: readonly { entry: string }[]): string => rows[0]?.entry ?? "no entry";

/** A choir whose one seat student A1 has; A2 waits for it, and B1 after A2. */
async function fullChoir(tx: Tx, seats = 1): Promise<string> {
  const choir = await newClass(tx, { seats });
  await takeSeat(tx, choir, ids.studentA1);
  if (seats > 1) return choir;
  await become(tx, "parentA");
  await joinClassWaitlist(tx, choir, ids.studentA2);
  await become(tx, "parentB", 1);
  await joinClassWaitlist(tx, choir, ids.studentB1);
  return choir;
}

/** The choir whose seat A1 has given back, with the offer of it that A2 has. */
async function offeredChoir(tx: Tx): Promise<{ choir: string; offer: string }> {
  const choir = await fullChoir(tx);
  await become(tx, "parentA", 2);
  await leaveClass(tx, choir, ids.studentA1);
  const offered = await offeredTo(tx, choir);
  if (!offered) throw new Error("nobody has an offer");
  return { choir, offer: offered.offer };
}

describe("the waitlist of a class", () => {
  it("tells each family its place", async () => {
    const places = (person: Person) =>
      tried(async (tx) => {
        await fullChoir(tx);
        await become(tx, person);
        return tx`select place, waiting from private.waitlist_places()`;
      });
    expect(await places("parentA")).toEqual([{ place: 1, waiting: 2 }]);
    expect(await places("parentB")).toEqual([{ place: 2, waiting: 2 }]);
    expect(await places("admin")).toHaveLength(2);
    expect(await places("teacher1")).toEqual([]);
  });

  const wrong: Readonly<Record<string, readonly [string, (tx: Tx) => Promise<unknown>]>> = {
    "while there is a free seat": [
      "class_has_seats",
      async (tx) => {
        const choir = await newClass(tx);
        await become(tx, "parentA");
        await joinClassWaitlist(tx, choir, ids.studentA2);
      },
    ],
    "a second time": [
      "waitlist_once_for_class",
      async (tx) => {
        const choir = await fullChoir(tx);
        await become(tx, "parentA");
        await joinClassWaitlist(tx, choir, ids.studentA2);
      },
    ],
    "with a seat": [
      "class_seat_once",
      async (tx) => {
        const choir = await fullChoir(tx);
        await become(tx, "parentA");
        await joinClassWaitlist(tx, choir, ids.studentA1);
      },
    ],
    "at another age": [
      "class_age_out_of_range",
      async (tx) => {
        const choir = await newClass(tx, { ages: [11, 99] });
        await takeSeat(tx, choir, ids.studentA1);
        await become(tx, "parentA");
        await joinClassWaitlist(tx, choir, ids.studentA2);
      },
    ],
    "with another family's child": [
      "student_missing",
      async (tx) => {
        const choir = await fullChoir(tx);
        await become(tx, "parentA");
        await joinClassWaitlist(tx, choir, ids.studentB1);
      },
    ],
    "of a class that does not exist": [
      "class_missing",
      async (tx) => {
        await become(tx, "parentA");
        await joinClassWaitlist(tx, ids.waitingA, ids.studentA2);
      },
    ],
    "of a shared lesson": [
      "class_missing",
      async (tx) => {
        await become(tx, "parentA");
        await joinClassWaitlist(tx, ids.classB, ids.studentA2);
      },
    ],
    "of a closed class": [
      "class_not_open",
      async (tx) => {
        const choir = await newClass(tx, { status: "closed" });
        await become(tx, "parentA");
        await joinClassWaitlist(tx, choir, ids.studentA2);
      },
    ],
    "of a class that is over": [
      "class_over",
      async (tx) => {
        const choir = await fullChoir(tx);
        await become(tx, "parentA", 60 * 24 * 90);
        await joinClassWaitlist(tx, choir, ids.studentA2);
      },
    ],
  };
  it.each(Object.entries(wrong))("is not joined %s", async (_, [name, work]) => {
    expect((await refused(work))?.constraint).toBe(name);
  });

  it("is left by its family alone, once", async () => {
    const leave = (person: Person, times = 1) =>
      refused(async (tx) => {
        const choir = await newClass(tx);
        await takeSeat(tx, choir, ids.studentA1);
        await become(tx, "parentA");
        const entry = entryOf(await joinClassWaitlist(tx, choir, ids.studentA2));
        await become(tx, person);
        for (let nth = 0; nth < times; nth++) await tx`select private.leave_waitlist(${entry})`;
      });
    expect(await leave("parentA")).toBeUndefined();
    expect(await leave("admin")).toBeUndefined();
    expect((await leave("parentB"))?.constraint).toBe("entry_missing");
    expect((await leave("parentA", 2))?.constraint).toBe("waitlist_transition");
  });
});

describe("a seat that becomes free", () => {
  it("is offered to the first who waits, in the same step, for two hours", async () => {
    const { offer, told } = await tried(async (tx) => {
      const { choir } = await offeredChoir(tx);
      return {
        offer: await tx`
          select e.student_id as student, o.expires_at - o.offered_at = interval '120 minutes' as is_two_hours, e.status
            from waitlist_offers o join waitlist_entries e on e.id = o.entry_id where o.class_id = ${choir}`,
        told: await tx`select o.data ->> 'offerId' = w.id::text as is_it from outbox o, waitlist_offers w
                        where o.name = 'scheduling/offer.made' and w.class_id = ${choir} order by o.seq desc limit 1`,
      };
    });
    expect(offer).toEqual([{ student: ids.studentA2, is_two_hours: true, status: "offered" }]);
    expect(told).toEqual([{ is_it: true }]);
  });

  it("is open for as long as the academy's settings say", async () => {
    const [offer] = await tried(async (tx) => {
      await become(tx, "admin");
      await tx`update academy_settings set offer_minutes = 30`;
      const { choir } = await offeredChoir(tx);
      return tx`select expires_at - offered_at = interval '30 minutes' as is_half_an_hour from waitlist_offers where class_id = ${choir}`;
    });
    expect(offer).toEqual({ is_half_an_hour: true });
  });

  it("passes over a child who is busy then and one of another age", async () => {
    const student = await tried(async (tx) => {
      const choir = await fullChoir(tx);
      await become(tx, "academy");
      await tx`insert into bookings (kind, teacher_id, room_id, student_id, during, expires_at)
               values ('hold', ${ids.teacher2}, ${ids.drumRoom}, ${ids.studentA2}, ${minutesFrom("2026-11-04T22:15:00Z")},
                       private.now() + interval '1 day')`;
      await become(tx, "parentA", 2);
      await leaveClass(tx, choir, ids.studentA1);
      return (await offeredTo(tx, choir))?.student;
    });
    expect(student).toBe(ids.studentB1);
    const other = await tried(async (tx) => {
      const choir = await fullChoir(tx);
      await become(tx, "admin");
      await saveClass(tx, { id: choir, ages: [11, 99] });
      await become(tx, "parentA", 2);
      await leaveClass(tx, choir, ids.studentA1);
      return (await offeredTo(tx, choir))?.student;
    });
    expect(other).toBe(ids.studentB1);
  });

  it("is kept for that family, and taken for everybody else", async () => {
    const taking = (person: Person, student: string) =>
      refused(async (tx) => {
        const { choir } = await offeredChoir(tx);
        await become(tx, person, 3);
        await takeSeat(tx, choir, student);
      });
    expect((await taking("parentB", ids.studentB1))?.constraint).toBe("class_full");
    expect((await taking("parentA", ids.studentA1))?.constraint).toBe("class_full");
    expect(await taking("parentA", ids.studentA2)).toBeUndefined();
  });

  it("is offered to all who wait when a class gets larger", async () => {
    const open = await tried(async (tx) => {
      const choir = await fullChoir(tx);
      await become(tx, "admin");
      await saveClass(tx, { id: choir, seats: 3 });
      return tx`select from waitlist_offers where class_id = ${choir} and status = 'open'`;
    });
    expect(open).toHaveLength(2);
  });

  it("is not taken away again by a class that gets smaller", async () => {
    const refusal = await refused(async (tx) => {
      const choir = await fullChoir(tx);
      await become(tx, "admin");
      await saveClass(tx, { id: choir, seats: 3 });
      await saveClass(tx, { id: choir, seats: 2 });
    });
    expect(refusal?.constraint).toBe("class_full");
  });
});

describe("an offer", () => {
  it("is accepted once: the seat and each lesson are the child's", async () => {
    const { outcome, entry } = await tried(async (tx) => {
      const { choir, offer } = await offeredChoir(tx);
      await become(tx, "parentA", 60);
      const [accepted] = await acceptOffer(tx, offer);
      return {
        outcome: accepted,
        entry:
          await tx`select status from waitlist_entries where class_id = ${choir} and student_id = ${ids.studentA2}`,
      };
    });
    expect(outcome).toMatchObject({ draft_id: null, lessons: 8 });
    expect(entry).toEqual([{ status: "accepted" }]);
  });

  const late: Readonly<
    Record<string, readonly [string, Person, number, (tx: Tx, offer: string) => Promise<unknown>]>
  > = {
    "after two hours": ["offer_expired", "parentA", AFTER_THE_OFFER + 2, acceptOffer],
    "by another family": ["offer_missing", "parentB", 3, acceptOffer],
    "by the academy in the family's place": ["offer_missing", "admin", 3, acceptOffer],
    "a second time": [
      "offer_transition",
      "parentA",
      3,
      async (tx, offer) => {
        await acceptOffer(tx, offer);
        await acceptOffer(tx, offer);
      },
    ],
    "once it was declined": [
      "offer_transition",
      "parentA",
      3,
      async (tx, offer) => {
        await declineOffer(tx, offer);
        await acceptOffer(tx, offer);
      },
    ],
    "once it went on to the next": [
      "offer_expired",
      "parentA",
      3,
      async (tx, offer) => {
        await become(tx, "academy", AFTER_THE_OFFER + 2);
        await expireOffer(tx, offer);
        await become(tx, "parentA", AFTER_THE_OFFER + 2);
        await acceptOffer(tx, offer);
      },
    ],
  };
  it.each(Object.entries(late))("is not accepted %s", async (_, [name, person, minutes, work]) => {
    const refusal = await refused(async (tx) => {
      const { offer } = await offeredChoir(tx);
      await become(tx, person, minutes);
      await work(tx, offer);
    });
    expect(refusal?.constraint).toBe(name);
  });

  it("is not declined by another family, nor twice", async () => {
    const decline = (person: Person, times: number) =>
      refused(async (tx) => {
        const { offer } = await offeredChoir(tx);
        await become(tx, person, 3);
        for (let nth = 0; nth < times; nth++) await declineOffer(tx, offer);
      });
    expect(await decline("parentA", 1)).toBeUndefined();
    expect((await decline("parentB", 1))?.constraint).toBe("offer_missing");
    expect((await decline("parentA", 2))?.constraint).toBe("offer_transition");
  });

  it("that is declined goes on to the next family, and the first keeps its place", async () => {
    const { next, entries } = await tried(async (tx) => {
      const { choir, offer } = await offeredChoir(tx);
      await become(tx, "parentA", 3);
      await declineOffer(tx, offer);
      const found = await offeredTo(tx, choir);
      return {
        next: found?.student,
        entries:
          await tx`select student_id, status from waitlist_entries where class_id = ${choir} order by joined_at`,
      };
    });
    expect(next).toBe(ids.studentB1);
    expect(entries).toEqual([
      { student_id: ids.studentA2, status: "waiting" },
      { student_id: ids.studentB1, status: "offered" },
    ]);
  });

  it("that runs out goes on, from family to family, and then the seat is free for everybody", async () => {
    const seen = await tried(async (tx) => {
      const { choir, offer } = await offeredChoir(tx);
      await become(tx, "academy", 60);
      const [early] = await expireOffer(tx, offer);
      await become(tx, "academy", AFTER_THE_OFFER + 2);
      const [first] = await expireOffer(tx, offer);
      const [again] = await expireOffer(tx, offer);
      await become(tx, "academy", 2 * AFTER_THE_OFFER + 4);
      const [second] = await expireOffer(tx, first?.next_offer ?? "");
      await become(tx, "parentA", 2 * AFTER_THE_OFFER + 4);
      const [seat] = await takeSeat(tx, choir, ids.studentA1);
      return { early, first, again, second, seat };
    });
    expect(seen.early).toEqual({ ended: false, next_offer: null });
    expect(seen.first).toMatchObject({ ended: true });
    expect(seen.first?.next_offer).not.toBeNull();
    expect(seen.again).toEqual({ ended: false, next_offer: null });
    expect(seen.second).toEqual({ ended: true, next_offer: null });
    expect(seen.seat?.lessons).toBe(8);
  });

  it("whose end nobody has noticed yet goes on before somebody else takes the seat", async () => {
    const { refusal, student } = await tried(async (tx) => {
      const { choir } = await offeredChoir(tx);
      await become(tx, "parentA", AFTER_THE_OFFER + 2);
      const refusal = await refusalOf(tx.savepoint((inner) => takeSeat(inner, choir, ids.studentA1)));
      return { refusal, student: (await offeredTo(tx, choir))?.student };
    });
    expect(refusal?.constraint).toBe("class_full");
    // The refusal undoes the passing on, too: the workflow does it.
    expect(student).toBe(ids.studentA2);
  });

  it("ends when its family leaves the waitlist", async () => {
    const student = await tried(async (tx) => {
      const { choir } = await offeredChoir(tx);
      const [entry] = await tx<{ id: string }[]>`
        select id from waitlist_entries where class_id = ${choir} and student_id = ${ids.studentA2}`;
      await become(tx, "parentA", 3);
      await tx`select private.leave_waitlist(${entry?.id ?? ""})`;
      return (await offeredTo(tx, choir))?.student;
    });
    expect(student).toBe(ids.studentB1);
  });
});

/** What happens for good, beside each other on several connections. */
describe("at the same moment", () => {
  const AT_ONCE = 20;
  const committed = <T>(
    person: Person | "academy",
    minutes: number,
    work: (tx: Tx) => Promise<T>,
  ): Promise<T> =>
    asPrincipal(
      database.app,
      person === "academy" ? service : principalOf(person),
      work,
      fixtureOffset() + minutes * 60_000,
    );

  /** A class whose only seat A2 is offered, after B1 has given it back. */
  const offeredClass = (name: string, starts: string) =>
    committed("academy", 0, async (tx) => {
      const made = await newClass(tx, { name, starts, teacher: ids.teacher2, room: ids.drumRoom });
      await takeSeat(tx, made, ids.studentB1);
      await become(tx, "parentA", 1);
      await joinClassWaitlist(tx, made, ids.studentA2);
      await become(tx, "parentB", 2);
      await leaveClass(tx, made, ids.studentB1);
      return { choir: made, offer: (await offeredTo(tx, made))?.offer ?? "no offer" };
    });

  async function race(runners: readonly (() => Promise<unknown>)[]) {
    const refusals = await Promise.all(runners.map((run) => refusalOf(run())));
    return {
      won: refusals.filter((refusal) => refusal === undefined).length,
      by: [...new Set(refusals.flatMap((refusal) => refusal?.constraint ?? []))].sort(),
    };
  }

  it("one of twenty clicks has the seat; the twenty who come from outside have none", async () => {
    for (let round = 0; round < 4; round++) {
      const { choir, offer } = await offeredClass(`Choir ${round}`, `${18 + round}:00`);
      const outcome = await race([
        ...Array.from(
          { length: AT_ONCE },
          () => () => committed("parentA", 3, (tx) => acceptOffer(tx, offer)),
        ),
        ...Array.from(
          { length: AT_ONCE },
          () => () => committed("parentB", 3, (tx) => takeSeat(tx, choir, ids.studentB1)),
        ),
      ]);
      expect(outcome).toEqual({ won: 1, by: ["class_full", "offer_transition"] });
      await committed("parentA", 4, (tx) => leaveClass(tx, choir, ids.studentA2));
    }
  });

  it("twenty who give up and accept leave one outcome", async () => {
    const { choir, offer } = await offeredClass("Octet", "15:00");
    const outcome = await race(
      Array.from(
        { length: AT_ONCE },
        (_, nth) => () =>
          committed("parentA", 3, (tx) => (nth % 2 === 0 ? acceptOffer(tx, offer) : declineOffer(tx, offer))),
      ),
    );
    expect(outcome.won).toBe(1);
    const [seen] = await committed(
      "academy",
      3,
      (tx) => tx<{ offer: string; seats: number }[]>`
      select o.status as offer, (select count(*)::int from class_seats s where s.class_id = ${choir} and s.status = 'taken') as seats
        from waitlist_offers o where o.id = ${offer}`,
    );
    expect(seen).toEqual(
      seen?.offer === "accepted" ? { offer: "accepted", seats: 1 } : { offer: "declined", seats: 0 },
    );
  });

  it("twenty who decline at once decline once", async () => {
    const { offer } = await offeredClass("Nonet", "14:00");
    const outcome = await race(
      Array.from({ length: AT_ONCE }, () => () => committed("parentA", 3, (tx) => declineOffer(tx, offer))),
    );
    expect(outcome).toEqual({ won: 1, by: ["offer_transition"] });
  });
});

describe("the waitlist for lessons", () => {
  const wrong: Readonly<Record<string, readonly [string, (tx: Tx) => Promise<unknown>]>> = {
    "of no minutes": ["length_not_offered", (tx) => joinLessonWaitlist(tx, ids.studentA2, { minutes: 0 })],
    "of 40 minutes": ["length_not_offered", (tx) => joinLessonWaitlist(tx, ids.studentA2, { minutes: 40 })],
    "without a length": [
      "length_not_offered",
      (tx) => joinLessonWaitlist(tx, ids.studentA2, { minutes: null }),
    ],
    "on an instrument that is not taught": [
      "instrument_not_offered",
      (tx) => joinLessonWaitlist(tx, ids.studentA2, { instrument: ids.lute }),
    ],
    "with a teacher of another instrument": [
      "age_out_of_range",
      (tx) => joinLessonWaitlist(tx, ids.studentA2, { instrument: ids.drums, teacher: ids.teacher1 }),
    ],
    "at times that are too short": [
      "waitlist_times_too_short",
      (tx) => joinLessonWaitlist(tx, ids.studentA2, { minutes: 60, times: "{[960,990),[2400,2430)}" }),
    ],
    "at no time": [
      "waitlist_times_too_short",
      (tx) => joinLessonWaitlist(tx, ids.studentA2, { times: "{}" }),
    ],
    "beyond the week": [
      "waitlist_times",
      (tx) => joinLessonWaitlist(tx, ids.studentA2, { times: "{[10000,10100)}" }),
    ],
    "with another family's child": ["student_missing", (tx) => joinLessonWaitlist(tx, ids.studentB1)],
    "twice on one instrument": [
      "waitlist_once_for_lessons",
      async (tx) => {
        await joinLessonWaitlist(tx, ids.studentA2);
        await joinLessonWaitlist(tx, ids.studentA2, { minutes: 45 });
      },
    ],
  };
  it.each(Object.entries(wrong))("is not joined %s", async (_, [name, work]) => {
    const refusal = await refused(async (tx) => {
      await become(tx, "parentA");
      await work(tx);
    });
    expect(refusal?.constraint).toBe(name);
  });

  const cancelled = async (tx: Tx, minutes = 0) => {
    await become(tx, "academy", minutes);
    await tx`update lessons set status = 'cancelled' where id = ${ids.lessonA}`;
    return tx<
      { data: Record<string, string> }[]
    >`select data from outbox where name = 'scheduling/time.freed'`;
  };

  it("hears of a cancelled lesson that can be booked, and of no other", async () => {
    const heard = (minutes: number, waits = true) =>
      tried(async (tx) => {
        if (waits) {
          await become(tx, "parentB");
          await joinLessonWaitlist(tx, ids.studentB1);
        }
        return cancelled(tx, minutes);
      });
    expect(await heard(0)).toMatchObject([
      {
        data: {
          teacherId: ids.teacher1,
          round: ids.bookingA,
          startsAt: expect.stringContaining("2026-11-02T"),
        },
      },
    ]);
    expect(await heard(0, false)).toHaveLength(0);
    // Within the notice of a day before it begins.
    expect(await heard(60 * 24 * 12 + 60 * 8)).toHaveLength(0);
  });

  it("hears of a lesson that moves away, but not of its students in a class", async () => {
    const moved = await tried(async (tx) => {
      await become(tx, "parentB");
      await joinLessonWaitlist(tx, ids.studentB1);
      await become(tx, "academy");
      await tx`update bookings set during = ${minutesFrom(NEXT_MONDAY)} where id = ${ids.bookingA}`;
      await tx`update lesson_seats set given_up_at = private.now() where lesson_id = ${ids.classLessonA}`;
      return tx<
        { starts: string }[]
      >`select data ->> 'startsAt' as starts from outbox where name = 'scheduling/time.freed'`;
    });
    expect(moved).toHaveLength(1);
    expect(new Date(moved[0]?.starts ?? "")).toEqual(new Date(LESSON_A));
  });

  /** Who is offered the half hour of lesson A, when these wait, in this order. */
  const firstOf = (
    waiting: readonly (readonly [Person, string, Parameters<typeof joinLessonWaitlist>[2]?])[],
  ) =>
    tried(async (tx) => {
      for (const [nth, [person, student, wish]] of waiting.entries()) {
        await become(tx, person, nth);
        await joinLessonWaitlist(tx, student, wish);
      }
      await cancelled(tx, 10);
      const [made] = await offerTime(tx, LESSON_A);
      const [row] = await tx<{ student: string }[]>`
        select e.student_id as student from waitlist_offers o join waitlist_entries e on e.id = o.entry_id where o.id = ${made?.offer ?? null}`;
      return row?.student ?? null;
    });

  it.each([
    [
      "the first",
      [
        ["parentA", ids.studentA2],
        ["parentB", ids.studentB1],
      ],
      ids.studentA2,
    ],
    [
      "the first who came",
      [
        ["parentB", ids.studentB1],
        ["parentA", ids.studentA2],
      ],
      ids.studentB1,
    ],
    [
      "not one who wants a longer lesson",
      [
        ["parentA", ids.studentA2, { minutes: 45 }],
        ["parentB", ids.studentB1],
      ],
      ids.studentB1,
    ],
    [
      "not one who wants another teacher",
      [
        ["parentA", ids.studentA2, { teacher: ids.teacher2 }],
        ["parentB", ids.studentB1],
      ],
      ids.studentB1,
    ],
    [
      "one who wants this teacher",
      [
        ["parentA", ids.studentA2, { teacher: ids.teacher1 }],
        ["parentB", ids.studentB1],
      ],
      ids.studentA2,
    ],
    [
      "not one who cannot then",
      [
        ["parentA", ids.studentA2, { times: "{[0,975),[990,10080)}" }],
        ["parentB", ids.studentB1],
      ],
      ids.studentB1,
    ],
    ["one who can just then", [["parentA", ids.studentA2, { times: "{[960,990)}" }]], ids.studentA2],
    [
      "not one who waits for another instrument",
      [
        ["parentA", ids.studentA2, { instrument: ids.drums }],
        ["parentB", ids.studentB1],
      ],
      ids.studentB1,
    ],
    ["nobody when nobody fits", [["parentA", ids.studentA2, { instrument: ids.drums }]], null],
  ] as const)("offers a freed time to %s", async (_, waiting, student) => {
    expect(await firstOf(waiting)).toBe(student);
  });

  it("passes over a child who has something else then", async () => {
    const student = await tried(async (tx) => {
      await become(tx, "parentA");
      await joinLessonWaitlist(tx, ids.studentA2);
      await become(tx, "parentB", 1);
      await joinLessonWaitlist(tx, ids.studentB1);
      await cancelled(tx, 2);
      await tx`insert into bookings (kind, teacher_id, room_id, student_id, during, expires_at)
               values ('hold', ${ids.teacher2}, ${ids.drumRoom}, ${ids.studentA2}, ${minutesFrom("2026-11-02T21:15:00Z")},
                       private.now() + interval '1 day')`;
      const [made] = await offerTime(tx, LESSON_A);
      const [row] = await tx<{ student: string }[]>`
        select e.student_id as student from waitlist_offers o join waitlist_entries e on e.id = o.entry_id where o.id = ${made?.offer ?? null}`;
      return row?.student;
    });
    expect(student).toBe(ids.studentB1);
  });

  async function offeredLesson(tx: Tx): Promise<string> {
    await become(tx, "parentA");
    await joinLessonWaitlist(tx, ids.studentA2);
    await become(tx, "parentB", 1);
    await joinLessonWaitlist(tx, ids.studentB1);
    await cancelled(tx, 2);
    const [made] = await offerTime(tx, LESSON_A);
    return made?.offer ?? "no offer";
  }

  it("holds the time for the family for as long as its offer is open", async () => {
    const seen = await tried(async (tx) => {
      const offer = await offeredLesson(tx);
      const [hold] = await tx`
        select b.kind, b.is_active, b.student_id, b.expires_at = o.expires_at as is_as_long, b.during = ${lessonTimes.a}::tstzrange as is_the_time
          from waitlist_offers o join bookings b on b.id = o.booking_id where o.id = ${offer}`;
      await become(tx, "visitor", 3);
      const open =
        await tx`select from private.open_times(${ids.piano}, 30, ${LESSON_A}, ${LESSON_A}, ${ids.teacher1})`;
      // The event may arrive twice.
      await become(tx, "academy", 3);
      const [again] = await offerTime(tx, LESSON_A);
      return { hold, open: open.length, again };
    });
    expect(seen).toEqual({
      hold: { kind: "hold", is_active: true, student_id: ids.studentA2, is_as_long: true, is_the_time: true },
      open: 0,
      again: { offer: null },
    });
  });

  it("goes on to the next, also when a family declines that may not know the other, and then frees the time", async () => {
    const seen = await tried(async (tx) => {
      const offer = await offeredLesson(tx);
      await become(tx, "parentA", 3);
      await declineOffer(tx, offer);
      await become(tx, "academy", 3);
      const [next] = await tx<{ id: string; student: string }[]>`
        select o.id, e.student_id as student from waitlist_offers o join waitlist_entries e on e.id = o.entry_id where o.status = 'open'`;
      await become(tx, "academy", 3 + AFTER_THE_OFFER);
      const [ended] = await expireOffer(tx, next?.id ?? "");
      await become(tx, "visitor", 3 + AFTER_THE_OFFER);
      const open =
        await tx`select from private.open_times(${ids.piano}, 30, ${LESSON_A}, ${LESSON_A}, ${ids.teacher1})`;
      return { student: next?.student, ended, open: open.length };
    });
    expect(seen).toEqual({ student: ids.studentB1, ended: { ended: true, next_offer: null }, open: 1 });
  });

  it("leads from the accepted time into an enrollment, which the hold outlasts", async () => {
    const seen = await tried(async (tx) => {
      const offer = await offeredLesson(tx);
      await become(tx, "parentA", AFTER_THE_OFFER);
      const [accepted] = await acceptOffer(tx, offer);
      await become(tx, "academy", AFTER_THE_OFFER);
      const [draft] =
        await tx`select data, hold_id is not null as is_held from enrollment_drafts where id = ${accepted?.draft_id ?? null}`;
      await become(tx, "parentA", AFTER_THE_OFFER);
      const [enrollment] = await tx<{ id: string }[]>`
        select private.submit_enrollment(${accepted?.draft_id ?? ""}, 'trial', 'monthly', '1') as id`;
      const [kept] =
        await tx`select student_id, starts_at from enrollments where id = ${enrollment?.id ?? ""}`;
      return { accepted, draft, kept };
    });
    expect(seen.draft).toMatchObject({
      is_held: true,
      data: {
        student: {
          instrument: "piano",
          firstName: "Abe",
          birthDate: "2016-01-01",
          minutes: 30,
          start: "trial",
        },
        choice: { teacherId: ids.teacher1, startsAt: "2026-11-02T21:00:00Z" },
      },
    });
    expect(seen.kept).toEqual({ student_id: ids.studentA2, starts_at: new Date(LESSON_A) });
    // Fifteen minutes from the acceptance, although the offer had one minute left.
    const heldFor = (seen.accepted?.held_until?.getTime() ?? 0) - new Date("2026-10-20T16:00:00Z").getTime();
    expect(Math.round(heldFor / 60_000)).toBe(AFTER_THE_OFFER + 15);
  });

  it("hears of an accepted time that its family then does not take", async () => {
    const events = await tried(async (tx) => {
      const offer = await offeredLesson(tx);
      await become(tx, "parentA", 3);
      await acceptOffer(tx, offer);
      await become(tx, "academy", 3);
      await tx`update bookings set is_active = false where id = (select booking_id from waitlist_offers where id = ${offer})`;
      return tx`select from outbox o, waitlist_offers w
                 where o.name = 'scheduling/time.freed' and w.id = ${offer} and o.data ->> 'round' = w.booking_id::text`;
    });
    expect(events).toHaveLength(1);
  });
});

describe("an offer by hand", () => {
  it("goes to a chosen entry, whatever its place, with its reason", async () => {
    const { made, told } = await tried(async (tx) => {
      const choir = await fullChoir(tx);
      await become(tx, "academy");
      await tx`update classes set seats = 2 where id = ${choir}`;
      const [second] = await tx<{ id: string }[]>`
        select id from waitlist_entries where class_id = ${choir} order by joined_at desc limit 1`;
      await become(tx, "admin", 2);
      const [offer] = await offerByHand(tx, second?.id ?? "", "  Her brother plays in it ");
      const id = offer?.offer_id ?? "";
      return {
        made: await tx`
          select e.student_id as student, e.status, o.reason from waitlist_offers o join waitlist_entries e on e.id = o.entry_id
           where o.id = ${id}`,
        told: await tx`select actor_id is not null as has_actor from audit_log where table_name = 'waitlist_offers' and row_id = ${id}`,
      };
    });
    expect(made).toEqual([{ student: ids.studentB1, status: "offered", reason: "Her brother plays in it" }]);
    expect(told).toEqual([{ has_actor: true }]);
  });

  const offered = (work: (tx: Tx, entry: string) => Promise<unknown>, seats = 2) =>
    refused(async (tx) => {
      const choir = await newClass(tx, { seats: 1 });
      await takeSeat(tx, choir, ids.studentA1);
      await become(tx, "parentB");
      const entry = entryOf(await joinClassWaitlist(tx, choir, ids.studentB1));
      await become(tx, "academy");
      // More seats, without the offer that an administrator's change makes.
      await tx`update classes set seats = ${seats} where id = ${choir}`;
      await become(tx, "admin");
      await work(tx, entry);
    });

  it("is made when a seat is free, with a reason, once, by an administrator", async () => {
    expect(await offered((tx, entry) => offerByHand(tx, entry, "Her brother plays in it"))).toBeUndefined();
    expect((await offered((tx, entry) => offerByHand(tx, entry, "Brother"), 1))?.constraint).toBe(
      "seat_not_free",
    );
    expect((await offered((tx, entry) => offerByHand(tx, entry, "  x ")))?.constraint).toBe(
      "offer_reason_missing",
    );
    expect((await offered((tx) => offerByHand(tx, ids.classA, "Brother")))?.constraint).toBe("entry_missing");
    expect(
      (
        await offered(async (tx, entry) => {
          await offerByHand(tx, entry, "Brother");
          await offerByHand(tx, entry, "Brother");
        })
      )?.constraint,
    ).toBe("entry_not_waiting");
    expect(
      (
        await offered(async (tx, entry) => {
          await become(tx, "parentB");
          await offerByHand(tx, entry, "Brother");
        })
      )?.constraint,
    ).toBe("admin_only");
    expect(
      (
        await offered(async (tx, entry) => {
          await become(tx, "academy");
          await tx`update classes set maximum_age = 9`;
          await become(tx, "admin");
          await offerByHand(tx, entry, "Brother");
        })
      )?.constraint,
    ).toBe("entry_not_eligible");
  });

  it("holds an open time of a teacher, and no other", async () => {
    const offerAt = (startsAt: string | null, teacher: string | null = ids.teacher1) =>
      refused(async (tx) => {
        await become(tx, "parentB");
        const entry = entryOf(await joinLessonWaitlist(tx, ids.studentB1));
        await become(tx, "admin");
        await offerByHand(tx, entry, "A long wait", teacher, startsAt);
      });
    expect(await offerAt(NEXT_MONDAY)).toBeUndefined();
    for (const [startsAt, teacher] of [
      [LESSON_A, ids.teacher1],
      ["2026-11-09T21:07:00Z", ids.teacher1],
      ["2026-11-25T21:00:00Z", ids.teacher1],
      [null, ids.teacher1],
      [NEXT_MONDAY, null],
      [NEXT_MONDAY, ids.formerTeacher],
    ] as const) {
      expect((await offerAt(startsAt, teacher))?.constraint).toBe("time_not_open");
    }
  });
});
