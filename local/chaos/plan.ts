import { z } from "zod";
import { createRandom, type Random } from "../../supabase/seed/random";

/** Services that chaos kills or stops for a while. */
const services = ["web", "inngest", "postgres", "stripe"] as const;
export type Victim = (typeof services)[number];

const fault = z.discriminatedUnion("kind", [
  /** `kill -9`; the supervisor starts it again. */
  z.object({ kind: z.literal("kill"), service: z.enum(services) }),
  /** Alive but deaf, for so many real milliseconds. */
  z.object({ kind: z.literal("pause"), service: z.enum(services), ms: z.int() }),
  /** Webhooks are copied, overtake one another and get lost on the way, until the next fault `calm`. */
  z.object({
    kind: z.literal("network"),
    copies: z.int(),
    shuffleMs: z.int(),
    lossPercent: z.int(),
  }),
  z.object({ kind: z.literal("calm") }),
  /** Stripe answers so many requests with an error, carried out (`after`) or not (`before`). */
  z.object({ kind: z.literal("errors"), count: z.int(), when: z.enum(["before", "after"]) }),
]);
export type Fault = z.output<typeof fault>;

const flow = z.object({
  /** From 1, in the order in which they begin. */
  n: z.int(),
  kind: z.string(),
  instrument: z.string(),
  cadence: z.enum(["monthly", "semester", "yearly"]),
  /** From what the flow takes its own chance. */
  seed: z.int(),
});
export type PlannedFlow = z.output<typeof flow>;

const plannedFault = z.object({
  /** It strikes once so many visits have begun. */
  after: z.int(),
  fault,
});
export type PlannedFault = z.output<typeof plannedFault>;

export const planShape = z.object({
  seed: z.int(),
  flows: z.array(flow),
  /**
   * The flows' visits in the order in which they begin: every first one, then, with the clock past the holds, every second.
   */
  visits: z.array(z.object({ flow: z.int(), nth: z.int() })),
  faults: z.array(plannedFault),
});
/** All that chance decides: the same plan has the same flows, and the same faults in the same order. */
export type Plan = z.output<typeof planShape>;

/** What a plan needs to know of a kind of flow. */
export type KindOfFlow = { readonly name: string; readonly weight: number; readonly visits: number };

const INSTRUMENTS = ["piano", "violin", "guitar", "voice", "cello", "drums", "flute"] as const;
const CADENCES = ["monthly", "monthly", "semester", "yearly"] as const;

/** Every kind of fault, so often as it should come; dealt like cards, so that none is left out for long. */
const DECK: readonly ((random: Random) => Fault)[] = [
  ...services.flatMap((service) => [
    () => ({ kind: "kill", service }) as const,
    (random: Random) => ({ kind: "pause", service, ms: random.between(800, 3_500) }) as const,
  ]),
  // What is killed most, as it holds the most in its hands.
  () => ({ kind: "kill", service: "web" }),
  () => ({ kind: "kill", service: "inngest" }),
  (random) => ({
    kind: "network",
    copies: random.between(1, 3),
    shuffleMs: random.between(200, 2_500),
    lossPercent: random.between(10, 60),
  }),
  (random) => ({
    kind: "network",
    copies: random.between(2, 4),
    shuffleMs: random.between(0, 500),
    lossPercent: random.between(0, 20),
  }),
  (random) => ({ kind: "errors", count: random.between(1, 5), when: "before" }),
  (random) => ({ kind: "errors", count: random.between(1, 3), when: "after" }),
  // So many that retries run out, and what was begun has to be undone.
  (random) => ({ kind: "errors", count: random.between(15, 40), when: "before" }),
];

/**
 * Draws a plan from a seed.
 * @param options.flows how many flows; a number that is at least that of the kinds has each kind.
 * @param options.faults how many faults, the ends of bad networks not counted.
 */
export function drawPlan(
  seed: number,
  options: { readonly flows: number; readonly faults: number },
  kinds: readonly KindOfFlow[],
): Plan {
  const random = createRandom(seed);
  const flows = drawKinds(random, options.flows, kinds).map(
    (kind, nth): PlannedFlow => ({
      n: nth + 1,
      kind,
      instrument: random.pick(INSTRUMENTS),
      cadence: random.pick(CADENCES),
      seed: random.between(1, 2_000_000_000),
    }),
  );
  const visitsOf = new Map(kinds.map(({ name, visits }) => [name, visits]));
  const second = flows.filter(({ kind }) => (visitsOf.get(kind) ?? 1) > 1);
  const visits = [
    ...flows.map(({ n }) => ({ flow: n, nth: 1 })),
    ...random.shuffle(second).map(({ n }) => ({ flow: n, nth: 2 })),
  ];
  return { seed, flows, visits, faults: drawFaults(random, options.faults, visits.length) };
}

function drawKinds(random: Random, count: number, kinds: readonly KindOfFlow[]): string[] {
  const lots = kinds.flatMap(({ name, weight }) => Array.from({ length: weight }, () => name));
  const each = count >= kinds.length ? kinds.map(({ name }) => name) : [];
  const rest = Array.from({ length: count - each.length }, () => random.pick(lots));
  return random.shuffle([...each, ...rest]);
}

function drawFaults(random: Random, count: number, visits: number): PlannedFault[] {
  const places = Array.from({ length: count }, () => random.between(1, visits)).sort((a, b) => a - b);
  const faults: PlannedFault[] = [];
  let deck: typeof DECK = [];
  for (const after of places) {
    if (deck.length === 0) deck = random.shuffle(DECK);
    const [draw, ...rest] = deck;
    deck = rest;
    if (!draw) continue;
    const drawn = draw(random);
    faults.push({ after, fault: drawn });
    if (drawn.kind === "network") {
      faults.push({ after: Math.min(visits, after + random.between(4, 12)), fault: { kind: "calm" } });
    }
  }
  // Stable: faults at one place stay in the order in which they were drawn.
  return faults.sort((a, b) => a.after - b.after);
}

/** A fault in a few words. */
export function faultWords(fault: Fault): string {
  switch (fault.kind) {
    case "kill":
      return `kill -9 ${fault.service}`;
    case "pause":
      return `stop ${fault.service} for ${(fault.ms / 1000).toFixed(1)} s`;
    case "network":
      return `webhooks ×${fault.copies}, shuffled within ${(fault.shuffleMs / 1000).toFixed(1)} s, ${fault.lossPercent} % lost on the way`;
    case "calm":
      return "webhooks as usual";
    case "errors":
      return `Stripe fails ${fault.count} times, ${fault.when === "before" ? "nothing done" : "carried out"}`;
  }
}

/** The plan on a few lines: how many flows of each kind, and the faults in their order. */
export function describePlan(plan: Plan): string[] {
  const counts = new Map<string, number>();
  for (const { kind } of plan.flows) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [
    `flows   ${[...counts].map(([kind, count]) => `${kind} ×${count}`).join(", ")}`,
    `faults  ${plan.faults.map(({ after, fault }) => `@${after} ${faultWords(fault)}`).join("; ")}`,
  ];
}
