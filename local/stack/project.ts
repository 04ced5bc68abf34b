import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the clone. */
export const projectRoot = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Where `up` and `dev` keep their data, logs and secrets. */
export const defaultDataDir = join(projectRoot, ".data");

/** Absolute path of something below the root. */
export function inProject(...parts: string[]): string {
  return join(projectRoot, ...parts);
}

/** What every child process gets of our own environment. Settings of other projects and tools stay out. */
export function baseEnvironment(): NodeJS.ProcessEnv {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value === undefined) continue;
    if (
      /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TMPDIR|TEMP|TMP|TZ|TERM|CI|NO_COLOR|FORCE_COLOR)$/.test(
        name,
      )
    ) {
      kept[name] = value;
    }
  }
  return {
    ...kept,
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
    SUPABASE_TELEMETRY_DISABLED: "1",
    DO_NOT_TRACK: "1",
  };
}
