import { Agent, get } from "node:http";
import { performance } from "node:perf_hooks";
import { percentile } from "./percentile";

/** What one run of this program tells, as one line of JSON. */
export type Load = {
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly median: number;
  readonly p95: number;
  /** Answers that were not 200, and requests that failed. */
  readonly failed: number;
  /** Bytes of a body as it came. */
  readonly bytes: number;
};

const WARM_UP_MS = 2_000;

/**
 * A process of its own that asks for one address over kept connections, as browsers ask (compressed, without cookies),
 * and counts: `tsx bench/http-load.ts <address> <connections> <seconds>`.
 */
async function run(address: string, connections: number, seconds: number): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const headers = { accept: "text/html", "accept-encoding": "gzip, deflate, br" };
  const times: number[] = [];
  let failed = 0;
  let bytes = 0;
  const ask = () =>
    new Promise<void>((resolve) => {
      get(address, { agent, headers }, (response) => {
        let length = 0;
        response.on("data", (part: Buffer) => {
          length += part.length;
        });
        response.on("end", () => {
          if (response.statusCode !== 200) failed++;
          bytes = length;
          resolve();
        });
      }).on("error", () => {
        failed++;
        resolve();
      });
    });
  const begun = performance.now() + WARM_UP_MS;
  const over = begun + seconds * 1_000;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (let start = performance.now(); start < over; ) {
        await ask();
        const end = performance.now();
        if (start >= begun) times.push(end - start);
        start = end;
      }
    }),
  );
  const took = (performance.now() - begun) / 1_000;
  agent.destroy();
  return {
    requestsPerSecond: times.length / took,
    median: percentile(times, 0.5),
    p95: percentile(times, 0.95),
    failed,
    bytes,
  };
}

const [address, connections, seconds] = process.argv.slice(2);
if (address) console.log(JSON.stringify(await run(address, Number(connections), Number(seconds))));
