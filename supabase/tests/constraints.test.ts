import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy, fixtureOffset, ids, lessonTimes, people, sessionOf } from "./fixture";
import { asPrincipal, type Refusal, refusalOf, service, type TestPrincipal, type Tx } from "./principal";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
});

afterAll(async () => {
  await database?.drop();
});

class Undone extends Error {}

/** Runs work as the academy itself, with deferred constraints checked, and undoes it; tells how it was refused. */
async function attempt(work: (tx: Tx) => Promise<unknown>): Promise<Refusal | undefined> {
  try {
    return await refusalOf(
      asPrincipal(
        database.app,
        service,
        async (tx) => {
          await work(tx);
          await tx`set constraints all immediate`;
          throw new Undone();
        },
        fixtureOffset(),
      ),
    );
  } catch (error) {
    if (error instanceof Undone) return undefined;
    throw error;
  }
}

const parentA: TestPrincipal = { kind: "user", userId: people.parentA, sessionId: sessionOf("parentA") };

type Slot = {
  readonly kind?: "hold" | "lesson";
  readonly teacher?: string;
  readonly room?: string;
  readonly student?: string | null;
  readonly during?: string;
};

/** Books time: by default a hold of teacher 1 in a free room on a free Wednesday, for nobody yet. */
const book = (tx: Tx, slot: Slot = {}) => tx`
  insert into bookings (kind, teacher_id, room_id, student_id, during, teacher_busy, expires_at)
  values (${slot.kind ?? "hold"}, ${slot.teacher ?? ids.teacher1}, ${slot.room ?? ids.plainRoom}, ${slot.student ?? null},
          ${slot.during ?? hours("2026-11-04", "21:00", "21:30")}, 'empty',
          ${slot.kind === "lesson" ? null : "2026-10-20T16:15:00Z"})
  returning id, lower(teacher_busy) as busy_from, upper(teacher_busy) as busy_until`;

const hours = (day: string, from: string, until: string): string =>
  `[${day}T${from}:00Z,${day}T${until}:00Z)`;

