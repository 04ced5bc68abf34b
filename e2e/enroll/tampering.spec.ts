import type { Page } from "@playwright/test";
import { mailsTo, waitForMail } from "../fixtures/mailbox";
import { newStudent, uniqueName } from "../fixtures/people";
import { checkoutsOf } from "../fixtures/stripe";
import { expect, test } from "../fixtures/test";
import { newPerson } from "../pages/account";
import { Journey } from "../pages/journey";

/** Sets a field of the page's form to a value that no person could choose there. */
async function tamper(page: Page, name: string, value: string): Promise<void> {
  await page.locator(`main input[name=${name}]`).evaluateAll((inputs: HTMLInputElement[], text) => {
    for (const input of inputs) input.value = text;
  }, value);
}

test("another family's enrollment does not exist: not its page, its progress, its payment, nor its end", async ({
  page,
  journey,
  openBrowser,
}) => {
  const theirs = new Journey(await openBrowser());
  const theirPath = await theirs.toCheckout(newPerson("Uma Birch"), newStudent());
  const theirId = theirPath.replace("/enroll/", "");

  const parent = newPerson("Mallory Birch");
  const path = await journey.toCheckout(parent, newStudent());
  expect((await page.goto(theirPath))?.status()).toBe(404);
  expect((await page.request.get(`${theirPath}/status`)).status()).toBe(404);

  await page.goto(path);
  for (const button of [/^Continue to payment/, "Do not enroll after all"]) {
    await tamper(page, "enrollmentId", theirId);
    await page.getByRole("button", { name: button }).click();
    await expect(journey.enroll.error).toContainText("This enrollment does not exist");
    await page.reload();
  }
  await theirs.page.goto(theirPath);
  await expect(theirs.page.getByText(/held for \d+:\d\d more/)).toBeVisible();
});

test("a tampered plan is refused in words, an amount in the form changes nothing", async ({
  page,
  enroll,
  journey,
}) => {
  const parent = newPerson("Robbie Birch");
  await journey.toReview(parent, newStudent());
  await tamper(page, "kind", "free");
  await enroll.agreeAndPay();
  await expect(enroll.error).toContainText("Choose how to start");

  await page.reload();
  await tamper(page, "cadence", "daily");
  await enroll.agreeAndPay();
  await expect(enroll.error).toContainText("Choose how to pay");

  await page.reload();
  await page.getByRole("button", { name: "Continue to payment" }).click();
  await expect(page.getByRole("checkbox", { name: /I have read the policies/ })).toHaveAccessibleDescription(
    /Please confirm that you have read the policies/,
  );

  await page.reload();
  const review = page.locator("main form", { has: page.locator("input[name=kind]") });
  await review.evaluate((form) => {
    for (const name of ["dueCents", "due_cents", "amount", "price", "lines"]) {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name, value: "1" });
      form.append(input);
    }
  });
  await enroll.agreeAndPay();
  await journey.checkout.expectAmount("$25.00");
  expect((await checkoutsOf(parent.email)).map((session) => session.amount_total)).toEqual([2_500]);
});

test("a script for a name stays text: on the pages, at the desk, in the mails", async ({
  page,
  journey,
  desk,
}) => {
  const dialogs: string[] = [];
  for (const tab of [page, desk.page]) {
    tab.on("dialog", async (dialog) => {
      dialogs.push(dialog.message());
      await dialog.dismiss();
    });
  }
  const parent = { ...newPerson("Alex Birch"), name: "Alex <b onclick=alert(1)>Birch</b>" };
  const student = {
    ...newStudent(),
    firstName: "<img src=x onerror=alert(2)>",
    lastName: `${uniqueName("O'")}<script>alert(3)</script>`,
    wishes: "</textarea><script>alert(4)</script> & more",
  };
  const path = await journey.toLesson(parent, student);
  await expect(page.getByText(`${student.firstName} ${student.lastName}`).first()).toBeVisible();
  await page.goto("/family");
  await expect(page.getByText(student.firstName).first()).toBeVisible();

  await desk.openEnrollment(path);
  await expect(desk.fact("Wishes")).toHaveText(student.wishes);
  await expect(await desk.findEnrollments(student.lastName)).toHaveCount(1);
  await waitForMail(parent.email, /receipt/i);
  for (const mail of await mailsTo(parent.email)) {
    expect(mail.html).not.toMatch(/<img src=x|<script|<b onclick/i);
    expect(mail.subject).not.toContain("\n");
  }
  expect(dialogs).toEqual([]);
});
