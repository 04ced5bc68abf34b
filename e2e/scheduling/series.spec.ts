import { waitForMail } from "../fixtures/mailbox";
import { newStudent } from "../fixtures/people";
import { expect, test } from "../fixtures/test";
import { newPerson, type Person } from "../pages/account";
import { cards } from "../pages/checkout";
import type { Student } from "../pages/enroll";
import { Journey } from "../pages/journey";
import { daysAfter, SeriesPages } from "../pages/series";

test.setTimeout(300_000);

/** Enrolls in weekly lessons and pays. Returns the path of the enrollment's own page. */
async function enrollWeekly(journey: Journey, parent: Person, student: Student): Promise<string> {
  await journey.account.open(parent);
  await journey.enroll.open();
  await journey.enroll.fillStudent(student);
  await journey.page.getByRole("radio", { name: "Weekly lessons right away" }).check();
  await journey.enroll.seeTimes();
  await journey.enroll.holdSuggestion();
  await expect(journey.page).toHaveURL(/\/enroll\/review/);
  await journey.enroll.agreeAndPay();
  const path = await journey.checkout.readEnrollmentPath();
  await journey.checkout.pay(cards.good);
  await journey.enroll.expectSettled();
  return path;
}

test("an administrator plans a series around a blocked week, and the parent moves the rest of it by keyboard", async ({
  page,
  journey,
  desk,
  openBrowser,
}) => {
  const series = new SeriesPages(desk.page);
  const neighbor = await enrollWeekly(
    new Journey(await openBrowser()),
    newPerson("Casey Birch"),
    newStudent(),
  );
  const parent = newPerson("Morgan Alder");
  const student = newStudent();
  const path = await enrollWeekly(journey, parent, student);

  // The neighbor's lesson of one week, at the usual time, is in the way of the series.
  await series.openPlan(neighbor);
  const choice = await series.readChoice();
  const first = await series.firstDay.inputValue();
  await series.chooseDays(first, daysAfter(first, 6));
  await series.preview();
  await expect(series.outcome).toBeVisible();
  await expect(desk.page.getByText("1 lesson is booked", { exact: false })).toBeVisible();
  await desk.page.getByRole("button", { name: "Plan these lessons" }).click();
  await expect(series.done).toContainText("The lessons are planned");

  await series.openPlan(path);
  await series.choose(choice);
  await series.chooseDays(first, daysAfter(first, 27));
  await series.preview();
  await expect(series.step).toHaveText(/of 4 (is|are) not free/);
  const blocked = series.weeks.first();
  await expect(blocked).toContainText("Not free");
  await expect(blocked).toContainText("The teacher is busy");
  await expect(blocked.getByRole("radio")).toHaveCount(4);
  await expect(blocked.getByRole("radio", { name: "Leave this week out" })).not.toBeChecked();
  const alternative = blocked.getByRole("radio").nth(1);
  const instead = (await blocked.locator("label").nth(1).locator("span > span").first().textContent()) ?? "";
  await alternative.check();
  await series.preview();
  await expect(series.outcome).toBeVisible();
  await expect(blocked).toContainText("Changed");
  await expect(blocked).toContainText(instead);
  await expect(desk.page.getByText("4 lessons are booked", { exact: false })).toBeVisible();
  await desk.page.getByRole("button", { name: "Plan these lessons" }).click();
  await expect(series.done).toContainText("4 lessons are booked");
  const planned = await waitForMail(parent.email, /lessons: .* every week/);
  expect(planned.text).toContain(instead.split(" with ")[0]);

  // The second of the four and the following: three lessons, by keyboard alone.
  await page.goto("/family/lessons");
  const calendarLinks = page.locator('main a[href$="/lesson.ics"]');
  await expect(calendarLinks.last()).toBeVisible();
  const hrefs = await calendarLinks.evaluateAll((links) =>
    links.map((link) => link.getAttribute("href") ?? ""),
  );
  const lessonId = hrefs.at(-3)?.split("/")[3] ?? "";
  const family = new SeriesPages(page);
  await family.openMove(lessonId);
  await expect(page.getByLabel("Which lessons")).toContainText("This and the following (3)");
  const time = page.getByLabel(/^Open times of/);
  await family.tabTo(time);
  const before = await time.inputValue();
  await page.keyboard.press("ArrowDown");
  await expect(time).not.toHaveValue(before);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(family.step).toBeFocused();
  if (!(await family.outcome.isVisible())) {
    await family.tabTo(page.getByRole("button", { name: "Show what happens" }));
    await page.keyboard.press("Enter");
  }
  await expect(family.outcome).toBeFocused();
  await expect(page.getByText("none is added, none is lost", { exact: false })).toBeVisible();
  await family.tabTo(page.getByRole("button", { name: "Move the lessons" }));
  await page.keyboard.press("Enter");
  await expect(family.done).toContainText("The lessons have moved");
  await waitForMail(parent.email, /lessons have moved/);

  await page.goto("/family/lessons");
  await expect(calendarLinks).toHaveCount(hrefs.length);
});

test("what cannot be is refused where it is typed, and nothing is changed", async ({
  page,
  account,
  journey,
  desk,
}) => {
  const path = await enrollWeekly(journey, newPerson("Robin Hazel"), newStudent());
  const series = new SeriesPages(desk.page);
  await series.openPlan(path);
  const first = await series.firstDay.inputValue();
  await series.chooseDays(first, daysAfter(first, -1));
  await series.preview();
  await expect(desk.page.getByRole("main").getByRole("alert")).toContainText(
    "Choose a last day that is not before the first one.",
  );
  await expect(desk.page.getByLabel("Last day")).toHaveAttribute("aria-invalid", "true");
  await series.chooseDays(first, daysAfter(first, 3500));
  await series.preview();
  await expect(desk.page.getByRole("main").getByRole("alert")).toContainText("at most 400 days");

  // A lesson of another family is not there.
  await page.goto("/family/lessons");
  const own = await page.locator('main a[href$="/lesson.ics"]').first().getAttribute("href");
  await page.context().clearCookies();
  await account.open(newPerson("Sam Rowan"));
  const answer = await page.goto(`/family/lessons/${own?.split("/")[3]}/move-series`);
  expect(answer?.status()).toBe(404);
});
