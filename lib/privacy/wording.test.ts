import { describe, expect, it } from "vitest";
import { erasedWords, obstacleWords, removedWords } from "./wording";

describe("removedWords", () => {
  it.each([
    [[], "Nothing was old enough to be removed"],
    [[{ subject: "outbox", removed: 0 }], "Nothing was old enough to be removed"],
    [[{ subject: "outbox", removed: 1 }], "1 delivered event removed"],
    [
      [
        { subject: "email_log", removed: 1200 },
        { subject: "outbox", removed: 0 },
        { subject: "invitations", removed: 2 },
      ],
      "1,200 entries of the email log and 2 invitations removed",
    ],
  ])("%j reads %s", (removed, words) => {
    expect(removedWords(removed)).toBe(words);
  });
});

describe("obstacleWords", () => {
  it("counts and says what to do", () => {
    expect(obstacleWords({ obstacle: "open_invoices", found: 2 })).toEqual({
      what: "2 invoices are open",
      remedy: "Have them paid, or void them first.",
    });
    expect(obstacleWords({ obstacle: "lessons_ahead", found: 1 }).what).toBe("1 lesson is ahead");
    expect(obstacleWords({ obstacle: "of_a_new_kind", found: 3 }).what).toBe("3 of a new kind");
  });
});

describe("erasedWords", () => {
  it("tells what goes, and adds up what has no words of its own", () => {
    const lines = erasedWords({ families: 1, students: 2, accounts: 0, lessons: 3, enrollments: 4 });
    expect(lines.map((line) => line.what)).toEqual(["The family's name", "2 students", "7 further records"]);
  });
});
