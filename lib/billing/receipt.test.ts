import { describe, expect, it } from "vitest";
import { usd } from "@/lib/money";
import { cardInWords, receiptLines } from "./receipt";

const first = [
  { code: "tuition", label: "Tuition, 45 minutes a week, by the month", cents: 22500, recurring: true },
  { code: "registration", label: "Registration, one year", cents: 4500, recurring: false },
  { code: "trial_credit", label: "Credit for the trial lesson", cents: -2500, recurring: false },
];

describe("receiptLines", () => {
  it("explains the first payment line by line", () => {
    expect(receiptLines({ description: "Lessons: Piano, Lena", paid: usd(24500) }, first)).toEqual([
      { label: "Tuition, 45 minutes a week, by the month", amount: usd(22500) },
      { label: "Registration, one year", amount: usd(4500) },
      { label: "Credit for the trial lesson", amount: usd(-2500) },
    ]);
  });

  it.each([
    ["a later month is something else", first],
    ["there may be no lines", []],
    ["what is no list of lines is not shown", { cents: 22500 }],
    ["nor is a broken line", [{ label: 7, cents: "22500" }]],
  ])("%s", (_, lines) => {
    expect(receiptLines({ description: "Lessons: Piano, Lena", paid: usd(22500) }, lines)).toEqual([
      { label: "Lessons: Piano, Lena", amount: usd(22500) },
    ]);
  });
});

describe("cardInWords", () => {
  it.each([
    ["visa", "Visa ending 4242"],
    ["amex", "American Express ending 4242"],
    ["eftpos_au", "Card ending 4242"],
  ])("%s", (brand, words) => {
    expect(cardInWords({ brand, last4: "4242" })).toBe(words);
  });
});
