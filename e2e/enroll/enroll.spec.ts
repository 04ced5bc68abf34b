import { readSampleAccount } from "../fixtures/accounts";
import { mailsTo, waitForMail } from "../fixtures/mailbox";
import { expect, test } from "../fixtures/test";
import { newPerson } from "../pages/account";
import { cards } from "../pages/checkout";

const student = {
  instrument: "Piano",
  firstName: "Robin",
  lastName: "Ashdown",
  birthDate: "2017-03-14",
  wishes: "Loves film music",
};

test("a parent enrolls a child: account, payment, first lesson, receipt, emails, workflow run", async ({
  page,
  enroll,
  account,
  checkout,
  browser,
}) => {
  const parent = newPerson("Casey Ashdown");
  await page.goto("/");
  await page
    .getByRole("link", { name: /enroll/i })
    .first()
    .click();
  await enroll.fillStudent(student);
  await enroll.seeTimes();
  await expect(enroll.suggestions.first()).toContainText(/\S/);
  await enroll.holdSuggestion();
  await expect(page.getByText(/held for \d+:\d\d more/)).toBeVisible();
  await page.getByRole("link", { name: "Create an account" }).click();
  await account.fillRegistration(parent);
  await account.confirm(parent);
  await expect(page.getByText("Trial lesson, 30 minutes")).toBeVisible();
  await enroll.agreeAndPay();
  await checkout.expectAmount("$25.00");
  await checkout.pay(cards.good);
  await enroll.expectSettled();

  const enrollmentUrl = page.url();
  const calendar = await page.request.get(
    (await page.getByRole("link", { name: "Add to calendar" }).getAttribute("href")) ?? "",
  );
  expect(calendar.headers()["content-type"]).toContain("text/calendar");
  expect(await calendar.text()).toContain("BEGIN:VEVENT");
  await page.getByRole("link", { name: "Receipt" }).click();
  await expect(page.getByText("$25.00").first()).toBeVisible();
  await expect(page.getByText(/4242/)).toBeVisible();
  await page.goto("/family");
  await expect(page.getByText(/Robin/).first()).toBeVisible();
  await expect(page.getByText(/Piano/).first()).toBeVisible();

  const welcome = await waitForMail(parent.email, /lesson|welcome/i);
  expect(welcome.attachments.some((file) => file.contentType.startsWith("text/calendar"))).toBe(true);
  await waitForMail(parent.email, /receipt/i);
  const subjects = (await mailsTo(parent.email)).map((mail) => mail.subject);
  expect(new Set(subjects).size).toBe(subjects.length);

  const admin = await browser.newContext({ baseURL: new URL(page.url()).origin });
  const desk = await admin.newPage();
  const { email, password } = readSampleAccount("admin");
  await desk.goto("/login");
  await desk.getByLabel("Email address").fill(email);
  await desk.getByLabel("Password", { exact: true }).fill(password);
  await desk.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(desk).toHaveURL(/\/admin/);
  await desk.goto(`/admin/enrollments/${enrollmentUrl.match(/enroll\/([0-9a-f-]{36})/)?.[1]}`);
  await expect(desk.getByText("Robin Ashdown").first()).toBeVisible();
  await expect(desk.getByText("First lesson scheduled").first()).toBeVisible();
  await expect(desk.getByText("Revenue: trial lessons").first()).toBeVisible();
  await expect(desk.getByText("$25.00").first()).toBeVisible();
  await admin.close();
});
