import type Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { spreadDiscount } from "./coupons";

const coupon = (change: Partial<Stripe.Coupon>): Stripe.Coupon => ({
  id: "SIBLING",
  object: "coupon",
  amount_off: null,
  created: 0,
  currency: "usd",
  duration: "forever",
  duration_in_months: null,
  livemode: false,
  max_redemptions: null,
  metadata: {},
  name: null,
  percent_off: null,
  redeem_by: null,
  times_redeemed: 0,
  valid: true,
  ...change,
});
const lines = (...amounts: number[]) =>
  amounts.map((amount, index) => ({ amount, product: `prod_${index}` }));

describe("spreading a discount", () => {
  it.each([
    ["8 % of one tuition", coupon({ percent_off: 8 }), lines(16_000), [1_280]],
    ["8 % over lines sums to 8 % of the sum", coupon({ percent_off: 8 }), lines(333, 333, 334), [27, 26, 27]],
    ["a fixed sum goes by weight", coupon({ amount_off: 1_000 }), lines(3_000, 1_000), [750, 250]],
    ["never more than there is", coupon({ amount_off: 9_999 }), lines(500), [500]],
    [
      "only its products",
      coupon({ percent_off: 50, applies_to: { products: ["prod_1"] } }),
      lines(100, 200),
      [0, 100],
    ],
    ["credits are left alone", coupon({ percent_off: 50 }), lines(100, -40), [50, 0]],
    ["nothing of nothing", coupon({ percent_off: 50 }), lines(0), [0]],
  ])("%s", (_, given, of, expected) => {
    expect(spreadDiscount(given, of)).toEqual(expected);
  });
});
