import { createHash, randomBytes } from "node:crypto";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A ULID: 48 bits of `at` (milliseconds), then 80 bits from `entropy` (at least 10 bytes). */
export function ulid(at: number, entropy: Uint8Array = randomBytes(10)): string {
  let value = BigInt(Math.max(0, Math.floor(at)));
  for (const byte of entropy.subarray(0, 10)) value = (value << 8n) | BigInt(byte);
  let text = "";
  for (let digit = 0; digit < 26; digit++) {
    text = ALPHABET.charAt(Number(value & 31n)) + text;
    value >>= 5n;
  }
  return text;
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
