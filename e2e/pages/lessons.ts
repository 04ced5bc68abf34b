import { expect, type Locator, type Page } from "@playwright/test";
import type { Time } from "./enroll";

/** A parent's lessons: a lesson's own page, other times for it, and the make-ups. */
export class LessonPages {
  constructor(readonly page: Page) {}

  /** The page of the student's lesson. */
  async openLessonOf(firstName: string): Promise<void> {
    await this.page.goto("/family/lessons");
    await this.page
      .getByRole("link", { name: new RegExp(`^${firstName}:`) })
      .first()
      .click();
    await expect(this.page.getByRole("heading", { level: 2, name: "The lesson" })).toBeVisible();
  }

  /** What the page says beside a label, e.g. "State". */
  fact(label: string): Locator {
    return this.page
      .locator("dt", { hasText: new RegExp(`^${label}$`) })
      .locator("xpath=following-sibling::dd[1]");
  }

  /** The items of what would happen. */
  get outcome(): Locator {
    return this.page.getByRole("status").filter({ hasText: "This is what happens" });
  }

  /** Other times for the lesson, with any teacher. */
  async seeTimes(): Promise<void> {
    await this.page.getByRole("link", { name: "Choose another time" }).click();
    await expect(this.page.getByRole("heading", { level: 1, name: /^Move / })).toBeVisible();
  }

  /** The times of the week that is shown. */
  get times(): Locator {
    return this.page.locator('main a[href*="at="]');
  }

  /** What moving the lesson whose page is open to a time comes to. */
  async openTime({ teacherId, startsAt }: Time): Promise<void> {
    const { pathname } = new URL(this.page.url());
    await this.page.goto(`${pathname}/move?${new URLSearchParams({ teacher: teacherId, at: startsAt })}`);
    await expect(this.outcome).toBeVisible();
  }

  /** Chooses the n-th time (-1 is the last) and returns which one it is. */
  async chooseTime(place = 0): Promise<Time> {
    const link = this.times.nth(place);
    const time = timeOf(await link.getAttribute("href"));
    await link.click();
    await expect(this.outcome).toBeVisible();
    return time;
  }

  /** Free times that are offered in place of one that is taken. */
  get alternatives(): Locator {
    return this.page.getByRole("region", { name: "Free instead" }).getByRole("listitem");
  }

  async confirmMove(): Promise<void> {
    await this.page.getByRole("button", { name: "Move the lesson" }).click();
  }

  /** Shows what cancelling for a reason comes to. */
  async previewCancellation(why: "We cannot come" | "Illness" = "We cannot come"): Promise<void> {
    await this.page.getByLabel("Why", { exact: true }).selectOption({ label: why });
    await this.page.getByRole("button", { name: "Show what happens" }).click();
    await expect(this.outcome).toBeVisible();
  }

  async confirmCancellation(): Promise<void> {
    await this.page.getByRole("button", { name: "Cancel the lesson" }).click();
    await expect(
      this.page.getByText("The lesson is cancelled. You and the teacher get an email."),
    ).toBeVisible();
  }
}

/** The time that a link leads to. */
function timeOf(href: string | null): Time {
  const query = new URL(href ?? "", "http://academy").searchParams;
  return { teacherId: query.get("teacher") ?? "", startsAt: query.get("at") ?? "" };
}
