import { newStudent } from "../fixtures/people";
import { chargesOf, checkoutsOf } from "../fixtures/stripe";
import { expect, test } from "../fixtures/test";
import { newPerson } from "../pages/account";
import { CheckoutPage, cards } from "../pages/checkout";
import { EnrollPages } from "../pages/enroll";

const payButton = /^Continue to payment, \$25\.00$/;

test("a review sent twice is one enrollment with one payment page", async ({
  page,
  enroll,
  journey,
  desk,
}) => {
  const parent = newPerson("Sam Ashdown");
  const student = newStudent();
  await journey.toReview(parent, student);
  await page.getByRole("checkbox", { name: /I have read the policies/ }).check();
  // Past the button, which sends once only.
  await page.getByRole("button", { name: "Continue to payment" }).evaluate((button: HTMLButtonElement) => {
    button.form?.requestSubmit();
    button.form?.requestSubmit();
  });
  await journey.checkout.expectAmount("$25.00");
  const path = await journey.checkout.readEnrollmentPath();
  expect(await checkoutsOf(parent.email)).toHaveLength(1);
  await expect(await desk.findEnrollments(student.lastName)).toHaveCount(1);
  await page.goto(path);
  await page.getByRole("button", { name: payButton }).dblclick();
  await journey.checkout.pay(cards.good);
  await enroll.expectSettled();
  expect(await chargesOf(parent.email)).toHaveLength(1);
});

test("two tabs send the same enrollment; paid in one, it is paid in the other", async ({
  context,
  journey,
  desk,
}) => {
  const parent = newPerson("Kim Ashdown");
  const student = newStudent();
  await journey.toReview(parent, student);
  const tab = await context.newPage();
  const inTab = new EnrollPages(tab);
  await tab.goto("/enroll/review");
  await journey.enroll.agreeAndPay();
  const path = await journey.checkout.readEnrollmentPath();
  await inTab.agreeAndPay();
  const second = new CheckoutPage(tab);
  expect(await second.readEnrollmentPath()).toBe(path);
  await journey.checkout.pay(cards.good);
  await journey.enroll.expectSettled();

  await second.pay(cards.good);
  await expect(tab).toHaveURL(new RegExp(path));
  await inTab.expectSettled();
  expect(await checkoutsOf(parent.email)).toHaveLength(1);
  expect(await chargesOf(parent.email)).toHaveLength(1);
  await expect(await desk.findEnrollments(student.lastName)).toHaveCount(1);
});

test("a review that another tab has changed since is shown again before it is sent", async ({
  page,
  context,
  journey,
}) => {
  await journey.toReview(newPerson("Lee Ashdown"), newStudent());
  const tab = await context.newPage();
  const inTab = new EnrollPages(tab);
  await tab.goto("/enroll/time");
  await inTab.holdSuggestion(1);
  await expect(tab).toHaveURL(/\/enroll\/review/);
  await journey.enroll.agreeAndPay();
  await expect(journey.enroll.error).toContainText("changed in another window");
  await expect(page).toHaveURL(/\/enroll\/review/);
});

test("Back after the payment shows that it is paid and cannot pay again", async ({
  page,
  enroll,
  journey,
}) => {
  const parent = newPerson("Toni Ashdown");
  const path = await journey.toLesson(parent, newStudent());
  await page.goBack();
  await expect(page.getByRole("heading", { name: "You have paid already" })).toBeVisible();
  await page.getByRole("link", { name: /^Continue to / }).click();
  await enroll.expectSettled();
  await page.goto("/enroll/review");
  await expect(page).toHaveURL(/\/enroll$/);
  await page.goto(path);
  await enroll.expectSettled();
  await expect(page.getByRole("button", { name: /payment/ })).toHaveCount(0);
  expect(await chargesOf(parent.email)).toHaveLength(1);
});

test("a declined card, then a good one: one charge", async ({ page, enroll, checkout, journey }) => {
  const parent = newPerson("Pat Ashdown");
  await journey.toCheckout(parent, newStudent());
  const address = page.url();
  await checkout.pay(cards.declined);
  await expect(page.getByRole("alert")).toContainText("Your card was not charged");
  expect(page.url()).toBe(address);
  await checkout.pay(cards.good);
  await enroll.expectSettled();
  expect(await chargesOf(parent.email)).toHaveLength(1);
  expect(await checkoutsOf(parent.email)).toHaveLength(1);
});

test("3-D Secure abandoned, then failed, then done: the time stays held and one charge is made", async ({
  page,
  enroll,
  checkout,
  journey,
}) => {
  const parent = newPerson("Drew Ashdown");
  await journey.toCheckout(parent, newStudent());
  await checkout.pay(cards.threeDSecure);
  await expect(page.getByRole("heading", { name: "Confirm with your bank" })).toBeVisible();
  await page.goBack();
  await checkout.back.click();
  await expect(page.getByText("No payment was made")).toBeVisible();
  await expect(page.getByText(/held for \d+:\d\d more/)).toBeVisible();
  expect(await chargesOf(parent.email)).toHaveLength(0);

  await page.getByRole("button", { name: payButton }).click();
  await checkout.pay(cards.threeDSecure);
  await checkout.answerBank("Fail");
  await expect(page.getByRole("alert")).toContainText("Your card was not charged");
  await checkout.pay(cards.threeDSecure);
  await checkout.answerBank("Complete");
  await enroll.expectSettled();
  expect(await chargesOf(parent.email)).toHaveLength(1);
  expect(await checkoutsOf(parent.email)).toHaveLength(1);
});

test("given up: nothing is charged, the time is free, and the page says so", async ({ page, journey }) => {
  const parent = newPerson("Noa Ashdown");
  const path = await journey.toCheckout(parent, newStudent());
  const checkoutUrl = page.url();
  await page.goto(path);
  await page.getByRole("button", { name: "Do not enroll after all" }).click();
  await expect(
    page.getByRole("heading", { level: 1, name: "This enrollment did not go through" }),
  ).toBeVisible();
  await expect(page.getByText("Nothing was charged.").first()).toBeVisible();
  await page.goto(checkoutUrl);
  await expect(page.getByRole("heading", { name: "This payment page has expired" })).toBeVisible();
  expect(await chargesOf(parent.email)).toHaveLength(0);
});
