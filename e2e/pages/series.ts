import { expect, type Locator, type Page } from "@playwright/test";

/** The calendar date some days later. */
export function daysAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** What a series is, as its form has it. */
export type SeriesChoice = { teacher: string; weekday: string; start: string };

/** The pages on which weekly lessons are planned, moved and ended. */
export class SeriesPages {
  constructor(readonly page: Page) {}

  /** The administrator's page for an enrollment; `path` is the family's page of it. */
  async openPlan(path: string): Promise<void> {
    await this.page.goto(`/admin${path.replace("/enroll/", "/enrollments/")}/series?do=plan`);
    await expect(this.page.getByLabel("First day")).toBeVisible();
  }

  /** The family's page for a lesson and those that follow. */
  async openMove(lessonId: string): Promise<void> {
    await this.page.goto(`/family/lessons/${lessonId}/move-series`);
    await expect(this.page.getByRole("heading", { level: 1, name: /weekly lessons/ })).toBeVisible();
  }

  get firstDay(): Locator {
    return this.page.getByLabel("First day");
  }

  async readChoice(): Promise<SeriesChoice> {
    return {
      teacher: await this.page.getByLabel("Teacher").inputValue(),
      weekday: await this.page.getByLabel("Day of the week").inputValue(),
      start: await this.page.getByLabel("Begins at").inputValue(),
    };
  }

  async choose(choice: SeriesChoice): Promise<void> {
    await this.page.getByLabel("Teacher").selectOption(choice.teacher);
    await this.page.getByLabel("Day of the week").selectOption(choice.weekday);
    await this.page.getByLabel("Begins at").selectOption(choice.start);
  }

  async chooseDays(first: string, last: string): Promise<void> {
    await this.firstDay.fill(first);
    await this.page.getByLabel("Last day").fill(last);
  }

  async preview(): Promise<void> {
    await this.page.getByRole("button", { name: "Show what happens" }).click();
  }

  /** Weeks of the preview, one a row. */
  get weeks(): Locator {
    return this.page.getByRole("list", { name: "Weeks" }).getByRole("listitem");
  }

  get outcome(): Locator {
    return this.page.getByRole("heading", { name: "This is what happens" });
  }

  /** The next step, whichever it is: weeks that need an answer, or the outcome. */
  get step(): Locator {
    return this.page.getByRole("heading", { name: /not free$|This is what happens/ });
  }

  get done(): Locator {
    return this.page.getByRole("status").filter({ hasText: /^The lessons/ });
  }

  /** Goes on with Tab until the element has the focus. */
  async tabTo(element: Locator): Promise<void> {
    for (let presses = 0; presses < 80; presses++) {
      if (await element.evaluate((node) => node === document.activeElement)) return;
      await this.page.keyboard.press("Tab");
    }
    await expect(element).toBeFocused();
  }
}
