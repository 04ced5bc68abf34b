import { advanceClock, DAY, MINUTE } from "../fixtures/controls";
import { linkTo, mailsTo, waitForMail } from "../fixtures/mailbox";
import { newStudent } from "../fixtures/people";
import { chargesOf, checkoutsOf } from "../fixtures/stripe";
import { expect, disturbingTest as test } from "../fixtures/test";
import { newPerson, type Person } from "../pages/account";
import { cards } from "../pages/checkout";
import type { Student, Time } from "../pages/enroll";
import { Journey } from "../pages/journey";

// Longer than a time is held, shorter than Stripe keeps its page open.
const AFTER_THE_HOLD = 16 * MINUTE;

async function expectCheckoutsToEnd(parent: Person): Promise<void> {
  await expect
    .poll(async () => (await checkoutsOf(parent.email)).map((session) => session.status), {
      message: "the payment page is closed",
      timeout: 20_000,
    })
    .toEqual(["expired"]);
}

/** An enrollment whose family went away from the payment page, and whose time is not held any more. */
async function abandon(journey: Journey, parent: Person, student: Student) {
  await journey.account.open(parent);
  await journey.toTimes(student);
  const time = await journey.enroll.holdDistantTime();
  await journey.enroll.agreeAndPay();
  const path = await journey.checkout.readEnrollmentPath();
  const checkoutUrl = journey.page.url();
  await advanceClock(AFTER_THE_HOLD);
  await expectCheckoutsToEnd(parent);
  return { path, time, checkoutUrl };
}

/** Has the time held once more and lets that hold run out as well, with Stripe's page still open. */
async function payTooLate(journey: Journey, path: string): Promise<void> {
  await journey.page.goto(path);
  await journey.page.getByRole("button", { name: "Hold the time again and pay" }).click();
  await journey.checkout.expectAmount("$25.00");
  await advanceClock(AFTER_THE_HOLD);
}

async function takeTime(journey: Journey, time: Time): Promise<void> {
  await journey.toTimes(newStudent());
  await journey.enroll.openTime(time).click();
  await expect(journey.page).toHaveURL(/\/enroll\/account/);
}

test("not paid: the time is freed, reminders come on days 1, 5 and 12, on day 14 it lapses", async ({
  page,
  journey,
  openBrowser,
}) => {
  const parent = newPerson("Ellis Rowan");
  const { path, time, checkoutUrl } = await abandon(journey, parent, newStudent());
  await page.goto(checkoutUrl);
  await expect(page.getByRole("heading", { name: "This payment page has expired" })).toBeVisible();
  await page.goto(path);
  await expect(page.getByText("The time is no longer held")).toBeVisible();
  const other = new Journey(await openBrowser());
  await other.toTimes(newStudent());
  await expect(other.enroll.openTime(time)).toBeVisible();

  await advanceClock(DAY);
  const reminder = await waitForMail(parent.email, /^Finish .* one step left/);
  expect(new URL(linkTo(reminder, "/enroll/")).pathname).toBe(path);
  await advanceClock(4 * DAY);
  await waitForMail(parent.email, /is still waiting for its payment/);
  await advanceClock(7 * DAY);
  await waitForMail(parent.email, /^Last reminder/);
  await advanceClock(2 * DAY);
  await waitForMail(parent.email, /has ended; nothing was charged/);

  const subjects = (await mailsTo(parent.email)).map((mail) => mail.subject);
  expect(new Set(subjects).size).toBe(subjects.length);
  expect(subjects).toHaveLength(5);
  expect(await chargesOf(parent.email)).toHaveLength(0);
  await page.goto(path);
  await expect(page.getByRole("heading", { level: 1, name: "This enrollment has lapsed" })).toBeVisible();
});

test("paid too late, after another family took the time: refunded, with three other times", async ({
  page,
  journey,
  checkout,
  openBrowser,
}) => {
  const parent = newPerson("Harper Rowan");
  const { path, time } = await abandon(journey, parent, newStudent());
  await payTooLate(journey, path);
  await takeTime(new Journey(await openBrowser()), time);
  await checkout.pay(cards.good);
  await expect(
    page.getByRole("heading", { level: 1, name: "This enrollment did not go through" }),
  ).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("link", { name: "Take this time" })).toHaveCount(3);
  expect((await chargesOf(parent.email)).map((charge) => charge.amount_refunded)).toEqual([2_500]);
  const mail = await waitForMail(parent.email, /^Choose a new time .* was taken/);
  expect(mail.text).toContain("$25.00");
  await page.getByRole("link", { name: "Take this time" }).first().click();
  await expect(page.getByRole("button", { name: "Hold this time and go on" })).toBeVisible();
});

test("paid too late, but the time is still free: it is booked", async ({ journey, checkout, enroll }) => {
  const parent = newPerson("Quinn Rowan");
  const { path } = await abandon(journey, parent, newStudent());
  await payTooLate(journey, path);
  await checkout.pay(cards.good);
  await enroll.expectSettled();
  expect((await chargesOf(parent.email)).map((charge) => charge.amount_refunded)).toEqual([0]);
});

test("the time was taken while the family was away: three others, uncharged, one of them is paid", async ({
  page,
  journey,
  checkout,
  enroll,
  openBrowser,
}) => {
  const parent = newPerson("Marlow Rowan");
  const { path, time } = await abandon(journey, parent, newStudent());
  await takeTime(new Journey(await openBrowser()), time);
  await page.goto(path);
  await page.getByRole("button", { name: "Hold the time again and pay" }).click();
  const others = page.getByRole("list", { name: "Open times instead" });
  await expect(others.getByRole("listitem")).toHaveCount(3);
  expect(await chargesOf(parent.email)).toHaveLength(0);
  await others.getByRole("button", { name: "Take this time" }).first().click();
  await checkout.expectAmount("$25.00");
  await checkout.pay(cards.good);
  await enroll.expectSettled();
  expect(await chargesOf(parent.email)).toHaveLength(1);
});

test("a review whose time ran out is not sent: the time is chosen again, the details are kept", async ({
  page,
  journey,
  enroll,
}) => {
  const student = newStudent();
  await journey.toReview(newPerson("Reese Rowan"), student);
  await advanceClock(AFTER_THE_HOLD);
  await enroll.agreeAndPay();
  await expect(enroll.error).toContainText("The time is no longer held for you");
  await page.getByRole("link", { name: "Change the time" }).click();
  await expect(
    page.getByRole("heading", { name: `A teacher and a time for ${student.firstName}` }),
  ).toBeVisible();
});
