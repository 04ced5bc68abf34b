import { randomInt } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { arrangeBusyAcademy } from "./busy-academy";
import { createTestDatabase, type TestDatabase } from "./database";
import type { Invariant } from "./invariants";
import { batch, batchOf, newTally, runBatch } from "./random-batch";

/*
 * Random work, about half of it wrong on purpose, from several connections at once; then the invariants, asked in SQL.
 * Each batch begins with a copy of the same academy, so that it can be run again. Every run draws new batches; these
 * variables choose them:
 *
 *   PROPERTY_SECONDS=600   goes on for so long (default 15)
 *   PROPERTY_SEED=12345    draws the batches of an earlier run, whose seed it printed
 *   PROPERTY_PATH=7        runs the batch that failed there, and shrinks it
 *
 * Connections race: the same batch may need a few runs until it fails again.
 */
const SECONDS = Number(process.env.PROPERTY_SECONDS ?? 15);
const SEED = Number(process.env.PROPERTY_SEED ?? randomInt(2 ** 31));
const PATH = process.env.PROPERTY_PATH;

/** The arranged academy; nobody is connected to it, so that it can be copied. */
let academy: TestDatabase;

beforeAll(async () => {
  academy = await createTestDatabase();
  await arrangeBusyAcademy(academy.owner);
  await Promise.all([academy.owner.end(), academy.app.end()]);
});

afterAll(async () => {
  await academy?.drop();
});

describe("random work from several connections", () => {
  it(
    "leaves every invariant whole",
    async () => {
      const tally = newTally();
      try {
        await fc.assert(
          fc.asyncProperty(batch, async (rounds) => {
            expect(await runBatch(academy, rounds, tally)).toEqual({});
          }),
          {
            seed: SEED,
            ...(PATH === undefined ? {} : { path: PATH }),
            endOnFailure: PATH === undefined,
            numRuns: 1_000_000,
            interruptAfterTimeLimit: SECONDS * 1000,
          },
        );
      } finally {
        const refused = [...tally.refused.values()].reduce((sum, times) => sum + times, 0);
        console.info(
          `Random work, seed ${SEED}: ${tally.batches} batches, ${tally.done} operations done, ${refused} refused by ${tally.refused.size} names.`,
        );
      }
      expect(tally.batches).toBeGreaterThan(0);
    },
    SECONDS * 1000 + 60_000,
  );
});

describe("random work notices", () => {
  it.each<[string, "calendar" | "ledger" | "money", string, Invariant]>([
    [
      "that the exclusion constraint of teachers is missing",
      "calendar",
      "alter table bookings drop constraint teacher_double_booked",
      "a teacher is in one place at a time, buffer included",
    ],
    [
      "that a cancelled lesson keeps its time",
      "calendar",
      "alter table lessons disable trigger lesson_transition",
      "a cancelled lesson takes no time",
    ],
    [
      "that transactions are posted without balance",
      "ledger",
      "alter table ledger_transactions disable trigger ledger_has_entries; alter table ledger_entries disable trigger ledger_balances",
      "the ledger sums to zero by transaction and currency",
    ],
    [
      "that credits are applied without limit",
      "money",
      "alter table credit_applications disable trigger apply_credit",
      "an invoice has received what was paid and applied, at most its total",
    ],
  ])(
    "%s",
    async (_, favorite, sabotage, invariant) => {
      const broken = new Set<string>();
      for (const rounds of fc.sample(batchOf(favorite), 60)) {
        for (const name of Object.keys(await runBatch(academy, rounds, newTally(), sabotage)))
          broken.add(name);
        if (broken.has(invariant)) break;
      }
      expect([...broken]).toContain(invariant);
    },
    60_000,
  );
});
