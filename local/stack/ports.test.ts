import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { releasePorts } from "./port-reservations";
import { choosePorts } from "./ports";

describe("choosePorts", () => {
  const taken: number[] = [];
  afterEach(() => releasePorts(taken.splice(0)));

  it("gives two stacks of one moment different ports", async () => {
    const [one, other] = await Promise.all([choosePorts("preferred"), choosePorts("preferred")]);
    const ports = [...Object.values(one), ...Object.values(other)];
    taken.push(...ports);
    expect(new Set(ports).size).toBe(ports.length);
  });

  it("passes over a port that somebody listens on", async () => {
    const first = await choosePorts("preferred");
    releasePorts(Object.values(first));
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(first.web, "127.0.0.1", resolve));
    try {
      const second = await choosePorts("preferred");
      taken.push(...Object.values(second));
      expect(second.web).toBeGreaterThan(first.web);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it("takes the preferred ports again once they are given back", async () => {
    const first = await choosePorts("preferred");
    releasePorts(Object.values(first));
    const second = await choosePorts("preferred");
    taken.push(...Object.values(second));
    expect(second).toEqual(first);
  });
});
