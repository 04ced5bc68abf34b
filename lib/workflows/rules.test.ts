import { describe, expect, it } from "vitest";
import { type ArrivedEvent, dataRefusal, isStuck, judgeEvent, type OutboxFacts, spokenStep } from "./rules";

const now = new Date("2026-11-03T17:00:00Z");
const HERE = "11111111-1111-4111-8111-111111111111";
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);

const sent: ArrivedEvent = {
  id: "22222222-2222-4222-8222-222222222222",
  name: "enrollment/paid",
  data: {},
  installation: HERE,
  sentAt: daysAgo(1),
};
const kept: OutboxFacts = { name: "enrollment/paid", isSameData: true, createdAt: daysAgo(1) };

describe("judging an event", () => {
  const judge = (event: Partial<ArrivedEvent>, outbox: OutboxFacts | null = kept) =>
    judgeEvent({ ...sent, ...event }, { outbox, installation: HERE, now });

  it.each<[string, Partial<ArrivedEvent>, OutboxFacts | null, RegExp | null]>([
    ["as it was sent", {}, kept, null],
    ["from before events were marked", { installation: null }, kept, null],
    ["a year old to the day", { sentAt: daysAgo(365) }, { ...kept, createdAt: daysAgo(365) }, null],
    ["a day older", { sentAt: daysAgo(366) }, kept, /more than a year old/],
    ["older in our own books", { sentAt: now }, { ...kept, createdAt: daysAgo(366) }, /more than a year old/],
    ["old and forgotten", { sentAt: daysAgo(400) }, null, /more than a year old/],
    ["unknown", {}, null, /id is unknown/],
    ["of another environment", { installation: "elsewhere" }, null, /another environment/],
    ["of another environment with an id of ours", { installation: "elsewhere" }, kept, /another environment/],
    [
      "under another name",
      { name: "enrollment/submitted" },
      kept,
      /called enrollment\/submitted, but was sent as/,
    ],
    ["with other data", {}, { ...kept, isSameData: false }, /says something else/],
  ])("%s", (_, event, outbox, reason) => {
    if (reason === null) expect(judge(event, outbox)).toBeNull();
    else expect(judge(event, outbox)).toMatch(reason);
  });
});

describe("data that does not fit", () => {
  it("names its fields", () => {
    const words = dataRefusal([
      { path: "enrollmentId", message: "Invalid UUID" },
      { path: "", message: 'Unrecognized key: "admin"' },
    ]);
    expect(words).toBe(
      'The event\'s data does not fit: enrollmentId (Invalid UUID) and Unrecognized key: "admin".',
    );
  });
});

describe("a step without words of its own", () => {
  it.each([
    ["undo:free-the-time", "Free the time"],
    ["then:tell-the-family", "Tell the family"],
    ["remind-day-5", "Remind day 5"],
  ])("%s reads %s", (id, words) => expect(spokenStep(id)).toBe(words));
});

describe("a run that is stuck", () => {
  const minutes = (count: number) => new Date(now.getTime() - count * 60_000);
  const step = (startedAgo: number, endedAgo: number | null, waitsUntil: Date | null = null) => ({
    status: endedAgo === null ? ("running" as const) : ("completed" as const),
    startedAt: minutes(startedAgo),
    endedAt: endedAgo === null ? null : minutes(endedAgo),
    waitsUntil,
  });
  it.each<[string, ReturnType<typeof step>[], boolean]>([
    ["has a step of 16 minutes", [step(16, null)], true],
    ["is not one with a step of 14 minutes", [step(14, null)], false],
    ["has done nothing for 61 minutes", [step(62, 61)], true],
    ["is not one that did something 59 minutes ago", [step(62, 59)], false],
    ["is not one that waits for tomorrow", [step(500, 499), step(499, null, minutes(-1440))], false],
    ["is not one whose wait ended just now", [step(499, null, minutes(5))], false],
    ["should have gone on an hour ago", [step(499, null, minutes(61))], true],
    ["waits, but has a step that hangs", [step(499, null, minutes(-60)), step(20, null)], true],
    ["has never begun a step", [], true],
  ])("%s", (_, steps, expected) => {
    expect(isStuck({ startedAt: minutes(600), steps }, now)).toBe(expected);
  });
});