describe("time that is taken", () => {
  it.each([
    ["teacher", "teacher_double_booked", { teacher: ids.teacher1, room: ids.plainRoom, student: null }],
    ["room", "room_double_booked", { teacher: ids.teacher2, room: ids.pianoRoom, student: null }],
    [
      "student",
      "student_double_booked",
      { teacher: ids.teacher2, room: ids.plainRoom, student: ids.studentA1 },
    ],
  ] as const)("refuses a second booking of a %s", async (_, constraint, slot) => {
    for (const kind of ["hold", "lesson"] as const) {
      expect(await attempt((tx) => book(tx, { ...slot, kind, during: lessonTimes.a }))).toEqual({
        code: "23P01",
        constraint,
      });
    }
  });

  it("refuses times that overlap only in part", async () => {
    for (const during of [
      hours("2026-11-02", "20:45", "21:15"),
      hours("2026-11-02", "21:15", "21:45"),
      hours("2026-11-02", "20:00", "23:00"),
    ]) {
      expect(await attempt((tx) => book(tx, { during }))).toMatchObject({
        constraint: "teacher_double_booked",
      });
    }
  });

  it("refuses a lesson where a hold is, and a hold where a hold is", async () => {
    for (const kind of ["lesson", "hold"] as const) {
      const refusal = await attempt(async (tx) => {
        await book(tx);
        await book(tx, { kind, room: ids.drumRoom });
      });
      expect(refusal).toMatchObject({ constraint: "teacher_double_booked" });
    }
  });

  it("allows lessons that touch, with the same teacher, room and student", async () => {
    for (const during of [hours("2026-11-02", "20:30", "21:00"), hours("2026-11-02", "21:30", "22:00")]) {
      expect(
        await attempt((tx) =>
          book(tx, { kind: "lesson", room: ids.pianoRoom, student: ids.studentA1, during }),
        ),
      ).toBeUndefined();
    }
  });

  it("keeps the teacher's buffer after a lesson, but leaves the room and the time before free", async () => {
    const after = { teacher: ids.teacher2, during: hours("2026-11-02", "22:30", "23:00") };
    expect(await attempt((tx) => book(tx, after))).toMatchObject({ constraint: "teacher_double_booked" });
    const afterBuffer = { ...after, during: hours("2026-11-02", "22:45", "23:15") };
    expect(await attempt((tx) => book(tx, afterBuffer))).toBeUndefined();
    // The new lesson's own buffer must end before the next one begins.
    const before = { ...after, during: hours("2026-11-02", "21:30", "22:00") };
    expect(await attempt((tx) => book(tx, before))).toMatchObject({ constraint: "teacher_double_booked" });
    expect(
      await attempt((tx) => book(tx, { ...after, teacher: ids.teacher1, room: ids.drumRoom })),
    ).toBeUndefined();
  });

  it("computes the buffer itself, whatever the insert says, and follows a lesson that moves", async () => {
    const refusal = await attempt(async (tx) => {
      const [booked] = await book(tx, { teacher: ids.teacher2 });
      expect(booked?.busy_until).toEqual(new Date("2026-11-04T21:45:00Z"));
      await tx`update bookings set during = ${hours("2026-11-04", "22:00", "22:30")} where id = ${booked?.id}`;
      const [moved] = await tx`select upper(teacher_busy) as until from bookings where id = ${booked?.id}`;
      expect(moved?.until).toEqual(new Date("2026-11-04T22:45:00Z"));
    });
    expect(refusal).toBeUndefined();
  });

  it("frees the time of a cancelled lesson at once", async () => {
    const refusal = await attempt(async (tx) => {
      await tx`update lessons set status = 'cancelled' where id = ${ids.lessonA}`;
      await book(tx, { kind: "lesson", room: ids.pianoRoom, student: ids.studentA1, during: lessonTimes.a });
    });
    expect(refusal).toBeUndefined();
  });

  it("refuses an empty time, an open end, a hold without its end and a lesson with one", async () => {
    for (const during of ["empty", "[2026-11-04T21:00:00Z,2026-11-04T21:30:00Z]"]) {
      expect(await attempt((tx) => book(tx, { during }))).toMatchObject({
        code: expect.stringMatching(/^(23514|23502)$/),
      });
    }
    const odd = (kind: string, expires: string | null) => (tx: Tx) =>
      tx`
      insert into bookings (kind, teacher_id, room_id, during, teacher_busy, expires_at)
      values (${kind}, ${ids.teacher1}, ${ids.plainRoom}, ${hours("2026-11-04", "21:00", "21:30")}, 'empty', ${expires})`;
    expect(await attempt(odd("hold", null))).toMatchObject({ code: "23514" });
    expect(await attempt(odd("lesson", "2026-10-20T16:15:00Z"))).toMatchObject({ code: "23514" });
  });

  it("keeps a lesson at its booking's teacher, room and time", async () => {
    const apart = await attempt(
      (tx) => tx`update lessons set teacher_id = ${ids.teacher2} where id = ${ids.lessonA}`,
    );
    expect(apart).toMatchObject({ code: "23503" });
    const together = await attempt(async (tx) => {
      await tx`update bookings set during = ${hours("2026-11-03", "21:00", "21:30")} where id = ${ids.bookingA}`;
      const [lesson] = await tx`select lower(during) as at from lessons where id = ${ids.lessonA}`;
      expect(lesson?.at).toEqual(new Date("2026-11-03T21:00:00Z"));
    });
    expect(together).toBeUndefined();
  });
});

describe("the calendar and the prices", () => {
  it.each([
    [
      "terms_do_not_overlap",
      (tx: Tx) =>
        tx`insert into terms (name, starts_on, ends_on) values ('Late', '2026-12-19', '2026-12-22')`,
    ],
    [
      "availability_does_not_overlap",
      (tx: Tx) =>
        tx`insert into teacher_availability (teacher_id, weekday, starts, ends) values (${ids.teacher1}, 0, '18:00', '20:00')`,
    ],
    [
      "prices_valid_once",
      (tx: Tx) => tx`insert into prices (kind, name, minutes, amount_cents) values ('trial', 'Trial', 30, 1)`,
    ],
  ] as const)("refuses by %s", async (constraint, insert) => {
    expect(await attempt(insert)).toEqual({ code: "23P01", constraint });
  });
});

