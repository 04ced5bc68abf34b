import { expect, type Locator, type Page } from "@playwright/test";

type NewClass = { name: string; seats: number; ages?: readonly [number, number] };

/** The administrator's classes and waitlist. */
export class ClassDesk {
  constructor(readonly page: Page) {}

  get outcome(): Locator {
    return this.page.getByRole("status").filter({ hasText: "This is what happens" });
  }

  get weeks(): Locator {
    return this.page.getByRole("list", { name: "Weeks" }).getByRole("listitem");
  }

  async openNew(): Promise<void> {
    await this.page.goto("/admin/classes/new");
    await expect(this.page.getByRole("heading", { level: 1, name: "New class" })).toBeVisible();
  }

  /** Fills in a class of the last term there is, on Sundays, when nothing else is given. */
  async fill({ name, seats, ages = [5, 99] }: NewClass, starts: string): Promise<void> {
    const term = this.page.getByLabel("Term");
    await term.selectOption({ index: (await term.getByRole("option").count()) - 1 });
    await this.page.getByLabel("Name", { exact: true }).fill(name);
    await this.page.getByLabel("Weekday").selectOption("Sunday");
    await this.page.getByLabel("Begins at").fill(starts);
    await this.page.getByLabel("Minutes").fill("45");
    await this.page.getByLabel("Price a month (USD)").fill("79");
    await this.page.getByLabel("Lowest age").fill(String(ages[0]));
    await this.page.getByLabel("Highest age").fill(String(ages[1]));
    await this.page.getByLabel("Seats").fill(String(seats));
  }

  async preview(): Promise<void> {
    await this.page.getByRole("button", { name: "Show its lessons" }).click();
    await expect(this.page.getByRole("button", { name: "Change it" })).toBeVisible();
  }

  /** Makes a class at the first hour that an earlier run has left free. Returns its start, `09:15`. */
  async make(wanted: NewClass): Promise<string> {
    await this.openNew();
    for (let nth = 0; nth < 56; nth++) {
      const minute = 8 * 60 + nth * 15;
      const starts = `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
      await this.fill(wanted, starts);
      await this.preview();
      const make = this.page.getByRole("button", { name: "Make the class" });
      if (await make.isVisible()) {
        await make.click();
        await expect(this.page.getByText("The class is made")).toBeVisible();
        return starts;
      }
      await this.page.getByRole("button", { name: "Change it" }).click();
      await expect(this.page.getByLabel("Term")).toBeVisible();
    }
    throw new Error("no Sunday hour is free");
  }

  /** The entry of a student on the waitlist, opened. */
  async openEntry(student: string): Promise<void> {
    await this.page.goto("/admin/waitlist");
    await this.page.getByRole("table", { name: "Waitlist" }).getByRole("link", { name: student }).click();
    await expect(this.page.getByRole("heading", { level: 1 })).toContainText(student);
  }
}

/** A parent's classes and places on the waitlist. */
export class FamilyClasses {
  constructor(readonly page: Page) {}

  get offers(): Locator {
    return this.page.getByRole("region", { name: "Offers" });
  }

  async open(): Promise<void> {
    await this.page.goto("/family/classes");
    await expect(this.page.getByRole("heading", { level: 1, name: "Classes and waitlist" })).toBeVisible();
  }

  async addChild(firstName: string, lastName: string, birthDate: string): Promise<void> {
    await this.page.getByLabel("First name").fill(firstName);
    await this.page.getByLabel("Last name").fill(lastName);
    await this.page.getByLabel("Birth date").fill(birthDate);
    await this.page.getByRole("button", { name: "Add to the family" }).click();
    await expect(this.page.getByLabel("Who comes")).toContainText(firstName);
  }

  /** Chooses a class of the public page and shows what signing up comes to. */
  async preview(className: string): Promise<void> {
    await this.page.goto("/classes");
    await this.page
      .getByRole("link", { name: new RegExp(`(Sign up for|waitlist of) ${className}$`) })
      .click();
    await expect(this.page.getByLabel("Class", { exact: true })).toContainText(className);
    await this.page.getByRole("button", { name: "Show what happens" }).click();
  }

  async takeSeat(className: string): Promise<void> {
    await this.preview(className);
    await this.page.getByRole("button", { name: "Take the seat" }).click();
    await expect(this.page.getByText(`has a seat in ${className}`)).toBeVisible();
  }

  async joinWaitlist(className: string, place: number): Promise<void> {
    await this.preview(className);
    await expect(this.page.getByText(`at place ${place}`)).toBeVisible();
    await this.page.getByRole("button", { name: "Join the waitlist" }).click();
    await expect(this.page.getByText(`is on the waitlist of ${className}`)).toBeVisible();
  }

  async leave(className: string): Promise<void> {
    await this.open();
    await this.page.getByRole("button", { name: `Leave ${className}` }).click();
    await this.page.getByRole("button", { name: "Leave the class" }).click();
    await expect(this.page.getByRole("button", { name: `Leave ${className}` })).toHaveCount(0);
  }

  /** Puts the child on the waitlist for half an hour of piano, at any hour of Monday to Saturday. */
  async waitForPiano(): Promise<void> {
    await this.open();
    await this.page.getByLabel("Instrument").selectOption("Piano");
    await this.page.getByLabel("From", { exact: true }).selectOption("8:00 am");
    await this.page.getByLabel("Until", { exact: true }).selectOption("10:00 pm");
    await this.page.getByLabel("Sat", { exact: true }).check();
    await this.page.getByRole("button", { name: "Show my place" }).click();
    await this.page.getByRole("button", { name: "Join the waitlist" }).click();
    await expect(this.page.getByText("You are on the waitlist")).toBeVisible();
  }

  async answer(intent: "Accept" | "Decline"): Promise<void> {
    await this.offers.getByRole("button", { name: intent }).click();
  }
}
