import { createServer } from "node:net";
import { reservePort } from "./port-reservations";
import { StackError, systemCode } from "./stack-error";

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(port, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        if (address && typeof address === "object") resolve(address.port);
        else reject(new Error("The system gave no port."));
      });
    });
  });
}

/** Any free port of 127.0.0.1. */
export function findFreePort(): Promise<number> {
  return listenOnce(0);
}

/**
 * The wanted port of 127.0.0.1, or the next free one above it, reserved for this process.
 * @throws StackError when the next hundred are taken too.
 */
async function takePortFrom(wanted: number): Promise<number> {
  for (let port = wanted; port < wanted + 100; port += 1) {
    try {
      await listenOnce(port);
      if (reservePort(port)) return port;
    } catch (error) {
      if (systemCode(error) !== "EADDRINUSE" && systemCode(error) !== "EACCES") throw error;
    }
  }
  throw new StackError(
    `The ports ${wanted} to ${wanted + 99} are all taken. End a program that uses one of them and run the command again.`,
  );
}

async function takeFreePort(): Promise<number> {
  for (;;) {
    const port = await findFreePort();
    if (reservePort(port)) return port;
  }
}

/** Where each service of the stack listens. */
export interface StackPorts {
  web: number;
  postgres: number;
  auth: number;
  stripe: number;
  inngest: number;
  mailbox: number;
  smtp: number;
  control: number;
}

/** First choices: far from what other programs commonly use, the web on the port that people expect. */
const preferredPorts: StackPorts = {
  web: 3000,
  postgres: 54_420,
  auth: 54_421,
  stripe: 54_422,
  inngest: 54_423,
  mailbox: 54_424,
  smtp: 54_425,
  control: 54_426,
};

/**
 * A port for each service, reserved until `releasePorts`.
 * @param choice `preferred` takes the same ones every time where they are free; `free` takes any, for stacks beside others.
 */
export async function choosePorts(choice: "preferred" | "free"): Promise<StackPorts> {
  const chosen = { ...preferredPorts };
  for (const name of Object.keys(preferredPorts) as (keyof StackPorts)[]) {
    chosen[name] = choice === "preferred" ? await takePortFrom(preferredPorts[name]) : await takeFreePort();
  }
  return chosen;
}
