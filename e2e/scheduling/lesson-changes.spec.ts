import type { Page } from "@playwright/test";
import { readSampleAccount } from "../fixtures/accounts";
import { advanceClock, DAY } from "../fixtures/controls";
import { calendarOf, waitForMail } from "../fixtures/mailbox";
import { newStudent } from "../fixtures/people";
import { disturbingTest, expect, test } from "../fixtures/test";
import { newPerson, type Person } from "../pages/account";
import type { Student } from "../pages/enroll";
import { Journey } from "../pages/journey";
import { LessonPages } from "../pages/lessons";

/** A parent with a lesson in the calendar, a trial, which may be moved but gives no credit. */
async function withLesson(
  page: Page,
  name: string,
): Promise<{ parent: Person; student: Student; lessons: LessonPages }> {
  const parent = newPerson(name);
  const student = newStudent();
  await new Journey(page).toLesson(parent, student);
  return { parent, student, lessons: new LessonPages(page) };
}

/** Tabs to an element and presses Enter on it, as somebody without a mouse does. */
async function pressByKeyboard(page: Page, name: string | RegExp, role: "link" | "button"): Promise<void> {
  const wanted = page.getByRole("main").getByRole(role, { name }).first();
  await expect(wanted).toBeVisible();
  for (let tabs = 0; tabs < 120; tabs++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press("Tab");
  }
  await expect(wanted).toBeFocused();
  await page.keyboard.press("Enter");
}

test("a parent moves a lesson by keyboard alone: times, outcome, confirmed, told by email", async ({
  page,
}) => {
  const { parent, student, lessons } = await withLesson(page, "Morgan Vale");
  await page.goto("/family/lessons");
  await pressByKeyboard(page, new RegExp(`^${student.firstName}:`), "link");
  await expect(lessons.fact("State")).toHaveText("Planned");
  const before = await lessons.fact("When").textContent();
  await pressByKeyboard(page, "Choose another time", "link");
  await expect(page.getByRole("heading", { level: 1, name: /^Move / })).toBeVisible();
  await pressByKeyboard(page, /, 30 minutes$/, "link");
  await expect(lessons.outcome).toContainText(/From .*To .*30 minutes/);
  const promised = (await lessons.outcome.getByRole("listitem").nth(1).textContent()) ?? "";
  await pressByKeyboard(page, "Move the lesson", "button");
  await expect(page.getByText(/The lesson has moved/)).toBeVisible();
  const when = await lessons.fact("When").textContent();
  expect(when).not.toBe(before);
  // `To Thu, Dec 3, 4:15 pm EST with …`: the hour that was promised is the one that stands there.
  expect(when).toContain(/(\d+:\d\d) [ap]m/.exec(promised)?.[1]);
  const mail = await waitForMail(parent.email, /^Moved: /);
  expect(calendarOf(mail)).toContain("METHOD:PUBLISH");
});

test("a parent cancels a trial: no credit is promised and none is given", async ({ page }) => {
  const { parent, lessons, student } = await withLesson(page, "Sage Vale");
  await lessons.openLessonOf(student.firstName);
  await lessons.previewCancellation();
  await expect(lessons.outcome).toContainText("a trial lesson can be moved instead");
  await page.getByRole("button", { name: "Change it" }).click();
  await expect(lessons.fact("State")).toHaveText("Planned");
  await lessons.previewCancellation();
  await lessons.confirmCancellation();
  await expect(lessons.fact("State")).toHaveText("Cancelled");
  await expect(lessons.fact("Make-up credit")).toHaveText("None");
  const mail = await waitForMail(parent.email, /^Cancelled: /);
  expect(calendarOf(mail)).toContain("METHOD:CANCEL");
});

test("a time that somebody else has just taken gives three others, and one of them is taken", async ({
  page,
  openBrowser,
}) => {
  const rival = await withLesson(await openBrowser(), "Kit Vale");
  await rival.lessons.openLessonOf(rival.student.firstName);
  const { student, lessons } = await withLesson(page, "Quinn Vale");
  await lessons.openLessonOf(student.firstName);
  await lessons.seeTimes();
  const wanted = await lessons.chooseTime(-1);
  // Another family takes the same time while this one reads the outcome.
  await rival.lessons.openTime(wanted);
  await rival.lessons.confirmMove();
  await expect(rival.lessons.page.getByText(/The lesson has moved/)).toBeVisible();

  await lessons.confirmMove();
  await expect(page.getByRole("alert").filter({ hasText: "taken" }).first()).toBeVisible();
  await expect(lessons.alternatives).toHaveCount(3);
  await lessons.alternatives.first().getByRole("link").click();
  await expect(lessons.outcome).toBeVisible();
  await lessons.confirmMove();
  await expect(page.getByText(/The lesson has moved/)).toBeVisible();
});

