import { openCardPage, readCardOwner } from "@/lib/billing/cards";
import { withPrincipal } from "@/lib/db/principal";
import { pauseEnrollment, withdrawEnrollment } from "@/lib/enrollment/changes";
import { AppError } from "@/lib/errors";
import type { Id } from "@/lib/ids";
import { cancelLesson } from "@/lib/scheduling/lesson-changes";
import { acceptOffer, joinLessonWaitlist, leaveWaitlist } from "@/lib/scheduling/waitlist-mutations";
import { cards, findInstrument, openPage, pay, submit, untilActive } from "../chaos/enrolling";
import { enterChild, openAccount } from "../chaos/families";
import type { World } from "../chaos/world";
import { DAY, dayFrom, HOUR } from "./calendar";
import { visitOf } from "./cast";
import type { Freed, Player, Story, Waiting, WishedPause } from "./story";

/** How many days after the first lessons were bought what happens. */
const PAUSE_FROM = 50;
const PAUSE_DAYS = 21;
const CARD_FAILS_FROM = 35;
const CANCELS_ON = 4;
const NOTICE_ON = 80;
/** The new card comes so long after the lessons paused. */
const RECOVERS_AFTER = 12 * DAY;

const WEEK_MINUTES = 7 * 24 * 60;

/** What somebody does in the course of the term. */
export type Act = {
  readonly what: string;
  /** When, in milliseconds since 1970; null as long as what it follows has not happened. */
  readonly at: (story: Story) => Promise<number | null>;
  /** Goes on with the play's own stops of the clock where it has to wait. */
  readonly play: (story: Story, moveBy: (ms: number) => Promise<void>) => Promise<void>;
};

const after =
  (days: number) =>
  async ({ world }: Story): Promise<number> =>
    world.begunAt.getTime() + days * DAY;

/** The family enters another card at Stripe's page, to which its billing page leads. */
async function replaceCard(of: Player, number: string): Promise<void> {
  const { principal, userId } = of.family;
  const owner = await withPrincipal(principal, (db) => readCardOwner(db, userId));
  if (!owner) throw new Error("the family has no payer");
  if ((await pay(await openCardPage(owner), number)) !== "paid") throw new Error("the card was not saved");
}

async function wait(world: World, name: string, instrument: string): Promise<Waiting> {
  const family = await openAccount(world, name);
  const studentId = await enterChild(world, family);
  const { entryId } = await withPrincipal(family.principal, async (db) =>
    joinLessonWaitlist(db, {
      studentId,
      instrumentId: await findInstrument(world, instrument),
      minutes: 30,
      teacherId: null,
      times: [{ from: 0, until: WEEK_MINUTES }],
    }),
  );
  return { family, entryId };
}

async function openOfferOf({ sql }: World, { entryId }: Waiting): Promise<string | null> {
  const [row] = await sql<{ id: string }[]>`
    select id from waitlist_offers where entry_id = ${entryId} and status = 'open'`;
  return row?.id ?? null;
}

/** Lets offers run out one after the other until this family has one; others may wait before it. */
async function untilOffered(
  world: World,
  waiting: Waiting,
  moveBy: (ms: number) => Promise<void>,
): Promise<string> {
  for (let turn = 0; turn < 8; turn++) {
    const offerId = await openOfferOf(world, waiting);
    if (offerId) return offerId;
    await moveBy(2.1 * HOUR);
  }
  throw new Error(`the waitlist entry ${waiting.entryId} got no offer`);
}

/** A family cancels a lesson; its time goes to the first who waits, who lets it pass, and to the second, who takes it. */
async function passTimeOn(story: Story, moveBy: (ms: number) => Promise<void>): Promise<void> {
  const { world, steady } = story;
  const { sql } = world;
  const first = await wait(world, "Wanda", steady.instrument);
  const second = await wait(world, "Walter", steady.instrument);
  const [lesson] = await sql<{ id: Id<"lesson">; startsAt: Date }[]>`
    select id, starts_at as "startsAt" from lessons
     where enrollment_id = ${steady.enrollmentId} and status = 'scheduled'
       and starts_at > ${world.begunAt}::timestamptz + ${CANCELS_ON + 3}::int * interval '1 day' order by starts_at limit 1`;
  if (!lesson) throw new Error("no lesson is far enough ahead to be cancelled");
  const freed: Freed = { lessonId: lesson.id, startsAt: lesson.startsAt, first, second };
  story.freed = freed;
  await withPrincipal(steady.family.principal, (db) =>
    cancelLesson(db, { lessonId: lesson.id, kind: "family" }),
  );
  await moveBy(0);
  const missed = await untilOffered(world, first, moveBy);
  const offerId = await untilOffered(world, second, moveBy);
  freed.lateAnswer = await withPrincipal(first.family.principal, (db) => acceptOffer(db, missed)).then(
    () => "accepted",
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
  const { draftId } = await withPrincipal(second.family.principal, (db) => acceptOffer(db, offerId));
  if (!draftId) throw new Error("the accepted time has no draft");
  const enrollmentId = await submit(
    visitOf(world, 4, steady.instrument),
    second.family,
    { draftId },
    { instrument: steady.instrument, start: "trial" },
  );
  freed.trialId = enrollmentId;
  if ((await pay(await openPage(world, enrollmentId))) !== "paid") throw new Error("the trial was not paid");
  await untilActive(world, enrollmentId);
  // Nobody else is to be offered what becomes free later in the term.
  await withPrincipal(first.family.principal, (db) => leaveWaitlist(db, first.entryId));
}

/** The days of the pause that a family wishes. */
export async function choosePause(world: World, { enrollmentId }: Player): Promise<WishedPause> {
  const [firstDay = "", lastDay = "", dayAfter = ""] = await Promise.all(
    [PAUSE_FROM, PAUSE_FROM + PAUSE_DAYS - 1, PAUSE_FROM + PAUSE_DAYS].map((days) =>
      dayFrom(world, world.begunAt, days),
    ),
  );
  return { enrollmentId, firstDay, lastDay, dayAfter };
}

/** What the families do in the course of the term, in whichever order it falls due. */
export const acts: readonly Act[] = [
  {
    what: "Corinne's family plans a pause of three weeks",
    at: after(0),
    play: async ({ leaving, pause }) => {
      await withPrincipal(leaving.family.principal, (db) => pauseEnrollment(db, pause));
    },
  },
  {
    what: "Gloria's family cancels a lesson, for whose time two wait",
    at: after(CANCELS_ON),
    play: passTimeOn,
  },
  {
    what: "Delmar's family enters a card that will be declined",
    at: after(CARD_FAILS_FROM),
    play: ({ declined }) => replaceCard(declined, cards.failsLater),
  },
  {
    what: "Corinne's family gives notice",
    at: after(NOTICE_ON),
    play: async ({ leaving }) => {
      await withPrincipal(leaving.family.principal, (db) =>
        withdrawEnrollment(db, { enrollmentId: leaving.enrollmentId }),
      );
    },
  },
  {
    what: "Delmar's family enters a good card",
    at: async ({ world, declined }) => {
      const [pause] = await world.sql<{ at: Date }[]>`
        select paused_at as at from unpaid_pauses where enrollment_id = ${declined.enrollmentId} and resumed_at is null`;
      return pause ? pause.at.getTime() + RECOVERS_AFTER : null;
    },
    play: ({ declined }) => replaceCard(declined, cards.good),
  },
];
