import { readSampleAccount } from "../fixtures/accounts";
import { type Message, waitForMail } from "../fixtures/mailbox";
import { newStudent, uniqueName } from "../fixtures/people";
import { expect, test } from "../fixtures/test";
import { newPerson } from "../pages/account";
import { cards } from "../pages/checkout";
import type { Time } from "../pages/enroll";
import { TimeOffDesk, WeekEditorPage } from "../pages/teacher-time";

// Weeks so far ahead that no other test books in them.
const nextYear = new Date().getUTCFullYear() + 1;
const mondayOf = (month: number): string => {
  const day = new Date(Date.UTC(nextYear, month - 1, 8));
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return day.toISOString().slice(0, 10);
};
const daysAfter = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

test.beforeEach(async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 1600 });
});

test("a teacher draws, moves and resizes hours with the mouse and sees what changes before it does", async ({
  page,
  account,
}) => {
  const { email, password } = readSampleAccount("teacher");
  await account.signIn(email, password);
  const editor = new WeekEditorPage(page);
  const monday = mondayOf(7);
  await editor.open(monday);
  await editor.clear();

  await editor.drag([1, 10 * 60 + 5], [1, 11 * 60 + 50]);
  await expect(editor.block("Tuesday, 10:00 am to noon")).toBeFocused();
  await editor.drag([1, 11 * 60], [4, 13 * 60]);
  await expect(editor.block("Friday, noon to 2:00 pm")).toBeVisible();
  await editor.drag([4, 14 * 60 - 4], [4, 16 * 60 - 4]);
  await expect(editor.block("Friday, noon to 4:00 pm")).toBeVisible();
  await editor.drag([4, 12 * 60 + 4], [4, 13 * 60 + 4]);
  await expect(editor.block("Friday, 1:00 pm to 4:00 pm")).toBeVisible();

  // Other hours are in the way: it stops before them.
  await editor.drag([4, 9 * 60 + 5], [4, 9 * 60 + 50]);
  await expect(editor.block("Friday, 9:00 am to 10:00 am")).toBeVisible();
  await editor.drag([4, 10 * 60 - 4], [4, 15 * 60]);
  await expect(editor.block("Friday, 1:00 pm to 4:00 pm")).toBeVisible();
  await expect(editor.block(/^Friday, 9:00 am to (10|11|noon|12|1:00 pm)/)).toBeVisible();

  await page.getByLabel("Last day").fill(daysAfter(monday, 6));
  await editor.preview();
  await expect(editor.outcome).toContainText(
    /\d+ booked lessons lie outside the new hours. They stay booked/,
  );
  await expect(
    page.getByRole("list", { name: "Lessons outside the new hours" }).getByRole("listitem").first(),
  ).toContainText("piano");
  await editor.confirm();
  await editor.open(monday);
  await expect(editor.block("Friday, 1:00 pm to 4:00 pm")).toBeVisible();
  await expect(editor.block(/^Tuesday/)).toHaveCount(0);
});

test("the same by keyboard alone, from the list too, and a day that does not exist or is over is refused", async ({
  page,
  account,
}) => {
  const { email, password } = readSampleAccount("teacher");
  await account.signIn(email, password);
  const editor = new WeekEditorPage(page);
  const monday = mondayOf(8);
  await editor.open(monday);
  await editor.clear();

  await page.getByRole("button", { name: "Add hours on Wednesday" }).press("Enter");
  await expect(page.getByRole("combobox", { name: "Wednesday, from" })).toBeFocused();
  await editor.block("Wednesday, 3:00 pm to 4:00 pm").focus();
  await editor.press("ArrowUp", "ArrowUp", "ArrowRight", "Shift+ArrowDown", "Shift+ArrowRight");
  await expect(editor.block("Thursday, 2:45 pm to 3:45 pm")).toBeFocused();
  await expect(editor.said.filter({ hasText: "Now Thursday, 2:45 pm to 3:45 pm." })).toBeVisible();
  await page.getByRole("button", { name: "Add hours on Thursday" }).press("Enter");
  await expect(editor.block("Thursday, 8:00 am to 9:00 am")).toBeVisible();
  await editor.block("Thursday, 8:00 am to 9:00 am").focus();
  await editor.press("Delete");
  await expect(editor.block("Thursday, 8:00 am to 9:00 am")).toHaveCount(0);

  const lastDay = page.getByLabel("Last day");
  await lastDay.fill(daysAfter(monday, -1));
  await editor.preview();
  await expect(page.getByRole("alert").filter({ hasText: "not before the first" })).toBeVisible();
  await lastDay.fill(daysAfter(monday, 6));
  await page.getByLabel("Valid from").fill("2020-02-29");
  await editor.preview();
  await expect(page.getByRole("alert").filter({ hasText: "Choose today or a later day" })).toBeVisible();
  await page.getByLabel("Valid from").fill(monday);
  await editor.preview();
  await expect(editor.outcome).toContainText("the hours that were planned hold again");
  await editor.confirm();
  await editor.open(monday);
  await expect(editor.grid.getByRole("button")).toHaveCount(1);
});

