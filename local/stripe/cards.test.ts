import { describe, expect, it } from "vitest";
import { readCardForm } from "./cards";

const today = new Date("2026-11-24T12:00:00Z");
const good = { number: "4242 4242 4242 4242", expiry: "11/26", cvc: "123", name: "Ana Ruiz" };

describe("card form", () => {
  it("keeps brand, last digits and behaviour, and never the number", () => {
    const read = readCardForm(good, today);
    expect(read).toMatchObject({
      card: { brand: "visa", last4: "4242", exp_month: 11, exp_year: 2026, behavior: "succeeds" },
    });
    expect(JSON.stringify(read)).not.toContain("42424242");
  });

  it.each([
    ["number", "", "Enter the card number."],
    ["number", "4242 4242 4242", "This card number is incomplete."],
    ["number", "4242 4242", "This card number is incomplete."],
    ["number", "4242 4242 4242 4241", "This card number is invalid; check for a typing mistake."],
    ["number", "<script>", "A card number has digits only."],
    ["expiry", "", "Enter the expiry date."],
    ["expiry", "10/26", "This card's expiry date is in the past."],
    ["expiry", "13/30", "Write the expiry as month and year, for example 04 / 30."],
    ["cvc", "12", "The security code has 3 digits."],
    ["cvc", "", "Enter the security code."],
    ["name", "  ", "Enter the name on the card."],
  ])("%s %j: %s", (field, value, message) => {
    expect(readCardForm({ ...good, [field]: value }, today)).toEqual({ errors: { [field]: message } });
  });

  it.each(["4 / 30", "04/30", "0430", "04 30", "04-2030"])("reads the expiry %j", (expiry) => {
    expect(readCardForm({ ...good, expiry }, today)).toMatchObject({
      card: { exp_month: 4, exp_year: 2030 },
    });
  });

  it("asks four digits of American Express and takes any number for a card that is not a test card", () => {
    expect(readCardForm({ ...good, number: "378282246310005" }, today)).toHaveProperty("errors.cvc");
    expect(readCardForm({ ...good, number: "378282246310005", cvc: "1234" }, today)).toHaveProperty(
      "card.brand",
      "amex",
    );
    expect(readCardForm({ ...good, number: "4539578763621486" }, today)).toHaveProperty(
      "card.behavior",
      "not_a_test_card",
    );
  });
});
