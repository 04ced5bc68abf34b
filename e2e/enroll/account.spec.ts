import { linkTo, waitForMail } from "../fixtures/mailbox";
import { newStudent } from "../fixtures/people";
import { expect, test } from "../fixtures/test";
import { AccountPages, newPerson } from "../pages/account";

test("the confirmation link leads back to the enrollment, once; used again it says so", async ({
  page,
  account,
  journey,
  openBrowser,
}) => {
  const parent = newPerson("Ira Ashdown");
  await journey.toTimes(newStudent());
  await journey.enroll.holdSuggestion();
  await page.getByRole("link", { name: "Create an account" }).click();
  await account.fillRegistration(parent);
  const link = linkTo(await waitForMail(parent.email, /confirm/i), "/auth/confirm");
  await page.goto(link);
  await expect(page.getByRole("heading", { level: 1, name: "Review and pay" })).toBeVisible();
  const other = await openBrowser();
  await other.goto(link);
  await expect(other).toHaveURL(/\/login/);
  await expect(other.getByText("This link does not work any more")).toBeVisible();
  await new AccountPages(other).signIn(parent.email, parent.password);
  await expect(other).toHaveURL(/\/family/);
});
