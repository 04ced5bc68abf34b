import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StackError } from "./stack-error";
import { findLockHolder, noteLockUrl, takeStackLock } from "./stack-lock";

describe("the lock of a data folder", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cedar-lock-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is held by one stack, which a second start names", () => {
    const release = takeStackLock(folder, null);
    noteLockUrl(folder, "http://127.0.0.1:3000");
    expect(() => takeStackLock(folder, null)).toThrow(StackError);
    expect(() => takeStackLock(folder, null)).toThrow(/already runs.*http:\/\/127\.0\.0\.1:3000/);
    release();
    expect(findLockHolder(folder)).toBeUndefined();
  });

  it("is free again after it was given back", () => {
    takeStackLock(folder, null)();
    expect(() => takeStackLock(folder, null)()).not.toThrow();
  });

  it.each([
    ["a process that is gone", { pid: 2 ** 22 + 1, started: "1", url: null }],
    ["a later process of the same number", { pid: process.pid, started: "1", url: null }],
  ])("is taken over from %s", (_holder, content) => {
    writeFileSync(join(folder, "stack.lock"), JSON.stringify(content));
    expect(() => takeStackLock(folder, null)()).not.toThrow();
  });

  it("is taken over when the file is damaged", () => {
    writeFileSync(join(folder, "stack.lock"), "{");
    expect(() => takeStackLock(folder, null)()).not.toThrow();
  });
});
