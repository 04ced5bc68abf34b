import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const tenYears = 10 * 365.25 * 24 * 60 * 60 * 1000;

/** Milliseconds by which the stack's clock is ahead of the real one. */
export function readClockOffset(file: string): number {
  try {
    const offset = Number(readFileSync(file, "utf8"));
    return Number.isSafeInteger(offset) ? offset : 0;
  } catch {
    return 0;
  }
}

/**
 * Moves the clock of every process of the stack at once.
 * @param offsetMs milliseconds ahead of the real time, whole, at most ten years either way.
 * @throws RangeError otherwise.
 */
export function writeClockOffset(file: string, offsetMs: number): void {
  if (!Number.isSafeInteger(offsetMs) || Math.abs(offsetMs) > tenYears) {
    throw new RangeError("The clock moves by whole milliseconds, at most ten years.");
  }
  mkdirSync(dirname(file), { recursive: true });
  // Readers come at any moment: they see the old number or the new one, never a half-written file.
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, `${offsetMs}\n`, { mode: 0o644 });
  renameSync(unfinished, file);
}
