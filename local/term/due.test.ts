import { describe, expect, it } from "vitest";
import { nextStop } from "./due";

const window = (from: number, until: number) => ({ what: "lesson", from, until });

describe("nextStop", () => {
  it.each([
    ["nothing is due", [], 0, null],
    ["what began had its stop", [window(5, 9)], 5, null],
    ["one thing: as soon as it is due", [window(5, 9)], 0, 5],
    ["two that overlap: one stop for both", [window(5, 9), window(7, 20)], 0, 7],
    ["the later one waits for a stop of its own", [window(5, 9), window(10, 20)], 0, 5],
    [
      "what one stop serves is as much as can be",
      [window(5, 9), window(6, 8), window(8, 30), window(9, 30)],
      0,
      8,
    ],
  ])("%s", (_, windows, now, at) => {
    expect(nextStop(windows, now)).toBe(at);
  });
});
