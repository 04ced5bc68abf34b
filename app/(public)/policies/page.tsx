import type { Metadata } from "next";
import { Card } from "@/components/ui/card";
import { DataList } from "@/components/ui/data-list";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { policySections } from "@/lib/academy/policies";
import { listClosures, listTerms } from "@/lib/academy/queries";
import { clock } from "@/lib/clock";
import { visitor, withPrincipal } from "@/lib/db/principal";
import { formatDateSpan, localDate } from "@/lib/format";
import { addDays } from "@/lib/scheduling/week";
import styles from "./policies.module.css";

export const metadata: Metadata = {
  title: "Policies",
  description: "Booking, cancelling, making up, billing and closures, in plain words.",
};

export default async function Policies() {
  const academy = await loadAcademy();
  const today = localDate(clock.now(), academy.timeZone);
  const aYearAhead = addDays(today, 365);
  const { terms, closures } = await withPrincipal(visitor, async (db) => ({
    terms: await listTerms(db, today),
    closures: await listClosures(db, today),
  }));
  const sections = policySections(academy);
  return (
    <>
      <PageHeader
        title="Policies"
        description="In plain words, and with the numbers that our software goes by: what you read here is what happens."
      />
      <div className={styles.columns}>
        <nav className={styles.contents} aria-label="On this page">
          <ul>
            {sections.map((section) => (
              <li key={section.id}>
                <a href={`#${section.id}`}>{section.title}</a>
              </li>
            ))}
          </ul>
        </nav>
        <div>
          {sections.map((section) => (
            <section className={styles.section} id={section.id} key={section.id} aria-label={section.title}>
              <h2>{section.title}</h2>
              <ul>
                {section.sentences.map((sentence) => (
                  <li key={sentence}>{sentence}</li>
                ))}
              </ul>
              {section.id === "closures" && terms.length + closures.length > 0 && (
                <div className={styles.calendar}>
                  <Card title="Terms and closures ahead" level={3}>
                    <DataList
                      items={[...terms, ...closures]
                        .filter((span) => span.startsOn <= aYearAhead)
                        .sort((a, b) => a.startsOn.localeCompare(b.startsOn))
                        .map((span) => ({
                          id: span.startsOn,
                          label: span.name,
                          value: formatDateSpan(span.startsOn, span.endsOn),
                        }))}
                    />
                  </Card>
                </div>
              )}
            </section>
          ))}
        </div>
      </div>
    </>
  );
}
