import { type AppParts, keyOf } from "./parts";

/** One app in two releases: the second renames a step, leaves one out, and lacks a function that the first one had. */
export function changingFunctions({ client, note, gate, named, release }: AppParts) {
  const on = (name: string) => ({ id: name, triggers: { event: named(name) } });
  const isFirst = release === 1;

  const renamed = client.createFunction(on("renamed"), async ({ step, event }) => {
    const key = keyOf(event);
    const one = await step.run(isFirst ? "count" : "tally", async () => {
      await note(`${key}/counted`, release);
      return release;
    });
    const kept = await step.run("kept", async () => {
      await note(`${key}/kept`, release);
      return release;
    });
    await step.waitForEvent("release", { event: named("released"), timeout: "7d", match: "data.key" });
    return step.run("end", () => ({ one, kept, end: release }));
  });

  const shortened = client.createFunction(on("shortened"), async ({ step, event }) => {
    const key = keyOf(event);
    if (isFirst) await step.run("left out", () => note(`${key}/left out`));
    await step.waitForEvent("release", { event: named("released"), timeout: "7d", match: "data.key" });
    return step.run("end", () => `release ${release}`);
  });

  const removed = client.createFunction({ ...on("removed"), retries: 0 }, async ({ step, event }) => {
    const key = keyOf(event);
    await step.run("before", () => note(`${key}/before`));
    await step.waitForEvent("release", { event: named("released"), timeout: "7d", match: "data.key" });
    await step.run("after", () => note(`${key}/after`));
  });

  const lostStep = client.createFunction({ ...on("lost-step"), retries: 0 }, async ({ step, event }) => {
    const key = keyOf(event);
    // One was planned under the first release and is not there any more when its turn comes.
    await Promise.all([
      step.run("kept", () => note(`${key}/kept`)),
      step.run(isFirst ? "lost" : "found instead", () => gate(`${key}/lost`)),
    ]);
    return "joined";
  });

  const added = client.createFunction(on("added"), async ({ event }) => {
    await note(`${keyOf(event)}/added`);
  });

  return isFirst ? [renamed, shortened, removed, lostStep] : [renamed, shortened, lostStep, added];
}
