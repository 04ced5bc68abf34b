import type { Metadata, Route } from "next";
import Link from "next/link";
import { InstrumentArt } from "@/components/brand/instrument-art";
import { ButtonLink } from "@/components/ui/button-link";
import { Card, Section } from "@/components/ui/card";
import { DataList } from "@/components/ui/data-list";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { getPriceList, listInstruments } from "@/lib/academy/queries";
import { type GroupClass, lessonMinutes } from "@/lib/academy/schema";
import { clock } from "@/lib/clock";
import { visitor, withPrincipal } from "@/lib/db/principal";
import { countOf, listOf, localDate } from "@/lib/format";
import { formatPrice } from "@/lib/money";
import { listTeachers } from "@/lib/teachers/queries";
import styles from "./lessons.module.css";

export const metadata: Metadata = {
  title: "Lessons",
  description: "Twelve instruments, one to one, in 30, 45 or 60 minutes, and three group classes.",
};

function groupAges({ minimumAge, maximumAge }: GroupClass): string {
  if (minimumAge === null) return "All ages";
  return maximumAge === null ? `${minimumAge} and older` : `${minimumAge} to ${maximumAge}`;
}

export default async function Lessons() {
  const academy = await loadAcademy();
  const { instruments, teachers, prices } = await withPrincipal(visitor, async (db) => ({
    instruments: await listInstruments(db),
    teachers: await listTeachers(db),
    prices: await getPriceList(db, localDate(clock.now(), academy.timeZone)),
  }));
  return (
    <>
      <PageHeader
        title="Lessons"
        description={`One to one, once a week, in ${listOf(lessonMinutes.map(String))} minutes. Up to the age of ${academy.shortLessonMaxAge}, lessons last ${academy.shortLessonMinutes} minutes: long enough to learn, short enough to stay glad.`}
      />
      {instruments.length === 0 ? (
        <EmptyState
          title="The list of instruments is being prepared"
          action={<ButtonLink href="/contact">Ask us</ButtonLink>}
        />
      ) : (
        <ul className={styles.list}>
          {instruments.map((instrument) => {
            const names = teachers
              .filter((teacher) => teacher.instruments.some(({ slug }) => slug === instrument.slug))
              .map((teacher) => teacher.firstName);
            return (
              <li key={instrument.slug}>
                <Link href={`/lessons/${instrument.slug}` as Route} className={styles.card}>
                  <InstrumentArt slug={instrument.slug} size={72} />
                  <div>
                    <h2 className={styles.name}>{instrument.name}</h2>
                    <p className={styles.about}>{instrument.description}</p>
                    <p className={styles.facts}>
                      From age {instrument.minimumAge}
                      {names.length > 0 && ` · with ${listOf(names)}`}
                    </p>
                  </div>
                </Link>
              </li>
            );
          })}
        </ul>
      )}
      {prices.groups.length > 0 && (
        <Section
          title="In a group"
          id="groups"
          description="Weekly classes with others of the same age. Ask us for a place; we tell you when the next one begins."
          actions={
            <ButtonLink href="/contact" variant="secondary" size="small">
              Ask about a class
            </ButtonLink>
          }
        >
          <div className={styles.groups}>
            {prices.groups.map((group) => (
              <Card title={group.name} level={3} key={group.name}>
                <DataList
                  items={[
                    { label: "Ages", value: groupAges(group) },
                    { label: "Length", value: countOf(group.minutes, "minute") },
                    ...(group.seats === null
                      ? []
                      : [{ label: "Size", value: `at most ${countOf(group.seats, "student")}` }]),
                    { label: "Tuition", value: `${formatPrice(group.monthly)} a month` },
                  ]}
                />
              </Card>
            ))}
          </div>
        </Section>
      )}
    </>
  );
}
