import { describe, expect, it } from "vitest";
import { confirmLink, nextPath } from "./confirm-link";

const site = "http://127.0.0.1:3000";

describe("nextPath", () => {
  it.each([
    [null, undefined],
    ["", undefined],
    ["http://127.0.0.1:3000/", undefined],
    ["http://127.0.0.1:3000/enroll?step=review", "/enroll?step=review"],
    ["/family", "/family"],
    ["http://127.0.0.1:3001/family", undefined],
    ["https://elsewhere.example/family", undefined],
    ["//elsewhere.example/family", undefined],
    ["http://127.0.0.1:3000//elsewhere.example", undefined],
    ["javascript:alert(1)", undefined],
    ["http://[", undefined],
  ])("of %j is %j", (redirectTo, expected) => {
    expect(nextPath(site, redirectTo)).toBe(expected);
  });
});

describe("confirmLink", () => {
  it("leads to the product's own page with the token's hash and type", () => {
    expect(confirmLink(site, { tokenHash: "abc123", type: "recovery", redirectTo: null })).toBe(
      "http://127.0.0.1:3000/auth/confirm?token_hash=abc123&type=recovery",
    );
  });

  it("keeps the way back", () => {
    const link = confirmLink(site, {
      tokenHash: "abc",
      type: "signup",
      redirectTo: `${site}/enroll?hold=9&x=1`,
    });
    expect(new URL(link).searchParams.get("next")).toBe("/enroll?hold=9&x=1");
  });
});
