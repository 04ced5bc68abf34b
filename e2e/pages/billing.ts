import { expect, type Locator, type Page } from "@playwright/test";

/** The family's billing page. */
export class BillingPage {
  constructor(readonly page: Page) {}

  async open(): Promise<void> {
    await this.page.goto("/family/billing");
    await expect(this.page.getByRole("heading", { level: 1, name: "Billing" })).toBeVisible();
  }

  /** The card about what is overdue. */
  get overdue(): Locator {
    return this.page.getByRole("heading", { name: /^Overdue: / });
  }

  get failedCharges(): Locator {
    return this.page.getByRole("table", { name: /^Failed charges/ }).getByRole("row");
  }

  get payments(): Locator {
    return this.page.getByRole("table", { name: /^Payments in/ }).getByRole("row");
  }

  /** Enters another card on Stripe's page, and comes back. */
  async replaceCard(number: string): Promise<void> {
    await this.open();
    await this.page.getByRole("button", { name: "Replace card" }).first().click();
    await this.page.getByLabel("Card number").fill(number);
    await this.page.getByLabel("Expiry").fill("12/34");
    await this.page.getByLabel("CVC").fill("123");
    await this.page.getByLabel("Name on card").fill("A Parent");
    await this.page.getByRole("button", { name: "Save card" }).click();
    await expect(this.page.getByText("Your new card is saved")).toBeVisible();
  }
}
