import type { Metadata, Route } from "next";
import { OpenTimesGrid } from "@/components/scheduling/open-times-grid";
import { OpenTimesList } from "@/components/scheduling/open-times-list";
import { TeacherCards } from "@/components/teachers/teacher-cards";
import { ButtonLink } from "@/components/ui/button-link";
import { Card, Section } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { loadAcademy } from "@/lib/academy/loaders";
import { familyTuition, formatPercent } from "@/lib/academy/pricing";
import { getPriceList, listInstruments } from "@/lib/academy/queries";
import { clock } from "@/lib/clock";
import { visitor, withPrincipal } from "@/lib/db/principal";
import { countOf, localDate, zoneCity } from "@/lib/format";
import { formatPrice } from "@/lib/money";
import { enrollHref } from "@/lib/scheduling/offered-time";
import { listPublicTimes } from "@/lib/scheduling/public-open-times";
import { addDays, byDayAndHour, firstOfEachDay, mondayOf, startOfDay, thinned } from "@/lib/scheduling/week";
import { listTeachers } from "@/lib/teachers/queries";
import { InstrumentGrid } from "./_components/instrument-grid";
import { PriceCards } from "./_components/price-cards";
import styles from "./home.module.css";

export const metadata: Metadata = { title: { absolute: "Cedar Heights Music Academy" } };

const MINUTES = 30;

async function loadHome() {
  const academy = await loadAcademy();
  const zone = academy.timeZone;
  const now = clock.now();
  const { instruments, prices, teachers } = await withPrincipal(visitor, async (db) => ({
    instruments: await listInstruments(db),
    prices: await getPriceList(db, localDate(now, zone)),
    teachers: await listTeachers(db),
  }));
  const [first, second = first] = instruments;
  // Three weeks reach over any closure; the rest of the horizon is for the page of all open times.
  const soon = { minutes: MINUTES, until: new Date(now.getTime() + 21 * 86_400_000) };
  const upcoming = first ? await listPublicTimes({ ...soon, instrument: first.slug }) : [];
  const others = second ? await listPublicTimes({ ...soon, instrument: second.slug }) : [];
  const monday = mondayOf(localDate(others[0]?.startsAt ?? now, zone));
  const week = others.filter(({ startsAt }) => startsAt < startOfDay(addDays(monday, 7), zone));
  return { academy, instruments, first, second, prices, teachers, upcoming, week, monday };
}

export default async function Home() {
  const { academy, instruments, first, second, prices, teachers, upcoming, week, monday } = await loadHome();
  const zone = academy.timeZone;
  const soonest = firstOfEachDay(upcoming, zone).slice(0, 3);
  const dates = [0, 1, 2, 3, 4, 5].map((day) => addDays(monday, day));
  const sibling = familyTuition([prices.monthly[45], prices.monthly[45]], academy).children[1];
  return (
    <>
      <div className={styles.hero}>
        <div>
          <h1>Music lessons that fit your family’s week.</h1>
          <p className={styles.lead}>
            Private and group lessons in {countOf(instruments.length, "instrument")}. See real open times,
            meet the teacher in a trial lesson, and change plans without a phone call.
          </p>
          <div className={styles.actions}>
            <ButtonLink href="/timeslots">Find a time</ButtonLink>
            <ButtonLink href={"/enroll" as Route} variant="secondary">
              Trial lesson, {formatPrice(prices.trial)}
            </ButtonLink>
          </div>
        </div>
        {first && (
          <Card title={`Soonest ${first.name.toLowerCase()} times`} raised>
            {soonest.length > 0 ? (
              <OpenTimesList times={soonest} zone={zone} hrefOf={enrollHref} />
            ) : (
              <EmptyState
                title="No open times just now"
                action={
                  <ButtonLink href="/contact" variant="secondary" size="small">
                    Ask us
                  </ButtonLink>
                }
              >
                New times appear as soon as a teacher opens them.
              </EmptyState>
            )}
          </Card>
        )}
      </div>

      {second && week.length > 0 && (
        <Section
          title="Open times"
          ruled
          description={`${second.name} · ${MINUTES} minutes · any teacher. Times are shown in ${zoneCity(zone)} time.`}
        >
          <OpenTimesGrid
            days={byDayAndHour(thinned(week, zone, 4), dates, zone)}
            zone={zone}
            hrefOf={enrollHref}
            short
          />
          <div className={styles.more}>
            <ButtonLink href={`/timeslots?instrument=${second.slug}` as Route} variant="secondary">
              See every open time
            </ButtonLink>
          </div>
        </Section>
      )}

      <Section title="From here to the first lesson" ruled>
        <ol className={styles.steps}>
          <li>
            <h3>Choose a time</h3>
            <p>
              Tell us the instrument and the age. We suggest teachers and times, each with the reason, or you
              pick one yourself.
            </p>
          </li>
          <li>
            <h3>It is held for you</h3>
            <p>
              For {countOf(academy.holdMinutes, "minute")} nobody else can take it, while you check every
              amount and the policies in plain words.
            </p>
          </li>
          <li>
            <h3>Try it for {formatPrice(prices.trial)}</h3>
            <p>
              A {academy.trialMinutes}-minute trial lesson with the teacher. Enroll within{" "}
              {countOf(academy.trialCreditDays, "day")} and we credit it.
            </p>
          </li>
          <li>
            <h3>Your own page</h3>
            <p>Lessons and receipts in one place, and every lesson as an entry for your calendar.</p>
          </li>
        </ol>
      </Section>

      <Section
        title="What would you like to play?"
        ruled
        description="Every instrument is taught one to one, from the age at which it is a joy."
      >
        <InstrumentGrid instruments={instruments} />
      </Section>

      <Section
        title="One price, every month"
        ruled
        description={
          sibling
            ? `A second child's 45-minute lessons cost ${formatPrice(sibling.due)}: ${formatPercent(academy.siblingDiscountBp)} sibling discount, shown before you pay.`
            : undefined
        }
        actions={
          <ButtonLink href="/pricing" variant="secondary" size="small">
            All prices
          </ButtonLink>
        }
      >
        <PriceCards academy={academy} prices={prices} cadence="monthly" />
      </Section>

      {teachers.length > 0 && (
        <Section
          title="People who teach here"
          ruled
          actions={
            <ButtonLink href="/teachers" variant="secondary" size="small">
              All {countOf(teachers.length, "teacher")}
            </ButtonLink>
          }
        >
          <TeacherCards teachers={teachers.filter((teacher) => teacher.isAccepting).slice(0, 6)} />
        </Section>
      )}
    </>
  );
}
