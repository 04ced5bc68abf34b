import { type AppParts, keyOf } from "./parts";

/** Functions that are at work, asleep or waiting while something dies. */
export function crashFunctions({ client, note, gate, named }: AppParts) {
  const on = (name: string) => ({ id: name, triggers: { event: named(name) } });

  const held = client.createFunction({ ...on("held"), retries: 0 }, async ({ step, event }) => {
    const key = keyOf(event);
    const before = await step.run("before", async () => `before ${await note(`${key}/before`)}`);
    await note(`${key}/seen`, before);
    const hold = await step.run("hold", async () => {
      const count = await note(`${key}/hold`, before);
      await gate(event.data.each ? `${key}/${count}` : key);
      return `hold ${count}`;
    });
    await note(`${key}/seen hold`, hold);
    return step.run("after", async () => {
      await note(`${key}/after`, hold);
      return { before, hold };
    });
  });

  const asleep = client.createFunction({ ...on("asleep"), retries: 0 }, async ({ step, event }) => {
    const key = keyOf(event);
    await step.run("before", () => note(`${key}/before`));
    await step.sleep("nap", "1d");
    return step.run("after", () => note(`${key}/after`));
  });

  const waiting = client.createFunction({ ...on("waiting"), retries: 0 }, async ({ step, event }) => {
    const key = keyOf(event);
    await step.run("before", () => note(`${key}/before`));
    const answer = await step.waitForEvent("answer", {
      event: named("answer"),
      timeout: "90d",
      match: "data.key",
    });
    await step.run("after", () => note(`${key}/after`));
    return answer?.data.n ?? null;
  });

  const invoking = client.createFunction({ ...on("invoking"), retries: 0 }, async ({ step, event }) => {
    const key = keyOf(event);
    await step.run("before", () => note(`${key}/before`));
    const result = await step.invoke("child", { function: held, data: { key: `${key}/child` } });
    await step.run("after", () => note(`${key}/after`));
    return result;
  });

  const limitedToOne = client.createFunction(
    { ...on("limited-to-one"), retries: 0, concurrency: { limit: 1, key: "event.data.key" } },
    async ({ step, event }) => {
      const key = keyOf(event);
      await step.run("hold", async () => {
        await note(`${key}/enter`, event.data.n);
        await gate(`${key}/${event.data.n}`);
      });
    },
  );

  const wide = client.createFunction(
    { ...on("wide"), retries: 0, concurrency: { limit: 12, key: "event.data.key" } },
    async ({ step, event }) => {
      const key = keyOf(event);
      const results = await Promise.all(
        Array.from({ length: 90 }, (_, n) =>
          step.run(`step ${n}`, async () => {
            await note(`${key}/within`, 1);
            // Each run of the body has a result of its own, so that a second one applied would show.
            const count = await note(`${key}/step ${n}`);
            await note(`${key}/within`, -1);
            return `${n}:${count}`;
          }),
        ),
      );
      await note(`${key}/joined`, results);
      // Each further call shows what was kept.
      for (let look = 0; look < 3; look++) await step.run("look", () => note(`${key}/look`, look));
      return results;
    },
  );

  const counted = client.createFunction({ ...on("counted"), retries: 3 }, async ({ step, event }) => {
    await step.run("count", () => note(`${keyOf(event)}/counted`, event.data.n));
    return event.data.n;
  });

  const sturdy = client.createFunction({ ...on("sturdy"), retries: 6 }, async ({ step, event }) => {
    const key = keyOf(event);
    await step.run("before", () => note(`${key}/before`));
    await step.run("hold", async () => {
      await note(`${key}/hold`);
      await gate(key);
    });
    return step.run("after", () => note(`${key}/after`));
  });

  return [sturdy, held, asleep, waiting, invoking, limitedToOne, wide, counted];
}