test("the academy cancels for the weather; the parent books the make-up, which is final", async ({
  page,
  desk,
}) => {
  const { parent, lessons, student } = await withLesson(page, "Rowan Vale");
  await lessons.openLessonOf(student.firstName);
  const path = new URL(page.url()).pathname;
  await desk.page.goto(path.replace("/family/", "/admin/"));
  const office = new LessonPages(desk.page);
  await desk.page.getByLabel("Why", { exact: true }).selectOption({ label: "Weather" });
  const cancelCard = desk.page.locator("form", { has: desk.page.getByLabel("Why", { exact: true }) });
  await cancelCard.getByRole("button", { name: "Show what happens" }).click();
  await expect(office.outcome).toContainText("gets a make-up credit of 30 minutes");
  await expect(office.outcome).toContainText("may take $25.00 instead");
  await desk.page.getByRole("button", { name: "Cancel the lesson" }).click();
  await expect(desk.page.getByText(/The lesson is cancelled/)).toBeVisible();
  await waitForMail(parent.email, /^Cancelled: /);

  await page.goto("/family/makeups");
  await expect(page.getByText(`${student.firstName}: 30 minutes of piano`)).toBeVisible();
  await expect(page.getByText("60 days left")).toBeVisible();
  await page.getByRole("link", { name: /^Book a make-up/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: /^A make-up/ })).toBeVisible();
  await lessons.chooseTime();
  await expect(lessons.outcome).toContainText("A booked make-up is final");
  await page.getByRole("button", { name: "Book the make-up" }).click();
  await expect(page.getByText(/The make-up is booked/)).toBeVisible();
  await waitForMail(parent.email, /^Booked: /);
  await expect(page.getByRole("link", { name: "Choose another time" })).toHaveCount(0);
  await lessons.previewCancellation();
  await expect(lessons.outcome).toContainText("its credit stays used");
  await page.goto("/family/makeups");
  await expect(page.getByText(/^Used for/)).toBeVisible();
});

test("a parent takes money for what the teacher cancelled, to the cent", async ({ page, desk }) => {
  const { lessons, student } = await withLesson(page, "Wren Vale");
  await lessons.openLessonOf(student.firstName);
  await desk.page.goto(new URL(page.url()).pathname.replace("/family/", "/admin/"));
  const cancelCard = desk.page.locator("form", { has: desk.page.getByLabel("Why", { exact: true }) });
  await desk.page.getByLabel("Why", { exact: true }).selectOption({ label: "The teacher cannot teach" });
  await cancelCard.getByLabel(/^Reason/).fill("A fever");
  await cancelCard.getByRole("button", { name: "Show what happens" }).click();
  await desk.page.getByRole("button", { name: "Cancel the lesson" }).click();
  await expect(desk.page.getByText(/The lesson is cancelled/)).toBeVisible();

  await page.goto("/family/makeups");
  await page.getByRole("button", { name: "Take $25.00 instead" }).click();
  await expect(lessons.outcome).toContainText("$25.00 become credit of your family");
  await page.getByRole("button", { name: "Take the money" }).click();
  await expect(page.getByText("The credit has become money")).toBeVisible();
  await expect(page.getByText(/Turned into money/)).toBeVisible();
});

test("the academy sees each conflict by its name before it moves a lesson, and makes exceptions with a reason", async ({
  page,
  desk,
}) => {
  const { lessons, student } = await withLesson(page, "Ellis Vale");
  await lessons.openLessonOf(student.firstName);
  await desk.page.goto(new URL(page.url()).pathname.replace("/family/", "/admin/"));
  const form = desk.page.locator("form", { has: desk.page.getByLabel("Day", { exact: true }) });
  const day = await desk.page.getByLabel("Day", { exact: true }).inputValue();
  const sunday = new Date(`${day}T00:00:00Z`);
  sunday.setUTCDate(sunday.getUTCDate() + (7 - sunday.getUTCDay()));
  await form.getByLabel("Day", { exact: true }).fill(sunday.toISOString().slice(0, 10));
  await form.getByLabel(/^Time/).fill("07:00");
  await form.getByRole("button", { name: "Show what happens" }).click();
  await expect(
    desk.page.getByRole("alert").filter({ hasText: "The teacher does not teach at this hour." }),
  ).toBeVisible();
  await form.getByLabel(/^Exception/).check();
  await form.getByRole("button", { name: "Show what happens" }).click();
  await expect(desk.page.getByText(/Say why an exception is made/)).toBeVisible();
});

test("another family's lesson, and one that is none, are not there", async ({ page, openBrowser }) => {
  const { lessons, student } = await withLesson(page, "Blair Vale");
  await lessons.openLessonOf(student.firstName);
  const path = new URL(page.url()).pathname;
  const stranger = await openBrowser();
  const { email, password } = readSampleAccount("parent");
  await new Journey(stranger).account.signIn(email, password);
  for (const wrong of [
    path,
    `${path}/move`,
    "/family/lessons/29-february-2027",
    "/family/makeups/00000000-0000-4000-8000-000000000000",
  ]) {
    const answer = await stranger.goto(wrong);
    expect(answer?.status(), wrong).toBe(404);
  }
});

disturbingTest("a late cancellation shows that there is no credit, before and after", async ({ page }) => {
  const { lessons, student } = await withLesson(page, "Arden Vale");
  await lessons.openLessonOf(student.firstName);
  const start = new Date((await page.locator("main time").first().getAttribute("datetime")) ?? "");
  await advanceClock(start.getTime() - Date.now() - DAY / 2);
  await page.reload();
  await expect(page.getByText("It is too late to move this lesson")).toBeVisible();
  await lessons.previewCancellation("Illness");
  await expect(lessons.outcome).toContainText(/No make-up credit/);
  await expect(lessons.outcome).toContainText("The teacher is paid for the time.");
  await lessons.confirmCancellation();
  await expect(lessons.fact("In time")).toHaveText("No");
  await expect(lessons.fact("Teacher is paid")).toHaveText("Yes");
});
