import { type AppParts, keyOf } from "./parts";

/** Functions that limit, delay, order, gather or end their runs. Spans of time are those of ../spans.ts. */
export function flowFunctions({ client, note, gate, named, isLong }: AppParts) {
  const on = (name: string) => ({ id: name, triggers: { event: named(name) } });
  const span = <Long extends string, Short extends string>(long: Long, short: Short) =>
    isLong ? long : short;

  /** Notes that it is at work, and waits there until the test lets it go on. */
  const work = async (what: string, detail: string) => {
    await note(`${what}/enter`, detail);
    await gate(`${what}/go`);
    await note(`${what}/leave`, detail);
  };

  const limited = client.createFunction(
    { ...on("limited"), concurrency: [{ limit: 2, key: "event.data.key" }, { limit: 3 }] },
    async ({ step, event }) => {
      await step.run("work", () => work(String(event.data.group), keyOf(event)));
    },
  );

  const shared = ["shared-a", "shared-b"].map((id) =>
    client.createFunction(
      { ...on(id), concurrency: [{ limit: 1, scope: "env", key: "event.data.resource" }] },
      async ({ step, event }) => {
        await step.run("work", () => work(String(event.data.resource), id));
      },
    ),
  );

  const ordered = client.createFunction(
    { ...on("ordered"), concurrency: 1, priority: { run: "event.data.rank" } },
    async ({ step, event }) => {
      await step.run("work", () => work(keyOf(event), String(event.data.name)));
    },
  );

  const rateLimited = client.createFunction(
    { ...on("rate-limited"), rateLimit: { limit: 1, period: span("1h", "5s"), key: "event.data.key" } },
    async ({ event }) => {
      await note(`${keyOf(event)}/run`, event.data.n);
    },
  );

  const throttled = client.createFunction(
    { ...on("throttled"), throttle: { limit: 1, period: span("10m", "3s"), key: "event.data.key" } },
    async ({ event }) => {
      await note(`${keyOf(event)}/run`, event.data.n);
    },
  );

  const debounced = client.createFunction(
    { ...on("debounced"), debounce: { period: span("1h", "4s"), key: "event.data.key" } },
    async ({ event }) => {
      await note(`${keyOf(event)}/run`, event.data.n);
      return event.data.n;
    },
  );

  const debouncedAtMost = client.createFunction(
    {
      ...on("debounced-at-most"),
      debounce: { period: span("1h", "4s"), timeout: span("2h", "6s"), key: "event.data.key" },
    },
    async ({ event }) => {
      await note(`${keyOf(event)}/run`, event.data.n);
    },
  );

  const singleSkip = client.createFunction(
    { ...on("single-skip"), singleton: { mode: "skip", key: "event.data.key" } },
    async ({ step, event }) => {
      await step.run("work", () => work(keyOf(event), String(event.data.n)));
      return event.data.n;
    },
  );

  const singleCancel = client.createFunction(
    { ...on("single-cancel"), singleton: { mode: "cancel", key: "event.data.key" } },
    async ({ step, event }) => {
      const key = keyOf(event);
      await step.run("begin", () => note(`${key}/begin`, event.data.n));
      await step.waitForEvent("go", { event: named("single-go"), timeout: "7d", match: "data.key" });
      await step.run("end", () => note(`${key}/end`, event.data.n));
    },
  );

  const batched = client.createFunction(
    { ...on("batched"), batchEvents: { maxSize: 3, timeout: span("30s", "5s"), key: "event.data.key" } },
    async ({ events, event }) => {
      await note(
        `${keyOf(event)}/batch`,
        events.map((each) => each.data.n),
      );
      return events.length;
    },
  );

  const batchedIf = client.createFunction(
    {
      ...on("batched-if"),
      batchEvents: {
        maxSize: 3,
        timeout: span("30s", "5s"),
        key: "event.data.key",
        if: "event.data.n < 100",
      },
    },
    async ({ events, event }) => {
      await note(
        `${keyOf(event)}/batch`,
        events.map((each) => each.data.n),
      );
    },
  );

  const slowStart = client.createFunction(
    { ...on("slow-start"), concurrency: 1, timeouts: { start: span("10m", "4s") } },
    async ({ step, event }) => {
      await step.run("work", () => work(keyOf(event), String(event.data.n)));
    },
  );

  const slowFinish = client.createFunction(
    { ...on("slow-finish"), timeouts: { finish: span("10m", "4s") } },
    async ({ step, event }) => {
      await step.run("before", () => note(`${keyOf(event)}/before`));
      await step.sleep("long", span("60d", "1h"));
    },
  );

  const cancelledSoon = client.createFunction(
    {
      ...on("cancelled-soon"),
      cancelOn: [{ event: named("cancel-soon"), match: "data.key", timeout: span("1h", "3s") }],
    },
    async ({ step, event }) => {
      await step.run("before", () => note(`${keyOf(event)}/before`));
      await step.waitForEvent("go", { event: named("cancelled-go"), timeout: "7d", match: "data.key" });
      return "went on";
    },
  );

  return [
    limited,
    ...shared,
    ordered,
    rateLimited,
    throttled,
    debounced,
    debouncedAtMost,
    singleSkip,
    singleCancel,
    batched,
    batchedIf,
    slowStart,
    slowFinish,
    cancelledSoon,
  ];
}
