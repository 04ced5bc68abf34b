import fc from "fast-check";
import type { Tx } from "./principal";

/** One transaction of random work, which the database may refuse by name. */
export type Operation = {
  readonly name: string;
  readonly run: (tx: Tx) => Promise<unknown>;
};

/** Work with its arguments; fast-check prints it as a call. */
export function operation<T>(
  name: string,
  args: fc.Arbitrary<T>,
  run: (tx: Tx, args: T) => Promise<unknown>,
): fc.Arbitrary<Operation> {
  return args.map((value) => ({
    name,
    run: (tx: Tx) => run(tx, value),
    [fc.toStringMethod]: () => `${name}(${fc.stringify(value)})`,
  }));
}

/** There is no row yet that the work could be about: it is left out. */
export class NothingThere extends Error {}

/** The nth of what there is, counted round. The query gives an order that does not hang on random ids. */
export async function nth<T>(n: number, rows: PromiseLike<readonly T[]>): Promise<T> {
  const found = await rows;
  const row = found[n % found.length];
  if (row === undefined) throw new NothingThere();
  return row;
}

/** Which of what there is: see `nth`. */
export const which = fc.nat({ max: 60 });

/** One of a fixed list, which is not empty. */
export const oneOf = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

/** Mostly the first, now and then one of the others: what is refused on purpose. */
export const mostly = <T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
