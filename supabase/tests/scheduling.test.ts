import { randomInt } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "./database";
import {
  type Answer,
  type Asked,
  arrangeAskers,
  type Loaded,
  type Loader,
  openLoader,
} from "./loaded-academy";
import {
  academyWithQuestions,
  type DrawnQuestion,
  localTime,
  type Question,
  questionOf,
} from "./random-academy";
import {
  type Academy,
  type Asker,
  alternativesOf,
  conflictsOf,
  instantOf,
  type OpenTime,
  openTimesOf,
} from "./scheduling-model";

/*
 * Open times, conflicts and alternatives of the product beside those of a slow model (scheduling-model.ts), on random
 * academies around the changes of the clocks. A case is one question to both. Every run draws new academies; these
 * variables choose them:
 *
 *   SCHEDULING_CASES=100000   asks so many questions (`npm run test:scheduling`)
 *   PROPERTY_SEED=12345       draws the academies of an earlier run, whose seed it printed
 */
const CASES = Number(process.env.SCHEDULING_CASES ?? 2_000);
const SEED = Number(process.env.PROPERTY_SEED ?? randomInt(2 ** 31));
const QUESTIONS = 200;
/** For how long a smaller academy is sought in which the answers still differ. */
const SHRINKING_MS = 60_000;

let database: TestDatabase;
let loader: Loader;

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAskers(database.owner);
  loader = openLoader(database.url);
});

afterAll(async () => {
  await loader?.end();
  await database?.drop();
});

const tally = { cases: 0, academies: 0, openTimes: 0, free: 0, reasons: new Map<string, number>() };

/** What is asked: whether a time is open is asked in both ways. */
function askedBy({ kind, wish }: Question): Asked[] {
  if (kind === "open times") return [{ of: kind, wish }];
  if (kind !== "open or not") return [{ of: kind, wish }];
  const { start, room: _, ...open } = wish;
  return [
    { of: "conflicts", wish },
    { of: "open times", wish: { ...open, from: start, until: start, weekdays: null } },
  ];
}

/** What the rules say to it. */
function answerOf(academy: Academy, asker: Asker, { of, wish }: Asked): Answer {
  if (of === "open times") return openTimesOf(academy, asker, wish);
  if (of === "conflicts") return conflictsOf(academy, asker, wish);
  const { start, room: _, teacher, ...open } = wish;
  return alternativesOf(
    academy,
    asker,
    { ...open, from: null, until: null, weekdays: null },
    { teacher, start },
  );
}

/** One line, with instants that can be read. */
function readable(value: unknown): string {
  const text = JSON.stringify(value, (_, part: unknown) =>
    typeof part === "number" && part > 1e12 ? new Date(part).toISOString() : part,
  );
  return text.replaceAll("00000000-0000-4000-8000-", "").replaceAll('"', "");
}

function describeAcademy(academy: Academy): string {
  const { instruments, rooms, teachers, students, enrollments, bookings, ...rest } = academy;
  const lists = { instruments, rooms, teachers, students, enrollments, bookings };
  const lines = Object.entries(lists).flatMap(([name, all]) => all.map((one) => `${name}: ${readable(one)}`));
  return [readable(rest), ...lines].map((line) => `  ${line}`).join("\n");
}

/** How an answer differs from the right one, in readable lines; undefined when it does not. */
function differenceOf({ of }: Asked, answer: Answer, right: Answer): string[] | undefined {
  // Conflicts are a set; open times and alternatives have an order.
  const lines = (all: Answer) => (of === "conflicts" ? all.map(readable).sort() : all.map(readable));
  const [told, expected] = [lines(answer), lines(right)];
  if (told.join("\n") === expected.join("\n")) return undefined;
  const missing = expected.filter((line) => !told.includes(line));
  const wrong = told.filter((line) => !expected.includes(line));
  if (missing.length + wrong.length === 0) return [`in another order: ${told.join(" ")}`];
  return [
    ...missing.map((line) => `only the rules say:   ${line}`),
    ...wrong.map((line) => `only the product says: ${line}`),
  ];
}

async function compareGroup(loaded: Loaded, asker: Asker, questions: readonly Question[]): Promise<void> {
  const { academy } = loaded;
  const asked = questions.flatMap((question) => askedBy(question).map((one) => ({ question, one })));
  const answers = await loaded.ask(
    asker,
    asked.map(({ one }) => one),
  );
  for (const [nth, { one }] of asked.entries()) {
    const answer = answers[nth] ?? [];
    count(one, answer);
    const difference = differenceOf(one, answer, answerOf(academy, asker, one));
    if (!difference) continue;
    throw new Error(
      [
        `${one.of}, asked by ${readable(asker)}: ${readable(one.wish)}`,
        ...difference.slice(0, 20).map((line) => `    ${line}`),
        describeAcademy(academy),
      ].join("\n"),
    );
  }
  for (const question of questions.filter(({ kind }) => kind === "open or not")) {
    const [conflicts, open] = answers.filter((_, nth) => asked[nth]?.question === question);
    if ((conflicts?.length === 0) === (open?.length === 1)) continue;
    throw new Error(
      `open and conflicts contradict each other: ${readable(question)}\n${describeAcademy(academy)}`,
    );
  }
  tally.cases += questions.length;
}