describe("the books", () => {
  const transaction = (tx: Tx, cause = "ch_new") => tx`
    insert into ledger_transactions (id, cause, description, occurred_at)
    values ('00000000-0000-4000-8000-00000000beef', ${cause}, 'Test', private.now())`;
  const entry = (tx: Tx, cents: number, currency = "usd") => tx`
    insert into ledger_entries (transaction_id, account, amount_cents, currency)
    values ('00000000-0000-4000-8000-00000000beef', 'stripe_balance', ${cents}, ${currency})`;

  it("take a transaction that balances", async () => {
    expect(
      await attempt(async (tx) => {
        await transaction(tx);
        await entry(tx, 700);
        await entry(tx, -500);
        await entry(tx, -200);
      }),
    ).toBeUndefined();
  });

  it.each([
    [
      "does not sum to zero",
      [
        [700, "usd"],
        [-600, "usd"],
      ],
    ],
    [
      "balances only across currencies",
      [
        [700, "usd"],
        [-700, "eur"],
      ],
    ],
    ["has no entry", []],
    ["has entries for nothing but itself", [[700, "usd"]]],
  ] as const)("refuse a transaction that %s, at commit", async (_, entries) => {
    const refusal = await attempt(async (tx) => {
      await transaction(tx);
      for (const [cents, currency] of entries) await entry(tx, cents, currency);
    });
    expect(refusal).toEqual({ code: "CH001", constraint: "ledger_unbalanced" });
  });

  it("refuse a later entry that unbalances what was balanced", async () => {
    const refusal = await attempt(
      (tx) => tx`insert into ledger_entries (transaction_id, account, amount_cents, currency)
                 select id, 'refunds', 100, 'usd' from ledger_transactions where cause = 'ch_A'`,
    );
    expect(refusal).toEqual({ code: "CH001", constraint: "ledger_unbalanced" });
  });

  it("post the same cause once, and no entry of zero", async () => {
    expect(await attempt((tx) => transaction(tx, "ch_A"))).toMatchObject({ code: "23505" });
    const zero = await attempt(async (tx) => {
      await transaction(tx);
      await entry(tx, 0);
    });
    expect(zero).toMatchObject({ code: "23514" });
  });

  it.each(["ledger_transactions", "ledger_entries", "audit_log"])(
    "never change or lose a row of %s",
    async (table) => {
      const column =
        table === "ledger_transactions" ? "description" : table === "ledger_entries" ? "currency" : "action";
      for (const statement of [
        `update ${table} set ${column} = ${column}`,
        `delete from ${table}`,
        `truncate ${table} cascade`,
      ]) {
        const refusal = await refusalOf(database.owner.unsafe(statement));
        expect(refusal, statement).toEqual({ code: "CH002", constraint: "append_only" });
      }
    },
  );

  it("give back no more than was paid", async () => {
    for (const cents of [2501, -1]) {
      const refusal = await attempt(
        (tx) => tx`update payments set refunded_cents = ${cents} where id = ${ids.paymentA}`,
      );
      expect(refusal).toEqual({ code: "23514", constraint: "refund_within_payment" });
    }
  });
});

