import { describe, expect, it } from "vitest";
import type { OpenTime } from "@/lib/scheduling/rules";
import { ageOn, checkStudent, rankSuggestions } from "./rules";

describe("ageOn", () => {
  it.each([
    ["2020-11-24", "2026-11-24", 6],
    ["2020-11-25", "2026-11-24", 5],
    ["2020-02-29", "2027-02-28", 6],
    ["2020-02-29", "2027-03-01", 7],
  ])("born %s is on %s %i years old", (born, day, age) => expect(ageOn(born, day)).toBe(age));
});

describe("checkStudent", () => {
  const rules = { instrumentName: "Flute", minimumAge: 9, shortLessonMaxAge: 6, shortMinutes: 30 };
  const piano = { ...rules, instrumentName: "Piano", minimumAge: 4 };
  it.each([
    ["a future birth date", { birthDate: "2027-01-01", minutes: 30 }, piano, "birthDate"],
    ["an impossible age", { birthDate: "1901-01-01", minutes: 30 }, piano, "birthDate"],
    ["too young for the instrument", { birthDate: "2018-11-25", minutes: 30 }, rules, "birthDate"],
    ["a long lesson for a small child", { birthDate: "2021-01-01", minutes: 45 }, piano, "minutes"],
  ] as const)("refuses %s at its field", (_, student, of, field) => {
    expect(Object.keys(checkStudent(student, "2026-11-24", of) ?? {})).toEqual([field]);
  });
  it("accepts the ninth birthday itself", () => {
    expect(checkStudent({ birthDate: "2017-11-24", minutes: 60 }, "2026-11-24", rules)).toBeNull();
  });
});

describe("rankSuggestions", () => {
  const timeZone = "America/New_York";
  const wishes = {
    days: [3],
    timeOfDay: "evening",
    teacherGender: "any",
    style: "Jazz",
    minutes: 30,
  } as const;
  const time = (teacherId: string, iso: string): OpenTime => ({
    teacherId,
    roomId: "r",
    startsAt: new Date(iso),
    endsAt: new Date(Date.parse(iso) + 30 * 60_000),
  });
  const teacher = (teacherId: string, styles: string[] = [], bookedMinutes = 0) => ({
    teacherId,
    name: `${teacherId} Test`,
    gender: null,
    styles,
    strengths: [],
    capacityMinutes: 600,
    bookedMinutes,
  });
  const thursday = "2026-12-03T22:30:00Z"; // 5:30 pm in New York
  const friday = "2026-12-04T20:00:00Z";

  it("puts the wanted day and hour first and says why", () => {
    const [best] = rankSuggestions({
      openTimes: [time("ana", thursday), time("ana", friday)],
      candidates: [teacher("ana")],
      wishes: { ...wishes, days: [3] },
      siblings: [],
      timeZone,
      count: 5,
    });
    expect(best?.startsAt.toISOString()).toBe("2026-12-03T22:30:00.000Z");
    expect(best?.reasons[0]).toBe("Fits your wish for lessons on Thursdays, in the evening");
  });

  it("counts a style, whatever its case", () => {
    const [best] = rankSuggestions({
      openTimes: [time("ana", thursday), time("ben", thursday)],
      candidates: [teacher("ana"), teacher("ben", ["jazz"])],
      wishes: { ...wishes, days: [3] },
      siblings: [],
      timeZone,
      count: 5,
    });
    expect(best?.teacherId).toBe("ben");
    expect(best?.reasons).toContain("Teaches jazz");
  });

  it("never suggests a teacher without capacity for these minutes", () => {
    expect(
      rankSuggestions({
        openTimes: [time("ana", thursday)],
        candidates: [teacher("ana", [], 571)],
        wishes: { ...wishes, days: [] },
        siblings: [],
        timeZone,
        count: 5,
      }),
    ).toEqual([]);
  });

  it("shows each teacher's best before anybody's second", () => {
    const found = rankSuggestions({
      openTimes: [time("ana", thursday), time("ana", "2026-12-03T23:00:00Z"), time("ben", friday)],
      candidates: [teacher("ana"), teacher("ben")],
      wishes: { ...wishes, days: [3] },
      siblings: [],
      timeZone,
      count: 2,
    });
    expect(found.map((s) => s.teacherId)).toEqual(["ana", "ben"]);
  });

  it("suggests one time of a teacher's day, not its neighbors a quarter of an hour later", () => {
    const found = rankSuggestions({
      openTimes: [time("ana", thursday), time("ana", "2026-12-03T22:45:00Z"), time("ana", friday)],
      candidates: [teacher("ana")],
      wishes: { ...wishes, days: [] },
      siblings: [],
      timeZone,
      count: 4,
    });
    expect(found.map((s) => s.startsAt.toISOString())).toEqual([
      "2026-12-03T22:30:00.000Z",
      "2026-12-04T20:00:00.000Z",
    ]);
  });

  it("prefers a time beside a sibling's lesson, in any week", () => {
    const sibling = {
      teacherId: "x",
      name: "Mia",
      startsAt: new Date("2026-11-20T20:30:00Z"),
      endsAt: new Date("2026-11-20T21:00:00Z"),
    };
    const [best] = rankSuggestions({
      openTimes: [time("ana", "2026-12-03T20:00:00Z"), time("ben", friday)],
      candidates: [teacher("ana"), teacher("ben")],
      wishes: { ...wishes, days: [], timeOfDay: "any" },
      siblings: [sibling],
      timeZone,
      count: 2,
    });
    expect(best?.reasons).toContain("Right beside Mia's lesson");
  });
});
