import { fractionOf, type Money, subtractMoney, sumMoney, usd } from "@/lib/money";
import type { Academy, Cadence } from "./schema";

const WHOLE_BP = 10_000;
const MONTHS_A_YEAR = 12;

type PlanPrice = {
  /** Charged at the beginning of each period. */
  readonly due: Money;
  /** Months that one payment covers. */
  readonly months: number;
  /** What the same months cost when paid month by month, less `due`. */
  readonly saving: Money;
  /** `due` spread over its months, rounded half up: for comparing, never for charging. */
  readonly aMonth: Money;
};

/**
 * Tuition by month, by semester or by year. The whole period is added up first and discounted once, half up, as
 * the database does it (`private.enrollment_lines`).
 */
export function planPrice(
  monthly: Money,
  cadence: Cadence,
  rules: Pick<Academy, "semesterMonths" | "semesterDiscountBp" | "yearDiscountBp">,
): PlanPrice {
  const { months, discountBp } = {
    monthly: { months: 1, discountBp: 0 },
    semester: { months: rules.semesterMonths, discountBp: rules.semesterDiscountBp },
    yearly: { months: MONTHS_A_YEAR, discountBp: rules.yearDiscountBp },
  }[cadence];
  const full = usd(monthly.cents * months);
  const due = fractionOf(full, WHOLE_BP - discountBp, WHOLE_BP);
  return { due, months, saving: subtractMoney(full, due), aMonth: fractionOf(due, 1, months) };
}

type FamilyTuition = {
  /** The dearest first, at its full price; each other one less the sibling discount. */
  readonly children: readonly { readonly full: Money; readonly due: Money }[];
  readonly saving: Money;
  readonly total: Money;
};

/** Several children of one family: the sibling discount is taken off every tuition but the dearest. */
export function familyTuition(
  tuitions: readonly Money[],
  rules: Pick<Academy, "siblingDiscountBp">,
): FamilyTuition {
  const children = [...tuitions]
    .sort((a, b) => b.cents - a.cents)
    .map((full, place) => ({
      full,
      due: place === 0 ? full : subtractMoney(full, fractionOf(full, rules.siblingDiscountBp, WHOLE_BP)),
    }));
  const total = sumMoney(children.map((child) => child.due));
  return { children, total, saving: subtractMoney(sumMoney(tuitions), total) };
}

/** Ten single lessons, less the pack's discount. */
export function tenPackPrice(single: Money, rules: Pick<Academy, "tenPackDiscountBp">): Money {
  return fractionOf(usd(single.cents * 10), WHOLE_BP - rules.tenPackDiscountBp, WHOLE_BP);
}

/** `8%`, `2.5%` from 800 and 250 basis points. */
export function formatPercent(basisPoints: number): string {
  return `${(basisPoints / 100).toLocaleString("en-US", { maximumFractionDigits: 2 })}%`;
}
