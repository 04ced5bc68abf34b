import { describe, expect, it } from "vitest";
import { usd } from "@/lib/money";
import { absoluteUrl, billAmounts, describeCard, oneLine, severalLines } from "./wording";

describe("oneLine", () => {
  it.each([
    ["Mia", "Mia"],
    ["  Mia \t Alvarez ", "Mia Alvarez"],
    ["Mia\r\nBcc: all@example.com", "Mia Bcc: all@example.com"],
    ["Mia\u2028\u2029\u0000\u0085x", "Mia x"],
    ["Mia \u202Egnp.exe", "Mia gnp.exe"],
    ["Zoë 🎻 O'Neill-Łódź", "Zoë 🎻 O'Neill-Łódź"],
  ])("turns %j into %j", (typed, shown) => {
    expect(oneLine(typed)).toBe(shown);
  });

  it("ends a long text at the limit, never within a character", () => {
    expect(oneLine("🎻".repeat(9), 5)).toBe("🎻🎻🎻🎻…");
    expect(oneLine("12345", 5)).toBe("12345");
  });
});

describe("severalLines", () => {
  it("keeps a person's lines and drops what is not text", () => {
    expect(severalLines(" one\r\n two\u0007\r\n\r\n\r\n\r\nthree ")).toBe("one\ntwo\n\nthree");
  });
});

describe("billAmounts", () => {
  it("formats lines that add up and refuses those that do not", () => {
    const lines = [
      { label: "Tuition", amount: usd(22500) },
      { label: "Sibling discount", amount: usd(-1800) },
    ];
    expect(billAmounts(lines, usd(20700))).toEqual([
      { label: "Tuition", amount: "$225.00" },
      { label: "Sibling discount", amount: "-$18.00" },
    ]);
    expect(() => billAmounts(lines, usd(20701))).toThrow(RangeError);
  });
});

describe("describeCard", () => {
  it.each([
    ["visa", "Visa ending 4242"],
    ["amex", "American Express ending 4242"],
    ["newbrand", "newbrand ending 4242"],
  ])("words the brand %s", (brand, words) => {
    expect(describeCard({ brand, last4: "4242" })).toBe(words);
  });
});

describe("absoluteUrl", () => {
  it("passes web addresses and refuses all else", () => {
    expect(absoluteUrl("https://cedarheights.example/family")).toBe("https://cedarheights.example/family");
    expect(() => absoluteUrl("/family")).toThrow(TypeError);
    expect(() => absoluteUrl("javascript:alert(1)")).toThrow(TypeError);
  });
});
