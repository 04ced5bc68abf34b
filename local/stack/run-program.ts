import { spawn } from "node:child_process";
import { baseEnvironment, projectRoot } from "./project";

export interface ProgramOptions {
  env?: Record<string, string>;
  /** Gets each line of its output as it comes, standard and error alike. */
  onLine?: (line: string) => void;
  /** Ends the program when it is aborted. */
  signal?: AbortSignal | undefined;
}

export interface ProgramResult {
  /** `null` when a signal ended it. */
  code: number | null;
  lines: string[];
}

/** Runs a Node program of the project to its end. `args` begin with the program's file. */
export async function runNodeProgram(
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  const child = spawn(process.execPath, args, {
    cwd: projectRoot,
    env: { ...baseEnvironment(), ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const abort = () => child.kill("SIGTERM");
  options.signal?.addEventListener("abort", abort);
  if (options.signal?.aborted) abort();

  const lines: string[] = [];
  const take = (line: string) => {
    if (line.trim() === "") return;
    lines.push(line);
    options.onLine?.(line);
  };
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream.setEncoding("utf8");
    stream.on("data", (chunk: string) => {
      const parts = (rest + chunk).split("\n");
      rest = parts.pop() ?? "";
      for (const line of parts) take(line);
    });
    stream.on("end", () => take(rest));
  }
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    return { code, lines };
  } finally {
    options.signal?.removeEventListener("abort", abort);
  }
}
