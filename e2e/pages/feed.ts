import { expect, type Locator, type Page } from "@playwright/test";
import ICAL from "ical.js";

/** What another calendar program makes of a feed's entry. */
type FeedEvent = {
  readonly uid: string;
  readonly summary: string;
  readonly start: Date;
  readonly end: Date;
  /** `4:00`, as the entry's own zone shows it. */
  readonly clockTime: string;
  readonly isCancelled: boolean;
  readonly description: string;
};

/** A person's calendar feed: the card of the account page, used by keyboard alone, and what calendar programs read. */
export class FeedPages {
  constructor(readonly page: Page) {}

  async open(portal: "family" | "student" | "teach" | "admin"): Promise<void> {
    await this.page.goto(`/${portal}/account`);
    await expect(this.page.getByRole("heading", { name: "Calendar feed" })).toBeVisible();
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** Goes on with the Tab key until the button has the focus, and presses Enter. */
  async press(name: string): Promise<void> {
    const button = this.button(name);
    await expect(button).toBeVisible();
    for (let step = 0; step < 200; step++) {
      if (await button.evaluate((element) => element === document.activeElement)) break;
      await this.page.keyboard.press("Tab");
    }
    await expect(button).toBeFocused();
    await this.page.keyboard.press("Enter");
  }

  /** Revokes what an earlier test left. */
  async startWithout(): Promise<void> {
    const [make, revoke] = [this.button("Make my calendar address"), this.button("Revoke the address")];
    await expect(make.or(revoke)).toBeVisible();
    if (await revoke.isVisible()) await this.revoke();
  }

  async make(): Promise<string> {
    await this.press("Make my calendar address");
    return this.newAddress();
  }

  async newAddress(): Promise<string> {
    const field = this.page.getByLabel("Calendar address", { exact: true });
    await expect(field).toHaveValue(/\/calendar\/[\w-]{43}\.ics$/);
    return field.inputValue();
  }

  async revoke(): Promise<void> {
    await this.press("Revoke the address");
    await expect(this.page.getByText("stops working at once and for good")).toBeVisible();
    await this.press("Revoke it now");
    await expect(this.page.getByText("The address has been revoked")).toBeVisible();
  }

  /** What a calendar program gets, without any sign-in, and by what it asks for news. */
  async fetch(address: string): Promise<{ text: string; etag: string }> {
    const answer = await fetch(address);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/calendar; charset=utf-8");
    return { text: await answer.text(), etag: answer.headers.get("etag") ?? "" };
  }

  async read(address: string): Promise<FeedEvent[]> {
    return this.parse((await this.fetch(address)).text);
  }

  parse(text: string): FeedEvent[] {
    const calendar = new ICAL.Component(ICAL.parse(text));
    ICAL.TimezoneService.reset();
    for (const zone of calendar.getAllSubcomponents("vtimezone")) {
      ICAL.TimezoneService.register(new ICAL.Timezone(zone));
    }
    return calendar.getAllSubcomponents("vevent").map((component) => {
      const event = new ICAL.Event(component);
      const { hour, minute } = event.startDate;
      return {
        uid: event.uid,
        summary: event.summary,
        start: event.startDate.toJSDate(),
        end: event.endDate.toJSDate(),
        clockTime: `${hour % 12 || 12}:${String(minute).padStart(2, "0")}`,
        isCancelled: component.getFirstPropertyValue("status") === "CANCELLED",
        description: event.description,
      };
    });
  }

  /** The family's lessons to come as their page shows them, all its pages: those that are not cancelled. */
  async listLessons(): Promise<{ uid: string; heading: string; time: string; where: string }[]> {
    const found: { uid: string; heading: string; time: string; where: string }[] = [];
    for (let number = 1; ; number++) {
      await this.page.goto(`/family/lessons?page=${number}`);
      await expect(this.page.getByRole("heading", { level: 1, name: "Lessons" })).toBeVisible();
      const lessons = this.page
        .getByRole("listitem")
        .filter({ has: this.page.getByRole("link", { name: /^Add to calendar/ }) });
      for (const lesson of await lessons.all()) {
        const link = await lesson.getByRole("link", { name: /^Add to calendar/ }).getAttribute("href");
        const [time = "", where = ""] = await lesson.getByRole("paragraph").allInnerTexts();
        found.push({
          uid: `lesson-${link?.split("/")[3]}@cedar-heights`,
          heading: (await lesson.getByRole("heading").textContent()) ?? "",
          time,
          where,
        });
      }
      if (!(await this.page.getByRole("link", { name: "Later lessons" }).isVisible())) return found;
    }
  }
}
