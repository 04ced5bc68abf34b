import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { StackError } from "./stack-error";

const shape = z.object({
  pid: z.number(),
  dataDir: z.string(),
  env: z.record(z.string(), z.string()),
  urls: z.object({
    web: z.string(),
    mailbox: z.string(),
    stripe: z.string(),
    inngest: z.string(),
    auth: z.string(),
    control: z.string(),
  }),
});

/** What a running stack wrote about itself: its variables and addresses. */
export type RunningStack = z.infer<typeof shape>;

/**
 * Reads a stack's `stack.json`.
 * @param dataDir the stack's data folder.
 * @throws StackError when there is none, or nobody runs it.
 */
export function readRunningStack(dataDir: string): RunningStack {
  try {
    const stack = shape.parse(JSON.parse(readFileSync(join(dataDir, "stack.json"), "utf8")));
    process.kill(stack.pid, 0);
    return stack;
  } catch (error) {
    throw new StackError("The academy does not run. Start it with `npm run up` in another window.", {
      cause: error,
    });
  }
}
