import { expect, type Locator, type Page } from "@playwright/test";

/** The calendar of any portal: what is drawn, the list below it, and the way to move a lesson. */
export class CalendarPages {
  constructor(readonly page: Page) {}

  /** What is drawn. */
  get drawing(): Locator {
    return this.page.getByRole("region", { name: "Calendar" });
  }

  /** What is said of the place under the pointer or the focus. */
  get verdict(): Locator {
    return this.drawing.getByRole("status");
  }

  get dialog(): Locator {
    return this.page.getByRole("dialog");
  }

  /** Lessons that are drawn and that the reader may move. */
  get movable(): Locator {
    return this.drawing.locator('a[aria-keyshortcuts="m"]');
  }

  async open(path: string): Promise<void> {
    await this.page.goto(path);
    await expect(this.page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(this.page.getByText(/All times are New York time/)).toBeVisible();
  }

  /** Goes on through the calendar, at most `steps` times, until there are that many lessons that can be moved. */
  async goToMovable(direction: "Next day" | "Next week", atLeast = 1, steps = 21): Promise<void> {
    const button = this.page.getByRole("button", { name: /^Move: / });
    for (let step = 0; step < steps; step++) {
      await expect(this.page.getByText("As a list")).toBeVisible();
      if ((await button.count()) >= atLeast) return;
      const before = await this.page.getByRole("heading", { level: 1 }).textContent();
      await this.page.getByRole("link", { name: direction, exact: true }).click();
      await expect(this.page.getByRole("heading", { level: 1 })).not.toHaveText(before ?? "");
    }
    throw new Error(`no lesson that can be moved within ${steps} of "${direction}"`);
  }

  /** Takes a lesson up with the mouse, a little inside its left end: where it is dropped, it begins. */
  async takeUp(lesson: Locator): Promise<void> {
    await lesson.scrollIntoViewIfNeeded();
    const box = await boxOf(lesson);
    await this.page.mouse.move(box.x + 6, box.y + box.height / 2);
    await this.page.mouse.down();
    // A drag begins only once the pointer has moved some way.
    await this.page.mouse.move(box.x + 16, box.y + box.height / 2, { steps: 3 });
  }

  /** Moves what is held to a point. */
  async hover(x: number, y: number): Promise<void> {
    await this.page.mouse.move(x, y, { steps: 4 });
  }

  /** Waits until the academy has said whether the place is free. */
  async readVerdict(): Promise<string> {
    await expect(this.verdict).toHaveText(/: .+/);
    await expect(this.verdict).not.toHaveText(/Checking/);
    return (await this.verdict.textContent()) ?? "";
  }

  /** Confirms the outcome that the dialog shows. */
  async confirmMove(): Promise<void> {
    await expect(this.dialog.getByText("This is what happens")).toBeVisible();
    await this.dialog.getByRole("button", { name: "Move the lesson" }).click();
    await expect(this.dialog.getByText("The lesson is moved")).toBeVisible();
  }

  /** Puts a lesson that has just been moved back, and leaves the dialog. */
  async undo(): Promise<void> {
    await this.dialog.getByRole("button", { name: "Undo" }).click();
    await expect(this.dialog.getByText("The lesson is where it was")).toBeVisible();
    await this.dialog.getByRole("button", { name: "Done" }).click();
    await expect(this.dialog).toBeHidden();
  }

  /** In the dialog: the first of the times that are free instead; its outcome then shows. */
  async takeFirstOffer(): Promise<string> {
    const offer = this.dialog.getByRole("region", { name: "Free instead" }).getByRole("button").first();
    const words = (await offer.textContent()) ?? "";
    await offer.click();
    return words;
  }
}

export async function boxOf(locator: Locator) {
  const box = await locator.boundingBox();
  if (!box) throw new Error("not on the screen");
  return box;
}
