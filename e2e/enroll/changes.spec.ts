import { advanceClock, DAY } from "../fixtures/controls";
import { waitForMail } from "../fixtures/mailbox";
import { newStudent } from "../fixtures/people";
import { subscriptionsOf } from "../fixtures/stripe";
import { disturbingTest, expect, test } from "../fixtures/test";
import { newPerson } from "../pages/account";
import { PlanPage } from "../pages/plan";

test.setTimeout(240_000);
disturbingTest.setTimeout(300_000);

test("a family pauses and calls it off, gives notice and takes it back, each with its outcome first", async ({
  page,
  journey,
}) => {
  const parent = newPerson("Blair Hazel");
  const path = await journey.toWeeklyLessons(parent, newStudent());
  const plan = new PlanPage(page);
  await plan.open(path);
  const before = (await subscriptionsOf(parent.email))[0];

  await plan.showWhatHappens("pause");
  await expect(plan.outcome).toContainText("The place is kept");
  await expect(plan.outcome).toContainText("Nothing is charged in the pause");
  await plan.confirm("Pause the lessons");
  await expect(plan.done).toContainText("The pause is planned");
  await waitForMail(parent.email, /lessons pause until/);

  await plan.showWhatHappens("resume");
  await expect(plan.outcome).toContainText("booked again");
  await plan.confirm("Call the pause off");
  await expect(plan.done).toContainText("The lessons go on");

  await plan.showWhatHappens("leave");
  await expect(plan.outcome).toContainText("is the last day");
  await plan.confirm("Give notice");
  await expect(plan.done).toContainText("Notice is given");
  await waitForMail(parent.email, /the last day is/);
  await expect
    .poll(async () => (await subscriptionsOf(parent.email))[0]?.cancel_at, {
      message: "Stripe knows when the charges end",
      timeout: 30_000,
    })
    .not.toBeNull();

  await plan.showWhatHappens("stay");
  await expect(plan.outcome).toContainText("as if no notice had been given");
  await plan.confirm("Take the notice back");
  await expect(plan.done).toContainText("The notice is taken back");
  await expect
    .poll(
      async () => {
        const now = (await subscriptionsOf(parent.email))[0];
        return { cancelAt: now?.cancel_at, until: now?.items.data[0]?.current_period_end };
      },
      { message: "the charges go on as before", timeout: 30_000 },
    )
    .toEqual({ cancelAt: null, until: before?.items.data[0]?.current_period_end });
});

disturbingTest(
  "a family leaves: after the last day the subscription ends and goodbye is said; it comes back to its own time",
  async ({ page, journey }) => {
    const parent = newPerson("Sage Linden");
    const student = newStudent();
    const path = await journey.toWeeklyLessons(parent, student);
    const plan = new PlanPage(page);
    await plan.open(path);
    await plan.showWhatHappens("leave");
    await plan.confirm("Give notice");
    await expect(plan.done).toContainText("Notice is given");
    await waitForMail(parent.email, /the last day is/);
    await expect
      .poll(async () => (await subscriptionsOf(parent.email))[0]?.cancel_at, { timeout: 30_000 })
      .not.toBeNull();

    await advanceClock(31 * DAY);
    await waitForMail(parent.email, /Goodbye/);
    await expect
      .poll(async () => (await subscriptionsOf(parent.email)).map(({ status }) => status), {
        timeout: 30_000,
      })
      .toEqual(["canceled"]);

    await plan.open(path);
    await expect(page.getByText("Withdrawn")).toBeVisible();
    await page.getByRole("link", { name: `Enroll ${student.firstName} again` }).click();
    await expect(page.getByLabel("Student's first name")).toHaveValue(student.firstName);
    await expect(page.getByLabel("Birth date")).toHaveValue(student.birthDate);
    await journey.enroll.seeTimes();
    await expect(journey.enroll.suggestions.first()).toContainText("The same teacher and time as before");
  },
);
