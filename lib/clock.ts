import { readFileSync } from "node:fs";

/**
 * Milliseconds the academy's clock runs ahead of the real time. Zero wherever CLOCK_FILE is not set, so
 * always zero outside the embedded stack. The file is read at each call: every process on the machine
 * agrees at once, without a message between them.
 */
function offsetMs(): number {
  const file = process.env.CLOCK_FILE;
  if (!file) return 0;
  try {
    const offset = Number.parseInt(readFileSync(file, "utf8"), 10);
    return Number.isFinite(offset) ? offset : 0;
  } catch {
    return 0;
  }
}

/** The academy's one clock; SQL's counterpart is `private.now()`. */
export const clock = {
  now: (): Date => new Date(Date.now() + offsetMs()),
  offsetMs,
};
