import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refusals } from "@/lib/db/refusals";
import { messageIdFor } from "@/lib/messaging/smtp";
import { createTestDatabase, type TestDatabase } from "../../supabase/tests/database";
import { arrangeAcademy, fixtureNow, fixtureOffset } from "../../supabase/tests/fixture";
import { ids } from "../../supabase/tests/fixture-ids";
import { FlowRecord } from "./flow";
import { checks, judge, type Verdict } from "./judge";
import type { World } from "./world";

const HOUR = 3_600_000;
const begunAt = new Date(fixtureNow.getTime() + HOUR);
const MAIL_FROM = "Cedar Heights <hello@cedarheights.example>";

let database: TestDatabase;
let mailbox: Server;
/** What the mailbox and Stripe say in a test. */
let messages: { messageId: string; subject: string; to: string[] }[] = [];
let atStripe: Partial<Record<"charges" | "refunds" | "customers" | "subscriptions", object[]>> = {};

const schemaOf = (service: string) =>
  readFileSync(new URL(`../${service}/schema.sql`, import.meta.url), "utf8");

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
  for (const service of ["inngest", "stripe"]) await database.owner.unsafe(schemaOf(service));
  await database.owner`update outbox set delivered_at = created_at`;
  mailbox = createServer((_request, response) => response.end(JSON.stringify(messages)));
  await new Promise<void>((resolve) => mailbox.listen(0, "127.0.0.1", resolve));
});

afterAll(async () => {
  mailbox?.close();
  await database?.drop();
});

class Undo extends Error {}

/** What the checks find when something has been arranged, past every rule of the database; it is undone. */
async function verdictsOn(
  arrange: (tx: postgres.TransactionSql) => Promise<unknown>,
  records: FlowRecord[] = [],
): Promise<Verdict[]> {
  let verdicts: Verdict[] = [];
  const list = (kind: keyof typeof atStripe) => ({
    list: async function* () {
      yield* atStripe[kind] ?? [];
    },
  });
  await database.owner
    .begin(async (tx) => {
      await tx`select set_config('app.clock_offset_ms', ${String(fixtureOffset() + 2 * HOUR)}, true)`;
      await tx`set local session_replication_role = replica`;
      await arrange(tx);
      const world = {
        sql: tx,
        stripe: {
          charges: list("charges"),
          refunds: list("refunds"),
          customers: list("customers"),
          subscriptions: list("subscriptions"),
        },
        stack: {
          env: { MAIL_FROM },
          urls: { mailbox: `http://127.0.0.1:${(mailbox.address() as AddressInfo).port}` },
        },
        begunAt,
      } as unknown as World;
      verdicts = await judge({ world, records }, checks);
      throw new Undo();
    })
    .catch((error: unknown) => {
      messages = [];
      atStripe = {};
      if (!(error instanceof Undo)) throw error;
    });
  return verdicts;
}

const foundBy = (verdicts: readonly Verdict[]): Record<string, readonly string[]> =>
  Object.fromEntries(
    verdicts.filter(({ found }) => found.length > 0).map(({ name, found }) => [name, found]),
  );

const flow = { n: 1, kind: "trial", instrument: "piano", cadence: "monthly", seed: 1 } as const;
const CASE = "00000000-0000-4000-8000-009900000001";
const EVENT = "00000000-0000-4000-8000-009800000001";

type Tx = postgres.TransactionSql;

const addEnrollment = (tx: Tx, status: string, kind = "trial", code: string | null = null) => tx`
  insert into enrollments (id, family_id, student_id, instrument_id, teacher_id, minutes, starts_at, kind, cadence,
                           policy_version, status, failure_code)
  values (${CASE}, ${ids.familyA}, ${ids.studentA2}, ${ids.drums}, ${ids.teacher2}, 30, now(), ${kind}, 'monthly', '1',
          ${status}, ${code})`;
