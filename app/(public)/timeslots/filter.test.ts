import { describe, expect, it } from "vitest";
import { filterHref, readFilter } from "./filter";

const nothing = { instrument: "", teacher: "", minutes: 30 as const, weekday: [], week: "", every: false };

describe("readFilter", () => {
  it("reads what the form sends", () => {
    const params = {
      instrument: "violin",
      teacher: "",
      minutes: "45",
      weekday: ["0", "3"],
      week: "2026-12-07",
    };
    expect(readFilter({ ...params, every: "1" })).toEqual({
      instrument: "violin",
      teacher: "",
      minutes: 45,
      weekday: [0, 3],
      week: "2026-12-07",
      every: true,
    });
  });

  it.each([
    [{}],
    [{ minutes: "31", week: "2026-02-30", weekday: "9", instrument: "<script>", teacher: "x".repeat(200) }],
    [{ minutes: ["a", "45"], week: ["soon"], weekday: ["1", "eight"], every: "yes" }],
  ])("takes %j as nothing asked for", (params) => {
    expect(readFilter(params)).toEqual(nothing);
  });
});

describe("filterHref", () => {
  it("is the plain page when nothing is asked for", () => {
    expect(filterHref(nothing, {})).toBe("/timeslots");
  });

  it("says the same as was read", () => {
    const filter = {
      instrument: "cello",
      teacher: "ruth-alvarez",
      minutes: 60,
      weekday: [1, 5],
      week: "",
      every: true,
    } as const;
    const href = filterHref({ ...filter, weekday: [...filter.weekday] }, { week: "2026-12-07" });
    const query = new URL(href, "http://x").searchParams;
    expect(readFilter({ ...Object.fromEntries(query), weekday: query.getAll("weekday") })).toEqual({
      ...filter,
      week: "2026-12-07",
    });
  });
});
