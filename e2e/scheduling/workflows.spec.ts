import type { Page } from "@playwright/test";
import { advanceClock, MINUTE } from "../fixtures/controls";
import { linkTo, mailsTo, waitForMail } from "../fixtures/mailbox";
import { newStudent, uniqueName } from "../fixtures/people";
import { disturbingTest, expect, test } from "../fixtures/test";
import { newPerson, type Person } from "../pages/account";
import { cards } from "../pages/checkout";
import type { Student, Time } from "../pages/enroll";
import { Journey } from "../pages/journey";
import { ProposalPage } from "../pages/proposals";
import { TimeOffDesk } from "../pages/teacher-time";

const HOUR = 60 * MINUTE;
/** The whole academy's reminders go out with the one that is waited for. */
const WITH_THE_OTHERS = { timeout: 60_000 };

/** A new family with a trial lesson some weeks ahead. */
async function withLesson(page: Page, parent: Person, student: Student): Promise<Time> {
  const journey = new Journey(page);
  await journey.account.open(parent);
  await journey.toTimes(student);
  const time = await journey.enroll.holdDistantTime();
  await journey.enroll.agreeAndPay();
  await journey.checkout.readEnrollmentPath();
  await journey.checkout.pay(cards.good);
  await journey.enroll.expectSettled();
  return time;
}

disturbingTest("reminders come a day and two hours before a lesson, each once", async ({ page }) => {
  disturbingTest.setTimeout(180_000);
  const parent = newPerson("Harper Lane");
  const student = newStudent();
  const { startsAt } = await withLesson(page, parent, student);
  const start = Date.parse(startsAt);
  const reminders = async () =>
    (await mailsTo(parent.email)).filter(({ subject }) => /^(Today|Tomorrow) at /.test(subject));

  await advanceClock(start - 25 * HOUR - Date.now());
  await page.goto("/family/account");
  await expect(page.getByLabel("The day before a lesson")).toBeChecked();
  expect(await reminders()).toEqual([]);
  await advanceClock(2 * HOUR);
  const first = await waitForMail(parent.email, /^Tomorrow at /, WITH_THE_OTHERS);
  expect(first.subject).toContain(`${student.firstName}'s piano trial lesson`);
  expect(first.attachments).toHaveLength(1);
  await advanceClock(22 * HOUR);
  await waitForMail(parent.email, /^Today at /, WITH_THE_OTHERS);
  await advanceClock(30 * MINUTE);
  expect((await reminders()).map(({ subject }) => subject.split(" ")[0]).sort()).toEqual([
    "Today",
    "Tomorrow",
  ]);
});

test("a teacher is away: the family takes a proposal with one click, another family and a second choice are refused", async ({
  page,
  desk,
  openBrowser,
}) => {
  test.setTimeout(180_000);
  const parent = newPerson("Emery Lane");
  const student = newStudent();
  const time = await withLesson(page, parent, student);
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: "America/New_York" }).format(
    new Date(time.startsAt),
  );
  const office = new TimeOffDesk(desk.page);
  const reason = uniqueName("Jury duty ");
  await office.open(time.teacherId);
  await office.fill({ firstDay: day, reason });
  await office.preview();
  await expect(office.outcome).toContainText("Families get an email at once and choose");
  await office.confirm();

  const mail = await waitForMail(
    parent.email,
    new RegExp(`^Please choose by .*${student.firstName}'s piano`),
  );
  const link = linkTo(mail, "/family/lessons/");
  expect(new URL(link).searchParams.has("proposal")).toBe(true);

  const stranger = await openBrowser();
  await new Journey(stranger).account.open(newPerson("Blake Lane"));
  await stranger.goto(link);
  await expect(stranger.getByRole("heading", { level: 1, name: "This page does not exist" })).toBeVisible();

  const early = new ProposalPage(await page.context().newPage());
  await early.open(link);
  const mine = new ProposalPage(page);
  await mine.open(link);
  await expect(mine.chosen).toHaveCount(1);
  await mine.take(mine.chosen);
  await expect(page.getByRole("status").filter({ hasText: /^Settled: / })).toBeVisible();
  await expect(mine.card).toHaveCount(0);
  // The same page in another window still shows what is settled by now.
  await early.take(early.proposals.last());
  await expect(early.page.getByRole("status").filter({ hasText: "this was settled already" })).toBeVisible();

  await office.withdraw(reason);
  expect((await mailsTo(parent.email)).filter(({ subject }) => subject.startsWith("As planned"))).toEqual([]);
});
