import type { AppParts } from "./parts";

/** What the embedded executor cannot do: it must say so, and never pretend. */
export function refusedFunctions({ client, note, named }: AppParts) {
  const nonsense = client.createFunction(
    { id: "nonsense", triggers: { event: named("nonsense"), if: "event.data.n ==== 1" } },
    async () => {
      await note("nonsense/run");
    },
  );

  const signal = client.createFunction(
    { id: "signal", triggers: { event: named("signal") } },
    async ({ step }) => {
      await step.waitForSignal("never", { signal: "s", timeout: "1d", onConflict: "fail" });
    },
  );

  return [nonsense, signal];
}
