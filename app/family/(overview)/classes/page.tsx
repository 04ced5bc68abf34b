import type { Metadata } from "next";
import { InstrumentArt } from "@/components/brand/instrument-art";
import { Columns } from "@/components/portal/columns";
import { LeaveWaitlist } from "@/components/scheduling/leave-waitlist";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { StatusBadge } from "@/components/ui/status-badge";
import { loadAcademy } from "@/lib/academy/loaders";
import { listInstruments } from "@/lib/academy/queries";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { listStudents } from "@/lib/families/queries";
import { countOf, formatDayTime, formatLongDay, formatTimeRange, formatZone, zoneCity } from "@/lib/format";
import { listChildSeats, listClasses, listOpenClasses } from "@/lib/scheduling/class-queries";
import {
  ageWords,
  classBillWords,
  classPriceWords,
  seatsLeft,
  weeklyWords,
} from "@/lib/scheduling/class-rules";
import type { ClassSummary } from "@/lib/scheduling/class-schema";
import { listFamilyEntries, type WaitlistEntry } from "@/lib/scheduling/waitlist-queries";
import { weekSpanWords } from "@/lib/scheduling/waitlist-rules";
import { listTeachers } from "@/lib/teachers/queries";
import { ChildForm } from "./_components/child-form";
import { LeaveSeat } from "./_components/leave-seat";
import { OfferList, type ShownOffer } from "./_components/offer-list";
import { SignUpForm } from "./_components/sign-up-form";
import { WishForm } from "./_components/wish-form";
import styles from "./classes.module.css";

export const metadata: Metadata = { title: "Classes and waitlist" };

export default async function FamilyClasses({ searchParams }: PageProps<"/family/classes">) {
  const parent = await requirePage(["parent"]);
  const search = await searchParams;
  const asked = (name: string) => {
    const value = search[name];
    return typeof value === "string" ? value : "";
  };
  const now = clock.now();
  const [academy, found] = await Promise.all([
    loadAcademy(),
    withPrincipal(parent, async (db) => ({
      students: await listStudents(db),
      open: await listOpenClasses(db),
      classes: await listClasses(db),
      seats: await listChildSeats(db),
      entries: await listFamilyEntries(db),
      instruments: await listInstruments(db),
      teachers: await listTeachers(db),
    })),
  ]);
  const { students, open, classes, seats, entries } = found;
  const { timeZone, offerMinutes } = academy;
  const children = students.map(({ id, name }) => ({ value: id as string, label: name }));
  const firstChild = children[0]?.value ?? "";
  const chosenStudent = children.some(({ value }) => value === asked("student"))
    ? asked("student")
    : firstChild;
  const offers = entries.flatMap((entry) => shownOffer(entry, now, timeZone));

  return (
    <>
      <PageHeader
        title="Classes and waitlist"
        description={`Times are ${zoneCity(timeZone)} time.`}
        actions={
          <ButtonLink href="/classes" variant="secondary">
            See all classes
          </ButtonLink>
        }
      />
      <div className={styles.gap}>
        <OfferList offers={offers} />
        {children.length === 0 ? (
          <Card
            title="Who would like to come?"
            description="Add a child first; then choose a class, or what to wait for."
          >
            <ChildForm />
          </Card>
        ) : (
          <Columns
            aside={
              <>
                <Card title="Your places on the waitlist">
                  {entries.length === 0 ? (
                    <p className={styles.facts}>
                      Nobody of your family waits. Full classes have a waitlist, and so have private lessons
                      at busy hours.
                    </p>
                  ) : (
                    <ul className={styles.items}>
                      {entries.map((entry) => (
                        <EntryItem key={entry.id} entry={entry} timeZone={timeZone} />
                      ))}
                    </ul>
                  )}
                </Card>
                <Card
                  title="Another child"
                  description="For classes and the waitlist. Private lessons ask for the details themselves."
                >
                  <ChildForm />
                </Card>
              </>
            }
          >
            <Card title="Your classes">
              {seats.length === 0 ? (
                <EmptyState title="Nobody is in a class" art={<InstrumentArt slug="drums" size={80} />}>
                  <p>Choose a class below: a seat counts for all of its lessons that are still to come.</p>
                </EmptyState>
              ) : (
                <ul className={styles.items}>
                  {seats.map((seat) => {
                    const of = classes.find(({ id }) => id === seat.classId);
                    return (
                      <li key={`${seat.classId} ${seat.studentId}`} className={styles.item}>
                        <div className={styles.itemHead}>
                          <h3 className={styles.itemTitle}>
                            {seat.studentName}: {of?.name ?? "A class that has ended"}
                          </h3>
                        </div>
                        {of && <p className={styles.facts}>{classFacts(of, timeZone)}</p>}
                        {of && of.lessonsAhead > 0 && (
                          <LeaveSeat
                            classId={seat.classId}
                            studentId={seat.studentId}
                            className={of.name}
                            studentName={seat.studentName}
                            timeZone={timeZone}
                          />
                        )}
                      </li>
                    );
                  })}
                </ul>
              )}
            </Card>
            <Card title="Sign up for a class" id="sign-up">
              {open.length === 0 ? (
                <p className={styles.facts}>
                  No class takes students at the moment. New ones begin with each term.
                </p>
              ) : (
                <SignUpForm
                  key={asked("class")}
                  classes={open.map((of) => ({
                    value: of.id,
                    label: optionWords(of),
                    name: of.name,
                    bill: classBillWords(of.kind, of.price),
                  }))}
                  students={children}
                  chosen={{
                    classId: open.some(({ id }) => id === asked("class"))
                      ? asked("class")
                      : (open[0]?.id ?? ""),
                    studentId: chosenStudent,
                  }}
                  timeZone={timeZone}
                  offerMinutes={offerMinutes}
                />
              )}
            </Card>
            <Card
              title="Wait for private lessons"
              id="waitlist"
              description="When nothing is open that suits you: the first family whose wishes fit is offered each time that becomes free."
            >
              <WishForm
                key={`${asked("instrument")} ${asked("teacher")}`}
                students={children}
                instruments={found.instruments.map(({ id, name }) => ({ value: id, label: name }))}
                teachers={found.teachers.map(({ id, name }) => ({ value: id, label: name }))}
                chosen={{
                  studentId: chosenStudent,
                  instrumentId: asked("instrument") || (found.instruments[0]?.id ?? ""),
                  minutes: ["45", "60"].includes(asked("minutes")) ? asked("minutes") : "30",
                  teacherId: asked("teacher"),
                }}
                offerMinutes={offerMinutes}
              />
            </Card>
          </Columns>
        )}
      </div>
    </>
  );
}