const addPayment = (tx: Tx, charge: string) => tx`
  insert into payments (family_id, enrollment_id, stripe_charge_id, stripe_payment_intent_id, description, amount_cents, currency, paid_at)
  values (${ids.familyA}, ${CASE}, ${charge}, ${`pi_${charge}`}, 'Trial', 2500, 'usd', private.now())`;
const addEvent = (tx: Tx, name: string) => tx`
  insert into outbox (id, name, data, delivered_at) values (${EVENT}, ${name}, '{}', private.now())`;
const addFunction = (tx: Tx) => tx`
  insert into inngest.functions (id, app_id, config, active, synced_at)
  values ('app-f', 'app', '{"triggers":[{"event":"test/happened"}]}', true, now())`;
const addRun = (tx: Tx, id: string, status: string) => tx`
  with e as (insert into inngest.events (id, name, payload, received_at)
             values (${EVENT}, 'test/happened', '{}', now()) on conflict do nothing)
  insert into inngest.runs (id, function_id, event_id, status, created_at, ended_at)
  values (${id}, 'app-f', ${EVENT}, ${status}, now(), ${status === "running" ? null : new Date()})`;
const addMail = (tx: Tx, key: string, status = "sent", kind = "test") => tx`
  insert into email_log (key, kind, recipient, subject, status, enrollment_id)
  values (${key}, ${kind}, 'a@test.example', 'Hello', ${status}, ${CASE})`;
const inBox = (...keys: string[]) => {
  messages = keys.map((key) => ({
    messageId: messageIdFor(key, MAIL_FROM),
    subject: "Hello",
    to: ["a@test.example"],
  }));
};

