import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, watchFile, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { inProject, projectRoot } from "./project";
import { runNodeProgram } from "./run-program";
import { StackError } from "./stack-error";
import { takeStackLock } from "./stack-lock";

const sourceFolders = ["app", "components", "emails", "inngest", "lib", "public"];
// tsconfig.json is left out: Next rewrites it while it builds.
const sourceFiles = [
  "instrumentation.ts",
  "next.config.ts",
  "package-lock.json",
  "package.json",
  "postcss.config.mjs",
  "proxy.ts",
];

function* listFiles(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* listFiles(path);
    else if (!/\.test\.tsx?$/.test(entry.name)) yield path;
  }
}

/** A fingerprint of everything that goes into the build. */
function hashSources(): string {
  const folders = sourceFolders.map((name) => inProject(name)).filter((path) => existsSync(path));
  const files = sourceFiles.map((name) => inProject(name)).filter((path) => existsSync(path));
  const hash = createHash("sha256");
  for (const path of [...folders.flatMap((folder) => [...listFiles(folder)]), ...files].sort()) {
    hash
      .update(`${relative(projectRoot, path)}\0`)
      .update(readFileSync(path))
      .update("\0");
  }
  return hash.digest("hex");
}

const stampFile = inProject(".next", "cedar-build");

/** Calls back when another command (a test beside `npm run up`, say) has made a new build of changed sources. */
export function onNewBuild(changed: () => void): void {
  watchFile(stampFile, { interval: 2_000, persistent: false }, (now, before) => {
    if (now.mtimeMs !== before.mtimeMs && now.size > 0) changed();
  });
}

/** Whether the production build on disk is made of the present sources. */
export function isBuildCurrent(): boolean {
  try {
    return existsSync(inProject(".next", "BUILD_ID")) && readFileSync(stampFile, "utf8") === hashSources();
  } catch {
    return false;
  }
}

/**
 * Makes the production build when the sources changed since the last one. It needs no database and no secrets.
 * @param options.onLine gets each line that the build prints.
 * @returns how many seconds it took, 0 when the build on disk is current.
 * @throws StackError with the end of its output when it fails.
 */
export async function ensureBuild(
  options: { onLine?: (line: string) => void; signal?: AbortSignal | undefined } = {},
): Promise<number> {
  if (isBuildCurrent()) return 0;
  const release = takeBuildLock();
  const started = performance.now();
  try {
    // Taken before, so that a source changed during the build makes the next one necessary.
    const hash = hashSources();
    const { code, lines } = await runNodeProgram(
      [inProject("node_modules", "next", "dist", "bin", "next"), "build"],
      {
        env: { NODE_ENV: "production" },
        ...options,
      },
    );
    if (options.signal?.aborted) throw new StackError("The build was interrupted.");
    if (code !== 0) throw buildError(lines);
    writeFileSync(stampFile, hash);
  } finally {
    release();
  }
  return (performance.now() - started) / 1000;
}

function takeBuildLock(): () => void {
  try {
    return takeStackLock(inProject("node_modules", ".cache", "cedar-build"), null);
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    throw new StackError(
      "Another command is building this project right now. Wait for it, then run this one again.",
    );
  }
}

function buildError(lines: string[]): StackError {
  if (lines.some((line) => /ENOSPC|no space left/i.test(line))) {
    return new StackError(
      "The disk is full: the build needs about 1 GB. Free some space and run the command again.",
    );
  }
  return new StackError(`The build failed. Its last words:\n${lines.slice(-25).join("\n")}`);
}
