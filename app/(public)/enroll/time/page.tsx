import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { ButtonLink } from "@/components/ui/button-link";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { currentPrincipal } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { service, withPrincipal } from "@/lib/db/principal";
import { readDraftId } from "@/lib/enrollment/draft-cookie";
import { getDraft } from "@/lib/enrollment/drafts";
import { listCandidates, listInstrumentChoices, listSiblingLessons } from "@/lib/enrollment/queries";
import { ageOn, rankSuggestions } from "@/lib/enrollment/rules";
import { wantedMinutes } from "@/lib/enrollment/schema";
import { formatDayTime, formatLongDay, formatTime, localDate, zoneCity } from "@/lib/format";
import { listOpenTimes } from "@/lib/scheduling/queries";
import styles from "../_components/enroll.module.css";
import { Progress } from "../_components/progress";
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
  const { open, candidates, siblings } = await withPrincipal(service("enrollment"), async (db) => {
    const instrument = (await listInstrumentChoices(db)).find((choice) => choice.slug === student.instrument);
    if (!instrument) return { open: [], candidates: [], siblings: [] };
    return {
      open: await listOpenTimes(db, {
        instrumentId: instrument.id,
        minutes,
        age,
        ignoredBookingIds: draft.hold ? [draft.hold.bookingId] : [],
      }),
      candidates: await listCandidates(db, instrument.id, age),
      siblings: person?.role === "parent" ? await listSiblingLessons(db, person.userId) : [],
    };
  });
  const names = new Map(candidates.map((candidate) => [candidate.teacherId, candidate.name]));
  const suggestions = rankSuggestions({
    openTimes: open,
    candidates,
    wishes: student,
    siblings,
    timeZone,
    count: SUGGESTIONS,
  });
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
      {open.length === 0 ? (
        <EmptyState
          title="No open time fits at the moment"
          action={<ButtonLink href="/enroll">Change the details</ButtonLink>}
        >
          Another length or instrument may have open times. Or write to us: new times open every week.
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
    </div>
  );
}
