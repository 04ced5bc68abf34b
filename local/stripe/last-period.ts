import type { BillLine } from "./bill-lines";
import { prorate } from "./billing-periods";
import type { Subscription } from "./wire";

/**
 * A period that a subscription is cancelled in is charged for the part before the cancellation, as Stripe does for
 * `cancel_at` in a future period whatever `proration_behavior` says.
 */
export function untilCancellation(
  line: BillLine,
  { cancel_at: end }: Pick<Subscription, "cancel_at">,
): BillLine {
  const { period } = line;
  if (end === null || end <= period.start || end >= period.end) return line;
  return {
    ...line,
    amount: prorate(line.amount, end - period.start, period.end - period.start),
    period: { start: period.start, end },
    proration: true,
  };
}
