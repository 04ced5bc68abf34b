import { expect, type Locator, type Page } from "@playwright/test";

/** The family's page of a lesson whose teacher is away. */
export class ProposalPage {
  constructor(readonly page: Page) {}

  /** Opens the link of a letter. */
  async open(link: string): Promise<void> {
    await this.page.goto(link);
    await expect(this.card).toBeVisible();
  }

  get card(): Locator {
    return this.page.getByRole("heading", { level: 2, name: /is away: please choose$/ });
  }

  /** What can be chosen, best first; a credit last. */
  get proposals(): Locator {
    return this.page.getByRole("listitem").filter({ has: this.page.getByRole("button", { name: /^Take / }) });
  }

  /** The one whose link in the letter was followed. */
  get chosen(): Locator {
    return this.proposals.filter({ hasText: "your choice in the email" });
  }

  async take(proposal: Locator): Promise<void> {
    await proposal.getByRole("button").click();
  }
}
