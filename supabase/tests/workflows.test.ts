import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type * as AcceptanceModule from "@/lib/workflows/acceptance";
import type * as Mutations from "@/lib/workflows/mutations";
import { isStuck } from "@/lib/workflows/rules";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy } from "./fixture";
import { ids, people, sessionOf } from "./fixture-ids";
import { setUpProduct } from "./product-settings";

let database: TestDatabase;
let acceptance: typeof AcceptanceModule;
let runs: typeof Mutations;
let mark = "";

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
  await setUpProduct(database);
  acceptance = await import("@/lib/workflows/acceptance");
  runs = await import("@/lib/workflows/mutations");
  const [row] = await database.owner<{ id: string }[]>`select private.installation() as id`;
  mark = row?.id ?? "";
});

beforeEach(async () => {
  await database.owner`delete from workflow_runs`;
  await database.owner`delete from outbox`;
});

afterAll(async () => {
  await database?.drop();
});

const DATA = { enrollmentId: ids.enrollmentA };

async function emit(data: object = DATA): Promise<string> {
  const [row] = await database.owner<{ id: string }[]>`
    select private.emit('enrollment/submitted', ${database.owner.json(data as never)}, ${ids.familyA}) as id`;
  return row?.id ?? "";
}

type Change = {
  runId?: string;
  functionId?: string;
  installation?: string | null;
  data?: Record<string, unknown>;
  name?: string;
  subject?: string;
  problem?: string;
  undo?: string[];
};

const arrive = (id: string, change: Change = {}) =>
  acceptance.acceptRun({
    runId: change.runId ?? "run_1",
    functionId: change.functionId ?? "begin-enrollment",
    name: "Enrollment",
    event: {
      id,
      name: change.name ?? "enrollment/submitted",
      data: change.data ?? DATA,
      installation: change.installation === undefined ? mark : change.installation,
      sentAt: new Date(),
    },
    dataProblem: change.problem ?? null,
    subject: { type: "enrollment", id: change.subject ?? ids.enrollmentA },
    undo: change.undo ?? [],
  });

const statuses = () => database.owner<{ id: string; status: string; error: string | null }[]>`
  select id, status, error from workflow_runs order by id`;

describe("a run that asks to begin", () => {
  it("begins with an event of the outbox, for the family of its subject, and answers the same again", async () => {
    const id = await emit();
    expect(await arrive(id, { undo: ["free-the-time"] })).toEqual({ verdict: "accepted", originId: id });
    expect(await arrive(id, { undo: ["free-the-time"] })).toEqual({ verdict: "accepted", originId: id });
    const [run] = await database.owner`select status, family_id, event_data from workflow_runs`;
    expect(run).toEqual({ status: "running", family_id: ids.familyA, event_data: DATA });
    expect(await runs.listUndos("run_1")).toEqual([{ step: "start", name: "free-the-time" }]);
  });

  it.each<[string, (id: string) => Promise<unknown>, RegExp]>([
    ["an unknown id", () => arrive(randomUUID()), /id is unknown/],
    ["an id that is none of ours", () => arrive("01KB2Z8Q6T4M9X3V5N7P1R0SDF"), /id is unknown/],
    ["other data", (id) => arrive(id, { data: { enrollmentId: ids.enrollmentB } }), /something else/],
    ["another name", (id) => arrive(id, { name: "enrollment/activated" }), /was sent as/],
    ["another environment", (id) => arrive(id, { installation: randomUUID() }), /another environment/],
    ["data that does not fit", (id) => arrive(id, { problem: "enrollmentId (Invalid)" }), /Invalid/],
    [
      "a subject that does not exist",
      (id) => arrive(id, { subject: randomUUID() }),
      /does not exist any more/,
    ],
  ])("is refused and recorded: %s", async (_, work, reason) => {
    const answer = await work(await emit());
    expect(answer).toMatchObject({ verdict: "refused", reason: expect.stringMatching(reason) });
    expect(await statuses()).toMatchObject([{ status: "refused", error: expect.stringMatching(reason) }]);
    expect(await work(await emit())).toEqual(answer);
  });

  it("is refused when the event is more than a year old", async () => {
    const id = await emit();
    await database.owner`update outbox set created_at = created_at - interval '366 days'`;
    expect(await arrive(id)).toMatchObject({ verdict: "refused", reason: expect.stringMatching(/a year/) });
  });

  it("is refused when the family of its subject has been erased", async () => {
    const id = await emit();
    // Past the rule that lets nobody erase a family with lessons ahead.
    const erase = (at: Date | null) =>
      database.owner.begin(async (tx) => {
        await tx`set local session_replication_role = replica`;
        await tx`update families set deleted_at = ${at} where id = ${ids.familyA}`;
      });
    await erase(new Date());
    try {
      expect(await arrive(id)).toMatchObject({ verdict: "refused" });
    } finally {
      await erase(null);
    }
  });

  it("is refused as a duplicate while one goes on or has succeeded, not after one that failed", async () => {
    const id = await emit();
    await arrive(id);
    expect(await arrive(id, { runId: "run_2" })).toMatchObject({ verdict: "refused" });
    expect(await arrive(id, { runId: "run_3", functionId: "other" })).toMatchObject({ verdict: "accepted" });
    const failed = { functionId: "begin-enrollment", name: "E", eventId: id, eventName: "e", reason: "No" };
    expect(await runs.failRun({ ...failed, runId: "run_1" })).toBe("failed");
    expect(await runs.failRun({ ...failed, runId: "run_1" })).toBe("failed");
    expect(await arrive(id, { runId: "run_4" })).toMatchObject({ verdict: "accepted" });
    await runs.endRun("run_4", "completed");
    expect(await arrive(id, { runId: "run_5" })).toMatchObject({ verdict: "refused" });
    expect(await runs.failRun({ ...failed, runId: "run_4" })).toBe("ended");
    expect(await runs.failRun({ ...failed, runId: "run_6" })).toBe("unaccepted");
  });
});

