import { type AppParts, keyOf } from "./parts";

/** Steps one after the other and side by side, and what they give back. */
export function stepFunctions({ client, note, gate, named }: AppParts) {
  const on = (name: string) => ({ id: name, triggers: { event: named(name) } });

  const sequence = client.createFunction(on("sequence"), async ({ step, event }) => {
    const key = keyOf(event);
    const a = await step.run("a", async () => (await note(`${key}/a`)) * 10);
    await note(`${key}/seen a`, a);
    const b = await step.run("b", async () => (await note(`${key}/b`, a)) + a);
    await note(`${key}/seen b`, b);
    const c = await step.run("c", async () => (await note(`${key}/c`, b)) + b);
    return { a, b, c };
  });

  const loop = client.createFunction(on("loop"), async ({ step, event }) => {
    const turns: number[] = [];
    for (let turn = 0; turn < 4; turn++) {
      turns.push(
        await step.run("turn", async () => {
          await note(`${keyOf(event)}/turn`, turn);
          return turn;
        }),
      );
    }
    return turns;
  });

  const plain = client.createFunction(on("plain"), async ({ event }) => {
    await note(`${keyOf(event)}/called`, event.data);
    return event.data.answer;
  });

  const nothing = client.createFunction(on("nothing"), async ({ event, step }) => {
    await step.run("only", async () => {
      await note(`${keyOf(event)}/called`);
    });
  });

  const values = client.createFunction(on("values"), async ({ step }) => {
    const none = await step.run("undefined", () => undefined);
    const empty = await step.run("null", () => null);
    const wrapped = await step.run("wrapped", () => ({ data: 1 }));
    const errorLike = await step.run("error-like", () => ({ error: { name: "Error", message: "none" } }));
    const text = await step.run("text", () => "Zoë 🎻 \u0000 \u2028 é");
    const big = await step.run("big", () => "x".repeat(1_100_000));
    return step.run("all", () => ({ none: none === null, empty, wrapped, errorLike, text, big: big.length }));
  });

  const tooLarge = client.createFunction({ ...on("too-large"), retries: 0 }, async ({ step }) => {
    await step.run("huge", () => "x".repeat(4_300_000));
    return "kept";
  });

  const parallel = client.createFunction(on("parallel"), async ({ step, event }) => {
    const key = keyOf(event);
    const parts = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        step.run(`part ${n}`, async () => {
          await note(`${key}/part ${n}`);
          return n;
        }),
      ),
    );
    return step.run("sum", async () => {
      await note(`${key}/sum`);
      return parts.reduce((sum, part) => sum + part, 0);
    });
  });

  const twins = client.createFunction(on("twins"), async ({ step, event }) =>
    Promise.all([
      step.run("same id", async () => note(`${keyOf(event)}/same`)),
      step.run("same id", async () => note(`${keyOf(event)}/same`)),
    ]),
  );

  const chains = client.createFunction(on("chains"), async ({ step, event }) => {
    const key = keyOf(event);
    const chain = async (name: string) => {
      const first = await step.run(`${name} 1`, async () => {
        await note(`${key}/${name} 1`);
        return `${name}1`;
      });
      const second = await step.run(`${name} 2`, async () => {
        await note(`${key}/${name} 2`, first);
        return `${first}${name}2`;
      });
      return step.run(`${name} 3`, async () => {
        await note(`${key}/${name} 3`, second);
        return `${second}${name}3`;
      });
    };
    return Promise.all([chain("a"), chain("b")]);
  });

  const mixed = client.createFunction({ ...on("mixed"), retries: 0 }, async ({ step, event }) => {
    const key = keyOf(event);
    const results = await Promise.allSettled([
      step.run("works", () => "worked"),
      step.run("breaks", () => {
        throw new Error("broke");
      }),
      step.sleep("rests", "1s"),
    ]);
    await step.run("after", () => note(`${key}/after`));
    return results.map((result) => result.status);
  });

  const race = client.createFunction(on("race"), async ({ step, group, event }) => {
    const key = keyOf(event);
    const winner = await group.parallel(() =>
      Promise.race([
        step.run("quick", () => "quick"),
        step.run("slow", async () => {
          await gate(`${key}/slow`);
          return "slow";
        }),
      ]),
    );
    await step.run("after", () => note(`${key}/after`, winner));
    return winner;
  });

  return [sequence, loop, plain, nothing, values, tooLarge, parallel, twins, chains, mixed, race];
}