describe("columns that never change", () => {
  it.each([
    ["students", "family_id", ids.studentA2, ids.familyB],
    ["lessons", "student_id", ids.lessonA, ids.studentB1],
    ["lessons", "enrollment_id", ids.lessonA, ids.enrollmentB],
    ["lessons", "kind", ids.lessonA, "private"],
    ["enrollments", "due_cents", ids.enrollmentA, "1"],
    ["enrollments", "lines", ids.enrollmentA, "[]"],
    ["enrollments", "kind", ids.enrollmentA, "plan"],
    ["enrollments", "family_id", ids.enrollmentA, ids.familyB],
    ["enrollments", "student_id", ids.enrollmentA, ids.studentA2],
    ["payments", "amount_cents", ids.paymentA, "9"],
    ["payments", "family_id", ids.paymentA, ids.familyB],
    ["payments", "stripe_payment_intent_id", ids.paymentA, "pi_other"],
  ])("%s.%s", async (table, column, id, value) => {
    const refusal = await attempt((tx) =>
      tx.unsafe(`update ${table} set ${column} = '${value}' where id = '${id}'`),
    );
    expect(refusal).toEqual({ code: "CH003", constraint: "immutable_column" });
  });
});

describe("statuses", () => {
  const statuses = ["provisional", "active", "paused", "withdrawn", "lapsed", "cancelled"] as const;
  const allowed: Readonly<Record<string, readonly string[]>> = {
    provisional: ["active", "lapsed", "cancelled"],
    active: ["paused", "withdrawn", "cancelled"],
    paused: ["active", "withdrawn", "cancelled"],
  };
  const wayTo: Readonly<Record<string, readonly string[]>> = {
    provisional: [],
    active: ["active"],
    paused: ["active", "paused"],
    withdrawn: ["active", "withdrawn"],
    lapsed: ["lapsed"],
    cancelled: ["cancelled"],
  };

  it.each(statuses)("let an enrolment that is %s go along its ways only", async (from) => {
    for (const to of statuses.filter((status) => status !== from)) {
      const refusal = await attempt(async (tx) => {
        const [created] = await insertEnrollment(tx, { student: ids.studentA2, instrument: ids.drums });
        for (const status of [...(wayTo[from] ?? []), to]) {
          await tx`update enrollments set status = ${status} where id = ${created?.id}`;
        }
      });
      const expected = allowed[from]?.includes(to)
        ? undefined
        : { code: "CH004", constraint: "enrollment_transition" };
      expect(refusal, `${from} to ${to}`).toEqual(expected);
    }
  });

  it("write an enrolment's history by themselves", async () => {
    const refusal = await attempt(async (tx) => {
      const [created] = await insertEnrollment(tx, { student: ids.studentA2, instrument: ids.drums });
      await tx`update enrollments set status = 'active' where id = ${created?.id}`;
      await tx`update enrollments set minutes = 45 where id = ${created?.id}`;
      const history =
        await tx`select status from enrollment_events where enrollment_id = ${created?.id} order by id`;
      expect(history.map((event) => event.status)).toEqual(["provisional", "active"]);
    });
    expect(refusal).toBeUndefined();
  });

  it.each([
    ["completed", "scheduled"],
    ["completed", "cancelled"],
    ["no_show", "cancelled"],
    ["cancelled", "scheduled"],
    ["cancelled", "completed"],
  ])("let no %s lesson become %s", async (from, to) => {
    const refusal = await attempt(async (tx) => {
      await tx`update lessons set status = ${from} where id = ${ids.lessonA}`;
      await tx`update lessons set status = ${to} where id = ${ids.lessonA}`;
    });
    expect(refusal).toEqual({ code: "CH004", constraint: "lesson_transition" });
  });

  it("let what happened in a lesson be corrected", async () => {
    const refusal = await attempt(async (tx) => {
      for (const status of ["completed", "no_show", "completed"])
        await tx`update lessons set status = ${status} where id = ${ids.lessonA}`;
    });
    expect(refusal).toBeUndefined();
  });
});

type NewEnrollment = {
  student: string;
  instrument: string;
  kind?: string;
  cadence?: string;
  minutes?: number;
};

