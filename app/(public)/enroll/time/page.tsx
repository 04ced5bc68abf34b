import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { ButtonLink } from "@/components/ui/button-link";
import { Section } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Notice } from "@/components/ui/notice";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { currentPrincipal } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { service, withPrincipal } from "@/lib/db/principal";
import { readDraftId } from "@/lib/enrollment/draft-cookie";
import { getDraft } from "@/lib/enrollment/drafts";
import { formerTimeWords, getFormerTime, offerFormerTime } from "@/lib/enrollment/former-time";
import { listCandidates, listInstrumentChoices, listSiblingLessons } from "@/lib/enrollment/queries";
import { ageOn, rankSuggestions } from "@/lib/enrollment/rules";
import { wantedMinutes } from "@/lib/enrollment/schema";
import { formatDayTime, formatLongDay, formatTime, localDate, zoneCity } from "@/lib/format";
import { listOpenTimes, listOpenWeeklyTimes } from "@/lib/scheduling/queries";
import styles from "../_components/enroll.module.css";
import { Progress } from "../_components/progress";
import { JoinWaitlist } from "./join-waitlist";
import { type DayOfTimes, TimeChoice } from "./time-choice";

export const metadata: Metadata = { title: "Teacher and time" };

const SUGGESTIONS = 4;

export default async function TimePage({ searchParams }: { searchParams: Promise<{ teacher?: string }> }) {
  const draft = await getDraft(await readDraftId());
  const student = draft?.data.student;
  if (!student) redirect("/enroll");
  const [academy, person, { teacher: asked }] = await Promise.all([
    loadAcademy(),
    currentPrincipal(),
    searchParams,
  ]);
  const { timeZone } = academy;
  const minutes = wantedMinutes(student, academy.trialMinutes);
  const age = ageOn(student.birthDate, localDate(clock.now(), timeZone));
  const { open, candidates, siblings, former } = await withPrincipal(service("enrollment"), async (db) => {
    const instrument = (await listInstrumentChoices(db)).find((choice) => choice.slug === student.instrument);
    if (!instrument) return { open: [], candidates: [], siblings: [], former: null };
    const list = student.start === "plan" ? listOpenWeeklyTimes : listOpenTimes;
    return {
      open: await list(db, {
        instrumentId: instrument.id,
        minutes,
        age,
        ignoredBookingIds: draft.hold ? [draft.hold.bookingId] : [],
      }),
      candidates: await listCandidates(db, instrument.id, age),
      siblings: person?.role === "parent" ? await listSiblingLessons(db, person.userId) : [],
      former:
        person?.role === "parent"
          ? await getFormerTime(db, { ...student, profileId: person.userId, instrumentId: instrument.id })
          : null,
    };
  });
  const names = new Map(candidates.map((candidate) => [candidate.teacherId, candidate.name]));
  // Who comes back is offered the former time first, or what is nearest to it.
  const back = former && offerFormerTime(open, former, timeZone);
  const firstOffers = (back?.offers ?? []).map((offer) => ({
    ...offer,
    teacherName: names.get(offer.teacherId) ?? "",
    reasons: [offer.reason],
  }));
  const ranked = rankSuggestions({
    openTimes: open,
    candidates,
    wishes: student,
    siblings,
    timeZone,
    count: SUGGESTIONS,
  });
  const suggestions = [
    ...firstOffers,
    ...ranked.filter(
      (time) =>
        !firstOffers.some(
          (offer) =>
            offer.teacherId === time.teacherId && offer.startsAt.getTime() === time.startsAt.getTime(),
        ),
    ),
  ].slice(0, Math.max(SUGGESTIONS, firstOffers.length));
  const days = new Map<string, DayOfTimes["times"]>();
  for (const time of open) {
    if (asked && asked !== time.teacherId) continue;
    const day = localDate(time.startsAt, timeZone);
    const times = days.get(day) ?? [];
    times.push({
      teacherId: time.teacherId,
      teacherName: names.get(time.teacherId) ?? "",
      startsAt: time.startsAt.toISOString(),
      label: formatTime(time.startsAt, timeZone),
    });
    days.set(day, times);
  }
  return (
    <div className={`${styles.page} ${styles.wide}`}>
      <Progress current="Teacher and time" />
      <PageHeader
        title={`A teacher and a time for ${student.firstName}`}
        description={`${minutes} minutes. Times are in ${zoneCity(timeZone)} time; the one you choose is held for you for ${academy.holdMinutes} minutes.`}
      />
      {former && back && !back.isFree && open.length > 0 && (
        <Notice title={`${formerTimeWords(former)}: not free at the moment`}>
          The first suggestions are the nearest to it.
        </Notice>
      )}
      {open.length === 0 ? (
        <EmptyState
          title="No open time fits at the moment"
          action={
            <>
              <ButtonLink href="/enroll">Change the details</ButtonLink>
              <JoinWaitlist isSignedIn={person?.role === "parent"} />
            </>
          }
        >
          Another length or instrument may have open times. On the waitlist you are offered a time as soon as
          one becomes free, and it is held for you.
        </EmptyState>
      ) : (
        <TimeChoice
          suggestions={suggestions.map((suggestion) => ({
            teacherId: suggestion.teacherId,
            teacherName: suggestion.teacherName,
            startsAt: suggestion.startsAt.toISOString(),
            label: formatDayTime(suggestion.startsAt, timeZone),
            reasons: suggestion.reasons,
          }))}
          teachers={candidates.map(({ teacherId, name }) => ({ value: teacherId, label: name }))}
          chosenTeacher={asked ?? ""}
          days={[...days].slice(0, 21).map(([date, times]) => ({
            date,
            label: formatLongDay(new Date(times[0]?.startsAt ?? 0), timeZone),
            times,
          }))}
        />
      )}
      {open.length > 0 && (
        <Section
          title="Does no time fit?"
          description="On the waitlist you are offered a time that suits as soon as one becomes free, and it is held for you."
        >
          <JoinWaitlist isSignedIn={person?.role === "parent"} />
        </Section>
      )}
    </div>
  );
}
