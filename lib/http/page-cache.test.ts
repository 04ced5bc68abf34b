import { describe, expect, it } from "vitest";
import { storableAddress } from "./page-cache";

const COOKIE = "next-auth.session-token=";
const asked = (url: string, headers = {}, method = "GET") =>
  storableAddress({ method, url, headers }, COOKIE);

describe("a page may come from the cache", () => {
  it.each([
    "/",
    "/timeslots",
    "/timeslots?instrument=piano&minutes=45&weekday=1&weekday=3&week=2026-12-07&every=1&teacher=",
    "/lessons/piano",
    "/teachers/elena-marquez",
  ])("%s", (url) => {
    expect(asked(url)).toBe(url);
    expect(asked(url, { cookie: "colour=green; enrollment=4711" })).toBe(url);
  });
});

describe("a page is rendered for the one who asks", () => {
  it.each([
    "/timeslots?utm_source=letter",
    "/timeslots?instrument=piano&_rsc=1",
    "/?again",
    "/lessons",
    "/lessons/piano/more",
    "/lessons/..%2fadmin",
    "//timeslots",
    "/enroll",
    "/admin",
    "/api/v1/public/timeslots",
    `/timeslots?instrument=${"a".repeat(300)}`,
    "http://elsewhere.example/timeslots",
    "*",
    "",
  ])("at %s", (url) => {
    expect(asked(url)).toBeNull();
  });

  it.each([
    ["who carries a session", { cookie: `a=1; ${COOKIE}abc` }],
    ["who carries a session of another kind", { cookie: `__Secure-${COOKIE}abc` }],
    ["when the router asks for a part", { rsc: "1" }],
  ])("%s", (_, headers) => {
    expect(asked("/timeslots", headers)).toBeNull();
  });

  it.each(["POST", "HEAD", "PUT", undefined])("by %s", (method) => {
    expect(storableAddress({ method, url: "/timeslots", headers: {} }, COOKIE)).toBeNull();
  });
});