/** `Theory, Saturdays, 6:00 pm to 6:45 pm: 3 seats left` */
function optionWords(of: ClassSummary): string {
  const left = seatsLeft(of);
  const when = weeklyWords(of) ?? "once";
  return `${of.name}, ${when}, ${ageWords(of).toLowerCase()}: ${left > 0 ? `${countOf(left, "seat")} left` : `full, ${of.waiting} waiting`}`;
}

function classFacts(of: ClassSummary, timeZone: string): string {
  return [
    weeklyWords(of),
    of.nextAt
      ? `${of.lessonsAhead === 1 ? "on" : "next on"} ${formatDayTime(of.nextAt, timeZone)}, ${countOf(of.lessonsAhead, "lesson")} to come`
      : "no lesson to come",
    of.teacher ? `with ${of.teacher.name}` : null,
    classPriceWords(of.kind, of.price),
  ]
    .filter((part) => part !== null)
    .join(" · ");
}

function EntryItem({ entry, timeZone }: { entry: WaitlistEntry; timeZone: string }) {
  const what = entry.class?.name ?? `${entry.instrument?.name ?? "Lessons"}, ${entry.minutes} minutes`;
  return (
    <li className={styles.item}>
      <div className={styles.itemHead}>
        <h3 className={styles.itemTitle}>
          {entry.studentFirstName}: {what}
        </h3>
        <StatusBadge tone={entry.offer ? "good" : "waiting"}>
          {entry.offer ? "Has an offer" : `Number ${entry.place} of ${entry.waiting}`}
        </StatusBadge>
      </div>
      <p className={styles.facts}>
        {entry.class ? "" : `${entry.teacherName ?? "Any teacher"} · ${weekSpanWords(entry.times)} · `}
        since {formatDayTime(entry.joinedAt, timeZone)}
      </p>
      <LeaveWaitlist
        entryId={entry.id}
        label={`Leave the waitlist of ${entry.class?.name ?? entry.instrument?.name.toLowerCase() ?? "lessons"}`}
        outcome={
          entry.offer
            ? "The open offer goes to the next family, and the place is lost. Joining again means the end of the list."
            : `Place ${entry.place} is lost. Joining again means the end of the list.`
        }
      />
    </li>
  );
}

function shownOffer(entry: WaitlistEntry, now: Date, timeZone: string): ShownOffer[] {
  const { offer, studentFirstName: name } = entry;
  if (!offer) return [];
  const msLeft = offer.expiresAt.getTime() - now.getTime();
  if (msLeft <= 0) return [];
  const until = `${formatDayTime(offer.expiresAt, timeZone)} ${formatZone(offer.expiresAt, timeZone)}`;
  const shared = { id: offer.id as string, msLeft, until };
  if (entry.class) {
    const { name: className, nextAt, lessonsAhead, kind, price } = entry.class;
    return [
      {
        ...shared,
        title: `A seat in ${className} for ${name}`,
        outcome: [
          `Accepting takes the seat at once, in ${lessonsAhead === 1 ? "its lesson" : `all ${lessonsAhead} lessons that are to come`}${nextAt ? `, the first on ${formatDayTime(nextAt, timeZone)} ${formatZone(nextAt, timeZone)}` : ""}.`,
          classBillWords(kind, price),
        ],
      },
    ];
  }
  const { time } = offer;
  if (!time) return [];
  return [
    {
      ...shared,
      title: `A ${entry.instrument?.name.toLowerCase() ?? ""} lesson for ${name}`,
      outcome: [
        `${formatLongDay(time.startsAt, timeZone)}, ${formatTimeRange(time.startsAt, time.endsAt, timeZone)} ${formatZone(time.startsAt, timeZone)}, with ${time.teacherName}.`,
        "Accepting holds the time for you and goes on to the enrollment, where you see every amount before you pay.",
      ],
    },
  ];
}
