import { expect, type Locator, type Page } from "@playwright/test";

/** Test cards of Stripe's documentation; the stand-in knows the same ones. */
export const cards = {
  good: "4242424242424242",
  declined: "4000000000000002",
  threeDSecure: "4000002500003155",
} as const;

/** Stripe's payment page. */
export class CheckoutPage {
  constructor(readonly page: Page) {}

  async expectAmount(amount: string): Promise<void> {
    await expect(this.page.getByRole("button", { name: /^(Pay|Subscribe)/ })).toBeVisible();
    await expect(this.page.getByText(amount).first()).toBeVisible();
  }

  async fill(number: string): Promise<void> {
    await this.page.getByLabel("Card number").fill(number);
    await this.page.getByLabel("Expiry").fill("12/34");
    await this.page.getByLabel("CVC").fill("123");
    await this.page.getByLabel("Name on card").fill("A Parent");
  }

  async pay(number: string): Promise<void> {
    await this.fill(number);
    await this.page.getByRole("button", { name: /^(Pay|Subscribe)/ }).click();
  }

  /** The way back without paying. */
  get back(): Locator {
    return this.page.getByRole("link", { name: /^← Back to / });
  }

  /** The path of the enrollment that is being paid, from the link that leads back to it. */
  async readEnrollmentPath(): Promise<string> {
    const href = await this.back.getAttribute("href");
    return new URL(href ?? "").pathname;
  }

  /** The bank's question for a card with 3-D Secure. */
  async answerBank(answer: "Complete" | "Fail"): Promise<void> {
    await expect(this.page.getByRole("heading", { name: "Confirm with your bank" })).toBeVisible();
    await this.page.getByRole("button", { name: answer }).click();
  }
}
