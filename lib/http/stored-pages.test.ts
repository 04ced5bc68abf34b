import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createPublicCache, type PublicCache } from "@/lib/scheduling/public-cache";
import { serveStoredPages } from "./page-cache";

vi.mock("@/lib/env", () => ({ env: () => ({ SITE_URL: "http://127.0.0.1:3000" }) }));

/** Stands for Next: tells who it thinks it answers, and how often it was asked. */
let server: Server;
let port: number;
let asked: IncomingMessage["headers"][] = [];
let respond: (path: string) => { status: number; headers?: Record<string, string> } = () => ({ status: 200 });
const holder = globalThis as typeof globalThis & { cedarPublicCache?: PublicCache };

beforeAll(async () => {
  serveStoredPages();
  server = createServer((message, response) => {
    asked.push(message.headers);
    const { status, headers } = respond(message.url ?? "");
    response.writeHead(status, { "content-type": "text/html", vary: "rsc", "x-own": "1", ...headers });
    response.end(
      `nth ${asked.length} cookie ${message.headers.cookie ?? "none"} agent ${message.headers["x-agent"] ?? "none"}`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(async () => {
  delete holder.cedarPublicCache;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

beforeEach(() => {
  holder.cedarPublicCache = createPublicCache();
  asked = [];
  respond = () => ({ status: 200 });
});

type Answer = { status: number; headers: IncomingMessage["headers"]; body: Buffer };

function ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
    })
      .on("error", reject)
      .end();
  });
}

describe("a visitor", () => {
  it("gets a page that was rendered once, for nobody: without anybody's cookies and headers", async () => {
    const personal = { cookie: "enrollment=4711", "x-agent": "somebody", "x-forwarded-for": "203.0.113.9" };
    const first = await ask("/timeslots", personal);
    const second = await ask("/timeslots");
    expect(String(first.body)).toBe("nth 1 cookie none agent none");
    expect(second.body).toEqual(first.body);
    expect([first.headers["x-page-cache"], second.headers["x-page-cache"]]).toEqual(["made", "hit"]);
    expect(asked).toHaveLength(1);
    expect(asked[0]).not.toHaveProperty("x-forwarded-for");
  });

  it("gets it as the browser wants it", async () => {
    const [plain, zipped, smaller] = await Promise.all([
      ask("/"),
      ask("/", { "accept-encoding": "gzip, deflate" }),
      ask("/", { "accept-encoding": "gzip, deflate, br" }),
    ]);
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(zipped.headers["content-encoding"]).toBe("gzip");
    expect(smaller.headers["content-encoding"]).toBe("br");
    expect(gunzipSync(zipped.body)).toEqual(plain.body);
    expect(brotliDecompressSync(smaller.body)).toEqual(plain.body);
    expect(plain.headers).toMatchObject({ "content-type": "text/html", vary: "rsc, accept-encoding" });
    expect(plain.headers).not.toHaveProperty("x-own");
    expect(asked).toHaveLength(1);
  });

  it("gets another one after a change", async () => {
    await ask("/timeslots");
    holder.cedarPublicCache?.hear("4711");
    expect(String((await ask("/timeslots")).body)).toContain("nth 2");
    expect(String((await ask("/timeslots")).body)).toContain("nth 2");
  });

  it("shares the rendering with all who ask at once", async () => {
    const all = await Promise.all(Array.from({ length: 40 }, () => ask("/teachers/elena-marquez")));
    expect(new Set(all.map(({ body }) => String(body))).size).toBe(1);
    expect(asked).toHaveLength(1);
  });

  it("is told that a page is not there, each time anew", async () => {
    respond = () => ({ status: 404 });
    expect((await ask("/teachers/nobody")).status).toBe(404);
    respond = () => ({ status: 200 });
    expect((await ask("/teachers/nobody")).status).toBe(200);
  });

  it("is led on where a page leads on", async () => {
    respond = () => ({ status: 307, headers: { location: "/elsewhere" } });
    expect(await ask("/lessons/piano")).toMatchObject({ status: 307, headers: { location: "/elsewhere" } });
  });

  it("is answered as usual when the page would set a cookie, and nothing of it is kept", async () => {
    respond = () => ({ status: 200, headers: { "set-cookie": "a=1" } });
    const answer = await ask("/timeslots", { "x-agent": "somebody" });
    expect(String(answer.body)).toContain("agent somebody");
    expect(answer.headers["x-page-cache"]).toBeUndefined();
    expect(holder.cedarPublicCache?.pages.size).toBe(0);
  });
});

describe("whatever else is asked", () => {
  it.each([
    ["with a session", "/timeslots", { cookie: "next-auth.session-token=abc" }, "GET"],
    ["by the router", "/timeslots", { rsc: "1" }, "GET"],
    ["with a parameter that the page does not read", "/timeslots?who=me", {}, "GET"],
    ["at another address", "/enroll", {}, "GET"],
    ["as a form", "/timeslots", {}, "POST"],
  ])("goes on as it came: %s", async (_, path, headers, method) => {
    await ask("/timeslots");
    const answer = await ask(path, { ...headers, "x-agent": "somebody" }, method);
    expect(String(answer.body)).toContain("agent somebody");
    expect(answer.headers["x-page-cache"]).toBeUndefined();
  });

  it("cannot pass for the cache's own request", async () => {
    await ask("/timeslots");
    const answer = await ask("/timeslots", { "x-page-for-cache": "guessed" });
    expect(answer.headers["x-page-cache"]).toBe("hit");
  });

  it("goes on as it came where nothing is kept", async () => {
    delete holder.cedarPublicCache;
    expect(String((await ask("/timeslots", { "x-agent": "somebody" })).body)).toContain("agent somebody");
  });
});
