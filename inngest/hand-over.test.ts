import { describe, expect, it } from "vitest";
import type { OutboxEvent } from "@/lib/workflows/outbox";
import { handOver } from "./hand-over";

const events = ["a", "b", "c", "d", "e"].map(
  (id): OutboxEvent => ({ id, name: `t/${id}`, data: {}, at: new Date(0), installation: "here" }),
);

/** An executor that answers so when an event is among those sent; what it took, in the order in which it came. */
function executor(answers: Readonly<Record<string, number>>) {
  const taken: string[] = [];
  const send = async (sent: readonly OutboxEvent[]) => {
    const bad = sent.find((event) => event.id in answers);
    if (bad) throw new Error(`Inngest API Error: ${answers[bad.id]} no`);
    taken.push(...sent.map((event) => event.id));
  };
  return { taken, send };
}

describe("handing events over", () => {
  it.each([400, 413, 422])(
    "finds the events that are refused with %i, and goes on behind them",
    async (status) => {
      const { taken, send } = executor({ b: status, e: status });
      const { delivered, refused, trouble } = await handOver(events, send);
      expect(taken).toEqual(["a", "c", "d"]);
      expect(delivered).toEqual(taken);
      expect(refused.map(({ id }) => id)).toEqual(["b", "e"]);
      expect(trouble).toBeNull();
    },
  );

  it.each([401, 403, 404, 408, 429, 500, 503])("blames no event for an answer of %i", async (status) => {
    const { delivered, refused, trouble } = await handOver(events, executor({ b: status }).send);
    expect({ delivered, refused }).toEqual({ delivered: [], refused: [] });
    expect(trouble).toBeInstanceOf(Error);
  });

  it("sends nothing behind an event that could not be sent for the moment", async () => {
    const { taken, send } = executor({ a: 400, c: 503 });
    const { delivered, refused, trouble } = await handOver(events, send);
    expect(taken).toEqual(delivered);
    expect(delivered.every((id) => id < "c")).toBe(true);
    expect(refused.every(({ id }) => id === "a")).toBe(true);
    expect(trouble).toBeInstanceOf(Error);
  });
});
