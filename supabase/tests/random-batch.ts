import fc from "fast-check";
import { calendarOperations } from "./calendar-operations";
import { classOperations } from "./class-operations";
import { createTestDatabase, type TestDatabase } from "./database";
import { enrollmentOperations } from "./enrollment-operations";
import { fixtureOffset } from "./fixture";
import { brokenInvariants, changedRows, readBooks } from "./invariants";
import { ledgerOperations } from "./ledger-operations";
import { makeupOperations } from "./makeup-operations";
import { moneyOperations } from "./money-operations";
import { NothingThere, type Operation } from "./operation";
import { payrollOperations } from "./payroll-operations";
import { asPrincipal, type Refusal, refusalOf, service } from "./principal";

const LANES = 6;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

type Round = {
  /** By how much the academy's clock moves on before the round, in milliseconds. */
  readonly later: number;
  /** What each connection does, one transaction after the other, while the others do theirs. */
  readonly lanes: readonly (readonly Operation[])[];
};

const kinds = {
  calendar: fc.oneof(...calendarOperations),
  classes: fc.oneof(...classOperations),
  makeups: fc.oneof(...makeupOperations),
  enrollments: fc.oneof(...enrollmentOperations),
  money: fc.oneof(...moneyOperations),
  ledger: fc.oneof(...ledgerOperations),
  payroll: fc.oneof(...payrollOperations),
};

type Kind = keyof typeof kinds;

const round = (favorite: Kind): fc.Arbitrary<Round> => {
  const work = fc.oneof(
    { weight: 6, arbitrary: kinds[favorite] },
    ...Object.values(kinds).map((arbitrary) => ({ weight: 1, arbitrary })),
  );
  return fc.record({
    later: fc.constantFrom(0, 0, 20 * MINUTE, DAY, 15 * DAY, 70 * DAY),
    lanes: fc.array(fc.array(work, { minLength: 3, maxLength: 5, size: "max" }), {
      minLength: LANES,
      maxLength: LANES,
    }),
  });
};

/** Two rounds with 36 to 60 operations together. Each leans to one of these kinds of work, so that its operations meet. */
export const batchOf = (...favorites: readonly Kind[]): fc.Arbitrary<readonly Round[]> =>
  fc.array(fc.oneof(...favorites.map(round)), { minLength: 2, maxLength: 2 });

export const batch = batchOf(
  ...([
    "calendar",
    "calendar",
    "classes",
    "makeups",
    "makeups",
    "enrollments",
    "money",
    "money",
    "ledger",
    "payroll",
  ] as const),
);

/** The database's own refusals: of the classes that name a constraint, and always with its name. */
function isKnown({ code, constraint }: Refusal): boolean {
  return (
    constraint !== undefined &&
    (/^CH\d{3}$/.test(code) || ["23P01", "23505", "23514", "23503"].includes(code))
  );
}

export type Tally = { batches: number; done: number; idle: number; refused: Map<string, number> };
export const newTally = (): Tally => ({ batches: 0, done: 0, idle: 0, refused: new Map() });

/** What a batch has shown that must not be, by its name; empty when all is well. */
export type Findings = Readonly<Record<string, readonly unknown[]>>;

/**
 * Runs a batch on its own copy of an academy to which nobody is connected. After each round the invariants are asked;
 * the first round that breaks one, or that was refused by no known name, is the last.
 */
export async function runBatch(
  academy: TestDatabase,
  rounds: readonly Round[],
  tally: Tally,
  sabotage?: string,
): Promise<Findings> {
  const database = await createTestDatabase(academy);
  try {
    if (sabotage) await database.owner.unsafe(sabotage);
    let offset = fixtureOffset();
    let books = await readBooks(database.owner);
    for (const { later, lanes } of rounds) {
      offset += later;
      const unknown = await runRound(database, lanes, offset, tally);
      const after = await readBooks(database.owner);
      const changed = changedRows(books, after);
      const findings: Findings = {
        ...(unknown.length > 0 ? { "refused by no known name": unknown } : {}),
        ...(changed.length > 0 ? { "a row of the books stays as it was": changed } : {}),
        ...(await brokenInvariants(database.owner)),
      };
      if (Object.keys(findings).length > 0) return findings;
      books = after;
    }
    tally.batches++;
    return {};
  } finally {
    await database.drop();
  }
}

async function runRound(
  database: TestDatabase,
  lanes: Round["lanes"],
  offset: number,
  tally: Tally,
): Promise<string[]> {
  const unknown: string[] = [];
  const work = async (operation: Operation): Promise<void> => {
    try {
      const refusal = await refusalOf(asPrincipal(database.app, service, operation.run, offset));
      if (!refusal) tally.done++;
      else if (isKnown(refusal)) {
        const name = refusal.constraint ?? refusal.code;
        tally.refused.set(name, (tally.refused.get(name) ?? 0) + 1);
      } else unknown.push(`${operation.name}: ${refusal.code} ${refusal.constraint ?? ""}`.trim());
    } catch (error) {
      if (!(error instanceof NothingThere)) throw error;
      tally.idle++;
    }
  };
  await Promise.all(
    lanes.map(async (operations) => {
      for (const operation of operations) await work(operation);
    }),
  );
  return unknown;
}
