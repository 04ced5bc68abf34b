import { type AppParts, keyOf } from "./parts";

/** Sleeping, waiting for events and for other functions. */
export function waitFunctions({ client, note, gate, named, isLong }: AppParts) {
  const on = (name: string) => ({ id: name, triggers: { event: named(name) } });

  const sleeper = client.createFunction(on("sleeper"), async ({ step, event }) => {
    const key = keyOf(event);
    await step.run("before", () => note(`${key}/before`));
    if (event.data.date) await step.sleepUntil("nap", new Date(String(event.data.date)));
    else if (event.data.until) await step.sleepUntil("nap", String(event.data.until));
    else await step.sleep("nap", String(event.data.for));
    return step.run("wake", async () => {
      await note(`${key}/wake`);
      return "awake";
    });
  });

  const waiter = client.createFunction(on("waiter"), async ({ step, event }) => {
    const key = keyOf(event);
    const answer = await step.waitForEvent("answer", {
      event: named("answer"),
      timeout: String(event.data.timeout),
      if: "async.data.key == event.data.key && async.data.amount > 10",
    });
    await step.run("after", () => note(`${key}/after`, answer?.data.amount ?? null));
    return answer ? { got: answer.data.amount } : { got: null };
  });

  const matcher = client.createFunction(on("matcher"), async ({ step, event }) => {
    const answer = await step.waitForEvent("answer", {
      event: named("answer"),
      timeout: String(event.data.timeout),
      match: "data.key",
    });
    return answer?.data ?? null;
  });

  const anything = client.createFunction(on("anything"), async ({ step, event }) => {
    const answer = await step.waitForEvent("answer", {
      event: named("anything-at-all"),
      timeout: String(event.data.timeout),
    });
    return answer?.data.n ?? null;
  });

  const lateWaiter = client.createFunction(on("late-waiter"), async ({ step, event }) => {
    const key = keyOf(event);
    await step.run("hold", async () => {
      await note(`${key}/hold`);
      await gate(`${key}/hold`);
    });
    const answer = await step.waitForEvent("answer", {
      event: named("answer"),
      timeout: String(event.data.timeout),
      match: "data.key",
    });
    return answer?.data.n ?? null;
  });

  const child = client.createFunction({ ...on("child"), retries: 0 }, async ({ event }) => {
    await note(`${keyOf(event)}/child`, { n: event.data.n, event: event.name });
    if (event.data.fail) throw new Error("child fell");
    return { doubled: Number(event.data.n) * 2 };
  });

  const slowChild = client.createFunction(on("slow-child"), async ({ step, event }) => {
    const key = keyOf(event);
    await step.run("begin", () => note(`${key}/child begun`));
    await step.run("hold", () => gate(`${key}/child`));
    await step.run("end", () => note(`${key}/child ended`));
    return "child's result";
  });

  const dormant = client.createFunction(
    {
      ...on("dormant"),
      cancelOn: [{ event: named("wake-child"), match: "data.key" }],
    },
    async ({ step, event }) => {
      await step.run("begin", () => note(`${keyOf(event)}/dormant begun`));
      await step.sleep("long", isLong ? "30d" : "1h");
    },
  );

  const parent = client.createFunction({ ...on("parent"), retries: 0 }, async ({ step, event }) => {
    const key = keyOf(event);
    const message = (error: unknown) => (error instanceof Error ? error.message : "?");
    switch (event.data.what) {
      case "good":
        return step.invoke("good", { function: child, data: { key, n: 21 } });
      case "bad":
        return step.invoke("bad", { function: child, data: { key, fail: true } }).catch(message);
      case "slow":
        return step
          .invoke("slow", { function: dormant, data: { key }, timeout: String(event.data.timeout) })
          .then(() => "unreachable", message);
      case "many":
        return Promise.all(
          [1, 2, 3].map((n) => step.invoke(`child ${n}`, { function: child, data: { key, n } })),
        );
      case "cancelled-child":
        return step
          .invoke("cancelled", { function: dormant, data: { key } })
          .then(() => "unreachable", message);
      default:
        return "?";
    }
  });

  const parentOfSlow = client.createFunction(
    {
      ...on("parent-of-slow"),
      cancelOn: [{ event: named("cancel-parent"), match: "data.key" }],
    },
    async ({ step, event }) => {
      const key = keyOf(event);
      const result = await step.invoke("slow", { function: slowChild, data: { key } });
      await step.run("after", () => note(`${key}/parent went on`, result));
      return result;
    },
  );

  return [sleeper, waiter, matcher, anything, lateWaiter, child, slowChild, dormant, parent, parentOfSlow];
}