/** Inserts an enrolment that claims to be active, free of charge and old: none of it is believed. */
const insertEnrollment = (
  tx: Tx,
  { student, instrument, kind = "trial", cadence = "monthly", minutes = 30 }: NewEnrollment,
) =>
  tx`insert into enrollments (family_id, student_id, instrument_id, teacher_id, minutes, starts_at, kind, cadence,
                              policy_version, status, due_cents, lines, currency, submitted_at, expires_at)
     select family_id, id, ${instrument}, ${ids.teacher2}, ${minutes}, private.now(), ${kind}, ${cadence}, '1', 'active', 1,
            '[]', 'eur', '2000-01-01', '2100-01-01'
       from students where id = ${student}
     returning id, status, due_cents, lines, currency, submitted_at, expires_at, private.now() as now`;

describe("enrolments", () => {
  it.each([
    ["trial", "monthly", 30, [2500]],
    ["plan", "monthly", 30, [16_000, 4500]],
    ["plan", "semester", 30, [93_120, 4500]],
    ["plan", "yearly", 30, [176_640, 4500]],
    ["plan", "yearly", 45, [248_400, 4500]],
    ["plan", "yearly", 60, [320_160, 4500]],
  ])("are priced by the database: %s, %s, %i minutes", async (kind, cadence, minutes, cents) => {
    const refusal = await attempt(async (tx) => {
      const [row] = await insertEnrollment(tx, {
        student: ids.studentB1,
        instrument: ids.piano,
        kind,
        cadence,
        minutes,
      });
      expect(row).toMatchObject({
        status: "provisional",
        due_cents: cents.reduce((sum, amount) => sum + amount, 0),
        currency: "usd",
        submitted_at: row?.now,
        expires_at: new Date((row?.now as Date).getTime() + 14 * 86_400_000),
      });
      expect((row?.lines as { cents: number }[]).map((line) => line.cents)).toEqual(cents);
    });
    expect(refusal).toBeUndefined();
  });

  it("give the sibling discount and the sibling's registration when another child has a plan", async () => {
    const refusal = await attempt(async (tx) => {
      const [first] = await insertEnrollment(tx, {
        student: ids.studentA1,
        instrument: ids.piano,
        kind: "plan",
      });
      await tx`update enrollments set status = 'active', activated_at = private.now() where id = ${first?.id}`;
      const [second] = await insertEnrollment(tx, {
        student: ids.studentA2,
        instrument: ids.drums,
        kind: "plan",
      });
      const lines = second?.lines as { code: string; cents: number }[];
      expect(lines.map((line) => [line.code, line.cents])).toEqual([
        ["tuition", 16_000],
        ["sibling_discount", -1280],
        ["registration", 1500],
      ]);
    });
    expect(refusal).toBeUndefined();
  });

  it("are refused where there is no price", async () => {
    const refusal = await attempt(async (tx) => {
      await tx`update prices set valid = daterange(null, '2026-10-01') where kind = 'tuition_monthly' and minutes = 60`;
      await insertEnrollment(tx, {
        student: ids.studentA2,
        instrument: ids.drums,
        kind: "plan",
        minutes: 60,
      });
    });
    expect(refusal).toEqual({ code: "CH005", constraint: "price_missing" });
  });

  it("allow one trial for a student and instrument, and another one only after the first came to nothing", async () => {
    const again = (tx: Tx) => insertEnrollment(tx, { student: ids.studentA1, instrument: ids.piano });
    expect(await attempt(again)).toEqual({ code: "23505", constraint: "one_trial_per_instrument" });
    expect(
      await attempt((tx) => insertEnrollment(tx, { student: ids.studentA1, instrument: ids.drums })),
    ).toBeUndefined();
    const afterwards = await attempt(async (tx) => {
      await tx`update enrollments set status = 'cancelled' where id = ${ids.enrollmentA}`;
      await again(tx);
    });
    expect(afterwards).toBeUndefined();
  });

  it("have one open checkout", async () => {
    const refusal = await attempt(
      (tx) => tx`insert into checkouts (enrollment_id, family_id, amount_cents, currency)
                 values (${ids.enrollmentA}, ${ids.familyA}, 2500, 'usd')`,
    );
    expect(refusal).toEqual({ code: "23505", constraint: "one_open_checkout" });
  });

  it("commit with the event that begins their workflow", async () => {
    const refusal = await attempt(async (tx) => {
      const [created] = await insertEnrollment(tx, { student: ids.studentA2, instrument: ids.drums });
      const events = await tx`select name, stream from outbox where data ->> 'enrollmentId' = ${created?.id}`;
      expect([...events]).toEqual([{ name: "enrollment/submitted", stream: ids.familyA }]);
    });
    expect(refusal).toBeUndefined();
  });

  it("know the same child once in a family", async () => {
    const refusal = await attempt(
      (tx) =>
        tx`insert into students (family_id, first_name, last_name, birth_date) values (${ids.familyA}, 'ANN', 'a', '2012-01-01')`,
    );
    expect(refusal).toEqual({ code: "23505", constraint: "students_once" });
  });
});

