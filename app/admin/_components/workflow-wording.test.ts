import { describe, expect, it } from "vitest";
import { functionWords, stepWords, tookWords } from "./workflow-wording";

describe("tookWords", () => {
  it.each([
    [0, "0.0 s"],
    [420, "0.4 s"],
    [12_400, "12 s"],
    [59_700, "1 min"],
    [185_000, "3 min 5 s"],
    [7_800_000, "2 h 10 min"],
    [3 * 86_400_000, "3 days"],
    [-50, "0.0 s"],
  ])("%i ms are %s", (milliseconds, words) => {
    expect(tookWords(milliseconds)).toBe(words);
  });
});

describe("an undo", () => {
  it("says what was taken back", () => {
    expect(stepWords("undo:free-the-time")).toBe("Undone: time freed");
    expect(stepWords("then:tell-the-family")).toBe("Family told");
  });
});

describe("what has no words of its own", () => {
  it("is read from its id", () => {
    expect(stepWords("remind-day-5")).toBe("Remind day 5");
    expect(functionWords("sync_teachers")).toBe("Sync teachers");
  });
});
