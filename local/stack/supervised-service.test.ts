import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ServiceStatus, SupervisedService } from "./supervised-service";

describe("a supervised service", () => {
  let folder: string;
  let seen: ServiceStatus[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cedar-service-"));
    seen = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A program that writes its number to a file when it is ready, and lives until it is told to end. */
  function service(program: string, readyWithin = 10_000): SupervisedService {
    const ready = join(folder, "ready");
    return new SupervisedService(
      {
        name: "example",
        launch(output) {
          rmSync(ready, { force: true });
          return spawn(process.execPath, ["-e", program, ready], {
            stdio: ["ignore", output, output],
            detached: true,
          });
        },
        isReady: async () => existsSync(ready),
        readyWithin,
        stopSignal: "SIGTERM",
        logFile: join(folder, "example.log"),
      },
      (status) => seen.push(status),
    );
  }

  const living = "require('fs').writeFileSync(process.argv[1], ''); setInterval(() => {}, 1000)";

  it("starts, and stops", async () => {
    const example = service(living);
    await example.start();
    const { pid, state } = example.status();
    expect(state).toBe("ready");
    await example.stop();
    expect(example.status().state).toBe("stopped");
    expect(() => process.kill(pid ?? 0, 0)).toThrow(/ESRCH/);
  });

  it("is started again each time it is killed", async () => {
    const example = service(living);
    await example.start();
    for (const restarts of [1, 2]) {
      const before = example.status().pid;
      example.kill("SIGKILL");
      await example.waitUntilReady();
      expect(example.status()).toMatchObject({ state: "ready", restarts });
      expect(example.status().pid).not.toBe(before);
    }
    await example.stop();
    expect(seen.map((status) => status.state)).toContain("restarting");
  });

  it("is not started again when it is stopped", async () => {
    const example = service(living);
    await example.start();
    await example.stop();
    expect(seen.filter((status) => status.state === "ready")).toHaveLength(1);
  });

  it("that dies at once fails with what it said", async () => {
    const example = service("console.error('Error: no such thing'); process.exit(1)");
    await expect(example.start()).rejects.toThrow(/does not start: "Error: no such thing"/);
    expect(example.status().state).toBe("stopped");
  });

  it("that never gets ready is ended", async () => {
    writeFileSync(join(folder, "pid"), "");
    const example = service(
      `require('fs').writeFileSync(${JSON.stringify(join(folder, "pid"))}, String(process.pid)); setInterval(() => {}, 1000)`,
      1_500,
    );
    await expect(example.start()).rejects.toThrow(/does not start/);
    const pid = Number(readFileSync(join(folder, "pid"), "utf8"));
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });

  it("that ignores its stop signal is ended all the same", { timeout: 20_000 }, async () => {
    const example = service(`process.on('SIGTERM', () => {}); ${living}`);
    await example.start();
    const { pid } = example.status();
    await example.stop();
    expect(() => process.kill(pid ?? 0, 0)).toThrow(/ESRCH/);
  });
});