/** The calendar file that a mail carries. */
function calendarOf(mail: Message): string {
  return Buffer.from(mail.attachments[0]?.content ?? "", "base64").toString();
}

/** A start at which two teachers are free, from the page of open times; the first of them. */
function startWithTwoTeachers(times: readonly Time[]): Time {
  const found = [...Map.groupBy(times, ({ startsAt }) => startsAt).values()].find(
    (same) => new Set(same.map(({ teacherId }) => teacherId)).size > 1,
  )?.[0];
  if (!found) throw new Error("no time at which two teachers are free");
  return found;
}

test("a teacher is ill for a week: the administrator sees the lessons, chooses a substitute, and the family hears of it", async ({
  page,
  account,
  checkout,
  enroll,
  journey,
  desk,
}) => {
  test.setTimeout(180_000);
  const parent = newPerson("Casey Rowan");
  const student = newStudent();
  const name = `${student.firstName} ${student.lastName}`;
  await account.open(parent);
  await journey.toTimes(student);
  const forms = page.locator("form:has(input[name=startsAt])");
  const times = await forms.evaluateAll((all) =>
    all.map((form) => {
      const read = (field: string) =>
        form.querySelector<HTMLInputElement>(`input[name=${field}]`)?.value ?? "";
      return { teacherId: read("teacherId"), startsAt: read("startsAt") };
    }),
  );
  const time = startWithTwoTeachers(times);
  await enroll.openTime(time).click();
  await expect(page).toHaveURL(/\/enroll\/review/);
  await enroll.agreeAndPay();
  await checkout.readEnrollmentPath();
  await checkout.pay(cards.good);
  await enroll.expectSettled();
  const welcome = await waitForMail(parent.email, /piano trial lesson: /);

  const office = new TimeOffDesk(desk.page);
  const reason = uniqueName("Flu");
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: "America/New_York" }).format(
    new Date(time.startsAt),
  );
  await office.open(time.teacherId);
  const absent = (await desk.page.getByLabel("Teacher").locator("option:checked").textContent()) ?? "";
  await office.fill({ firstDay: daysAfter(day, 6), lastDay: day, reason });
  await office.preview();
  await expect(desk.page.getByRole("alert").filter({ hasText: "later than the start" })).toBeVisible();
  await office.fill({ firstDay: day, lastDay: daysAfter(day, 6), reason });
  await office.preview();
  await expect(office.outcome).toContainText(`${absent} is away`);
  await expect(office.lessonOf(name)).toContainText("1.");
  await office.confirm();

  const substitute = await office.chooseBest(name);
  expect(substitute).not.toBe(absent);
  await desk.page
    .getByRole("region", { name: "Needs somebody" })
    .getByRole("button", { name: "Show what happens" })
    .click();
  await expect(office.outcome).toContainText(`${name}, piano`);
  await expect(office.outcome).toContainText(`${substitute} in place of ${absent}`);
  await desk.page.getByRole("button", { name: "Give the lesson to the substitute" }).click();
  await expect(office.lessonOf(name)).toHaveCount(0);
  await expect(
    desk.page
      .getByRole("list", { name: "What became of the lessons" })
      .getByRole("listitem")
      .filter({ hasText: name }),
  ).toContainText(`Given by ${substitute}`);

  await page.goto("/family/lessons");
  await expect(
    page.getByRole("main").getByRole("listitem").filter({ hasText: student.firstName }),
  ).toContainText(`with ${substitute}, for ${absent}`);
  const mail = await waitForMail(parent.email, new RegExp(`^${substitute} gives`));
  expect(mail.text).toContain(`${absent} is away that day`);
  const entry = calendarOf(mail);
  const uid = /UID:\S+/.exec(entry)?.[0] ?? "no entry";
  expect(calendarOf(welcome)).toContain(uid);
  expect(entry).toContain("SEQUENCE:1");

  await office.withdraw(reason);
  await page.reload();
  await expect(
    page.getByRole("main").getByRole("listitem").filter({ hasText: student.firstName }),
  ).toContainText(`with ${substitute}`);
});
