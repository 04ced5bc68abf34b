import { expect, it } from "vitest";
import type { BillLine } from "./bill-lines";
import { untilCancellation } from "./last-period";

const DAY = 86_400;
const line: BillLine = {
  amount: 16_000,
  description: "Tuition",
  metadata: {},
  period: { start: 0, end: 30 * DAY },
  price: null,
  product: null,
  proration: false,
  quantity: 1,
  source: { type: "subscription_item", id: "si_1" },
};

it.each([
  ["no cancellation", null, 16_000, 30 * DAY],
  ["one before the period", 0, 16_000, 30 * DAY],
  ["one on its last instant", 30 * DAY, 16_000, 30 * DAY],
  ["one after it", 31 * DAY, 16_000, 30 * DAY],
  ["one in its middle", 15 * DAY, 8_000, 15 * DAY],
  ["one after a third of a day, rounded half up", 8 * 3600, 178, 8 * 3600],
])("a period is charged until its cancellation: %s", (_, cancelAt, amount, end) => {
  expect(untilCancellation(line, { cancel_at: cancelAt })).toMatchObject({
    amount,
    period: { start: 0, end },
  });
});
