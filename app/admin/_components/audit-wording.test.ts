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
  ])("%s %j reads %s", (column, value, words) => {
    expect(valueWords(column, value)).toBe(words);
  });

  it("cuts what is very long", () => {
    expect(valueWords("data", "x".repeat(1000))).toHaveLength(301);
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
