import { describe, expect, it } from "vitest";
import type { Id } from "@/lib/ids";
import { cautionWords, rankSubstitutes, type SubstituteFacts } from "./substitute-rules";

const facts = (name: string, change: Partial<SubstituteFacts> = {}): SubstituteFacts => ({
  lessonId: "lesson" as Id<"lesson">,
  teacherId: name as Id<"teacher">,
  name,
  isOutsideHours: false,
  isFull: false,
  bookedMinutes: 600,
  capacityMinutes: 1200,
  lessonsWithStudent: 0,
  lessonsWithFamily: 0,
  sharedStyles: [],
  isThere: false,
  ...change,
});

const order = (...candidates: SubstituteFacts[]) =>
  rankSubstitutes(candidates, { studentName: "Mia Alvarez" }).map(({ name }) => name);

describe("a substitute stands before another", () => {
  it.each<[string, Partial<SubstituteFacts>, Partial<SubstituteFacts>]>([
    [
      "who knows the student, before who is there",
      { lessonsWithStudent: 1 },
      { isThere: true, sharedStyles: ["jazz"] },
    ],
    ["who knows the family, before who is there", { lessonsWithFamily: 3 }, { isThere: true }],
    ["who gave more lessons, before who gave one", { lessonsWithStudent: 6 }, { lessonsWithStudent: 1 }],
    ["who is there, before who shares styles", { isThere: true }, { sharedStyles: ["jazz", "pop", "blues"] }],
    ["who has more room in the week", { bookedMinutes: 100 }, { bookedMinutes: 900 }],
    [
      "who is free, before whoever must be asked",
      {},
      { isOutsideHours: true, lessonsWithStudent: 20, isThere: true },
    ],
    ["who would be too long there, before who is not there", { isFull: true }, { isOutsideHours: true }],
  ])("%s", (_, better, worse) => {
    expect(order(facts("Zoe", better), facts("Amy", worse))).toEqual(["Zoe", "Amy"]);
  });

  it("by name where all is equal", () => {
    expect(order(facts("Zoe"), facts("Amy"))).toEqual(["Amy", "Zoe"]);
  });
});

it("says why, and what to ask first", () => {
  const [best, last] = rankSubstitutes(
    [
      facts("Amy", {
        lessonsWithStudent: 6,
        lessonsWithFamily: 2,
        isThere: true,
        sharedStyles: ["blues", "jazz", "pop", "rock"],
      }),
      facts("Zoe", { isOutsideHours: true, isFull: true, bookedMinutes: 1190 }),
    ],
    { studentName: "Mia Alvarez" },
  );
  expect(best?.reasons).toEqual([
    "Has taught Mia before (6 lessons)",
    "Knows the family from another child's lessons",
    "Is at the academy that day",
    "Same styles: blues, jazz and pop",
    "Has 10 h left that week",
  ]);
  expect(best && cautionWords(best)).toBe("");
  expect(last && cautionWords(last)).toBe(
    "Ask first: outside the usual hours and beyond the agreed 20 h a week.",
  );
  expect(last?.reasons).toEqual([]);
});
