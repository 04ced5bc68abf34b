import type { Metadata, Route } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { cache } from "react";
import { OpenTimesList } from "@/components/scheduling/open-times-list";
import { TeacherAvatar } from "@/components/teachers/teacher-avatar";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { DataList } from "@/components/ui/data-list";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { clock } from "@/lib/clock";
import { visitor, withPrincipal } from "@/lib/db/principal";
import { countOf, listOf, localDate, zoneCity } from "@/lib/format";
import { enrollHref } from "@/lib/scheduling/offered-time";
import { listPublicTimes } from "@/lib/scheduling/public-open-times";
import { firstOfEachDay } from "@/lib/scheduling/week";
import { getTeacher, listTeachingHours } from "@/lib/teachers/queries";
import { agesTaught, daysInWords } from "@/lib/teachers/rules";
import styles from "../teachers.module.css";

type TeacherPageProps = { params: Promise<{ slug: string }> };

const loadTeacher = cache(
  async (slug: string) => (await withPrincipal(visitor, (db) => getTeacher(db, slug))) ?? notFound(),
);

export async function generateMetadata({ params }: TeacherPageProps): Promise<Metadata> {
  const teacher = await loadTeacher((await params).slug);
  return { title: teacher.name, description: teacher.headline };
}

export default async function TeacherPage({ params }: TeacherPageProps) {
  const { slug } = await params;
  const [academy, teacher] = await Promise.all([loadAcademy(), loadTeacher(slug)]);
  const zone = academy.timeZone;
  const now = clock.now();
  const hours = await withPrincipal(visitor, (db) => listTeachingHours(db, teacher.id, localDate(now, zone)));
  const offers = [];
  for (const instrument of teacher.instruments) {
    const wanted = { instrument: instrument.slug, minutes: academy.shortLessonMinutes, teacher: slug };
    const times = await listPublicTimes(wanted);
    offers.push({ instrument, times: firstOfEachDay(times, zone).slice(0, 3) });
  }
  const open = offers.filter(({ times }) => times.length > 0);
  const years = now.getUTCFullYear() - teacher.teachingSince;
  return (
    <>
      <PageHeader
        eyebrow={<Link href="/teachers">All teachers</Link>}
        title={
          <span className={styles.head}>
            <TeacherAvatar name={teacher.name} size={72} />
            {teacher.name}
          </span>
        }
        description={teacher.headline}
      />
      <div className={styles.columns}>
        <div>
          <p className={styles.bio}>{teacher.bio}</p>
          <Card title={`About ${teacher.firstName}’s lessons`}>
            <DataList
              items={[
                ...teacher.instruments.map((instrument) => ({
                  label: instrument.name,
                  value: agesTaught(instrument),
                })),
                ...(teacher.styles.length > 0 ? [{ label: "Styles", value: listOf(teacher.styles) }] : []),
                ...(teacher.strengths.length > 0
                  ? [{ label: "Known for", value: listOf(teacher.strengths) }]
                  : []),
                { label: "Languages", value: listOf(teacher.languages) },
                {
                  label: "Teaching",
                  value:
                    years > 0
                      ? `for ${countOf(years, "year")}, since ${teacher.teachingSince}`
                      : `since ${teacher.teachingSince}`,
                },
                ...(hours.length > 0 ? [{ label: "Here on", value: daysInWords(hours) }] : []),
              ]}
            />
          </Card>
        </div>
        <div className={styles.stack}>
          {open.map(({ instrument, times }) => (
            <Card
              key={instrument.slug}
              title={`Next ${instrument.name.toLowerCase()} times`}
              description={`In ${zoneCity(zone)} time`}
            >
              <OpenTimesList times={times} zone={zone} hrefOf={enrollHref} withTeacher={false} />
              <p className={styles.more}>
                <Link href={`/timeslots?instrument=${instrument.slug}&teacher=${slug}` as Route}>
                  All of {teacher.firstName}’s open {instrument.name.toLowerCase()} times
                </Link>
              </p>
            </Card>
          ))}
          {open.length === 0 && (
            <EmptyState
              title={`${teacher.firstName} is fully booked at present`}
              action={
                <ButtonLink
                  href={`/timeslots?instrument=${teacher.instruments[0]?.slug ?? ""}` as Route}
                  variant="secondary"
                >
                  See other teachers’ times
                </ButtonLink>
              }
            >
              New times appear as soon as one becomes free.
            </EmptyState>
          )}
        </div>
      </div>
    </>
  );
}
