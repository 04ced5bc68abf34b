import type { Page } from "@playwright/test";
import axe from "axe-core";
import { readSampleAccount } from "../fixtures/accounts";
import { newStudent } from "../fixtures/people";
import { expect, test } from "../fixtures/test";
import { AccountPages, newPerson } from "../pages/account";
import { cards } from "../pages/checkout";

test.setTimeout(420_000);

const phone = { width: 390, height: 844 };
const desktop = { width: 1440, height: 900 };

/** What axe finds on the page, which `look` has given it. Nothing but violations is worked out. */
async function findViolations(page: Page, rules?: string[]): Promise<string[]> {
  const violations = await page.evaluate(
    async (runOnly) => {
      const found = await axe.run({ resultTypes: ["violations"], preload: false, ...runOnly });
      return found.violations.map(({ id, help, nodes }) => ({
        id,
        help,
        nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })),
      }));
    },
    rules ? { runOnly: rules } : {},
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 200)} (${node.failureSummary ?? ""})`),
  );
}

/** Looks at the page as it is: phone and desktop, light and dark. Only colours change with the scheme. */
async function look(page: Page, name: string): Promise<void> {
  await test.step(name, async () => {
    await page.evaluate(axe.source);
    for (const [size, viewport] of Object.entries({ desktop, phone })) {
      await page.setViewportSize(viewport);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", colorScheme);
        const violations = await findViolations(
          page,
          colorScheme === "dark" ? ["color-contrast"] : undefined,
        );
        expect.soft(violations, `${name}, ${size}, ${colorScheme}`).toEqual([]);
      }
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect.soft(overflow, `${name}, ${size}: wider than the window`).toBeLessThanOrEqual(0);
    }
  });
}

async function visit(page: Page, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await look(page, path);
  }
}

/** The first link of a page into a folder, e.g. to a student's own page. */
async function firstLink(page: Page, from: string, folder: string): Promise<string> {
  await page.goto(from);
  const links = page.locator(`main a[href^="${folder}/"]:not([href*=".csv"]):not([href$=".ics"])`);
  const href = await links.first().getAttribute("href");
  if (!href) throw new Error(`no link into ${folder} on ${from}`);
  return href;
}

test("public pages", async ({ page }) => {
  await visit(page, [
    "/",
    "/lessons",
    "/lessons/piano",
    "/teachers",
    await firstLink(page, "/teachers", "/teachers"),
    "/pricing",
    "/classes",
    "/timeslots",
    "/timeslots?instrument=violin&minutes=45",
    "/policies",
    "/contact",
    "/no-such-page",
  ]);
});

test("sign-in pages", async ({ page }) => {
  await visit(page, [
    "/login",
    "/login?notice=link-expired",
    "/register",
    "/register/check-email",
    "/forgot-password",
    "/forgot-password?notice=link-expired",
  ]);
  await page.goto("/login");
  await page.getByLabel("Email address").fill("nobody@families.example");
  await page.getByLabel("Password", { exact: true }).fill("not this one");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("main").getByRole("alert")).toBeVisible();
  await look(page, "/login, refused");
});

test("pages of the enrollment", async ({ page, journey, openBrowser }) => {
  const visitor = await openBrowser();
  await visit(visitor, ["/enroll"]);
  await visitor.getByRole("button", { name: "See teachers and times" }).click();
  await expect(visitor.getByRole("main").getByRole("alert")).toBeVisible();
  await look(visitor, "/enroll, refused");

  await journey.account.open(newPerson("Robin Elm"));
  await visit(page, ["/family"]);
  await journey.toTimes(newStudent("Guitar"));
  await look(page, "/enroll/time");
  await journey.enroll.holdSuggestion();
  await expect(page).toHaveURL(/\/enroll\/review/);
  await look(page, "/enroll/review");
  await journey.enroll.agreeAndPay();
  const path = await journey.checkout.readEnrollmentPath();
  const checkoutUrl = page.url();
  await visit(page, [`${path}?cancelled=1`]);
  await page.goto(checkoutUrl);
  await journey.checkout.pay(cards.good);
  await journey.enroll.expectSettled();
  await look(page, "/enroll/[id], paid");
});

test("the account page of the enrollment", async ({ page, journey }) => {
  await journey.toTimes(newStudent("Guitar"));
  await journey.enroll.holdSuggestion();
  await expect(page).toHaveURL(/\/enroll\/account/);
  await look(page, "/enroll/account");
});

test("the parent's portal", async ({ page, account }) => {
  const { email, password } = readSampleAccount("parent");
  await account.signIn(email, password);
  const lesson = await firstLink(page, "/family/lessons", "/family/lessons");
  const child = await firstLink(page, "/family", "/family/children");
  await visit(page, [
    "/family",
    "/family/lessons",
    "/family/lessons?when=past",
    lesson,
    `${lesson}/move`,
    "/family/makeups",
    "/family/calendar",
    "/family/calendar?view=month&date=2027-02-10",
    child,
    await firstLink(page, child, "/family/enrollments"),
    "/family/classes",
    "/family/billing",
    await firstLink(page, "/family/billing", "/family/billing/receipts"),
    "/family/account",
    "/admin",
  ]);
  await page.goto("/family/lessons");
  const weekly = page.getByRole("listitem").filter({ hasText: /: (Piano|Guitar) lesson/ });
  const calendar = await weekly.last().locator('a[href$="/lesson.ics"]').getAttribute("href");
  await visit(page, [calendar?.replace("lesson.ics", "move-series") ?? ""]);
  await page.getByRole("button", { name: "Show what happens" }).click();
  await expect(page.getByRole("heading", { name: /not free$|This is what happens/ })).toBeVisible();
  await look(page, "/family/lessons/[id]/move-series, weeks");
});

test("the teacher's portal", async ({ page, account }) => {
  const { email, password } = readSampleAccount("teacher");
  await account.signIn(email, password);
  await visit(page, [
    "/teach",
    "/teach/calendar",
    "/teach/students",
    await firstLink(page, "/teach", "/teach/lessons"),
    await firstLink(page, "/teach/students", "/teach/students"),
    "/teach/availability",
    "/teach/time-off",
    "/teach/account",
  ]);
});

test("the student's portal", async ({ page, account }) => {
  const { email, password } = readSampleAccount("student");
  await account.signIn(email, password);
  await visit(page, ["/student", "/student/lessons", "/student/calendar?view=month", "/student/account"]);
});

test("the administrator's portal", async ({ page, account, openBrowser }) => {
  const parent = await openBrowser();
  const sample = readSampleAccount("parent");
  await new AccountPages(parent).signIn(sample.email, sample.password);
  const lesson = await firstLink(parent, "/family/lessons", "/family/lessons");
  const { email, password } = readSampleAccount("admin");
  await account.signIn(email, password);
  await visit(page, [
    "/admin",
    "/admin/enrollments",
    await firstLink(page, "/admin/enrollments", "/admin/enrollments"),
    `${await firstLink(page, "/admin/enrollments?q=Rahman", "/admin/enrollments")}/changes`,
    "/admin/lessons",
    "/admin/classes",
    "/admin/classes/new",
    await firstLink(page, "/admin/waitlist", "/admin/classes"),
    "/admin/waitlist",
    await firstLink(page, "/admin/waitlist", "/admin/waitlist"),
    lesson.replace("/family/", "/admin/"),
    "/admin/calendar?date=2027-02-10",
    "/admin/calendar?view=week&rows=room&date=2027-02-10",
    "/admin/calendar?view=month&date=2027-02-10",
    "/admin/students",
    "/admin/teachers",
    await firstLink(page, "/admin/teachers", "/admin/teachers"),
    `${await firstLink(page, "/admin/teachers", "/admin/teachers")}/availability`,
    "/admin/time-off",
    "/admin/closures",
    "/admin/families",
    await firstLink(page, "/admin/families", "/admin/families"),
    `${await firstLink(page, "/admin/families", "/admin/families")}/erase`,
    "/admin/families?state=erased",
    "/admin/payments",
    await firstLink(page, "/admin/payments", "/admin/payments"),
    "/admin/workflows",
    await firstLink(page, "/admin/workflows", "/admin/workflows"),
    "/admin/audit",
    "/admin/privacy",
    "/admin/account",
  ]);
});

test("the planning of weekly lessons", async ({ page, account }) => {
  const { email, password } = readSampleAccount("admin");
  await account.signIn(email, password);
  const series = `${await firstLink(page, "/admin/enrollments?q=Rahman", "/admin/enrollments")}/series`;
  await visit(page, [`${series}?do=end`, `${series}?do=plan`, series]);
  // Nobody teaches at this hour: each week asks what to do instead.
  await page.getByLabel("Reason").fill("To look at the page");
  await page.getByLabel("Begins at").selectOption("07:00");
  await page.getByRole("button", { name: "Show what happens" }).click();
  await expect(page.getByRole("heading", { name: /not free$/ })).toBeVisible();
  await look(page, `${series}, weeks`);
});
