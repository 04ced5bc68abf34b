import { describe, expect, it } from "vitest";
import { refundForm } from "./refund-schema";

const form = (change: object) =>
  refundForm.safeParse({
    paymentId: "00000000-0000-4000-8000-001100000001",
    amount: "25.00",
    target: "card",
    reason: "Asked for",
    ...change,
  });

describe("refundForm", () => {
  it.each([
    ["25", 2500],
    ["25.5", 2550],
    ["25.05", 2505],
    ["$ 25.00", 2500],
    ["1,250.10", 125010],
    ["0.01", 1],
  ])("reads %s as %i cents", (amount, cents) => {
    expect(form({ amount }).data?.cents).toBe(cents);
  });

  it.each(["", "0", "0.00", "-5", "25.001", "ten", "1e3", "25,5.0.1", "9999999"])("refuses %j", (amount) => {
    expect(form({ amount }).error?.issues.map(({ path }) => path.join("."))).toEqual(["amount"]);
  });

  it.each([
    ["reason", { reason: "  x " }],
    ["target", { target: "cash" }],
    ["paymentId", { paymentId: "1" }],
  ])("refuses a wrong %s", (field, change) => {
    expect(form(change).error?.issues.map(({ path }) => path.join("."))).toEqual([field]);
  });

  it("ends no tuition unless it is said", () => {
    expect(form({}).data?.endsTuition).toBe(false);
    expect(form({ endsTuition: "yes" }).data?.endsTuition).toBe(true);
  });
});
