import { expect, type Locator, type Page } from "@playwright/test";

/** The administrator's monitor of workflows. */
export class MonitorPages {
  constructor(readonly page: Page) {}

  async openRun(id: string): Promise<void> {
    await this.page.goto(`/admin/workflows/${id}`);
  }

  /** From an enrollment's own page to its newest run of a workflow. */
  async followRun(name: string): Promise<void> {
    await this.page.getByRole("region", { name, exact: true }).last().getByRole("link", { name }).click();
    await expect(this.page.getByRole("heading", { level: 1, name })).toBeVisible();
  }

  /** Asks for something, reads what would happen, and does it. Answers what was shown. */
  async act(ask: string, confirm: string): Promise<string> {
    await this.page.getByRole("button", { name: ask }).click();
    const outcome = this.page.getByRole("status").filter({ hasText: "This is what happens" });
    await expect(outcome).toBeVisible();
    const words = (await outcome.textContent()) ?? "";
    await this.page.getByRole("button", { name: confirm }).click();
    await expect(this.page.getByRole("button", { name: confirm })).toBeHidden();
    return words;
  }

  get main(): Locator {
    return this.page.getByRole("main");
  }

  /** Reloads the page until it shows what the workflows do by themselves. */
  async reloadUntil(shown: Locator): Promise<void> {
    await expect(async () => {
      await this.page.reload();
      await expect(shown).toBeVisible({ timeout: 2_000 });
    }).toPass({ timeout: 45_000 });
  }
}