describe("another try", () => {
  it("is meant for the workflow that failed alone, and goes by the first event's id", async () => {
    const { withPrincipal } = await import("@/lib/db/principal");
    const admin = { kind: "user", userId: people.admin, sessionId: sessionOf("admin") } as const;
    const id = await emit();
    await arrive(id);
    await runs.failRun({
      runId: "run_1",
      functionId: "begin-enrollment",
      name: "E",
      eventId: id,
      eventName: "e",
      reason: "No",
    });
    await withPrincipal(admin, (db) => runs.retryRun(db, "run_1"));
    const again = withPrincipal(admin, (db) => runs.retryRun(db, "run_1"));
    await expect(again).rejects.toMatchObject({ code: "conflict" });
    const [sent] = await database.owner<{ id: string }[]>`select id from outbox where retry_of = 'run_1'`;
    const next = sent?.id ?? "";
    expect(await arrive(next, { runId: "run_2", functionId: "other" })).toEqual({ verdict: "not_meant" });
    expect(await arrive(next, { runId: "run_3" })).toEqual({ verdict: "accepted", originId: id });
    const [run] = await database.owner`select retry_of from workflow_runs where id = 'run_3'`;
    expect(run).toEqual({ retry_of: "run_1" });
    const [audited] = await database.owner`
      select actor_id from audit_log where table_name = 'outbox' and row_id = ${next}`;
    expect(audited).toEqual({ actor_id: people.admin });
  });
});

describe("steps and undos", () => {
  it("lists what is to be undone, the last step first, without what was undone", async () => {
    await arrive(await emit(), { undo: ["free-the-time", "refund"] });
    await runs.beginStep({ runId: "run_1", step: "book", position: 1, undo: ["cancel"] });
    expect((await runs.listUndos("run_1")).map(({ name }) => name)).toEqual(["free-the-time", "refund"]);
    await runs.endStep("run_1", "book", { status: "completed", detail: null });
    expect((await runs.listUndos("run_1")).map(({ name }) => name)).toEqual([
      "cancel",
      "free-the-time",
      "refund",
    ]);
    await runs.beginStep({ runId: "run_1", step: "undo:cancel", position: 1000, undoes: "book" });
    await runs.endStep("run_1", "undo:cancel", { status: "failed", error: "No" });
    expect((await runs.listUndos("run_1")).map(({ name }) => name)).toContain("cancel");
    await runs.beginStep({ runId: "run_1", step: "undo:cancel", position: 1000, undoes: "book" });
    await runs.endStep("run_1", "undo:cancel", { status: "completed", detail: null });
    expect((await runs.listUndos("run_1")).map(({ name }) => name)).toEqual(["free-the-time", "refund"]);
  });

  it("closes a wait when the next step begins, and keeps the first note of it", async () => {
    await arrive(await emit());
    const until = new Date(Date.now() + 60_000);
    const wait = {
      runId: "run_1",
      step: "wait",
      position: 1,
      waitsFor: "enrollment/paid",
      waitsUntil: until,
    };
    await runs.noteWait(wait);
    await runs.noteWait({ ...wait, waitsUntil: new Date() });
    await runs.beginStep({ runId: "run_1", step: "next", position: 2 });
    await runs.noteWait(wait);
    const [row] = await database.owner`select status, waits_until from workflow_steps where step = 'wait'`;
    expect(row).toEqual({ status: "completed", waits_until: until });
  });
});

describe("stuck", () => {
  it("is in SQL what it is in TypeScript", async () => {
    const { withPrincipal, service } = await import("@/lib/db/principal");
    const { getRun } = await import("@/lib/reporting/workflow-queries");
    const now = new Date();
    const minutes = (count: number) => new Date(now.getTime() - count * 60_000);
    const cases: [started: number, ended: number | null, waitsUntil: number | null][][] = [
      [],
      [[16, null, null]],
      [[14, null, null]],
      [[62, 61, null]],
      [[62, 59, null]],
      [
        [500, 499, null],
        [499, null, -600],
      ],
      [[499, null, 5]],
      [[499, null, 65]],
      [
        [499, null, -60],
        [20, null, null],
      ],
    ];
    for (const [n, steps] of cases.entries()) {
      const id = `run_s${n}`;
      await database.owner`insert into workflow_runs (id, function_id, subject_type, started_at)
                           values (${id}, 'f', 'academy', ${minutes(600)})`;
      for (const [position, [started, ended, until]] of steps.entries())
        await database.owner`
          insert into workflow_steps (run_id, step, position, status, started_at, ended_at, waits_until)
          values (${id}, ${`s${position}`}, ${position}, ${ended === null ? "running" : "completed"}, ${minutes(started)},
                  ${ended === null ? null : minutes(ended)}, ${until === null ? null : minutes(until)})`;
      const run = await withPrincipal(service("test"), (db) => getRun(db, id));
      expect(run?.isStuck, JSON.stringify(steps)).toBe(run && isStuck(run, now));
    }
  });
});
