import { expect, it } from "vitest";
import { agesTaught, daysInWords } from "./rules";

it.each([
  [6, 12, "ages 6 to 12"],
  [8, 99, "age 8 and older"],
])("from %d to %d reads %s", (minimumAge, maximumAge, words) => {
  expect(agesTaught({ minimumAge, maximumAge })).toBe(words);
});

it("names each day once, Monday first", () => {
  const at = (weekday: number) => ({ weekday, starts: "15:00", ends: "18:00" });
  expect(daysInWords([at(4), at(0), at(0), at(2)])).toBe("Monday, Wednesday and Friday");
});
