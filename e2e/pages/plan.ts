import { expect, type Locator, type Page } from "@playwright/test";

/** A family's page of one enrollment, where it pauses, leaves and goes on. */
export class PlanPage {
  constructor(readonly page: Page) {}

  /** `path` is the enrollment's page of the enrollment's own journey, `/enroll/<id>`. */
  async open(path: string): Promise<void> {
    await this.page.goto(path.replace("/enroll/", "/family/enrollments/"));
    await expect(this.page.getByRole("heading", { level: 1 })).toBeVisible();
  }

  async showWhatHappens(form: "leave" | "pause" | "stay" | "resume"): Promise<void> {
    await this.page.locator(`#${form}`).getByRole("button", { name: "Show what happens" }).click();
    await expect(this.outcome).toBeVisible();
  }

  /** What would happen, line by line. */
  get outcome(): Locator {
    return this.page.getByRole("status").filter({ hasText: "This is what happens" });
  }

  async confirm(verb: string): Promise<void> {
    await this.page.getByRole("button", { name: verb }).click();
  }

  /** What the page says once a change is done. */
  get done(): Locator {
    return this.page.getByRole("status").first();
  }
}
