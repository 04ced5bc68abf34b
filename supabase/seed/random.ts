/** The sample academy's source of chance: the same seed gives the same academy. */
export type Random = {
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  shuffle<T>(items: readonly T[]): T[];
  uuid(): string;
  /** Letters and digits, for ids as Stripe makes them. */
  text(length: number): string;
};

const DIGITS = "0123456789abcdef";
const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

/**
 * A small generator (Tommy Ettinger's mulberry32) that walks through all 4 billion states before it comes back to the first:
 * a large academy takes some ten million steps, so its ids never meet, as long as all of them come from one walk.
 */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const pick = <T>(items: readonly T[]): T => {
    const item = items[between(0, items.length - 1)];
    if (item === undefined) throw new RangeError("There is nothing to pick from.");
    return item;
  };
  return {
    between,
    pick,
    chance: (probability) => next() < probability,
    shuffle(items) {
      const rest = [...items];
      const mixed: typeof rest = [];
      while (rest.length > 0) mixed.push(...rest.splice(between(0, rest.length - 1), 1));
      return mixed;
    },
    uuid() {
      let hex = "";
      for (let digit = 0; digit < 32; digit++) hex += DIGITS.charAt(between(0, 15));
      const variant = "89ab".charAt(between(0, 3));
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
    text(length) {
      let text = "";
      for (let nth = 0; nth < length; nth++) text += LETTERS.charAt(between(0, LETTERS.length - 1));
      return text;
    },
  };
}
