import type { Page } from "@playwright/test";
import { sampleAccounts } from "../../supabase/seed/accounts";
import { readSampleAccount } from "../fixtures/accounts";
import { chargesOf } from "../fixtures/stripe";
import { disturbingTest, expect, test } from "../fixtures/test";
import { cards } from "../pages/checkout";

async function openBar(page: Page) {
  const bar = page.getByRole("complementary", { name: "Embedded sample academy" });
  await bar.locator("summary").click();
  return bar;
}

test("the bar signs in as each sample account with one click, also from another account", async ({
  page,
}) => {
  for (const { name, home } of sampleAccounts) {
    await page.goto("/");
    const bar = await openBar(page);
    await bar.getByRole("button", { name }).click();
    await expect(page).toHaveURL(new RegExp(`${home}$`));
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  }
});

test("the sample parent enrolls a child in a second instrument, as the sample's hint says", async ({
  page,
  account,
  enroll,
  checkout,
}) => {
  const { email, password } = readSampleAccount("parent");
  await account.signIn(email, password);
  await page.getByRole("link", { name: "Lina Rahman" }).click();
  await page.getByRole("link", { name: "Add an instrument" }).click();
  await expect(page.getByLabel("Student's first name")).toHaveValue("Lina");
  await page.getByLabel("Instrument", { exact: true }).selectOption("flute");
  await enroll.seeTimes();
  await enroll.holdSuggestion();
  await enroll.agreeAndPay();
  await checkout.pay(cards.good);
  await enroll.expectSettled();
  expect((await chargesOf(email)).map((charge) => charge.amount)).toEqual([2_500]);
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
