import type { Route } from "next";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { planPrice } from "@/lib/academy/pricing";
import { type Academy, type Cadence, lessonMinutes, type PriceList } from "@/lib/academy/schema";
import { formatPrice } from "@/lib/money";
import styles from "./price-cards.module.css";

type PriceCardsProps = { academy: Academy; prices: PriceList; cadence: Cadence };

/** Weekly lessons of each length: what is charged, how often, and what that comes to in a month. */
export function PriceCards({ academy, prices, cadence }: PriceCardsProps) {
  return (
    <div className={styles.grid}>
      {lessonMinutes.map((minutes) => {
        const price = planPrice(prices.monthly[minutes], cadence, academy);
        const per = {
          monthly: "a month",
          semester: `for ${price.months} months`,
          yearly: "a year",
        }[cadence];
        return (
          <Card title={`${minutes}-minute lessons`} level={3} key={minutes}>
            <p className={styles.amount}>
              <strong>{formatPrice(price.due)}</strong>
              <span className={styles.per}>{per}</span>
            </p>
            <p className={styles.detail}>
              {cadence === "monthly"
                ? "One lesson a week; the same amount every month."
                : `${formatPrice(price.aMonth)} a month on average. You save ${formatPrice(price.saving)} against paying monthly.`}
            </p>
            <div className={styles.action}>
              <ButtonLink
                href={`/timeslots?minutes=${minutes}` as Route}
                variant="secondary"
                size="small"
                label={`Find a ${minutes}-minute time`}
              >
                Find a time
              </ButtonLink>
            </div>
          </Card>
        );
      })}
    </div>
  );
}
