import { expect, type Locator, type Page } from "@playwright/test";

export type Student = {
  instrument: string;
  firstName: string;
  lastName: string;
  birthDate: string;
  wishes?: string;
};

/** A bookable time: who teaches, and when, as ISO 8601. */
export type Time = { teacherId: string; startsAt: string };

/** The pages of the enrollment, from the student to the payment. */
export class EnrollPages {
  constructor(readonly page: Page) {}

  async open(query = ""): Promise<void> {
    await this.page.goto(`/enroll${query}`);
    await expect(this.page.getByRole("heading", { name: "Who would like to learn?" })).toBeVisible();
  }

  async fillStudent(student: Student): Promise<void> {
    const { page } = this;
    await expect(page.getByRole("heading", { name: "Who would like to learn?" })).toBeVisible();
    const instrument = page.getByLabel("Instrument", { exact: true });
    const option = instrument.locator("option", { hasText: new RegExp(`^${student.instrument}`) });
    if ((await option.count()) > 0) await instrument.selectOption(await option.getAttribute("value"));
    await page.getByLabel("Student's first name").fill(student.firstName);
    await page.getByLabel("Student's last name").fill(student.lastName);
    await page.getByLabel("Birth date").fill(student.birthDate);
    if (student.wishes) await page.getByLabel("Wishes for the teacher (optional)").fill(student.wishes);
  }

  async seeTimes(): Promise<void> {
    await this.page.getByRole("button", { name: "See teachers and times" }).click();
  }

  get suggestions(): Locator {
    return this.page
      .getByRole("region", { name: "Our suggestions" })
      .getByRole("listitem")
      .filter({ has: this.page.getByRole("button") });
  }

  /** Holds the n-th suggestion and returns which time it is. */
  async holdSuggestion(place = 0): Promise<Time> {
    const suggestion = this.suggestions.nth(place);
    const time = {
      teacherId: await suggestion.locator("input[name=teacherId]").inputValue(),
      startsAt: await suggestion.locator("input[name=startsAt]").inputValue(),
    };
    await suggestion.getByRole("button", { name: "Hold this time" }).click();
    return time;
  }

  /**
   * Holds a time from the middle of those on offer: it stays on the page while a test moves the clock, whichever days
   * come and go at both ends of the list.
   */
  async holdDistantTime(): Promise<Time> {
    const forms = this.page.locator(`form:has(input[name=startsAt])`);
    const form = forms.nth(Math.floor((await forms.count()) / 2));
    const time = {
      teacherId: await form.locator("input[name=teacherId]").inputValue(),
      startsAt: await form.locator("input[name=startsAt]").inputValue(),
    };
    await form.getByRole("button").click();
    await expect(this.page).toHaveURL(/\/enroll\/review/);
    return time;
  }

  /** The button of one time among all open times. */
  openTime(time: Time): Locator {
    return this.page
      .locator(`form:has(input[name=teacherId][value="${time.teacherId}"])`)
      .filter({ has: this.page.locator(`input[name=startsAt][value="${time.startsAt}"]`) })
      .getByRole("button")
      .last();
  }

  get error(): Locator {
    // Next announces each new page in an alert of its own, outside the page's content.
    return this.page.getByRole("main").getByRole("alert").first();
  }

  async agreeAndPay(): Promise<void> {
    await expect(this.page.getByRole("heading", { name: "Review and pay", level: 1 })).toBeVisible();
    await this.page.getByRole("checkbox", { name: /I have read the policies/ }).check();
    await this.page.getByRole("button", { name: "Continue to payment" }).click();
  }

  /** The step's row on the live page, e.g. "First lesson scheduled". */
  step(label: string): Locator {
    return this.page
      .getByRole("list", { name: "Progress of the enrollment" })
      .getByRole("listitem")
      .filter({ hasText: label });
  }

  async expectSettled(): Promise<void> {
    for (const label of [
      "Payment received",
      "Teacher confirmed",
      "First lesson scheduled",
      "Welcome emails sent",
    ]) {
      await expect(this.step(label)).toHaveAttribute("data-state", "done", { timeout: 30_000 });
    }
    await expect(
      this.page.getByRole("heading", { level: 1, name: "Welcome to Cedar Heights" }),
    ).toBeVisible();
  }
}
