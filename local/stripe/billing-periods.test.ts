import { describe, expect, it } from "vitest";
import { boundaryAt, lastBoundary, nextBoundary, prorate } from "./billing-periods";

const at = (text: string): number => Date.parse(`${text}Z`) / 1000;
const monthly = { interval: "month", interval_count: 1 };

describe("billing periods", () => {
  it.each([
    ["2027-01-31T10:00", monthly, 1, "2027-02-28T10:00"],
    ["2027-01-31T10:00", monthly, 2, "2027-03-31T10:00"],
    ["2028-01-31T10:00", monthly, 1, "2028-02-29T10:00"],
    ["2027-01-31T10:00", monthly, -1, "2026-12-31T10:00"],
    ["2026-09-08T00:00", { interval: "month", interval_count: 6 }, 1, "2027-03-08T00:00"],
    ["2028-02-29T12:00", { interval: "year", interval_count: 1 }, 1, "2029-02-28T12:00"],
    ["2028-02-29T12:00", { interval: "year", interval_count: 1 }, 4, "2032-02-29T12:00"],
    ["2027-03-01T05:30", { interval: "week", interval_count: 2 }, 3, "2027-04-12T05:30"],
    ["2027-03-13T22:00", { interval: "day", interval_count: 1 }, 1, "2027-03-14T22:00"],
  ])("from %s, %o, boundary %i is %s", (anchor, rhythm, n, expected) => {
    expect(boundaryAt(at(anchor), rhythm, n)).toBe(at(expected));
  });

  it.each([
    ["2027-01-31T10:00", "2027-02-28T10:00", "2027-03-31T10:00", "2027-02-28T10:00"],
    ["2027-01-31T10:00", "2027-02-28T09:59", "2027-02-28T10:00", "2027-01-31T10:00"],
    ["2027-06-01T00:00", "2027-05-10T00:00", "2027-06-01T00:00", "2027-05-01T00:00"],
    ["2020-01-31T10:00", "2027-05-10T00:00", "2027-05-31T10:00", "2027-04-30T10:00"],
  ])("anchored at %s, seen from %s, the next is %s and the last %s", (anchor, seen, next, last) => {
    expect(nextBoundary(at(anchor), monthly, at(seen))).toBe(at(next));
    expect(lastBoundary(at(anchor), monthly, at(seen))).toBe(at(last));
  });

  it("prorates to whole cents, half up", () => {
    expect(prorate(16_000, 1, 2)).toBe(8_000);
    expect(prorate(25, 1, 2)).toBe(13);
    expect(prorate(16_000, 7, 30)).toBe(3_733);
    expect(prorate(100, 1, 0)).toBe(0);
  });
});
