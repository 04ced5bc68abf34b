import { describe, expect, it } from "vitest";
import type { z } from "zod";
import {
  mailLinkSchema,
  newPasswordSchema,
  registerSchema,
  sampleSignInSchema,
  signInSchema,
} from "./schema";

const good = { name: "Ana Silva", email: "ana@example.com", password: "a long password" };

function complaint(schema: z.ZodType, input: unknown): Record<string, string> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return {};
  return Object.fromEntries(parsed.error.issues.map((issue) => [issue.path.join("."), issue.message]));
}

describe("an address", () => {
  it("is trimmed and lower case", () => {
    expect(signInSchema.parse({ email: "  Ana@Example.COM ", password: "x" }).email).toBe("ana@example.com");
  });

  it.each([
    [undefined, "Enter your email address."],
    [["a@example.com", "b@example.com"], "Enter your email address."],
    ["   ", "Enter your email address."],
    ["ana", "Enter an email address like name@example.com."],
    ["ana@", "Enter an email address like name@example.com."],
    ["ana@example.com\nbcc: all@example.com", "Enter an email address like name@example.com."],
    [`${"a".repeat(250)}@example.com`, "Enter an email address of at most 254 characters."],
  ])("%j is refused", (email, message) => {
    expect(complaint(signInSchema, { email, password: "x" })).toEqual({ email: message });
  });
});

describe("a password that is chosen", () => {
  it.each([["ten char's"], ["x y".repeat(24)], ["пароль-пароль"]])("may be %j", (password) => {
    expect(newPasswordSchema.parse({ password }).password).toBe(password);
  });

  it.each([
    [undefined, "Choose a password of at least 10 characters."],
    ["ninechars", "Choose a password of at least 10 characters."],
    ["😀😀😀😀😀a", "Choose a password of at least 10 characters."],
    ["x y".repeat(25), "Choose a password of at most 72 characters; accents and emoji count more than once."],
    [
      "пароль".repeat(7),
      "Choose a password of at most 72 characters; accents and emoji count more than once.",
    ],
    ["tab\tinside it", "Choose a password without tabs and line breaks."],
    ["nul\u0000inside it", "Choose a password without tabs and line breaks."],
    ["aaaaaaaaaaaa", "Choose a password with more than two different characters."],
  ])("may not be %j", (password, message) => {
    expect(complaint(newPasswordSchema, { password })).toEqual({ password: message });
  });

  it("may not be the address", () => {
    expect(complaint(registerSchema, { ...good, password: "Ana@example.com" })).toEqual({
      password: "Choose a password that is not your email address.",
    });
  });
});

describe("a name", () => {
  it("keeps what people are called, whatever it looks like", () => {
    expect(registerSchema.parse({ ...good, name: "  Zoë   <script>O’Neill " }).name).toBe(
      "Zoë <script>O’Neill",
    );
    expect(registerSchema.parse({ ...good, name: "李".repeat(120) }).name).toHaveLength(120);
  });

  it.each([
    ["", "Enter your name."],
    ["  \t ", "Enter your name."],
    ["Ana\u0007", "Enter your name without control characters."],
    ["Ana\u202Egnp.exe", "Enter your name without control characters."],
    ["a".repeat(121), "Enter a name of at most 120 characters."],
  ])("%j is refused", (name, message) => {
    expect(complaint(registerSchema, { ...good, name })).toEqual({ name: message });
  });
});

describe("where to go on to", () => {
  it("is dropped when it leads elsewhere, without a complaint", () => {
    expect(registerSchema.parse({ ...good, next: "/enroll/review" }).next).toBe("/enroll/review");
    expect(registerSchema.parse({ ...good, next: "//elsewhere.example" }).next).toBeNull();
    expect(registerSchema.parse(good).next).toBeNull();
    expect(
      sampleSignInSchema.parse({ email: "a@example.com", password: "x", callbackUrl: "/admin" }),
    ).toEqual({ email: "a@example.com", password: "x", next: "/admin" });
  });
});

describe("a mail's link", () => {
  it("is one of the known kinds with a plain token", () => {
    const token_hash = "0123456789abcdef0123456789abcdef";
    expect(mailLinkSchema.safeParse({ token_hash, type: "signup" }).success).toBe(true);
    expect(mailLinkSchema.safeParse({ token_hash, type: "email_change" }).success).toBe(false);
    expect(mailLinkSchema.safeParse({ token_hash: "../../x", type: "signup" }).success).toBe(false);
    expect(mailLinkSchema.safeParse({ token_hash: null, type: null }).success).toBe(false);
  });
});
