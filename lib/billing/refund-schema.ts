import { z } from "zod";

const dollars = /^\$?\s*(\d{1,6})(?:\.(\d{1,2}))?$/;

/** What an administrator types to give money back; dollars become cents. */
export const refundForm = z
  .object({
    paymentId: z.guid(),
    amount: z.string().trim(),
    target: z.enum(["card", "credit"], { message: "Choose where the money goes." }),
    reason: z
      .string()
      .trim()
      .min(3, "Say why in at least 3 letters; the family reads it.")
      .max(500, "Use at most 500 letters."),
    endsTuition: z.enum(["yes", "no"]).default("no"),
  })
  .transform(({ amount, endsTuition, ...form }, context) => {
    const read = dollars.exec(amount.replaceAll(",", ""));
    const cents = read ? Number(read[1]) * 100 + Number((read[2] ?? "0").padEnd(2, "0")) : 0;
    if (cents <= 0) {
      context.addIssue({ code: "custom", path: ["amount"], message: "Give an amount such as 25.00." });
      return z.NEVER;
    }
    return { ...form, cents, endsTuition: endsTuition === "yes" };
  });
export type RefundForm = z.output<typeof refundForm>;
