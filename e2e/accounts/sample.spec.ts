import type { Page } from "@playwright/test";
import { sampleAccounts } from "../../supabase/seed/accounts";
import { disturbingTest, expect, test } from "../fixtures/test";

async function openBar(page: Page) {
  const bar = page.getByRole("complementary", { name: "Embedded sample academy" });
  await bar.locator("summary").click();
  return bar;
}

test("the bar signs in as each sample account with one click, also from another account", async ({
  page,
}) => {
  await page.goto("/");
  for (const { name, home } of sampleAccounts) {
    const bar = await openBar(page);
    await bar.getByRole("button", { name }).click();
    await expect(page).toHaveURL(new RegExp(`${home}$`));
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  }
});

disturbingTest("the bar moves the academy's clock and sets it back to the real time", async ({ page }) => {
  await page.goto("/");
  const bar = await openBar(page);
  await bar.getByRole("button", { name: "+1 day" }).click();
  await expect(bar.getByText("+1 d", { exact: true })).toBeVisible();
  await bar.getByRole("button", { name: "+1 hour" }).click();
  await expect(bar.getByText("+1 d 1 h", { exact: true })).toBeVisible();
  await bar.getByRole("button", { name: "Back to real time" }).click();
  await expect(bar.getByRole("button", { name: "Back to real time" })).toBeHidden();
});
