import { describe, expect, it } from "vitest";
import { AppError } from "@/lib/errors";
import { failureOf, invalidInput, Problem, successOf } from "./envelope";
import { countRequest, isLoopback, placeOf, RateLimitError } from "./rate-limit";

const facts = { requestId: "5a68566d-4a81-4eee-833a-66ccf04d2900", startedAt: performance.now() };
const metadata = {
  timestamp: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/),
  request_id: facts.requestId,
  execution_time_ms: expect.any(Number),
};

describe("the envelope", () => {
  it("carries data, and how many there are of a list", () => {
    expect(successOf(facts, { data: [1], totalCount: 7 })).toEqual({
      success: true,
      data: [1],
      message: "",
      errors: null,
      metadata: { ...metadata, total_count: 7 },
    });
  });

  it("carries an error with the members of RFC 9457, and never the operator's words", () => {
    const error = new AppError("conflict", { message: "row 7 is locked", userMessage: "Reload the page." });
    expect(failureOf(facts, error)).toEqual({
      success: false,
      data: null,
      message: "Reload the page.",
      errors: [{ field: null, message: "Reload the page.", code: "conflict" }],
      metadata,
      type: "about:blank",
      title: "Conflict",
      status: 409,
      detail: "Reload the page.",
    });
  });

  it("names each field that is wrong", () => {
    const error = invalidInput({ duration: ["Too long.", "Too odd."], age: ["Too young."] });
    expect(failureOf(facts, error)).toMatchObject({
      status: 422,
      errors: [
        { field: "duration", message: "Too long.", code: "invalid" },
        { field: "duration", message: "Too odd.", code: "invalid" },
        { field: "age", message: "Too young.", code: "invalid" },
      ],
    });
  });

  it("carries what a client goes on with", () => {
    const error = new Problem("slot_taken", "This time is not open.", { alternatives: [1, 2, 3] });
    expect(failureOf(facts, error)).toMatchObject({ status: 409, data: null, alternatives: [1, 2, 3] });
  });
});

describe("a flood of requests", () => {
  it("is refused beyond the allowance, by place, with the time to wait", () => {
    const ask = (subject: string): unknown => {
      try {
        countRequest("test", { subject, most: 3, seconds: 60 });
        return "answered";
      } catch (error) {
        return error;
      }
    };
    for (let nth = 0; nth < 3; nth++) expect(ask("192.0.2.1")).toBe("answered");
    const error = ask("192.0.2.1");
    expect(ask("192.0.2.2")).toBe("answered");
    if (!(error instanceof RateLimitError)) throw new Error("the fourth was answered");
    expect(error.waitSeconds()).toBeGreaterThan(50);
    expect(error.waitSeconds()).toBeLessThanOrEqual(60);
    expect(failureOf(facts, error)).toMatchObject({
      status: 429,
      metadata: { rate_limit: { limit: 3, remaining: 0, reset_time: error.resetsAt.toISOString() } },
    });
  });

  it("is counted by the place that the nearest proxy wrote, unless that is this machine", () => {
    const place = placeOf(new Headers({ "x-forwarded-for": "203.0.113.9, 198.51.100.7" }));
    expect(place).toBe("198.51.100.7");
    expect(["127.0.0.1", "::1", "::ffff:127.0.0.1"].map(isLoopback)).toEqual([true, true, true]);
    expect(["198.51.100.7", "2001:db8::1", "12.7.0.1"].map(isLoopback)).toEqual([false, false, false]);
  });
});
