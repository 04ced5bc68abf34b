import { describe, expect, it } from "vitest";
import { type CsvColumn, decimalCents, toCsv } from "./csv";

const columns: CsvColumn<{ name: string; count: number | null }>[] = [
  { heading: "Name", value: (row) => row.name },
  { heading: "Count", value: (row) => row.count },
];

describe("toCsv", () => {
  it("writes a heading, CRLF and the UTF-8 mark", () => {
    expect(toCsv(columns, [{ name: "Zoë", count: 2 }])).toBe("\uFEFFName,Count\r\nZoë,2\r\n");
  });

  it.each([
    ['Smith, "Bob"', '"Smith, ""Bob"""'],
    ["two\nlines", '"two\nlines"'],
    ["=HYPERLINK(1)", "'=HYPERLINK(1)"],
    ["@cmd", "'@cmd"],
    ["-2+3", "'-2+3"],
    ["", ""],
  ])("%j becomes %j", (name, expected) => {
    expect(toCsv(columns, [{ name, count: null }])).toBe(`\uFEFFName,Count\r\n${expected},\r\n`);
  });

  it("keeps a negative number a number", () => {
    expect(toCsv(columns, [{ name: "a", count: -3 }])).toContain("a,-3\r\n");
  });
});

describe("decimalCents", () => {
  it.each([
    [2500, "25.00"],
    [5, "0.05"],
    [-1805, "-18.05"],
    [0, "0.00"],
  ])("%i cents are %s", (cents, expected) => {
    expect(decimalCents(cents)).toBe(expected);
  });
});
