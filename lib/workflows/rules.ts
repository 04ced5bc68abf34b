import { listOf } from "@/lib/format";

/** An event as the executor handed it over. */
export type ArrivedEvent = {
  readonly id: string;
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** The mark of the installation that sent it. */
  readonly installation: string | null;
  readonly sentAt: Date | null;
};

/** The row of the outbox that an event claims to be. */
export type OutboxFacts = {
  readonly name: string;
  readonly isSameData: boolean;
  readonly createdAt: Date;
};

/** After this many days nobody acts upon an event any more. */
const EVENT_LIFE_DAYS = 365;
const DAY_MS = 86_400_000;

/**
 * Why nothing may be done for an event, in words; null when it is what it claims to be. It must be a row of this
 * academy's outbox, unchanged, of this installation and at most a year old.
 */
export function judgeEvent(
  event: ArrivedEvent,
  known: { readonly outbox: OutboxFacts | null; readonly installation: string; readonly now: Date },
): string | null {
  const { outbox, installation, now } = known;
  if (event.installation !== null && event.installation !== installation) {
    return "The event comes from another environment.";
  }
  const isOld = (at: Date | null | undefined) =>
    at ? now.getTime() - at.getTime() > EVENT_LIFE_DAYS * DAY_MS : false;
  if (isOld(event.sentAt) || isOld(outbox?.createdAt)) return "The event is more than a year old.";
  if (!outbox) return "This is not an event of this academy: its id is unknown.";
  if (outbox.name !== event.name) {
    return `The event is called ${event.name}, but was sent as ${outbox.name}.`;
  }
  if (!outbox.isSameData) return "The event says something else than what was sent.";
  return null;
}

/** What is wrong with the data of an event, in words that name the fields. */
export function dataRefusal(issues: readonly { readonly path: string; readonly message: string }[]): string {
  const fields = issues.map(({ path, message }) => (path === "" ? message : `${path} (${message})`));
  return `The event's data does not fit: ${listOf(fields)}.`;
}

/** `undo:free-the-time` as `Free the time`: a step that has no words of its own. */
export function spokenStep(id: string): string {
  const words = id
    .replace(/^(undo|then):/, "")
    .replace(/[-_.]+/g, " ")
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A step that does something is done by then; a run that waits for nothing shows some progress by then. */
export const STUCK_AFTER_MINUTES = { step: 15, run: 60 } as const;
const MINUTE_MS = 60_000;

/** A run that goes on, as far as it matters for whether it is stuck. */
export type RunProgress = {
  readonly startedAt: Date;
  readonly steps: readonly {
    readonly status: "running" | "completed" | "failed";
    /** Of its last attempt. */
    readonly startedAt: Date;
    readonly endedAt: Date | null;
    /** Null for a step that does something. */
    readonly waitsUntil: Date | null;
  }[];
};

/**
 * Whether a running run has come to a halt: a step takes more than 15 minutes, or nothing has happened for an hour
 * though it waits for no known time or event. A wait that should have ended an hour ago is no excuse.
 */
export function isStuck(run: RunProgress, now: Date): boolean {
  const before = (minutes: number) => now.getTime() - minutes * MINUTE_MS;
  const active = run.steps.filter((step) => step.status === "running");
  const work = active.filter((step) => !step.waitsUntil);
  if (work.some((step) => step.startedAt.getTime() < before(STUCK_AFTER_MINUTES.step))) return true;
  const idle = before(STUCK_AFTER_MINUTES.run);
  if (active.some((step) => step.waitsUntil && step.waitsUntil.getTime() >= idle)) return false;
  const lastSign = Math.max(
    run.startedAt.getTime(),
    ...run.steps.map((step) => (step.endedAt ?? step.startedAt).getTime()),
  );
  return lastSign < idle;
}
