import { createHash, randomBytes } from "node:crypto";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

let last = { at: -1, entropy: 0n };

/**
 * A ULID: 48 bits of `at` (milliseconds), then 80 bits from `entropy` (at least 10 bytes). Without one they are random,
 * and ids of one millisecond rise in the order in which this process makes them.
 */
export function ulid(at: number, entropy?: Uint8Array): string {
  const milliseconds = Math.max(0, Math.floor(at));
  const bits = entropy ? number(entropy) : nextEntropy(milliseconds);
  let value = (BigInt(milliseconds) << 80n) | bits;
  let text = "";
  for (let digit = 0; digit < 26; digit++) {
    text = ALPHABET.charAt(Number(value & 31n)) + text;
    value >>= 5n;
  }
  return text;
}

function nextEntropy(at: number): bigint {
  // The first bit stays free, so that counting on never runs over.
  const entropy = at === last.at ? last.entropy + 1n : number(randomBytes(10)) >> 1n;
  last = { at, entropy };
  return entropy;
}

function number(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes.subarray(0, 10)) value = (value << 8n) | BigInt(byte);
  return value;
}

/**
 * The id of event number `index` of one send. The SDK repeats the header `x-inngest-event-id-seed`
 * (`<ms>,<base64>`) when it retries, so a retried send yields the same ids. Undefined for a malformed seed.
 */
export function seededUlid(seed: string, index: number): string | undefined {
  const [at, entropy] = seed.split(",");
  const milliseconds = Number(at);
  if (!entropy || !Number.isSafeInteger(milliseconds) || milliseconds < 0) return undefined;
  return ulid(milliseconds, createHash("sha256").update(`${entropy}/${index}`).digest());
}
