// The first step of every command. It runs on whatever Node the machine has (20 or later) with nothing installed: it
// installs the packages when they are missing or the lock changed, then goes on under the project's own Node 24.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const modules = join(root, "node_modules");
const stamp = join(modules, ".cedar-install");
const programs = {
  up: "local/stack/up.ts",
  dev: "local/stack/dev.ts",
  test: "local/stack/test.ts",
  check: "local/stack/check.ts",
  "test-scheduling": "local/stack/test-scheduling.ts",
  "test-inngest": "local/stack/test-inngest.ts",
  "test-chaos": "local/stack/test-chaos.ts",
  "test-term": "local/stack/test-term.ts",
  seed: "local/stack/seed.ts",
  import: "local/stack/import.ts",
  bench: "bench/main.ts",
};
const neededMegabytes = 2_500;

/** Ends the command with one sentence that says what to do. */
function fail(sentence) {
  console.error(`\n✖ ${sentence}\n`);
  process.exit(1);
}

function installFingerprint() {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .update(`${process.platform}-${process.arch}`)
    .digest("hex");
}

function isInstalled(fingerprint) {
  try {
    return readFileSync(stamp, "utf8") === fingerprint;
  } catch {
    return false;
  }
}

/** What npm's own error codes mean to a person. */
function explainInstall(output) {
  if (/ENOSPC/.test(output))
    return `The disk is full. Free about ${neededMegabytes / 1000} GB and run the command again.`;
  if (/EACCES|EPERM/.test(output)) {
    return "This folder (or npm's cache) may not be written. Own it with `chown -R $(id -un) .`, or clone it as the user who runs it.";
  }
  if (
    /can only install packages when your package\.json and package-lock\.json|EUSAGE|Invalid package-lock|lock file's/.test(
      output,
    )
  ) {
    return "package-lock.json does not fit package.json. Take both from the repository again with `git checkout package.json package-lock.json`.";
  }
  if (/EINTEGRITY/.test(output)) {
    return "A downloaded package is not the one in package-lock.json. Empty npm's cache with `npm cache clean --force` and run the command again; if it stays so, do not trust that registry.";
  }
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|network/i.test(output)) {
    return "The package registry cannot be reached. Check the connection and `npm config get registry`, then run the command again.";
  }
  if (/\bE?404\b/.test(output)) {
    return "The package registry does not have a package of package-lock.json. Check `npm config get registry`, then run the command again.";
  }
  return "The packages could not be installed; npm's own words are above. Remove node_modules and run the command again.";
}

function checkDisk() {
  try {
    const { bavail, bsize } = statfsSync(root);
    const megabytes = (bavail * bsize) / 1_000_000;
    if (megabytes < neededMegabytes) {
      fail(
        `Only ${Math.round(megabytes)} MB are free on this disk, and the packages and the build need ${neededMegabytes}. Free some space and run the command again.`,
      );
    }
  } catch {
    // Not every system tells; npm will.
  }
}

function install(fingerprint) {
  return new Promise((resolve) => {
    console.log("Installing the packages (a minute or two; only when package-lock.json changed)");
    checkDisk();
    rmSync(stamp, { force: true });
    const npm = process.env.npm_execpath?.endsWith("npm-cli.js")
      ? [process.execPath, [process.env.npm_execpath]]
      : ["npm", []];
    const started = Date.now();
    const child = spawn(npm[0], [...npm[1], "ci", "--no-fund", "--no-audit", "--loglevel=http"], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NODE_ENV: "development" },
    });
    let output = "";
    let fetched = 0;
    const show = () => {
      const seconds = Math.round((Date.now() - started) / 1000);
      const text = `  ${fetched} packages fetched, ${seconds} s`;
      if (process.stdout.isTTY) process.stdout.write(`\r${text}`);
      else console.log(text);
    };
    const timer = setInterval(show, process.stdout.isTTY ? 1_000 : 10_000);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (chunk) => {
        fetched += chunk.match(/npm http (fetch|cache)/g)?.length ?? 0;
        const telling = chunk
          .split("\n")
          .filter((line) => line.trim() && !line.startsWith("npm http"))
          .join("\n");
        if (telling) output += `${telling}\n`;
      });
    }
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
    let interruptedBy;
    const pass = (signal) => {
      interruptedBy = signal;
      child.kill(signal);
    };
    for (const signal of signals) process.on(signal, pass);
    child.on("error", () => {
      fail(
        "npm is not installed on this machine. Install it (it comes with Node) and run the command again.",
      );
    });
    child.on("close", (code) => {
      clearInterval(timer);
      for (const signal of signals) process.off(signal, pass);
      if (process.stdout.isTTY) process.stdout.write("\n");
      if (interruptedBy) {
        console.log("Stopped while installing; the next run begins it again.");
        process.exit(130);
      }
      if (code !== 0) {
        console.error(output.trim().split("\n").slice(-15).join("\n"));
        fail(explainInstall(output));
      }
      writeFileSync(stamp, fingerprint);
      console.log(`Packages installed in ${Math.round((Date.now() - started) / 1000)} s`);
      resolve();
    });
  });
}

/** The pinned Node 24 of the packages; the machine's own where it is new enough and the pinned one does not run. */
function findNode() {
  const pinned = join(modules, ".bin", process.platform === "win32" ? "node.cmd" : "node");
  if (existsSync(pinned)) {
    const probe = spawnSync(pinned, ["-p", "process.execPath"], { encoding: "utf8" });
    if (probe.status === 0) return probe.stdout.trim();
  }
  const major = Number(process.versions.node.split(".")[0]);
  if (major >= 22) return process.execPath;
  return fail(
    `Node ${process.versions.node} is too old, and the pinned Node 24 does not run on this machine (${process.platform}-${process.arch}). Install Node 24 from nodejs.org and run the command again.`,
  );
}

function run(node, program, args) {
  const child = spawn(node, ["--import", "tsx", join(root, program), ...args], {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      STACK_PARENT_PID: String(process.pid),
      PATH: `${join(modules, ".bin")}${process.platform === "win32" ? ";" : ":"}${process.env.PATH ?? ""}`,
    },
  });
  // A terminal sends Ctrl C to the child as well; it knows one press from two (see interrupts.ts).
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  // npm that is told to end ends its shell and leaves us behind: then the command is over as well.
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event) {
    const watch = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(watch);
      child.kill("SIGTERM");
    }, 500);
  }
  child.on("error", (error) => fail(`The command could not be started: ${error.message}.`));
  child.on("exit", (code, signal) => {
    process.exit(code ?? (signal === "SIGKILL" ? 137 : 130));
  });
}

const [verb = "", ...args] = process.argv.slice(2);
const program = programs[verb];
if (!program) fail(`There is no command "${verb}". There are: ${Object.keys(programs).join(", ")}.`);
if (Number(process.versions.node.split(".")[0]) < 20) {
  fail(`Node ${process.versions.node} is too old to begin with. Install Node 20 or later from nodejs.org.`);
}
let fingerprint;
try {
  fingerprint = installFingerprint();
} catch {
  fail(
    "package-lock.json is missing. Take it from the repository again with `git checkout package-lock.json`.",
  );
}
if (!isInstalled(fingerprint)) {
  try {
    accessSync(root, constants.W_OK);
  } catch {
    fail(
      "This folder may not be written. Clone the project to a folder of your own and run the command there.",
    );
  }
  await install(fingerprint);
}
run(findNode(), program, args);
