import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { clock } from "./clock";
import { Perishable } from "./perishable";

const keep = (most = 100) => new Perishable<string>({ most, weigh: ({ length }) => length });

/** Work that ends when it is told to. */
function slow() {
  const work = Promise.withResolvers<string>();
  return { make: vi.fn(() => work.promise), end: work.resolve, fail: work.reject };
}

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-10-20T16:00:10Z") });
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("what is kept", () => {
  it("is made once", async () => {
    const cache = keep();
    const make = vi.fn(async () => "times");
    expect(await cache.get("a", make)).toBe("times");
    expect(await cache.get("a", make)).toBe("times");
    expect(make).toHaveBeenCalledTimes(1);
  });

  it("lives until the academy's minute is over, and not longer", async () => {
    const cache = keep();
    await cache.get("a", async () => "times");
    vi.setSystemTime(new Date("2026-10-20T16:00:59.999Z"));
    expect(cache.peek("a")).toBe("times");
    vi.setSystemTime(new Date("2026-10-20T16:01:00Z"));
    expect(cache.peek("a")).toBeUndefined();
    expect(cache.size).toBe(0);
  });

  it("counts from when it was begun, not from when it was done", async () => {
    const cache = keep();
    const { make, end } = slow();
    const asked = cache.get("a", make);
    vi.setSystemTime(new Date("2026-10-20T16:01:00.100Z"));
    end("of the minute before");
    expect(await asked).toBe("of the minute before");
    expect(cache.peek("a")).toBeUndefined();
  });

  it.each([3_600_000, -5_000])("is of another time once the clock has moved by %d ms", async (moved) => {
    const cache = keep();
    await cache.get("a", async () => "times");
    vi.spyOn(clock, "offsetMs").mockReturnValue(moved);
    expect(cache.peek("a")).toBeUndefined();
  });

  it("is bounded: what was asked for least recently goes first, and what is too large is not kept", async () => {
    const cache = keep(10);
    await cache.get("a", async () => "12345");
    await cache.get("b", async () => "12345");
    cache.peek("a");
    await cache.get("c", async () => "123");
    expect([cache.peek("a"), cache.peek("b"), cache.peek("c")]).toEqual(["12345", undefined, "123"]);
    expect(await cache.get("d", async () => "12345678901")).toBe("12345678901");
    expect(cache.peek("d")).toBeUndefined();
    expect(cache.size).toBe(2);
  });

  it("is only what may be", async () => {
    const cache = new Perishable<number>({ most: 10, weigh: () => 1, isKept: (status) => status === 200 });
    expect(await cache.get("a", async () => 500)).toBe(500);
    expect(await cache.get("a", async () => 200)).toBe(200);
    expect(await cache.get("a", async () => 500)).toBe(200);
  });
});

describe("a drop", () => {
  it("forgets everything", async () => {
    const cache = keep();
    await cache.get("a", async () => "before");
    cache.drop();
    expect(await cache.get("a", async () => "after")).toBe("after");
  });

  it("keeps what was begun before it from being kept, and from whoever asks after it", async () => {
    const cache = keep();
    const before = slow();
    const after = slow();
    const early = cache.get("a", before.make);
    cache.drop();
    const late = cache.get("a", after.make);
    after.end("after");
    expect(await late).toBe("after");
    before.end("before");
    expect(await early).toBe("before");
    expect(cache.peek("a")).toBe("after");
  });

  it("counts when the work ends in the meantime", async () => {
    const cache = keep();
    const { make, end } = slow();
    const asked = cache.get("a", make);
    end("before");
    cache.drop();
    await asked;
    expect(cache.peek("a")).toBeUndefined();
  });
});

describe("of those who ask at once", () => {
  it("one does the work", async () => {
    const cache = keep();
    const { make, end } = slow();
    const all = Array.from({ length: 50 }, () => cache.get("a", make));
    end("times");
    expect(new Set(await Promise.all(all))).toEqual(new Set(["times"]));
    expect(make).toHaveBeenCalledTimes(1);
  });

  it("all learn that it failed, and the next one tries again", async () => {
    const cache = keep();
    const { make, fail } = slow();
    const all = [cache.get("a", make), cache.get("a", make)];
    fail(new Error("no database"));
    for (const one of await Promise.allSettled(all)) expect(one.status).toBe("rejected");
    expect(await cache.get("a", async () => "times")).toBe("times");
  });
});