function count({ of }: Asked, answer: Answer): void {
  if (of === "open times") tally.openTimes += answer.length;
  if (of === "conflicts" && answer.length === 0) tally.free++;
  for (const one of answer) {
    if ("reason" in one) tally.reasons.set(one.reason, (tally.reasons.get(one.reason) ?? 0) + 1);
  }
}

async function compare(drawn: Academy, questions: readonly DrawnQuestion[]): Promise<void> {
  await loader.withAcademy(drawn, async (loaded) => {
    const known = new Map<string, OpenTime[]>();
    /** What a visitor may choose from. */
    const open = (instrument: string, minutes: number): OpenTime[] => {
      const nobody = { student: null, age: null, ignored: [], forMakeup: false, byStaff: false };
      const all = { from: null, until: null, teacher: null, weekdays: null };
      const key = `${instrument} ${minutes}`;
      const times =
        known.get(key) ??
        openTimesOf(loaded.academy, { role: "visitor" }, { instrument, minutes, ...nobody, ...all });
      known.set(key, times);
      return times;
    };
    const asked = questions.map((question) => questionOf(loaded.academy, question, open));
    for (const group of Map.groupBy(asked, ({ asker }) => readable(asker)).values()) {
      if (group[0]) await compareGroup(loaded, group[0].asker, group);
    }
    tally.academies++;
  });
}

describe("open times, conflicts and alternatives", () => {
  it(
    "are those of the rules",
    async () => {
      let failedAt = Number.POSITIVE_INFINITY;
      const details = await fc.check(
        fc.asyncProperty(academyWithQuestions(QUESTIONS), async ({ academy, questions }) => {
          const hasFailed = failedAt < performance.now();
          if (hasFailed ? performance.now() > failedAt + SHRINKING_MS : tally.cases >= CASES) return;
          try {
            await compare(academy, questions);
          } catch (error) {
            failedAt = Math.min(failedAt, performance.now());
            throw error;
          }
        }),
        // Unbiased: crowded academies, not the smallest ones. Half of QUESTIONS is the mean, and this is more than enough.
        { seed: SEED, unbiased: true, numRuns: Math.ceil((CASES / QUESTIONS) * 3) + 20 },
      );
      const reasons = [...tally.reasons].map(([reason, times]) => `${reason} ${times}`).sort();
      console.info(
        `Scheduling, seed ${SEED}: ${tally.cases} cases in ${tally.academies} academies, ${tally.openTimes} open times, ${tally.free} proposals without conflict; ${reasons.join(", ")}.`,
      );
      const { errorInstance: error } = details;
      if (details.failed) {
        throw new Error(
          `The product and the rules differ (PROPERTY_SEED=${SEED}).\n${error instanceof Error ? error.message : String(error)}`,
        );
      }
      expect(tally.cases).toBeGreaterThanOrEqual(CASES);
    },
    CASES * 20 + 300_000,
  );

  it("are asked for with every reason there is", () => {
    // A short run does not meet the rarest.
    if (tally.cases < 50_000) return;
    expect([...tally.reasons.keys()].sort()).toEqual(
      [
        "Another teacher",
        "Same teacher",
        "Same teacher and time, another week",
        "Same teacher, same day",
        "Same time, another teacher",
        "age",
        "closure",
        "length",
        "no_room",
        "off_grid",
        "outside_availability",
        "outside_term",
        "over_midnight",
        "room_taken",
        "room_unfit",
        "student_busy",
        "teacher_away",
        "teacher_busy",
        "teacher_full",
        "teacher_unavailable",
        "too_far",
        "too_soon",
      ].sort(),
    );
  });
});

describe("a local time", () => {
  it("is the first of two, and shifted by the gap when it does not exist", async () => {
    const times = fc.sample(localTime, { seed: SEED, numRuns: Math.max(1_000, Math.round(CASES / 10)) });
    const rows = await database.owner.unsafe<{ at: string }[]>(
      `select extract(epoch from private.local_instant(t.day::timestamp + t.minute * interval '1 minute', t.zone))::bigint * 1000 as at
         from jsonb_to_recordset($1::text::jsonb) t (zone text, day date, minute int)`,
      [JSON.stringify(times)],
    );
    const wrong = times.filter(
      ({ zone, day, minute }, nth) => Number(rows[nth]?.at) !== instantOf(zone, day, minute),
    );
    expect(wrong).toEqual([]);
  });
});
