import { newStudent } from "../fixtures/people";
import { chargesOf, subscriptionsOf } from "../fixtures/stripe";
import { expect, test } from "../fixtures/test";
import { newPerson } from "../pages/account";
import { cards } from "../pages/checkout";

test("after the trial a family goes on with weekly lessons: registration, the trial credited, a subscription", async ({
  page,
  enroll,
  checkout,
  journey,
}) => {
  const parent = newPerson("Jordan Maple");
  const student = newStudent();
  await journey.toLesson(parent, student);

  await page.getByRole("link", { name: "Continue with weekly lessons" }).click();
  await expect(page.getByLabel("Student's first name")).toHaveValue(student.firstName);
  await expect(page.getByLabel("Student's last name")).toHaveValue(student.lastName);
  await expect(page.getByLabel("Birth date")).toHaveValue(student.birthDate);
  await expect(page.getByLabel("Instrument", { exact: true })).toHaveValue("piano");
  await expect(page.getByRole("radio", { name: "Weekly lessons right away" })).toBeChecked();
  await enroll.seeTimes();
  await enroll.holdSuggestion();
  await expect(page).toHaveURL(/\/enroll\/review/);

  // A second trial is not to be had, whatever the form says.
  await page
    .locator("main input[name=kind]")
    .evaluate((input: HTMLInputElement) => input.setAttribute("value", "trial"));
  await enroll.agreeAndPay();
  await expect(enroll.error).toContainText("already has a trial lesson for this instrument");

  await page.reload();
  for (const line of [
    /Tuition, 30 minutes a week, by the month/,
    /Registration, one year/,
    /Credit for the trial/,
  ]) {
    await expect(page.getByText(line)).toBeVisible();
  }
  await expect(page.getByText("$180.00")).toBeVisible();
  await enroll.agreeAndPay();
  await checkout.expectAmount("$180.00");
  await expect(page.getByText("Registration, one year")).toBeVisible();
  await expect(page.getByText("Discount")).toBeVisible();
  await checkout.pay(cards.good);
  await enroll.expectSettled();

  expect((await chargesOf(parent.email)).map((charge) => charge.amount)).toEqual([18_000, 2_500]);
  const subscriptions = await subscriptionsOf(parent.email);
  expect(
    subscriptions.map(({ status, items }) => ({ status, cents: items.data[0]?.price.unit_amount })),
  ).toEqual([{ status: "active", cents: 16_000 }]);

  await page.goto("/family/lessons");
  const lessons = page.getByRole("main").getByRole("listitem").filter({ hasText: student.firstName });
  await expect(lessons.filter({ hasText: /trial/i })).toHaveCount(1);
  await expect(lessons.filter({ hasNotText: /trial/i }).nth(1)).toBeVisible();
  await page.goto("/family/billing");
  await expect(page.getByText("$160.00").first()).toBeVisible();

  // A second instrument: what the academy knows of the child is not asked again.
  await page.goto("/family");
  await page.locator('main a[href^="/family/children/"]').first().click();
  await page.getByRole("link", { name: "Add an instrument" }).click();
  await expect(page.getByLabel("Student's first name")).toHaveValue(student.firstName);
  await expect(page.getByLabel("Birth date")).toHaveValue(student.birthDate);
});
