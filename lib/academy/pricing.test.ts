import { describe, expect, it } from "vitest";
import { usd } from "@/lib/money";
import { familyTuition, formatPercent, planPrice, tenPackPrice } from "./pricing";

const rules = {
  semesterMonths: 6,
  semesterDiscountBp: 300,
  yearDiscountBp: 800,
  siblingDiscountBp: 800,
  tenPackDiscountBp: 500,
};

describe("planPrice", () => {
  it.each([
    { monthly: 16_000, cadence: "monthly", due: 16_000, saving: 0, aMonth: 16_000 },
    { monthly: 16_000, cadence: "semester", due: 93_120, saving: 2_880, aMonth: 15_520 },
    { monthly: 16_000, cadence: "yearly", due: 176_640, saving: 15_360, aMonth: 14_720 },
    { monthly: 22_500, cadence: "semester", due: 130_950, saving: 4_050, aMonth: 21_825 },
    { monthly: 29_000, cadence: "yearly", due: 320_160, saving: 27_840, aMonth: 26_680 },
    // 6 x 41 cents less 3 % is 238.62 cents: rounded once, at the end.
    { monthly: 41, cadence: "semester", due: 239, saving: 7, aMonth: 40 },
  ] as const)("$monthly cents $cadence is $due cents", ({ monthly, cadence, due, saving, aMonth }) => {
    const price = planPrice(usd(monthly), cadence, rules);
    expect(price).toMatchObject({ due: usd(due), saving: usd(saving), aMonth: usd(aMonth) });
  });
});

describe("familyTuition", () => {
  it("takes 8 % off every tuition but the dearest", () => {
    const family = familyTuition([usd(16_000), usd(22_500), usd(16_000)], rules);
    expect(family.children.map((child) => child.due.cents)).toEqual([22_500, 14_720, 14_720]);
    expect(family.total).toEqual(usd(51_940));
    expect(family.saving).toEqual(usd(2_560));
  });

  it("leaves an only child's tuition alone", () => {
    expect(familyTuition([usd(22_500)], rules)).toMatchObject({ total: usd(22_500), saving: usd(0) });
  });

  it("reads $207 for a second child of the same length, as the price list says", () => {
    expect(familyTuition([usd(22_500), usd(22_500)], rules).children[1]?.due).toEqual(usd(20_700));
  });
});

describe("tenPackPrice", () => {
  it.each([
    { single: 4_500, pack: 42_750 },
    { single: 6_500, pack: 61_750 },
    { single: 8_500, pack: 80_750 },
  ])("ten of $single cents cost $pack", ({ single, pack }) => {
    expect(tenPackPrice(usd(single), rules)).toEqual(usd(pack));
  });
});

describe("formatPercent", () => {
  it.each([
    [800, "8%"],
    [250, "2.5%"],
    [0, "0%"],
  ])("%d basis points read %s", (basisPoints, words) => {
    expect(formatPercent(basisPoints)).toBe(words);
  });
});
