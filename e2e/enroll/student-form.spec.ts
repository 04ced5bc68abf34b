import type { Page } from "@playwright/test";
import { bornYearsAgo, newStudent } from "../fixtures/people";
import { expect, test } from "../fixtures/test";
import type { EnrollPages } from "../pages/enroll";

const student = { ...newStudent("Bass"), wishes: "Loves film music" };

/** Sends the form with this birth date as its text, past the browser's own date field. */
async function sendBirthDate(enroll: EnrollPages, birthDate: string): Promise<void> {
  const field = enroll.page.getByLabel("Birth date");
  await field.evaluate((input: HTMLInputElement) => {
    input.type = "text";
  });
  await field.fill(birthDate);
  await enroll.seeTimes();
}

async function expectKept(page: Page): Promise<void> {
  await expect(page).toHaveURL(/\/enroll$/);
  await expect(page.getByLabel("Instrument", { exact: true })).toHaveValue("bass");
  await expect(page.getByLabel("Student's first name")).toHaveValue(student.firstName);
  await expect(page.getByLabel("Student's last name")).toHaveValue(student.lastName);
  await expect(page.getByLabel("Wishes for the teacher (optional)")).toHaveValue(student.wishes);
  await expect(page.getByRole("radio", { name: "Intermediate" })).toBeChecked();
  await expect(page.getByRole("checkbox", { name: "Thu" })).toBeChecked();
  await expect(page.getByLabel("Time of day")).toHaveValue("evening");
}

test.describe("the student's details", () => {
  test.beforeEach(async ({ page, enroll }) => {
    await enroll.open();
    await enroll.fillStudent(student);
    await page.getByRole("radio", { name: "Intermediate" }).check();
    await page.getByRole("checkbox", { name: "Thu" }).check();
    await page.getByLabel("Time of day").selectOption("evening");
  });

  test("a wrong birth date is named at the field, and everything typed is kept", async ({ page, enroll }) => {
    for (const [birthDate, message] of [
      ["2017-02-29", "This is not a date"],
      ["last spring", "This is not a date"],
      [bornYearsAgo(-2), "The birth date is in the future"],
      ["1871-05-05", "Check the year of birth"],
      ["", "Enter the birth date"],
    ] as const) {
      await sendBirthDate(enroll, birthDate);
      await expect(page.getByLabel("Birth date")).toHaveAccessibleDescription(new RegExp(message));
      await expect(enroll.error).toContainText(message);
      await expectKept(page);
    }
  });

  test("below the instrument's minimum age the field says from when on, and another instrument goes", async ({
    page,
    enroll,
  }) => {
    await page.getByLabel("Birth date").fill(bornYearsAgo(7));
    await enroll.seeTimes();
    await expect(page.getByLabel("Birth date")).toHaveAccessibleDescription(
      /Bass guitar starts at age 8\. The student is 7 today/,
    );
    await expectKept(page);
    await page.getByLabel("Instrument", { exact: true }).selectOption("piano");
    await enroll.seeTimes();
    await expect(enroll.suggestions.first()).toBeVisible();
  });

  test("an instrument that is not taught is refused at its field", async ({ page, enroll }) => {
    const instrument = page.getByLabel("Instrument", { exact: true });
    await instrument.evaluate((select: HTMLSelectElement) => {
      const [first] = select.options;
      if (first) first.value = "kazoo";
      select.selectedIndex = 0;
    });
    await enroll.seeTimes();
    await expect(page.getByLabel("Instrument", { exact: true })).toHaveAccessibleDescription(
      /We do not teach this instrument/,
    );
    await expect(page.getByLabel("Student's first name")).toHaveValue(student.firstName);
  });

  test("an hour for a five-year-old is refused at the length", async ({ page, enroll }) => {
    await page.getByLabel("Instrument", { exact: true }).selectOption("piano");
    await page.getByLabel("Birth date").fill(bornYearsAgo(5));
    await page.getByRole("radio", { name: "60 minutes" }).check();
    await enroll.seeTimes();
    await expect(page.getByRole("group", { name: "Length of weekly lessons" })).toHaveAccessibleDescription(
      /Up to age 6 lessons last 30 minutes/,
    );
    await expect(page.getByRole("radio", { name: "60 minutes" })).toBeChecked();
  });
});

test("10 MB are refused in words, what was typed is kept, and the academy goes on", async ({
  page,
  enroll,
}) => {
  await enroll.open();
  await enroll.fillStudent(student);
  // Not in the field itself: laying out so much text takes a browser half a minute.
  await page.locator("main form").evaluate((form) => {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: "wishes", value: "la ".repeat(3_500_000) });
    form.prepend(input);
  });
  await enroll.seeTimes();
  await expect(page.getByLabel("Wishes for the teacher (optional)")).toHaveAccessibleDescription(
    /This is too long to be sent/,
  );
  await expect(page.getByLabel("Student's first name")).toHaveValue(student.firstName);

  for (const path of ["/enroll", "/login", "/family", "/api/v1/stripe/webhooks"]) {
    const answer = await page.request.post(path, {
      data: Buffer.alloc(10 * 1024 * 1024, "x"),
      headers: { "content-type": "application/octet-stream" },
      maxRedirects: 0,
    });
    expect(answer.status(), path).toBe(413);
  }
  await page.reload();
  await expect(page.getByRole("heading", { name: "Who would like to learn?" })).toBeVisible();
});