/** Each breaks one thing; the check that is named finds it, in words that name what. */
const broken: readonly [check: string, words: RegExp, arrange: (tx: Tx) => Promise<unknown>][] = [
  [
    "every event left the outbox",
    /test\/waits\) still waits/,
    (tx) => tx`insert into outbox (name, data) values ('test/waits', '{}')`,
  ],
  [
    "no run lost: every event started each of its functions once",
    new RegExp(`event ${EVENT} \\(test/happened\\) started app-f 0 times`),
    async (tx) => {
      await addFunction(tx);
      await addEvent(tx, "test/happened");
    },
  ],
  [
    "no run lost: every event started each of its functions once",
    /started app-f 2 times/,
    async (tx) => {
      await addFunction(tx);
      await addEvent(tx, "test/happened");
      await addRun(tx, "run1", "completed");
      await addRun(tx, "run2", "completed");
    },
  ],
  [
    "no run is left unfinished",
    /run run1 of app-f is running, waits in wait-for-it/,
    async (tx) => {
      await addRun(tx, "run1", "running");
      await tx`
        insert into inngest.steps (run_id, id, name, op, state, created_at)
        values ('run1', 's', 'wait-for-it', 'WaitForEvent', 'open', now())`;
    },
  ],
  [
    "the monitor knows how every run ended",
    /run run1 of app-f failed, the monitor says running/,
    async (tx) => {
      await addEvent(tx, "test/happened");
      await addRun(tx, "run1", "failed");
      await tx`insert into workflow_runs (id, function_id, subject_type, status) values ('run1', 'f', 'event', 'running')`;
    },
  ],
  [
    "no run failed for good but those that were undone or say that the next term has no place",
    /run run1 of f ended badly: no answer/,
    (tx) => tx`
      insert into workflow_runs (id, function_id, subject_type, status, error)
      values ('run1', 'f', 'event', 'failed', 'no answer')`,
  ],
  [
    "seldom has a plan no place in the next term",
    /2 of 0 plans/,
    (tx) => tx`
      insert into workflow_runs (id, function_id, subject_type, subject_id, status, error)
      select 'run' || n, 'f', 'enrollment', gen_random_uuid(), 'failed', ${refusals.series_mostly_blocked?.[1] ?? ""}
        from generate_series(1, 2) n`,
  ],
  [
    "what failed for good was undone, step by step",
    /run run1 of f: undo:refund did not succeed: no money/,
    async (tx) => {
      await tx`insert into workflow_runs (id, function_id, subject_type, status) values ('run1', 'f', 'event', 'failed')`;
      await tx`
        insert into workflow_steps (run_id, step, position, status, undoes, error)
        values ('run1', 'undo:refund', 1, 'failed', 'start', 'no money')`;
    },
  ],
  [
    "every webhook that came was handled",
    /evt_1 \(charge.refunded\) waits/,
    (tx) => tx`insert into stripe_events (id, type, object_id) values ('evt_1', 'charge.refunded', 'ch_1')`,
  ],
  [
    "every webhook of Stripe came, but those that were lost for good",
    /evt_2 is failed/,
    (tx) => tx`
      insert into stripe_local.deliveries (event_id, url, secret, lane, position, state)
      values ('evt_2', '', '', '', 1, 'failed'), ('evt_lost', '', '', '', 1, 'dropped')`,
  ],
  [
    "every enrollment ended as its flow allows, paid once or not at all",
    new RegExp(`enrollment ${CASE}: it still waits`),
    (tx) => addEnrollment(tx, "provisional"),
  ],
  [
    "every enrollment ended as its flow allows, paid once or not at all",
    /it is active, and 2 payments are kept/,
    async (tx) => {
      await addEnrollment(tx, "active");
      await addPayment(tx, "ch_1");
      await addPayment(tx, "ch_2");
    },
  ],
  [
    "every enrollment ended as its flow allows, paid once or not at all",
    /it is cancelled, and 1 of 1 payments were not given back/,
    async (tx) => {
      await addEnrollment(tx, "cancelled", "trial", "workflow_failed");
      await addPayment(tx, "ch_1");
    },
  ],
  [
    "the ledger balances, as a whole and by transaction and family",
    new RegExp(`family ${ids.familyA} is off by 100 cents`),
    (tx) => tx`
      insert into ledger_entries (transaction_id, account, family_id, amount_cents, currency)
      values (gen_random_uuid(), 'stripe_balance', ${ids.familyA}, 100, 'usd')`,
  ],
  [
    "every charge of Stripe is one payment and one entry in the books",
    /charge ch_unknown of Stripe is not in our books/,
    async () => {
      atStripe.charges = [
        { id: "ch_unknown", status: "succeeded", amount: 100, amount_refunded: 0, customer: "cus_1" },
      ];
    },
  ],
  [
    "every charge of Stripe is one payment and one entry in the books",
    /charge ch_invented is unknown to Stripe/,
    (tx) => addPayment(tx, "ch_invented"),
  ],
  [
    "every refund of Stripe is one refund and one entry in the books",
    /refund re_1 of Stripe is not in our books/,
    async () => {
      atStripe.refunds = [{ id: "re_1", status: "succeeded" }];
    },
  ],
  [
    "Stripe, the ledger and the payments name the same sum for each family",
    new RegExp(`family ${CASE}: Stripe has 2000 cents, the ledger 0, the payments 0`),
    async (tx) => {
      await tx`insert into families (id, name) values (${CASE}, 'New')`;
      atStripe.customers = [{ id: "cus_1", metadata: { family_id: CASE } }];
      atStripe.charges = [
        { id: "ch_1", status: "succeeded", amount: 2500, amount_refunded: 500, customer: "cus_1" },
        { id: "ch_2", status: "failed", amount: 2500, amount_refunded: 0, customer: "cus_1" },
      ];
    },
  ],
  [
    "Stripe has one running subscription for each active plan, and none besides",
    new RegExp(`subscription for enrollment ${CASE} is booked 2 times`),
    async (tx) => {
      await addEnrollment(tx, "active", "plan");
      const metadata = { enrollment_id: CASE };
      atStripe.subscriptions = [
        { status: "active", metadata },
        { status: "past_due", metadata },
        { status: "canceled", metadata },
      ];
    },
  ],
  [
    "each email is in the mailbox once, and none failed",
    /receipt:1 is in the mailbox 0 times/,
    (tx) => addMail(tx, "receipt:1"),
  ],
  [
    "each email is in the mailbox once, and none failed",
    /receipt:1 is in the mailbox 2 times/,
    async (tx) => {
      await addMail(tx, "receipt:1");
      inBox("receipt:1", "receipt:1");
    },
  ],
  [
    "each email is in the mailbox once, and none failed",
    /receipt:1 is queued/,
    (tx) => addMail(tx, "receipt:1", "queued"),
  ],
  [
    "nobody got the same words twice",
    new RegExp(`welcome-parent of ${CASE} to a@test.example: 2 times`),
    async (tx) => {
      await addMail(tx, "one", "sent", "welcome-parent");
      await addMail(tx, "two", "sent", "welcome-parent");
      inBox("one", "two");
    },
  ],
  ["every expected email was sent", /receipt:\S+ was not sent/, (tx) => addPayment(tx, "ch_1")],
  [
    "every expected email was sent",
    new RegExp(`nobody was told of scheduling/lesson.moved \\(event ${EVENT}\\)`),
    (tx) => addEvent(tx, "scheduling/lesson.moved"),
  ],
  [
    "the rules of the database hold",
    /a room is taken once at a time/,
    async (tx) => {
      await tx`alter table bookings drop constraint room_double_booked`;
      await tx`
        insert into bookings (kind, teacher_id, room_id, during, teacher_busy)
        select 'lesson', ${ids.formerTeacher}, room_id, during, during from bookings where id = ${ids.bookingA}`;
    },
  ],
  [
    "no hold is left over",
    new RegExp(`of enrollment ${CASE} is left over`),
    async (tx) => {
      await tx`
        insert into bookings (id, kind, teacher_id, room_id, during, teacher_busy, expires_at)
        values (${CASE}, 'hold', ${ids.teacher2}, ${ids.drumRoom}, '[2026-11-05T21:00Z,2026-11-05T21:30Z)', 'empty', now())`;
      await addEnrollment(tx, "lapsed");
      await tx`update enrollments set booking_id = ${CASE} where id = ${CASE}`;
    },
  ],
  [
    "no offer is left open",
    /is still open/,
    (tx) =>
      tx`update waitlist_offers set status = 'open', offered_at = private.now(), expires_at = private.now() + interval '1 hour'`,
  ],
  ["the audit chain is whole", /at \d+: /, (tx) => tx`update audit_log set actor_role = 'nobody'`],
];

