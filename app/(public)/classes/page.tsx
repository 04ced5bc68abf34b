import type { Metadata, Route } from "next";
import Link from "next/link";
import { InstrumentArt } from "@/components/brand/instrument-art";
import { ButtonLink } from "@/components/ui/button-link";
import { Card, Section } from "@/components/ui/card";
import { DataList } from "@/components/ui/data-list";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { StatusBadge } from "@/components/ui/status-badge";
import { loadAcademy } from "@/lib/academy/loaders";
import { visitor, withPrincipal } from "@/lib/db/principal";
import { countOf, formatDate, formatLongDay, formatTimeRange, formatZone, zoneCity } from "@/lib/format";
import { listOpenClasses } from "@/lib/scheduling/class-queries";
import { ageWords, classPriceWords, seatsLeft, weeklyWords } from "@/lib/scheduling/class-rules";
import type { ClassSummary } from "@/lib/scheduling/class-schema";
import styles from "./classes.module.css";

export const metadata: Metadata = {
  title: "Classes and recitals",
  description:
    "Group classes and recitals: when they are, for which ages, how many seats are left and what they cost.",
};

export default async function ClassesPage() {
  const [{ timeZone }, classes] = await Promise.all([loadAcademy(), withPrincipal(visitor, listOpenClasses)]);
  const groups = classes.filter(({ kind }) => kind !== "recital");
  const recitals = classes.filter(({ kind }) => kind === "recital");
  return (
    <>
      <PageHeader
        title="Classes and recitals"
        description={`Play together, and play for others. Times are ${zoneCity(timeZone)} time.`}
      />
      {classes.length === 0 ? (
        <EmptyState
          title="No class takes students at the moment"
          art={<InstrumentArt slug="guitar" size={96} />}
          action={
            <>
              <ButtonLink href="/timeslots">See open times for lessons</ButtonLink>
              <ButtonLink href="/contact" variant="secondary">
                Tell us your wishes
              </ButtonLink>
            </>
          }
        >
          <p>New classes begin with each term. Private lessons can begin at any time.</p>
        </EmptyState>
      ) : (
        <div className={styles.groups}>
          {groups.length > 0 && (
            <Section title="Group classes">
              <ClassCards classes={groups} timeZone={timeZone} />
            </Section>
          )}
          {recitals.length > 0 && (
            <Section title="Recitals">
              <ClassCards classes={recitals} timeZone={timeZone} />
            </Section>
          )}
        </div>
      )}
      <p className={styles.note}>
        A seat counts for every lesson of the class that is still to come. A full class has a waitlist: when a
        seat becomes free, the first family on it is offered the seat by email.{" "}
        <Link href="/policies">Our policies</Link>
      </p>
    </>
  );
}

function ClassCards({ classes, timeZone }: { classes: readonly ClassSummary[]; timeZone: string }) {
  return (
    <ul className={styles.list}>
      {classes.map((of) => {
        const left = seatsLeft(of);
        return (
          <li key={of.id} className={styles.item}>
            <Card title={of.name} level={3}>
              <div className={styles.body}>
                <div className={styles.head}>
                  {left > 0 ? (
                    <StatusBadge tone="good">{countOf(left, "seat")} left</StatusBadge>
                  ) : (
                    <StatusBadge tone="waiting">Full</StatusBadge>
                  )}
                  {left === 0 && of.waiting > 0 && (
                    <StatusBadge tone="neutral">{of.waiting} on the waitlist</StatusBadge>
                  )}
                </div>
                {of.description && <p className={styles.text}>{of.description}</p>}
                <DataList items={factsOf(of, timeZone)} />
                <ButtonLink
                  href={`/family/classes?class=${of.id}#sign-up` as Route}
                  variant={left > 0 ? "primary" : "secondary"}
                  label={`${left > 0 ? "Sign up for" : "Join the waitlist of"} ${of.name}`}
                >
                  {left > 0 ? "Sign up" : "Join the waitlist"}
                </ButtonLink>
              </div>
            </Card>
          </li>
        );
      })}
    </ul>
  );
}

function factsOf(of: ClassSummary, timeZone: string) {
  const weekly = weeklyWords(of);
  const next = of.nextAt;
  return [
    ...(weekly ? [{ label: "When", value: weekly }] : []),
    ...(next && of.nextEndsAt
      ? [
          {
            label: weekly ? "Next lesson" : "When",
            value: weekly
              ? `${formatLongDay(next, timeZone)} (${formatZone(next, timeZone)})`
              : `${formatLongDay(next, timeZone)}, ${formatTimeRange(next, of.nextEndsAt, timeZone)} ${formatZone(next, timeZone)}`,
          },
        ]
      : []),
    ...(weekly && of.lastAt
      ? [
          {
            label: "Until",
            value: `${formatDate(of.lastAt, timeZone)}, ${countOf(of.lessonsAhead, "lesson")} to come`,
          },
        ]
      : []),
    { label: "For", value: ageWords(of) },
    ...(of.instrument
      ? [
          {
            label: "Instrument",
            value: <Link href={`/lessons/${of.instrument.slug}`}>{of.instrument.name}</Link>,
          },
        ]
      : []),
    ...(of.teacher
      ? [{ label: "Teacher", value: <Link href={`/teachers/${of.teacher.slug}`}>{of.teacher.name}</Link> }]
      : []),
    { label: "Seats", value: `${seatsLeft(of)} of ${of.seats} left` },
    { label: "Price", value: classPriceWords(of.kind, of.price) },
  ];
}
