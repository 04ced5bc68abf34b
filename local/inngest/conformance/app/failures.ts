import { NonRetriableError, RetryAfterError } from "inngest";
import { type AppParts, keyOf } from "./parts";

/** Steps and functions that fail: retried, caught, given up. */
export function failureFunctions({ client, note, named, isLong }: AppParts) {
  const on = (name: string) => ({ id: name, triggers: { event: named(name) } });

  const flaky = client.createFunction({ ...on("flaky"), retries: 3 }, async ({ step, event, attempt }) => {
    const key = keyOf(event);
    const first = await step.run("try", async () => {
      const count = await note(`${key}/try`, attempt);
      if (count < 3) throw new Error(`not yet: ${count}`);
      return count;
    });
    return step.run("next", async () => {
      await note(`${key}/next`, attempt);
      return first;
    });
  });

  const caught = client.createFunction({ ...on("caught"), retries: 1 }, async ({ step, event }) => {
    const key = keyOf(event);
    try {
      await step.run("broken", async () => {
        await note(`${key}/broken`);
        throw new TypeError("always");
      });
      return "unreachable";
    } catch (error) {
      return step.run("undo", () => (error instanceof Error ? `undone: ${error.message}` : "?"));
    }
  });

  const hopeless = client.createFunction(
    {
      ...on("hopeless"),
      retries: 1,
      onFailure: async ({ error, event, step }) => {
        const { run_id, event: original } = event.data;
        await step.run("tell", () =>
          note(`${keyOf(original)}/failure`, {
            runId: run_id,
            message: error.message,
            event: original.name,
          }),
        );
      },
    },
    async ({ step, event }) => {
      await step.run("broken", async () => {
        await note(`${keyOf(event)}/broken`);
        throw new Error("out of order");
      });
    },
  );

  const listener = client.createFunction(
    { id: "listener", triggers: { event: "inngest/function.failed" } },
    async ({ event }) => {
      await note(`${keyOf(event.data.event)}/heard`, event.data.error.message);
    },
  );

  const rewrapped = client.createFunction({ ...on("rewrapped"), retries: 1 }, async ({ step, event }) => {
    const key = keyOf(event);
    try {
      await step.run("broken", async () => {
        await note(`${key}/broken`);
        throw new Error("inner");
      });
    } catch (cause) {
      await note(`${key}/rethrown`);
      throw new Error("wrapped", { cause });
    }
  });

  const bodyThrows = client.createFunction(
    { ...on("body-throws"), retries: 2 },
    async ({ attempt, event }) => {
      await note(`${keyOf(event)}/attempt`, attempt);
      if (attempt < 2) throw new Error(`attempt ${attempt}`);
      return attempt;
    },
  );

  const single = client.createFunction({ ...on("single"), retries: 0 }, async ({ event }) => {
    await note(`${keyOf(event)}/attempt`);
    throw new Error("at once");
  });

  const final = client.createFunction(
    {
      ...on("final"),
      retries: 5,
      onFailure: async ({ event, error }) => {
        const cause = error.cause instanceof Error ? error.cause.message : JSON.stringify(error.cause);
        await note(`${keyOf(event.data.event)}/failure`, { message: error.message, cause });
      },
    },
    async ({ step, event }) => {
      const refuse = async () => {
        await note(`${keyOf(event)}/refuse`);
        throw new NonRetriableError("no point", { cause: new Error("card stolen") });
      };
      if (event.data.where === "function") await refuse();
      await step.run("refuse", refuse);
    },
  );

  const caughtCause = client.createFunction(
    { ...on("caught-cause"), retries: 5 },
    async ({ step, event }) => {
      try {
        await step.run("refuse", async () => {
          await note(`${keyOf(event)}/refuse`);
          throw new NonRetriableError("no point", { cause: new Error("card stolen") });
        });
        return "unreachable";
      } catch (error) {
        const cause = error instanceof Error ? error.cause : undefined;
        return cause instanceof Error ? cause.message : JSON.stringify(cause);
      }
    },
  );

  const later = client.createFunction({ ...on("later"), retries: 2 }, async ({ step, event }) =>
    step.run("come back", async () => {
      if ((await note(`${keyOf(event)}/call`)) > 1) return "came back";
      const { as, afterMs, at } = event.data;
      throw new RetryAfterError("busy", as === "date" ? new Date(Number(at)) : Number(afterMs));
    }),
  );

  const cancellable = client.createFunction(
    {
      ...on("cancellable"),
      cancelOn: [{ event: named("cancel"), if: "event.data.key == async.data.key" }],
      onFailure: async ({ event }) => {
        await note(`${keyOf(event.data.event)}/failure`);
      },
    },
    async ({ step, event }) => {
      const key = keyOf(event);
      await step.run("before", () => note(`${key}/before`));
      await step.sleep("long", isLong ? "60d" : "1h");
      await step.run("never", () => note(`${key}/never`));
    },
  );

  const cancellationListener = client.createFunction(
    { id: "cancellation-listener", triggers: { event: "inngest/function.cancelled" } },
    async ({ event }) => {
      await note(`${keyOf(event.data.event)}/heard cancelled`);
    },
  );

  return [
    flaky,
    caught,
    hopeless,
    listener,
    rewrapped,
    bodyThrows,
    single,
    final,
    caughtCause,
    later,
    cancellable,
    cancellationListener,
  ];
}