describe("what is judged when chaos is over", () => {
  it("finds nothing where nothing happened", async () => {
    expect(foundBy(await verdictsOn(async () => undefined))).toEqual({});
  });

  it.each(broken)("%s: finds %s", async (check, words, arrange) => {
    const found = foundBy(await verdictsOn(arrange));
    expect(found[check]?.join("\n")).toMatch(words);
  });

  it("finds the flow that did not come to what it wanted, and an end that it does not allow", async () => {
    const record = new FlowRecord(flow);
    record.mayEnd(CASE, "active");
    record.expect("the sky is green", async () => false);
    const found = foundBy(await verdictsOn((tx) => addEnrollment(tx, "lapsed"), [record]));
    expect(found["every flow came to what it wanted"]).toEqual(["flow 1 (trial): not so: the sky is green"]);
    expect(found["every enrollment ended as its flow allows, paid once or not at all"]).toEqual([
      `enrollment ${CASE}: it is lapsed, and may be active`,
    ]);
  });

  it("finds that most were undone", async () => {
    const records = [1, 2, 3].map((n) =>
      Object.assign(new FlowRecord({ ...flow, n }), { gaveUp: "no reason" }),
    );
    const found = foundBy(await verdictsOn(async () => undefined, records));
    expect(found["seldom is an enrollment undone"]).toEqual([
      "3 of 3 flows: no reason; no reason; no reason",
    ]);
  });

  it("has a case for every check", () => {
    const tried = new Set([
      ...broken.map(([check]) => check),
      "every flow came to what it wanted",
      "seldom is an enrollment undone",
    ]);
    expect(checks.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
  });
});
