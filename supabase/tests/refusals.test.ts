import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toAppError } from "@/lib/db/errors";
import { refusals } from "@/lib/db/refusals";
import { AppError } from "@/lib/errors";
import { attempt } from "./attempt";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy } from "./fixture";
import { takeClassSeat } from "./fixture-builders";
import { ids } from "./fixture-ids";
import { asPrincipal, service } from "./principal";
import { raisedNames } from "./raised-names";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
});

afterAll(async () => {
  await database?.drop();
});

/** Names that no person's action can bring about: who meets one has found a defect, and the operator reads of it. */
const WITHOUT_SENTENCE: Readonly<Record<string, string>> = {
  append_only: "No form changes the books, the audit trail or a published text.",
  ledger_unbalanced: "Only the academy's own code posts to the books.",
  lesson_without_its_time:
    "The code that cancels or moves a lesson frees or moves its time in the same step.",
  erasure_record_kept: "Erasing is done by the academy's own code, which leaves its records alone.",
  invoice_does_not_add_up: "Triggers add up an invoice; no form has its sums.",
};

describe("what the database refuses by name", () => {
  it("has a sentence for each name that a function raises and each exclusion, but for a few with their reasons", async () => {
    const exclusions = await database.owner<{ name: string }[]>`
      select conname as name from pg_constraint
       where contype = 'x' and connamespace in ('public'::regnamespace, 'private'::regnamespace)`;
    const names = [...(await raisedNames(database.owner)), ...exclusions.map(({ name }) => name)];
    expect(names.length).toBeGreaterThan(70);
    expect(names.filter((name) => !(name in refusals)).sort()).toEqual(Object.keys(WITHOUT_SENTENCE).sort());
  });

  it("has no sentence for a name that does not exist", async () => {
    const named = await database.owner<{ name: string }[]>`
      select conname as name from pg_constraint where connamespace = 'public'::regnamespace
       union
      select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid
       where i.indisunique and c.relnamespace = 'public'::regnamespace`;
    const known = new Set([...named.map(({ name }) => name), ...(await raisedNames(database.owner))]);
    expect(Object.keys(refusals).filter((name) => !known.has(name))).toEqual([]);
  });

  it("says each in whole sentences", () => {
    const broken = Object.entries(refusals).filter(
      ([, [, sentence]]) =>
        !/^[A-Z].*[.]$/.test(sentence) || /\b(constraint|null|row|column)\b/.test(sentence),
    );
    expect(broken).toEqual([]);
  });

  it("reaches the person with its code and its words, and the operator with PostgreSQL's", async () => {
    expect(await attempt(database.app, (tx) => takeClassSeat(tx, ids.studentA1))).toMatchObject({
      constraint: "class_seat_once",
    });
    const error = await asPrincipal(database.app, service, async (tx) => {
      await takeClassSeat(tx, ids.studentA2);
      await takeClassSeat(tx, ids.studentB1);
    }).then(() => undefined, toAppError);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({
      code: "conflict",
      message: "class Theory is full",
      userMessage: "The last seat has just been taken. Join the waitlist to hear of the next one.",
    });
  });
});
