import { type AppParts, keyOf } from "./parts";

/** Functions that send events, and those that events start or must not start. */
export function eventFunctions({ client, note, named }: AppParts) {
  const on = (name: string) => ({ id: name, triggers: { event: named(name) } });

  const heard = client.createFunction(on("heard"), async ({ event, runId }) => {
    await note(`${keyOf(event)}/heard`, runId);
    return event.data.n ?? null;
  });

  const sender = client.createFunction({ ...on("sender"), retries: 2 }, async ({ step, event, attempt }) => {
    const key = keyOf(event);
    const sent = await step.sendEvent("pass on", [
      { name: named("received"), data: { key, n: 1 } },
      { name: named("received"), data: { key, n: 2 } },
    ]);
    if (attempt < 1) throw new Error("after the send");
    return sent;
  });

  const receiver = client.createFunction(
    { id: "receiver", triggers: { event: named("received"), if: "event.data.n == 2" } },
    async ({ event }) => {
      await note(`${keyOf(event)}/received`, event.data.n);
      return event.data.n;
    },
  );

  const twoTriggers = client.createFunction(
    {
      id: "two-triggers",
      triggers: [
        { event: named("either") },
        { event: named("either"), if: "event.data.n > 0" },
        { event: named("or") },
      ],
    },
    async ({ event }) => {
      await note(`${keyOf(event)}/two triggers`, event.name);
    },
  );

  const alsoEither = client.createFunction(
    { id: "also-either", triggers: { event: named("either") } },
    async ({ event }) => {
      await note(`${keyOf(event)}/also`);
    },
  );

  const once = client.createFunction({ ...on("once"), idempotency: "event.data.order" }, async ({ event }) =>
    note(`${event.data.order}/once`),
  );

  return [heard, sender, receiver, twoTriggers, alsoEither, once];
}
