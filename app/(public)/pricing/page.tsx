import type { Metadata, Route } from "next";
import Link from "next/link";
import { Card, Section } from "@/components/ui/card";
import { DataList } from "@/components/ui/data-list";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { familyTuition, formatPercent, planPrice, tenPackPrice } from "@/lib/academy/pricing";
import { getPriceList } from "@/lib/academy/queries";
import { type Cadence, cadences, lessonMinutes } from "@/lib/academy/schema";
import { clock } from "@/lib/clock";
import { visitor, withPrincipal } from "@/lib/db/principal";
import { countOf, localDate } from "@/lib/format";
import { formatPrice } from "@/lib/money";
import { PriceCards } from "../_components/price-cards";
import styles from "./pricing.module.css";

export const metadata: Metadata = {
  title: "Pricing",
  description:
    "Tuition by month, semester or year, the sibling discount worked out, and everything else that costs.",
};

type PricingProps = { searchParams: Promise<{ pay?: string | string[] }> };

const names: Record<Cadence, string> = { monthly: "Monthly", semester: "Semester", yearly: "Yearly" };

export default async function Pricing({ searchParams }: PricingProps) {
  const { pay } = await searchParams;
  const cadence = cadences.find((known) => known === pay) ?? "monthly";
  const academy = await loadAcademy();
  const prices = await withPrincipal(visitor, (db) =>
    getPriceList(db, localDate(clock.now(), academy.timeZone)),
  );
  const less: Record<Cadence, string | null> = {
    monthly: null,
    semester: `${formatPercent(academy.semesterDiscountBp)} less`,
    yearly: `${formatPercent(academy.yearDiscountBp)} less`,
  };
  const due = (minutes: (typeof lessonMinutes)[number]) =>
    planPrice(prices.monthly[minutes], cadence, academy).due;
  const family = familyTuition([due(45), due(30), due(30)], academy);
  const period = { monthly: "a month", semester: "a semester", yearly: "a year" }[cadence];
  return (
    <>
      <PageHeader
        title="Pricing"
        description={`Tuition is the same every month, whatever the calendar does, and pays for at least ${countOf(academy.guaranteedLessons, "lesson")} a school year.`}
      />
      <nav aria-label="How often to pay">
        <ul className={styles.switch}>
          {cadences.map((choice) => (
            <li key={choice}>
              <Link
                href={(choice === "monthly" ? "/pricing" : `/pricing?pay=${choice}`) as Route}
                className={styles.choice}
                aria-current={choice === cadence ? "true" : undefined}
                scroll={false}
              >
                {names[choice]}
                {less[choice] && <span className={styles.less}>{less[choice]}</span>}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <h2 className="visually-hidden">Weekly private lessons</h2>
      <PriceCards academy={academy} prices={prices} cadence={cadence} />

      <Section
        title="Brothers and sisters"
        description={`Each further child pays ${formatPercent(academy.siblingDiscountBp)} less tuition, taken off the less expensive lessons. Worked out for a family of three:`}
      >
        <div className={styles.columns}>
          <Card>
            <DataList
              kind="amounts"
              items={[
                ...family.children.map((child, place) => ({
                  label: `${["First", "Second", "Third"][place]} child, ${place === 0 ? 45 : 30} minutes`,
                  value: formatPrice(child.due),
                  ...(place > 0
                    ? { note: `${formatPrice(child.full)} less ${formatPercent(academy.siblingDiscountBp)}` }
                    : {}),
                })),
                { label: `Together, ${period}`, value: formatPrice(family.total), total: true },
              ]}
            />
            <p className={styles.note}>
              The family saves {formatPrice(family.saving)} {period}. The discount is on your first bill
              without your asking.
            </p>
          </Card>
          <Card title="Starting" level={3}>
            <DataList
              kind="amounts"
              items={[
                {
                  label: "Trial lesson",
                  value: formatPrice(prices.trial),
                  note: `${academy.trialMinutes} minutes; credited if you enroll within ${countOf(academy.trialCreditDays, "day")}`,
                },
                { label: "Registration, a year", value: formatPrice(prices.registration) },
                {
                  label: "Registration of a sibling, a year",
                  value: formatPrice(prices.siblingRegistration),
                },
                { label: "Recital", value: formatPrice(prices.recital), note: "only if you take part" },
              ]}
            />
          </Card>
        </div>
      </Section>

      <Section
        title="Without a plan"
        description={`Single lessons, or ten of them for ${formatPercent(academy.tenPackDiscountBp)} less, valid for ${countOf(academy.tenPackValidMonths, "month")}.`}
      >
        <Card flush>
          <div className={styles.scroll}>
            <table className={styles.table}>
              <thead>
                <tr>
                  <th scope="col">Length</th>
                  <th scope="col">Single lesson</th>
                  <th scope="col">Ten-pack</th>
                </tr>
              </thead>
              <tbody>
                {lessonMinutes.map((minutes) => (
                  <tr key={minutes}>
                    <th scope="row">{minutes} minutes</th>
                    <td>{formatPrice(prices.single[minutes])}</td>
                    <td>{formatPrice(tenPackPrice(prices.single[minutes], academy))}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Card>
      </Section>

      {prices.groups.length > 0 && (
        <Section title="In a group" description="Weekly classes, paid by the month.">
          <Card>
            <DataList
              kind="amounts"
              items={prices.groups.map((group) => ({
                label: group.name,
                value: `${formatPrice(group.monthly)} a month`,
                note: `${group.minutes} minutes${group.seats === null ? "" : `, at most ${countOf(group.seats, "student")}`}`,
              }))}
            />
          </Card>
        </Section>
      )}
      <p className={styles.note}>
        All prices are in US dollars. What you pay is listed line by line before you confirm it; see also our{" "}
        <Link href={"/policies#billing" as Route}>billing policy</Link>.
      </p>
    </>
  );
}