describe("an account", () => {
  it.each([
    ["role", "admin"],
    ["is_active", "false"],
    ["email", "other@test.example"],
  ])("does not change its own %s", async (column, value) => {
    const refusal = await refusalOf(
      asPrincipal(database.app, parentA, (tx) =>
        tx.unsafe(`update profiles set ${column} = '${value}' where id = '${people.parentA}'`),
      ),
    );
    expect(refusal).toEqual({ code: "CH003", constraint: "profile_protected" });
  });

  it("changes its name, and its family's record follows", async () => {
    await asPrincipal(
      database.app,
      parentA,
      (tx) => tx`update profiles set full_name = 'Parent A the Great' where id = ${people.parentA}`,
    );
    const [guardian] =
      await database.owner`select full_name from guardians where profile_id = ${people.parentA}`;
    expect(guardian?.full_name).toBe("Parent A the Great");
  });

  it("gets the role it was invited to when its address is confirmed, not before, and once", async () => {
    const userId = "00000000-0000-4000-8000-00010000aaaa";
    const role = async () => (await database.owner`select role from profiles where id = ${userId}`)[0]?.role;
    await database.owner`update invitations set expires_at = now() + interval '1 year' where email = 'invited@test.example'`;
    await database.owner`insert into auth.users (id, email) values (${userId}, 'Invited@test.example')`;
    expect(await role()).toBe("parent");
    await database.owner`update auth.users set email_confirmed_at = now() where id = ${userId}`;
    expect(await role()).toBe("admin");
    const [invitation] =
      await database.owner`select accepted_at from invitations where email = 'invited@test.example'`;
    expect(invitation?.accepted_at).toBeInstanceOf(Date);
  });

  it("does not get the role of an invitation that has expired", async () => {
    const userId = "00000000-0000-4000-8000-00010000bbbb";
    await database.owner`insert into invitations (email, role, expires_at) values ('late@test.example', 'admin', now() - interval '1 minute')`;
    await database.owner`insert into auth.users (id, email) values (${userId}, 'late@test.example')`;
    await database.owner`update auth.users set email_confirmed_at = now() where id = ${userId}`;
    const [profile] = await database.owner`select role from profiles where id = ${userId}`;
    expect(profile?.role).toBe("parent");
  });
});

describe("the audit log", () => {
  it("says who changed what from what to what, and nothing when nothing changed", async () => {
    const before = await database.owner`select coalesce(max(id), 0)::int as id from audit_log`;
    await asPrincipal(
      database.app,
      parentA,
      (tx) => tx`update students set first_name = 'Anna' where id = ${ids.studentA1}`,
    );
    await asPrincipal(
      database.app,
      parentA,
      (tx) => tx`update students set first_name = 'Anna' where id = ${ids.studentA1}`,
    );
    const rows = await database.owner`
      select actor_id, actor_role, table_name, row_id, action, before, after from audit_log where id > ${before[0]?.id}`;
    expect([...rows]).toEqual([
      {
        actor_id: people.parentA,
        actor_role: "authenticated",
        table_name: "students",
        row_id: ids.studentA1,
        action: "update",
        before: { first_name: "Ann" },
        after: { first_name: "Anna" },
      },
    ]);
  });
});
