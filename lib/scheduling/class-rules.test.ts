import { describe, expect, it } from "vitest";
import { usd } from "@/lib/money";
import {
  ageWords,
  classBillWords,
  classPriceWords,
  seatsLeft,
  weeklyWords,
  weekReasonWords,
} from "./class-rules";
import { classForm } from "./class-schema";

describe("a class in words", () => {
  it.each([
    [5, "16:15", 90, "Saturdays, 4:15 pm to 5:45 pm"],
    [0, "11:30:00", 45, "Mondays, 11:30 am to 12:15 pm"],
    [null, null, 120, null],
  ])("weekday %s at %s for %i minutes", (weekday, starts, minutes, words) => {
    expect(weeklyWords({ weekday, starts, minutes })).toBe(words);
  });

  it.each([
    [0, 99, "All ages"],
    [10, 99, "From age 10"],
    [0, 12, "Up to age 12"],
    [3, 5, "Ages 3 to 5"],
    [7, 7, "Age 7"],
  ])("ages %i to %i", (minimumAge, maximumAge, words) => {
    expect(ageWords({ minimumAge, maximumAge })).toBe(words);
  });

  it.each([
    [6, 6, 0, 0],
    [6, 5, 1, 0],
    [6, 3, 1, 2],
    [2, 3, 0, 0],
  ])("%i seats, %i taken, %i offered", (seats, taken, offered, left) => {
    expect(seatsLeft({ seats, taken, offered })).toBe(left);
  });

  it("names its price, and who bills it", () => {
    expect(classPriceWords("group", usd(11_000))).toBe("$110 a month");
    expect(classPriceWords("recital", usd(3550))).toBe("$35.50 for the recital");
    expect(classBillWords("group", usd(7900))).toContain("$79.00 USD a month");
  });

  it.each([
    ["closure", "Thanksgiving week", "the academy is closed: Thanksgiving week"],
    ["student_busy", "Ann", "Ann has another lesson"],
    ["teacher_busy", null, "the teacher has another lesson"],
    [null, null, ""],
  ] as const)("%s %s", (reason, name, words) => {
    expect(weekReasonWords({ reason, name })).toBe(words);
  });
});

describe("the form of a class", () => {
  const id = "0199c3a1-7d52-7b44-9c0e-5d1f0a2b3c4d";
  const form = {
    kind: "group",
    name: "Choir",
    teacherId: id,
    roomId: id,
    termId: id,
    weekday: "2",
    starts: "17:00",
    minutes: "45",
    minimumAge: "8",
    maximumAge: "99",
    seats: "8",
    price: "79.50",
    status: "open",
  };

  it("takes a price in dollars as cents", () => {
    expect(classForm.parse(form)).toMatchObject({ price: 7950, minutes: 45, seats: 8, weekday: "2" });
  });

  it.each([
    ["minutes", { minutes: "0" }],
    ["minutes", { minutes: "47" }],
    ["minutes", { minutes: "495" }],
    ["minutes", { minutes: "-45" }],
    ["minutes", { minutes: "45.5" }],
    ["seats", { seats: "0" }],
    ["seats", { seats: "201" }],
    ["seats", { kind: "shared", seats: "3" }],
    ["maximumAge", { minimumAge: "9", maximumAge: "8" }],
    ["weekday", { weekday: "" }],
    ["weekday", { weekday: "7" }],
    ["day", { kind: "recital", weekday: "" }],
    ["day", { kind: "recital", day: "2027-02-29" }],
    ["starts", { starts: "24:00" }],
    ["starts", { starts: "5 pm" }],
    ["price", { price: "79.5" }],
    ["price", { price: "-1" }],
    ["name", { name: "  " }],
    ["name", { name: "x".repeat(81) }],
    ["kind", { kind: "private" }],
    ["status", { status: "ended" }],
    ["teacherId", { teacherId: "elena" }],
  ])("is refused at %s with %o", (field, change) => {
    const parsed = classForm.safeParse({ ...form, ...change });
    expect(parsed.error?.issues.map((issue) => issue.path.join("."))).toContain(field);
  });
});
