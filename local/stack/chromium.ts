import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";
import { StackError } from "./stack-error";
import { printStep } from "./terminal";

const systemBrowsers = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/opt/google/chrome/chrome",
  "/snap/bin/chromium",
];

function runs(path: string): boolean {
  return (
    existsSync(path) && spawnSync(path, ["--version"], { stdio: "ignore", timeout: 30_000 }).status === 0
  );
}

function playwrightsOwn(): string | undefined {
  try {
    return chromium.executablePath();
  } catch {
    return undefined;
  }
}

function find(): string | undefined {
  const asked = process.env.CHROMIUM_PATH;
  if (asked) {
    if (runs(asked)) return asked;
    throw new StackError(
      `CHROMIUM_PATH names ${asked}, which does not run. Correct it, or unset it to let one be found.`,
    );
  }
  return [playwrightsOwn(), ...systemBrowsers].find((path) => path !== undefined && runs(path));
}

/** How this user may install a package of the distribution; `undefined` when they may not. */
function installer(): string[] | undefined {
  if (!existsSync("/usr/bin/apt-get")) return undefined;
  if (process.getuid?.() === 0) return [];
  return spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status === 0 ? ["sudo", "-n"] : undefined;
}

/**
 * The browser for the browser tests: CHROMIUM_PATH, Playwright's own, or the system's; where there is none and we may,
 * the distribution's package is installed.
 * @returns its path.
 * @throws StackError when there is none and none can be installed.
 */
export function findChromium(): string {
  const found = find();
  if (found) return found;
  const prefix = installer();
  if (prefix) {
    printStep("There is no Chromium here; installing the distribution's package for the browser tests");
    const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    for (const words of [["update"], ["install", "-y", "--no-install-recommends", "chromium"]]) {
      const [program = "", ...args] = [...prefix, "apt-get", "-q", ...words];
      spawnSync(program, args, { stdio: ["ignore", "inherit", "inherit"], env: environment });
    }
    const installed = find();
    if (installed) return installed;
  }
  throw new StackError(
    "The browser tests need Chromium, and there is none on this machine. Install it with `npx playwright install chromium` or your system's package, or name one in CHROMIUM_PATH.",
  );
}
