import { fixtureOffset } from "./fixture";
import { ids, type Person, people, sessionOf } from "./fixture-ids";
import { service, type TestPrincipal, type Tx, takePrincipal, visitor } from "./principal";

/** What the functions of the waitlist and of the classes do, as tests call them: each one statement. */

export const principalOf = (person: Person): TestPrincipal => ({
  kind: "user",
  userId: people[person],
  sessionId: sessionOf(person),
});

/** Goes on as somebody else, or as the academy itself, so many minutes after the fixture's now. */
export const become = (tx: Tx, who: Person | "academy" | "visitor", minutes = 0): Promise<void> => {
  const principal = who === "academy" ? service : who === "visitor" ? visitor : principalOf(who);
  return takePrincipal(tx, principal, fixtureOffset() + minutes * 60_000);
};

export type ClassFacts = {
  readonly id?: string | null;
  readonly kind?: string;
  readonly name?: string;
  readonly instrument?: string | null;
  readonly teacher?: string;
  readonly room?: string;
  /** Name of a term. */
  readonly term?: string;
  readonly weekday?: number | null;
  readonly starts?: string | null;
  readonly day?: string | null;
  readonly minutes?: number;
  readonly ages?: readonly [number, number];
  readonly seats?: number;
  readonly cents?: number;
  readonly status?: string;
};

export type Week = {
  readonly class_id: string | null;
  readonly starts_at: Date | null;
  readonly reason: string | null;
  readonly name: string | null;
};

/** A choir on Wednesdays at 17:00 in the fall, with one seat, unless told otherwise. */
export const saveClass = (tx: Tx, facts: ClassFacts = {}) => tx<Week[]>`
  select class_id, starts_at, reason, name
    from private.save_class(
      ${facts.id ?? null}, ${facts.kind ?? "group"}, ${facts.name ?? "Choir"}, '', ${facts.instrument ?? null},
      ${facts.teacher ?? ids.teacher1}, ${facts.room ?? ids.plainRoom},
      coalesce((select id from terms where name = ${facts.term ?? "Fall"}), gen_random_uuid()),
      ${facts.weekday === undefined ? 2 : facts.weekday}, ${facts.starts === undefined ? "17:00" : facts.starts},
      ${facts.day ?? null}, ${facts.minutes ?? 45}, ${facts.ages?.[0] ?? 8}, ${facts.ages?.[1] ?? 99},
      ${facts.seats ?? 1}, ${facts.cents ?? 7900}, ${facts.status ?? "open"})`;

/** The id of a new class, made by the administrator, whose rights the transaction then has. */
export async function newClass(tx: Tx, facts: ClassFacts = {}): Promise<string> {
  await become(tx, "admin");
  const [week] = await saveClass(tx, facts);
  if (!week?.class_id) throw new Error(`the class was not made: ${week?.reason ?? "no week"}`);
  return week.class_id;
}

export const takeSeat = (tx: Tx, of: string, student: string) =>
  tx<{ lessons: number; first_at: Date; last_at: Date }[]>`
    select lessons, first_at, last_at from private.take_class_seat(${of}, ${student})`;

export const leaveClass = (tx: Tx, of: string, student: string) =>
  tx<{ lessons: number; from_at: Date; offered_on: boolean }[]>`
    select lessons, from_at, offered_on from private.leave_class(${of}, ${student})`;

export const joinClassWaitlist = (tx: Tx, of: string, student: string) =>
  tx<{ entry: string }[]>`select private.join_class_waitlist(${student}, ${of}) as entry`;

type Wish = {
  readonly instrument?: string;
  readonly minutes?: number | null;
  readonly teacher?: string | null;
  readonly times?: string;
};

/** Piano, 30 minutes, at any time, with any teacher, unless told otherwise. */
export const joinLessonWaitlist = (tx: Tx, student: string, wish: Wish = {}) =>
  tx<{ entry: string }[]>`
    select private.join_lesson_waitlist(${student}, ${wish.instrument ?? ids.piano},
      ${wish.minutes === undefined ? 30 : wish.minutes}, ${wish.teacher ?? null}, ${wish.times ?? "{[0,10080)}"}) as entry`;

export const acceptOffer = (tx: Tx, offer: string) =>
  tx<{ class_id: string | null; draft_id: string | null; lessons: number; held_until: Date | null }[]>`
    select class_id, draft_id, lessons, held_until from private.accept_offer(${offer})`;

export const declineOffer = (tx: Tx, offer: string) => tx`select private.decline_offer(${offer})`;

export const expireOffer = (tx: Tx, offer: string) =>
  tx<{ ended: boolean; next_offer: string | null }[]>`
    select ended, next_offer from private.expire_offer(${offer})`;

export const offerByHand = (
  tx: Tx,
  entry: string,
  reason: string,
  teacher: string | null = null,
  startsAt: string | null = null,
) => tx<{ offer_id: string }[]>`
  select offer_id from private.offer_by_hand(${entry}, ${reason}, ${teacher}, ${startsAt})`;

/** Offers a half hour of a teacher, as the workflow does when a lesson is cancelled. */
export const offerTime = (
  tx: Tx,
  startsAt: string,
  { teacher = ids.teacher1, minutes = 30, round = ids.bookingA } = {},
) =>
  tx<{ offer: string | null }[]>`
    select private.offer_time(${teacher}, tstzrange(${startsAt}, ${startsAt}::timestamptz + ${minutes} * interval '1 minute'),
                              ${round}) as offer`;

/** The student who has the open offer of a class; null when nobody has. */
export async function offeredTo(tx: Tx, of: string): Promise<{ student: string; offer: string } | null> {
  await become(tx, "academy");
  const [row] = await tx<{ student: string; offer: string }[]>`
    select e.student_id as student, o.id as offer from waitlist_offers o join waitlist_entries e on e.id = o.entry_id
     where o.class_id = ${of} and o.status = 'open'`;
  return row ?? null;
}
