import { expect, type Locator, type Page } from "@playwright/test";

/** How the desk calls the workflows. */
export const functionNames = { complete: "Enrollment: teacher, first lesson" } as const;

/** The administrator's view of enrollments. */
export class DeskPages {
  constructor(readonly page: Page) {}

  /** The enrollments that a search finds. */
  async findEnrollments(search: string): Promise<Locator> {
    await this.page.goto(`/admin/enrollments?q=${encodeURIComponent(search)}`);
    await expect(this.page.getByRole("heading", { level: 1, name: "Enrollments" })).toBeVisible();
    return this.page.getByRole("row").filter({ hasText: search });
  }

  /** An enrollment's own page; `path` is the family's page of it. */
  async openEnrollment(path: string): Promise<void> {
    await this.page.goto(`/admin${path.replace("/enroll/", "/enrollments/")}`);
    await expect(this.page.getByRole("heading", { name: "Workflow" })).toBeVisible();
  }

  /** What the page says beside a label, e.g. "Lessons"; the audit trail has labels of its own. */
  fact(label: string): Locator {
    return this.page
      .locator('dt:not([aria-label="Changes"] *)', { hasText: new RegExp(`^${label}$`) })
      .locator("xpath=following-sibling::dd[1]");
  }

  /** The runs of a workflow on an enrollment's own page. */
  runsOf(name: string): Locator {
    return this.page.getByRole("region", { name, exact: true });
  }
}
