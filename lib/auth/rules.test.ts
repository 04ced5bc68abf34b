import { describe, expect, it } from "vitest";
import {
  checkEmailPath,
  forgotPasswordPath,
  landing,
  loginPath,
  portalHome,
  registerPath,
  safeNext,
} from "./rules";

describe("safeNext", () => {
  it.each([
    ["/family", "/family"],
    ["/", "/"],
    ["/enroll/review?hold=9&x=1#pay", "/enroll/review?hold=9&x=1#pay"],
    ["/timeslots?next=https://elsewhere.example", "/timeslots?next=https://elsewhere.example"],
    ["/apiary", "/apiary"],
    ["/family/../teach", "/teach"],
    ["/a b", "/a%20b"],
  ])("keeps %j as %j", (value, expected) => {
    expect(safeNext(value)).toBe(expected);
  });

  it.each([
    [""],
    ["family"],
    ["https://elsewhere.example/family"],
    ["//elsewhere.example"],
    ["///elsewhere.example"],
    ["/\\elsewhere.example"],
    ["\\\\elsewhere.example"],
    ["/family\\..\\x"],
    ["/\t/elsewhere.example"],
    ["/\n/elsewhere.example"],
    ["/\u0000"],
    ["/.//elsewhere.example"],
    ["/family/..//elsewhere.example"],
    [" /family"],
    ["javascript:alert(1)"],
    ["http:/family"],
    [`/${"a".repeat(2000)}`],
    ["/login?next=/login"],
    ["/register/check-email"],
    ["/reset-password"],
    ["/forgot-password#x"],
    ["/api/auth/signout"],
    ["/API/auth/signout"],
    ["/auth/confirm?token_hash=abc&type=signup"],
    ["/family/../auth/confirm"],
    [undefined],
    [null],
    [["/family", "/teach"]],
    [{ toString: (): string => "/family" }],
  ])("drops %j", (value) => {
    expect(safeNext(value)).toBeNull();
  });

  it("takes an absolute address of our own site only when the site is given", () => {
    const site = "https://cedarheights.example/";
    expect(safeNext("https://cedarheights.example/enroll?x=1", site)).toBe("/enroll?x=1");
    expect(safeNext("https://cedarheights.example/enroll?x=1")).toBeNull();
    expect(safeNext("https://cedarheights.example", site)).toBeNull();
    expect(safeNext("https://cedarheights.example.evil.example/enroll", site)).toBeNull();
    expect(safeNext("https://cedarheights.example//evil.example", site)).toBeNull();
    expect(safeNext("http://cedarheights.example/enroll", site)).toBeNull();
    expect(safeNext("https://cedarheights.example@evil.example/", site)).toBeNull();
  });
});

describe("landing", () => {
  it.each([
    ["parent", null, "/family"],
    ["teacher", null, "/teach"],
    ["admin", null, "/admin"],
    ["student", null, "/student"],
    ["parent", "/enroll/review", "/enroll/review"],
    ["parent", "/family/invoices?open=1", "/family/invoices?open=1"],
    ["parent", "/admin", "/family"],
    ["teacher", "/admin/workflows", "/teach"],
    ["student", "/family?x=1", "/student"],
    ["teacher", "/teachers/anna", "/teachers/anna"],
    ["admin", "//elsewhere.example", "/admin"],
  ] as const)("takes a %s who asked for %j to %s", (role, next, expected) => {
    expect(landing(role, next)).toBe(expected);
  });

  it("has a portal for each role", () => {
    expect(portalHome("student")).toBe("/student");
  });
});

describe("the paths of the sign-in pages", () => {
  it("carry the way back, escaped, and only when it is safe", () => {
    expect(loginPath("/enroll?hold=9&x=1")).toBe("/login?next=%2Fenroll%3Fhold%3D9%26x%3D1");
    expect(loginPath("//elsewhere.example")).toBe("/login");
    expect(loginPath("/family", "session-ended")).toBe("/login?next=%2Ffamily&notice=session-ended");
    expect(registerPath("/enroll")).toBe("/register?next=%2Fenroll");
    expect(registerPath()).toBe("/register");
    expect(checkEmailPath(null, "again")).toBe("/register/check-email?sent=again");
    expect(forgotPasswordPath(null, "link-expired")).toBe("/forgot-password?notice=link-expired");
  });
});
