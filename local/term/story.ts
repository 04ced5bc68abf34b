import type { Id } from "@/lib/ids";
import type { Family } from "../chaos/families";
import type { World } from "../chaos/world";

/** A family with weekly lessons by the month. */
export type Player = {
  readonly family: Family;
  readonly familyId: string;
  readonly enrollmentId: Id<"enrollment">;
  readonly studentId: string;
  readonly instrument: string;
};

/** What is known of the play while it goes on, and when it is judged. */
export type Story = {
  readonly world: World;
  /** Pays with a good card all the time, and cancels one lesson. */
  readonly steady: Player;
  /** Whose card is declined from the second renewal on, until it is replaced. */
  readonly declined: Player;
  /** Pauses for three weeks as planned long before, later gives notice. */
  readonly leaving: Player;
  /** The pause that the leaving family wishes. */
  readonly pause: WishedPause;
  /** A lesson of the steady family that was cancelled, and what became of its time; undefined until then. */
  freed: Freed | undefined;
  /** When the play is over. */
  endsAt: Date;
};

/** Local days; the last one is the one before `dayAfter`. */
export type WishedPause = {
  readonly enrollmentId: Id<"enrollment">;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly dayAfter: string;
};

export type Waiting = { readonly family: Family; readonly entryId: string };
export type Freed = {
  readonly lessonId: string;
  readonly startsAt: Date;
  /** Lets the offer run out. */
  readonly first: Waiting;
  /** Has the next place, and accepts. */
  readonly second: Waiting;
  /** What the first one was told that accepted too late. */
  lateAnswer?: string;
  trialId?: string;
};

export const players = ({ steady, declined, leaving }: Story): readonly Player[] => [
  steady,
  declined,
  leaving,
];

/** The academy's time by the clock of the stack. */
export class Clock {
  #offsetMs = 0;

  get offsetMs(): number {
    return this.#offsetMs;
  }

  now(): Date {
    return new Date(Date.now() + this.#offsetMs);
  }

  /** By how much the clock has to be ahead for it to be an instant. */
  offsetFor(at: number): number {
    this.#offsetMs = Math.max(this.#offsetMs, Math.round(at - Date.now()));
    return this.#offsetMs;
  }
}
