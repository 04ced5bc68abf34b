import { describe, expect, it } from "vitest";
import { readSeedOptions } from "./options";

describe("readSeedOptions", () => {
  it.each([
    [[], {}],
    [["--students", "5000"], { students: 5000 }],
    [["--seed=0"], { seed: 0 }],
    [["--seed", "7", "--students=14"], { students: 14, seed: 7 }],
  ])("understands %j", (args, options) => {
    expect(readSeedOptions(args)).toEqual(options);
  });

  it.each([
    ["--students", "13"],
    ["--students", "20001"],
    ["--students", "many"],
    ["--students", "1e3"],
    ["--students", ""],
    ["--students"],
    ["--seed", "-1"],
    ["--seed", "4294967296"],
    ["--pupils", "5"],
    ["5000"],
  ])("refuses %s %s with one sentence", (...args) => {
    expect(() => readSeedOptions(args)).toThrow(
      /^`--(students|seed)` takes a whole number .+\.$|is not understood/,
    );
  });
});
