import { describe, expect, it } from "vitest";
import { columnWords, rowHref, valueWords } from "./audit-wording";

describe("valueWords", () => {
  it.each([
    ["due_cents", 2500, "$25.00"],
    ["minutes", 30, "30"],
    ["is_active", false, "no"],
    ["lines", [{ cents: 1 }], '[{"cents":1}]'],
    ["phone", null, "nothing"],
    ["wishes", "", "empty"],
    ["paid_at", "2026-11-21T21:05:10.000721+00:00", "Nov 21, 2026, 4:05 pm"],
    [
      "during",
      '["2026-12-03 20:00:00+00","2026-12-03 20:45:00+00")',
      "Dec 3, 2026, 3:00 pm – Dec 3, 2026, 3:45 pm",
    ],
    ["valid", "[2026-01-01,2027-01-01)", "[2026-01-01,2027-01-01)"],
    ["birth_date", "2017-02-13", "2017-02-13"],
    ["wishes", "[not a range", "[not a range"],
  ])("%s %j reads %s", (column, value, words) => {
    expect(valueWords(column, value, "America/New_York")).toBe(words);
  });

  it("cuts what is very long", () => {
    expect(valueWords("data", "x".repeat(1000), "UTC")).toHaveLength(301);
  });
});

describe("columnWords", () => {
  it.each([
    ["due_cents", "Due"],
    ["family_id", "Family"],
    ["payer_share_bp", "Payer share (1/100 %)"],
  ])("%s reads %s", (column, words) => {
    expect(columnWords(column)).toBe(words);
  });
});

describe("rowHref", () => {
  it("knows the rows that have a page", () => {
    expect(rowHref("payments", "1")).toBe("/admin/payments/1");
    expect(rowHref("rooms", "1")).toBeNull();
  });
});
