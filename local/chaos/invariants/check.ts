import type { FlowRecord } from "../flow";
import type { World } from "../world";

/** What is judged: everything that happened since chaos began. */
export type Judged = {
  readonly world: World;
  readonly records: readonly FlowRecord[];
};

/** One thing that must be so in the end of what was played. */
export type Check<Played = Judged> = {
  readonly name: string;
  /** What is not so, each in words that name ids; empty when all is well. */
  readonly find: (played: Played) => Promise<string[]>;
};
