import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openControl } from "./control";
import { findFreePort } from "./ports";

describe("the control endpoint", () => {
  let folder: string;
  let base: string;
  let close: () => void;
  let killed: string[];

  async function open(isForTests: boolean): Promise<void> {
    const port = await findFreePort();
    base = `http://127.0.0.1:${port}`;
    const site = "http://127.0.0.1:3000";
    const server = await openControl({
      port,
      urls: { web: site, mailbox: site, stripe: site, inngest: site, auth: site, control: base },
      clockFile: join(folder, "clock"),
      statuses: () => [{ name: "web", state: "ready", pid: 1, restarts: 0 }],
      kill: isForTests ? (service, signal) => killed.push(`${service} ${signal}`) : undefined,
    });
    close = () => server.close();
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cedar-control-"));
    killed = [];
  });
  afterEach(() => {
    close();
    rmSync(folder, { recursive: true });
  });

  function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(base + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  }

  it("moves the clock to an offset, and on from there", async () => {
    await open(false);
    expect(await (await post("/clock", { offsetMs: 1_000 })).json()).toEqual({ offsetMs: 1_000 });
    expect(await (await post("/clock", { advanceMs: 500 })).json()).toEqual({ offsetMs: 1_500 });
    expect(readFileSync(join(folder, "clock"), "utf8").trim()).toBe("1500");
    expect(await (await fetch(`${base}/status`)).json()).toMatchObject({ clock: { offsetMs: 1_500 } });
  });

  it.each([
    ["a word", { offsetMs: "soon" }],
    ["half a millisecond", { offsetMs: 0.5 }],
    ["more than ten years", { offsetMs: 11 * 366 * 86_400_000 }],
    ["nothing", {}],
    ["both at once", { offsetMs: 1, advanceMs: 1 }],
  ])("refuses %s and leaves the clock", async (_name, body) => {
    await open(false);
    expect((await post("/clock", body)).status).toBe(400);
    expect(await (await fetch(`${base}/status`)).json()).toMatchObject({ clock: { offsetMs: 0 } });
  });

  it("takes nothing from a web page of elsewhere, and no form", async () => {
    await open(true);
    expect((await post("/clock", { offsetMs: 1 }, { origin: "https://elsewhere.example" })).status).toBe(403);
    expect((await post("/clock", { offsetMs: 1 }, { "content-type": "text/plain" })).status).toBe(415);
  });

  it("kills services of test stacks only", async () => {
    await open(true);
    expect((await post("/kill", { service: "web", signal: "SIGKILL" })).status).toBe(200);
    expect((await post("/kill", { service: "init", signal: "SIGKILL" })).status).toBe(400);
    expect(killed).toEqual(["web SIGKILL"]);
    close();
    await open(false);
    expect((await post("/kill", { service: "web", signal: "SIGKILL" })).status).toBe(403);
  });
});
