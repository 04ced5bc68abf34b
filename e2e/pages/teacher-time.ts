import { expect, type Locator, type Page } from "@playwright/test";

/** The editor of a teacher's weekly hours. */
export class WeekEditorPage {
  constructor(readonly page: Page) {}

  /** Opens the editor with the hours that hold on a day (`YYYY-MM-DD`). */
  async open(from: string): Promise<void> {
    await this.page.goto(`/teach/availability?from=${from}`);
    await expect(this.page.getByRole("heading", { level: 1, name: "Your hours" })).toBeVisible();
    await expect(this.page.getByLabel("Valid from")).toHaveValue(from);
  }

  get grid(): Locator {
    return this.page.getByRole("group", { name: "Hours of the week, as a grid" });
  }

  /** A block of the grid by what it says: `Monday, 3:00 pm to 5:00 pm`. */
  block(name: string | RegExp): Locator {
    return this.grid.getByRole("button", { name });
  }

  /** Removes all hours of the week by keyboard. */
  async clear(): Promise<void> {
    const blocks = this.grid.getByRole("button");
    for (let left = await blocks.count(); left > 0; left--) {
      await blocks.first().focus();
      await this.page.keyboard.press("Delete");
      await expect(blocks).toHaveCount(left - 1);
    }
  }

  /** The middle of a day (0 is Monday) at a time in minutes from midnight, while the grid shows 8 am to 9 pm. */
  private async point(weekday: number, minutes: number): Promise<{ x: number; y: number }> {
    const area = this.page.getByTestId("week-area");
    await area.scrollIntoViewIfNeeded();
    const box = await area.boundingBox();
    if (!box) throw new Error("the grid is not on the page");
    return {
      x: box.x + ((weekday + 0.5) / 7) * box.width,
      y: box.y + ((minutes - 480) / (1260 - 480)) * box.height,
    };
  }

  /** Drags from one place of the grid to another. */
  async drag(
    from: readonly [weekday: number, minutes: number],
    to: readonly [weekday: number, minutes: number],
  ): Promise<void> {
    const start = await this.point(...from);
    const end = await this.point(...to);
    await this.page.mouse.move(start.x, start.y);
    await this.page.mouse.down();
    await this.page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 4 });
    await this.page.mouse.move(end.x, end.y, { steps: 4 });
    await this.page.mouse.up();
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  async preview(): Promise<void> {
    await this.page.getByRole("button", { name: "Show what changes" }).click();
  }

  get outcome(): Locator {
    return this.page.getByRole("status").filter({ hasText: "This is what happens" });
  }

  async confirm(): Promise<void> {
    await this.page.getByRole("button", { name: "Change the hours" }).click();
    await expect(this.page.getByRole("status").filter({ hasText: "The hours hold from" })).toBeVisible();
  }

  /** What is said aloud after each change. */
  get said(): Locator {
    return this.page.getByRole("status");
  }
}

/** The administrator's page of time off and substitutes. */
export class TimeOffDesk {
  constructor(readonly page: Page) {}

  async open(teacherId: string): Promise<void> {
    await this.page.goto(`/admin/time-off?teacher=${teacherId}`);
    await expect(this.page.getByRole("heading", { level: 1, name: "Time off" })).toBeVisible();
    await expect(this.page.getByLabel("Teacher")).toHaveValue(teacherId);
  }

  async fill(off: { firstDay: string; lastDay?: string; reason: string }): Promise<void> {
    await this.page.getByLabel("First day").fill(off.firstDay);
    await this.page.getByLabel("Last day").fill(off.lastDay ?? "");
    await this.page.getByLabel("Reason").fill(off.reason);
  }

  async preview(): Promise<void> {
    await this.page.getByRole("button", { name: "Show the lessons it meets" }).click();
  }

  get outcome(): Locator {
    return this.page.getByRole("status").filter({ hasText: "This is what happens" });
  }

  /** The lesson of a student among those that need somebody. */
  lessonOf(student: string): Locator {
    return this.page
      .getByRole("list", { name: "Lessons that need somebody" })
      .getByRole("listitem")
      .filter({ hasText: student });
  }

  /** Enters the time off whose outcome is on the page. */
  async confirm(): Promise<void> {
    await this.page.getByRole("button", { name: "Enter the time off" }).click();
    await expect(this.page.getByRole("status").filter({ hasText: /^Entered/ })).toBeVisible();
  }

  /** Chooses the best substitute for a student's lesson; gives the name. */
  async chooseBest(student: string): Promise<string> {
    const choice = this.lessonOf(student).getByRole("combobox");
    const best = choice.getByRole("option").nth(1);
    const label = (await best.textContent()) ?? "";
    await choice.selectOption({ index: 1 });
    return label.replace(/^\d+\. /, "").replace(/ \(ask first\)$/, "");
  }

  /** Withdraws the time off that has this reason. */
  async withdraw(reason: string): Promise<void> {
    await this.page.reload();
    const entry = this.page.getByRole("main").locator("section > div").filter({ hasText: reason });
    await entry.getByRole("button", { name: "Withdraw", exact: true }).click();
    await entry.getByRole("button", { name: "Withdraw the time off" }).click();
    await expect(entry).toHaveCount(0);
  }
}
