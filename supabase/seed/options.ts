import { parseArgs } from "node:util";

/** What the loader is asked for; what is left out is the standard academy's. */
export type SeedOptions = { readonly students?: number; readonly seed?: number };

const FEWEST_STUDENTS = 14;
const MOST_STUDENTS = 20_000;
const LARGEST_SEED = 2 ** 32 - 1;

const USAGE =
  "`npm run seed` loads the sample academy, `npm run seed -- --students 5000` a larger one, and `--seed 7` other people.";

/**
 * Reads the arguments of `npm run seed`.
 * @throws RangeError with one sentence when one of them is wrong.
 */
export function readSeedOptions(args: readonly string[]): SeedOptions {
  const { students, seed } = splitArguments(args);
  return {
    ...(students === undefined
      ? {}
      : { students: wholeNumber("--students", students, FEWEST_STUDENTS, MOST_STUDENTS) }),
    ...(seed === undefined ? {} : { seed: wholeNumber("--seed", seed, 0, LARGEST_SEED) }),
  };
}

function splitArguments(args: readonly string[]): { students?: string; seed?: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { students: { type: "string" }, seed: { type: "string" } },
    });
    return values;
  } catch (error) {
    throw new RangeError(`\`${args.join(" ")}\` is not understood: ${USAGE}`, { cause: error });
  }
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new RangeError(`\`${option}\` takes a whole number from ${least} to ${most}, not \`${text}\`.`);
}
