import { describe, expect, it } from "vitest";
import { createPublicCache } from "./public-cache";

const page = { status: 200, headers: [], gzip: new Uint8Array(1), brotli: new Uint8Array(1) };

describe("an announced change", () => {
  it("drops times, answers and pages", async () => {
    const cache = createPublicCache();
    await cache.times.get("piano 30", async () => []);
    await cache.answers.get("timeslots", async () => "an answer");
    await cache.pages.get("/", async () => page);
    cache.hear("4711");
    expect([cache.times.size, cache.answers.size, cache.pages.size]).toEqual([0, 0, 0]);
  });

  it("is heard once, however many connections hear of it", async () => {
    const cache = createPublicCache();
    cache.hear("4711");
    await cache.pages.get("/", async () => page);
    cache.hear("4711");
    expect(cache.pages.peek("/")).toBe(page);
    cache.hear("4712");
    expect(cache.pages.peek("/")).toBeUndefined();
  });

  it("without a text always counts", async () => {
    const cache = createPublicCache();
    for (let nth = 0; nth < 2; nth++) {
      await cache.pages.get("/", async () => page);
      cache.hear("");
      expect(cache.pages.size).toBe(0);
    }
  });

  it("is remembered for a while only", () => {
    const cache = createPublicCache();
    for (let nth = 0; nth < 500; nth++) expect(() => cache.hear(String(nth))).not.toThrow();
  });
});

describe("pages", () => {
  it("that are none are given and not kept", async () => {
    const cache = createPublicCache();
    expect((await cache.pages.get("/x", async () => ({ ...page, status: 404 }))).status).toBe(404);
    expect(cache.pages.size).toBe(0);
  });
});
