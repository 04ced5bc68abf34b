import { describe, expect, it } from "vitest";
import { formatMoney, formatPrice, fractionOf, subtractMoney, sumMoney, usd } from "./money";

describe("usd", () => {
  it.each([1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60])("refuses %d", (cents) => {
    expect(() => usd(cents)).toThrow(RangeError);
  });
});

describe("fractionOf", () => {
  it.each([
    { cents: 22_500, numerator: 8, denominator: 100, expected: 1_800 },
    { cents: 16_000, numerator: 92, denominator: 100, expected: 14_720 },
    { cents: 16_000, numerator: 3, denominator: 4, expected: 12_000 },
    { cents: 16_000, numerator: 1, denominator: 3, expected: 5_333 },
    { cents: 16_000, numerator: 2, denominator: 3, expected: 10_667 },
    { cents: 1, numerator: 1, denominator: 2, expected: 1 },
    { cents: -1, numerator: 1, denominator: 2, expected: -1 },
    { cents: 0, numerator: 1, denominator: 2, expected: 0 },
  ])(
    "$numerator/$denominator of $cents cents is $expected",
    ({ cents, numerator, denominator, expected }) => {
      expect(fractionOf(usd(cents), numerator, denominator)).toEqual(usd(expected));
    },
  );

  it("refuses a fraction of nothing and a fraction that is not whole", () => {
    expect(() => fractionOf(usd(100), 1, 0)).toThrow(RangeError);
    expect(() => fractionOf(usd(100), 0.5, 1)).toThrow(RangeError);
  });
});

describe("sums", () => {
  it("adds and subtracts in cents", () => {
    expect(sumMoney([usd(1_010), usd(2_020)])).toEqual(usd(3_030));
    expect(sumMoney([])).toEqual(usd(0));
    expect(subtractMoney(usd(1_000), usd(2_500))).toEqual(usd(-1_500));
  });
});

describe("wording", () => {
  it.each([
    { cents: 2_500, money: "$25.00", price: "$25" },
    { cents: 21_375, money: "$213.75", price: "$213.75" },
    { cents: 266_800, money: "$2,668.00", price: "$2,668" },
    { cents: -850, money: "-$8.50", price: "-$8.50" },
    { cents: 0, money: "$0.00", price: "$0" },
  ])("$cents cents read $money and $price", ({ cents, money, price }) => {
    expect(formatMoney(usd(cents))).toBe(money);
    expect(formatPrice(usd(cents))).toBe(price);
  });
});
