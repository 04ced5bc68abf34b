import { describe, expect, it } from "vitest";
import { clock } from "@/lib/clock";
import { describeWhere, eventually, hours, isThorough, needs, startProof } from "./proof";

const proof = startProof(["crons"]);

/** The ticks for which the function was started, in order; all by the event that a schedule sends. */
function ticks(id: string): number[] {
  return proof.values(`cron/${id}`).map((value) => {
    const { name, ts } = value as { name: string; ts: number };
    expect(name).toBe("inngest/scheduled.timer");
    return ts;
  });
}

/** The first such Sunday of the month, or a later one, at midnight UTC. */
function sundayOf(year: number, month: number, which: number): number {
  const first = new Date(Date.UTC(year, month, 1));
  return Date.UTC(year, month, 1 + ((7 - first.getUTCDay()) % 7) + 7 * (which - 1));
}

/** Jumps there, and lets what became due have its turn. */
async function jump(to: number): Promise<void> {
  proof.embedded.setClock(new Date(to));
  await eventually(async () => expect(await nextTick()).toBeGreaterThan(to));
  await proof.marker();
}

async function nextTick(id?: string): Promise<number> {
  const { sql } = proof.embedded;
  const [row] = await sql<{ at: Date }[]>`
    select min(next_at) as at from inngest.crons
    where ${id === undefined ? sql`true` : sql`function_id = ${`${proof.app}-${id}`}`}`;
  return row?.at.getTime() ?? 0;
}

describe("13. Cron", () => {
  it("starts one run a tick, with the tick as its event's time", async () => {
    const id = proof.isForeign ? "minutely" : "hourly";
    for (let turn = 1; turn <= 2; turn++) {
      if (!proof.isForeign) await jump((await nextTick(id)) + 500);
      await proof.noted(`cron/${id}`, turn);
    }
    const seen = ticks(id);
    expect(new Set(seen).size).toBe(seen.length);
    for (const tick of seen) expect(new Date(tick).getUTCSeconds()).toBe(0);
  });
});

describeWhere(needs.clock, "13. Cron, as the clock is moved, by two executors", () => {
  it.runIf(isThorough)("starts one run for each of twelve ticks", async () => {
    const before = ticks("hourly").length;
    for (let tick = 1; tick <= 12; tick++) {
      await jump((await nextTick("hourly")) + 500);
      await proof.noted(`cron/hourly`, before + tick);
    }
    const seen = ticks("hourly").slice(before);
    expect(seen).toHaveLength(12);
    for (const [n, tick] of seen.entries()) {
      expect(new Date(tick).getUTCMinutes()).toBe(17);
      if (n > 0) expect(tick - (seen[n - 1] ?? 0)).toBe(hours(1).ms);
    }
  });

  it("makes up for many missed ticks by one run, for the latest of them", async () => {
    const before = ticks("hourly").length;
    const next = await nextTick("hourly");
    await jump(next + hours(5).ms + 60_000);
    await proof.noted("cron/hourly", before + 1);
    expect(ticks("hourly").slice(before)).toEqual([next + hours(5).ms]);
  });

  it("follows a clock that is set back, and gives no tick a second run", async () => {
    const before = ticks("hourly").length;
    const planned = await nextTick("hourly");
    proof.embedded.moveClock(-hours(3).ms);
    await eventually(async () => expect(await nextTick("hourly")).toBe(planned - hours(3).ms));
    for (let tick = 1; tick <= 3; tick++) await jump((await nextTick("hourly")) + 500);
    const seen = ticks("hourly");
    expect(new Set(seen).size).toBe(seen.length);
    // Those that were jumped over have their run now; the one that had it has no other.
    expect(seen.slice(before)).toEqual([planned - hours(3).ms, planned - hours(2).ms]);
  });

  it.runIf(isThorough)("takes a schedule without a time zone for UTC", async () => {
    const before = ticks("utc").length;
    const next = await nextTick("utc");
    expect(new Date(next).getUTCHours()).toBe(12);
    await jump(next + 500);
    await proof.noted("cron/utc", before + 1);
    expect(ticks("utc").at(-1)).toBe(next);
  });

  it.runIf(isThorough)(
    "keeps the hour of its zone when daylight saving begins, and loses no day to the missing hour",
    async () => {
      const spring = sundayOf(clock.now().getUTCFullYear() + 1, 2, 2);
      // In New York 6:00 is 11:00 UTC on the day before, and 10:00 UTC on the day itself.
      await jump(spring - hours(13).ms + 500);
      expect(ticks("morning").at(-1)).toBe(spring - hours(13).ms);
      const [gaps, mornings] = [ticks("gap").length, ticks("morning").length];
      await jump(spring + hours(10).ms + 500);
      await proof.noted("cron/morning", mornings + 1);
      expect(ticks("morning").slice(mornings)).toEqual([spring + hours(10).ms]);
      // 2:30 is not on that day's clock: at most one run for it, and the next day's at its hour.
      const missing = ticks("gap").slice(gaps);
      expect(missing.length).toBeLessThanOrEqual(1);
      await jump(spring + hours(30.5).ms + 500);
      await eventually(() => expect(ticks("gap").at(-1)).toBe(spring + hours(30.5).ms));
      expect(ticks("gap").slice(gaps)).toHaveLength(missing.length + 1);
    },
  );

  it.runIf(isThorough)("starts one run on the day that has its hour twice", async () => {
    const autumn = sundayOf(clock.now().getUTCFullYear(), 10, 1);
    await jump(autumn + hours(5).ms);
    const before = ticks("twice").length;
    // 1:30 is at 5:30 UTC, and an hour later again.
    await jump(autumn + hours(5.5).ms + 500);
    await jump(autumn + hours(6.5).ms + 500);
    await jump(autumn + hours(12).ms);
    expect(ticks("twice").slice(before)).toHaveLength(1);
    await jump(autumn + hours(30.5).ms + 500);
    await eventually(() => expect(ticks("twice").at(-1)).toBe(autumn + hours(30.5).ms));
    expect(ticks("twice").slice(before)).toHaveLength(2);
  });
});
