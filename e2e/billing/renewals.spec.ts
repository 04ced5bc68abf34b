import { expect as eventually } from "@playwright/test";
import { advanceClock, DAY, MINUTE } from "../fixtures/controls";
import { mailsTo, waitForMail } from "../fixtures/mailbox";
import { newStudent } from "../fixtures/people";
import { chargesOf, subscriptionsOf } from "../fixtures/stripe";
import { expect, disturbingTest as test } from "../fixtures/test";
import { newPerson } from "../pages/account";
import { BillingPage } from "../pages/billing";
import { cards } from "../pages/checkout";

const RETRY = 2 * DAY + 2 * MINUTE;
/** Can be saved, and is declined whenever it is charged. */
const FAILS_LATER = "4000000000000341";

/** Moves the clock to when Stripe charges the next period: an hour after it begins. */
async function goToRenewal(email: string, aheadMs: number): Promise<number> {
  const [subscription] = await subscriptionsOf(email);
  const end = (subscription?.items.data[0]?.current_period_end ?? 0) * 1000;
  const byMs = end + 65 * MINUTE - (Date.now() + aheadMs);
  await advanceClock(byMs);
  return aheadMs + byMs;
}

const countMails = async (address: string, subject: RegExp) =>
  (await mailsTo(address)).filter((mail) => subject.test(mail.subject)).length;

test("tuition renews; a declined card is retried, lessons pause after 30 days, a new card brings them back", async ({
  page,
  journey,
  enroll,
  checkout,
  desk,
}) => {
  test.setTimeout(240_000);
  const parent = newPerson("Morgan Alder");
  const student = newStudent();
  const billing = new BillingPage(page);
  await journey.account.open(parent);
  await enroll.open();
  await enroll.fillStudent(student);
  await page.getByRole("radio", { name: "Weekly lessons right away" }).check();
  await enroll.seeTimes();
  await enroll.holdSuggestion();
  await expect(page).toHaveURL(/\/enroll\/review/);
  await enroll.agreeAndPay();
  const path = await checkout.readEnrollmentPath();
  await checkout.pay(cards.good);
  await enroll.expectSettled();

  // The next month is charged by itself, once, with a receipt.
  const afterFirst = await goToRenewal(parent.email, 0);
  await waitForMail(parent.email, /^Receipt .*\$160\.00/);
  expect((await chargesOf(parent.email)).map(({ amount }) => amount)).toEqual([16_000, 20_500]);
  await billing.open();
  await expect(billing.payments).toHaveCount(3);

  // The month after it the card is declined: told at once, and again at each of five retries.
  await billing.replaceCard(FAILS_LATER);
  await goToRenewal(parent.email, afterFirst);
  for (let failed = 1; failed <= 6; failed++) {
    await eventually
      .poll(() => countMails(parent.email, /^We could not charge \$160\.00/), {
        message: `${failed} letters about failed charges`,
        timeout: 30_000,
      })
      .toBe(failed);
    if (failed < 6) await advanceClock(RETRY);
  }
  await billing.open();
  await expect(billing.overdue).toHaveText("Overdue: $160.00");
  await expect(billing.failedCharges).toHaveCount(7);
  await expect(page.getByText(/This card is not charged again by itself/)).toBeVisible();

  // 30 days after it was due the lessons pause.
  await advanceClock(20 * DAY);
  await waitForMail(parent.email, /^Paused: .* piano lessons$/);
  await billing.open();
  await expect(page.getByText("Lessons are paused")).toBeVisible();
  await desk.openEnrollment(path);
  await expect(desk.page.getByText(/Lessons paused because of overdue tuition/)).toBeVisible();
  await expect(desk.runsOf("Overdue tuition: retries and pause")).toBeVisible();

  // A new card settles it, and the lessons are back.
  await billing.replaceCard(cards.good);
  await waitForMail(parent.email, /^Back again: .* piano lessons$/);
  await billing.open();
  await expect(billing.overdue).toHaveCount(0);
  expect((await chargesOf(parent.email)).map(({ amount }) => amount).slice(-3)).toEqual([
    16_000, 16_000, 20_500,
  ]);
  expect((await subscriptionsOf(parent.email)).map(({ status }) => status)).toEqual(["active"]);
  await desk.openEnrollment(path);
  await expect(desk.page.getByText("Active", { exact: true }).first()).toBeVisible();

  // The administrator gives part of the last payment back, and sees beforehand what it comes to.
  await desk.page
    .getByRole("link", { name: /^No\. \d+$/ })
    .last()
    .click();
  await desk.page.getByLabel("Amount in dollars").fill("40.00");
  await desk.page.getByLabel("Reason").fill("Two lessons that did not take place");
  await desk.page.getByRole("button", { name: "Show what happens" }).click();
  await expect(desk.page.getByText("The tuition of $160.00 that renews itself goes on.")).toBeVisible();
  await desk.page.getByRole("button", { name: "Give $40.00 back" }).click();
  await waitForMail(parent.email, /^Refund of \$40\.00/);
});
