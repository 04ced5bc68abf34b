import { readFile } from "node:fs/promises";
import { expect, type Locator, type Page } from "@playwright/test";
import { strFromU8, unzipSync } from "fflate";

/** What is held on a family: the parent's own page, and the administrator's. */
export class PrivacyPages {
  constructor(readonly page: Page) {}

  /** Downloads what the link gives and unpacks it: file names and their texts. */
  async download(link: Locator): Promise<Record<string, string>> {
    const [file] = await Promise.all([this.page.waitForEvent("download"), link.click()]);
    expect(file.suggestedFilename()).toMatch(/^family-data-\d{4}-\d\d-\d\d\.zip$/);
    const files = unzipSync(await readFile(await file.path()));
    return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, strFromU8(bytes)]));
  }

  async openAccount(): Promise<void> {
    await this.page.goto("/family/account");
    await expect(this.page.getByRole("heading", { name: "Your data" })).toBeVisible();
  }

  /** The administrator's page of the family that a search finds. */
  async openFamily(search: string): Promise<void> {
    await this.page.goto(`/admin/families?q=${encodeURIComponent(search)}`);
    await this.page
      .getByRole("table", { name: "Families" })
      .getByRole("rowheader")
      .getByRole("link")
      .first()
      .click();
    await expect(this.page.getByRole("heading", { name: "Data and privacy" })).toBeVisible();
  }

  async openErasure(): Promise<void> {
    await this.page.getByRole("link", { name: "Erase this family" }).click();
    await expect(this.page.getByRole("heading", { level: 1, name: "Erase this family" })).toBeVisible();
  }

  /** On the page of an erasure: says why, and looks at what it comes to. */
  async askForErasure(reason: string): Promise<void> {
    await this.page.getByLabel("Reason").fill(reason);
    await this.page.getByRole("button", { name: "Show what happens" }).click();
    await expect(this.page.getByRole("heading", { name: "What goes" })).toBeVisible();
  }

  async confirmErasure(name: string): Promise<void> {
    await this.page.getByLabel("Type the family's name to confirm").fill(name);
    await this.page.getByRole("button", { name: "Erase for good" }).click();
  }
}
