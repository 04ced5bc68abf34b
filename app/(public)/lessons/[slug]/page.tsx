import type { Metadata, Route } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { cache } from "react";
import { InstrumentArt } from "@/components/brand/instrument-art";
import { OpenTimesList } from "@/components/scheduling/open-times-list";
import { TeacherCards } from "@/components/teachers/teacher-cards";
import { ButtonLink } from "@/components/ui/button-link";
import { Card, Section } from "@/components/ui/card";
import { DataList } from "@/components/ui/data-list";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { getPriceList, listInstruments } from "@/lib/academy/queries";
import { lessonMinutes } from "@/lib/academy/schema";
import { clock } from "@/lib/clock";
import { visitor, withPrincipal } from "@/lib/db/principal";
import { localDate, zoneCity } from "@/lib/format";
import { formatPrice } from "@/lib/money";
import { enrollHref } from "@/lib/scheduling/offered-time";
import { listPublicTimes } from "@/lib/scheduling/public-open-times";
import { firstOfEachDay } from "@/lib/scheduling/week";
import { listTeachers } from "@/lib/teachers/queries";
import styles from "../lessons.module.css";

type LessonPageProps = { params: Promise<{ slug: string }> };

const loadInstrument = cache(async (slug: string) => {
  const instruments = await withPrincipal(visitor, listInstruments);
  return instruments.find((instrument) => instrument.slug === slug) ?? notFound();
});

export async function generateMetadata({ params }: LessonPageProps): Promise<Metadata> {
  const instrument = await loadInstrument((await params).slug);
  return { title: `${instrument.name} lessons`, description: instrument.description };
}

export default async function InstrumentLessons({ params }: LessonPageProps) {
  const { slug } = await params;
  const [academy, instrument] = await Promise.all([loadAcademy(), loadInstrument(slug)]);
  const zone = academy.timeZone;
  const { teachers, prices } = await withPrincipal(visitor, async (db) => ({
    teachers: await listTeachers(db),
    prices: await getPriceList(db, localDate(clock.now(), zone)),
  }));
  const times = await listPublicTimes({ instrument: slug, minutes: academy.shortLessonMinutes });
  const soonest = firstOfEachDay(times, zone).slice(0, 4);
  const ours = teachers.filter((teacher) => teacher.instruments.some((taught) => taught.slug === slug));
  return (
    <>
      <PageHeader
        eyebrow={<Link href="/lessons">All lessons</Link>}
        title={
          <span className={styles.head}>
            <InstrumentArt slug={slug} size={76} />
            {instrument.name} lessons
          </span>
        }
        description={instrument.description}
        actions={<ButtonLink href={`/enroll?instrument=${slug}` as Route}>Enroll</ButtonLink>}
      />
      <div className={styles.columns}>
        <Card title="Soonest times" description={`In ${zoneCity(zone)} time`}>
          {soonest.length > 0 ? (
            <>
              <OpenTimesList times={soonest} zone={zone} hrefOf={enrollHref} />
              <p className={styles.more}>
                <Link href={`/timeslots?instrument=${slug}` as Route}>
                  All open {instrument.name.toLowerCase()} times
                </Link>
              </p>
            </>
          ) : (
            <EmptyState
              title={`No open ${instrument.name.toLowerCase()} times just now`}
              action={
                <ButtonLink href="/contact" variant="secondary" size="small">
                  Ask us
                </ButtonLink>
              }
            >
              New times appear as soon as a teacher opens them. Tell us your wishes and we look for one.
            </EmptyState>
          )}
        </Card>
        <div className={styles.stack}>
          <Card title="Tuition">
            <DataList
              kind="amounts"
              items={[
                ...lessonMinutes.map((minutes) => ({
                  label: `${minutes} minutes a week`,
                  value: `${formatPrice(prices.monthly[minutes])} a month`,
                })),
                {
                  label: "Trial lesson",
                  value: formatPrice(prices.trial),
                  note: `${academy.trialMinutes} minutes, once`,
                },
              ]}
            />
            <p className={styles.more}>
              <Link href="/pricing">By semester or year it is less</Link>
            </p>
          </Card>
          <Card title="Good to know">
            <DataList
              items={[
                { label: "From age", value: instrument.minimumAge },
                ...(instrument.minimumAge <= academy.shortLessonMaxAge
                  ? [
                      {
                        label: `Age ${instrument.minimumAge} to ${academy.shortLessonMaxAge}`,
                        value: `${academy.shortLessonMinutes} minutes only`,
                      },
                    ]
                  : []),
                { label: "Where", value: academy.address },
              ]}
            />
          </Card>
        </div>
      </div>
      <Section title={`Who teaches ${instrument.name.toLowerCase()}`}>
        {ours.length > 0 ? (
          <TeacherCards teachers={ours} />
        ) : (
          <EmptyState
            title="We are looking for a teacher"
            action={
              <ButtonLink href="/lessons" variant="secondary">
                See the other instruments
              </ButtonLink>
            }
          />
        )}
      </Section>
    </>
  );
}
