import type { Random } from "../../supabase/seed/random";
import type { PlannedFlow } from "./plan";
import type { World } from "./world";

/** How an enrollment may have ended when everything has come to rest. */
export type EnrollmentEnd = "active" | "lapsed" | "cancelled";

/** Something that must be so in the end, in words, and whether it is. */
export type Fact = { readonly words: string; readonly holds: () => Promise<boolean> };

/** What a flow did and expects; its second visit goes on from here. */
export class FlowRecord {
  readonly enrollments = new Map<string, readonly EnrollmentEnd[]>();
  readonly facts: Fact[] = [];
  /** What the flow's second visit needs to know of the first. */
  kept: unknown;
  /** In words, when its enrollment was undone before it came to its point. */
  gaveUp: string | undefined;

  constructor(readonly flow: PlannedFlow) {}

  mayEnd(enrollmentId: string, ...ends: EnrollmentEnd[]): void {
    this.enrollments.set(enrollmentId, ends);
  }

  expect(words: string, holds: Fact["holds"]): void {
    this.facts.push({ words, holds });
  }
}

export type Visit = {
  readonly world: World;
  readonly flow: PlannedFlow;
  /** The flow's own chance: the same plan draws the same. */
  readonly random: Random;
  readonly record: FlowRecord;
};

/** One kind of flow: what a family, or two, does at the academy. */
export type Flow = {
  readonly name: string;
  /** How often it comes beside the others. */
  readonly weight: number;
  /** The second one begins when the clock has passed the holds of the first. */
  readonly visits: readonly ((visit: Visit) => Promise<void>)[];
};

/** The enrollment was undone by its workflow before the flow came to its point: the end checks that it was undone well. */
export class Undone extends Error {
  override readonly name = "Undone";
}
