import type { Page } from "@playwright/test";
import { advanceClock, MINUTE } from "../fixtures/controls";
import { linkTo, waitForMail } from "../fixtures/mailbox";
import { bornYearsAgo, uniqueName } from "../fixtures/people";
import { disturbingTest, expect, test } from "../fixtures/test";
import { AccountPages, newPerson, type Person } from "../pages/account";
import { ClassDesk, FamilyClasses } from "../pages/classes";

// Up to three families open an account each.
test.setTimeout(180_000);

// Longer than the two hours for which an offer is open.
const AFTER_THE_OFFER = 121 * MINUTE;

type Family = { parent: Person; child: string; classes: FamilyClasses };

/** A parent with a new account and a child of nine. */
async function newFamily(page: Page, name: string): Promise<Family> {
  const parent = newPerson(name);
  await new AccountPages(page).open(parent);
  const classes = new FamilyClasses(page);
  await classes.open();
  const child = uniqueName("Robin");
  await classes.addChild(child, uniqueName("Alder"), bornYearsAgo(9));
  return { parent, child, classes };
}

/** A class of one seat that `first` has and for which `second` waits. */
async function fullClass(desk: Page, first: Family, second: Family): Promise<string> {
  const name = uniqueName("Trio");
  await new ClassDesk(desk).make({ name, seats: 1 });
  await first.classes.takeSeat(name);
  await second.classes.joinWaitlist(name, 1);
  return name;
}

test("a class is made whole or not at all, and each week that is in the way is named", async ({ desk }) => {
  const classes = new ClassDesk(desk.page);
  const wanted = { name: uniqueName("Quartet"), seats: 4 };
  const starts = await classes.make(wanted);
  await classes.openNew();
  await classes.fill({ ...wanted, name: uniqueName("Quintet") }, starts);
  await classes.preview();
  await expect(desk.page.getByText("blocked: nothing is saved")).toBeVisible();
  await expect(classes.weeks.filter({ hasText: "the teacher has another lesson" }).first()).toBeVisible();
  await expect(desk.page.getByRole("button", { name: "Make the class" })).toHaveCount(0);
  await desk.page.getByRole("button", { name: "Change it" }).click();
  await desk.page.getByLabel("Minutes").fill("47");
  await desk.page.getByLabel("Lowest age").fill("12");
  await desk.page.getByLabel("Highest age").fill("11");
  await desk.page.getByRole("button", { name: "Show its lessons" }).click();
  const alert = desk.page.getByRole("main").getByRole("alert");
  await expect(alert).toContainText("whole quarter hours");
});

test("signing up for a class by keyboard, with the outcome shown first, and leaving it again", async ({
  page,
  desk,
}) => {
  const name = uniqueName("Ensemble");
  await new ClassDesk(desk.page).make({ name, seats: 3, ages: [5, 12] });
  const { child, classes } = await newFamily(page, "Morgan Hazel");
  await page.goto("/classes");
  const press = async (role: "link" | "button", label: string) => {
    await page.getByRole(role, { name: label }).focus();
    await page.keyboard.press("Enter");
  };
  await press("link", `Sign up for ${name}`);
  await expect(page.getByLabel("Class", { exact: true })).toContainText(name);
  await press("button", "Show what happens");
  await expect(page.getByText("This is what happens")).toBeVisible();
  await expect(page.getByText("$79.00 USD a month")).toBeVisible();
  await press("button", "Take the seat");
  await expect(page.getByText(`has a seat in ${name}`)).toBeVisible();
  await expect(page.getByRole("heading", { level: 3, name: `${child}: ${name}` })).toBeVisible();

  // The same once more is refused.
  await press("button", "Show what happens");
  await expect(page.getByRole("main").getByRole("alert")).toContainText("has a seat in this class already");

  await press("button", `Leave ${name}`);
  await expect(page.getByText("The seat is free for others")).toBeVisible();
  await press("button", "Leave the class");
  await expect(page.getByRole("heading", { level: 3, name: `${child}: ${name}` })).toHaveCount(0);
  await classes.takeSeat(name);
});

test("a class refuses a child of another age", async ({ page, desk }) => {
  const name = uniqueName("Elders");
  await new ClassDesk(desk.page).make({ name, seats: 3, ages: [12, 99] });
  const { classes } = await newFamily(page, "Sasha Hazel");
  await classes.preview(name);
  await expect(page.getByRole("main").getByRole("alert")).toContainText("students of another age");
});

test("a seat that is given back is offered to the family that waits, and taken in time", async ({
  page,
  desk,
  openBrowser,
}) => {
  const first = await newFamily(page, "Frankie Linden");
  const second = await newFamily(await openBrowser(), "Jules Linden");
  const name = await fullClass(desk.page, first, second);
  await expect(second.classes.page.getByText("Number 1 of 1")).toBeVisible();
  await first.classes.leave(name);

  const mail = await waitForMail(second.parent.email, /^For Robin\w+: a seat in .* is free, kept until/);
  expect(mail.text).toContain("$79.00 USD a month");
  await second.classes.page.goto(linkTo(mail, "/family/classes"));
  // Kept for the second family: for the first one the class is full again.
  await first.classes.preview(name);
  await expect(first.classes.page.getByText("is full: this is what happens")).toBeVisible();

  await second.classes.answer("Accept");
  await expect(second.classes.page.getByText("The seat is yours")).toBeVisible();
  await expect(
    second.classes.page.getByRole("heading", { level: 3, name: `${second.child}: ${name}` }),
  ).toBeVisible();
});

test("an offer that is declined goes on to the next family", async ({ page, desk, openBrowser }) => {
  const first = await newFamily(page, "Frankie Rowan");
  const second = await newFamily(await openBrowser(), "Jules Rowan");
  const third = await newFamily(await openBrowser(), "Noor Rowan");
  const name = await fullClass(desk.page, first, second);
  await third.classes.joinWaitlist(name, 2);
  await first.classes.leave(name);
  await waitForMail(second.parent.email, /a seat in .* is free/);
  await second.classes.open();
  await second.classes.answer("Decline");
  await expect(second.classes.page.getByText("You keep your place on the waitlist").first()).toBeVisible();
  await waitForMail(third.parent.email, /a seat in .* is free/);
  await third.classes.open();
  await third.classes.answer("Accept");
  await expect(third.classes.page.getByText("The seat is yours")).toBeVisible();
});

test("an open time is offered by hand with a reason, and leads into the enrollment", async ({
  page,
  desk,
}) => {
  const family = await newFamily(page, "Ariel Linden");
  await family.classes.waitForPiano();
  const classes = new ClassDesk(desk.page);
  await classes.openEntry(family.child);
  await desk.page.getByRole("button", { name: "Show what happens" }).click();
  await expect(desk.page.getByRole("main").getByRole("alert")).toContainText(
    "Say why this family comes first",
  );
  await desk.page.getByLabel("Reason").fill("A sibling has lessons next door");
  await desk.page.getByRole("button", { name: "Show what happens" }).click();
  await expect(classes.outcome).toContainText("before everybody else who waits");
  await desk.page.getByRole("button", { name: "Offer it" }).click();

  const mail = await waitForMail(family.parent.email, /^For Robin\w+: a piano lesson is free, kept until/);
  // The page is open already: going to a place on it would not load it again.
  await page.goto(linkTo(mail, "/family/classes"));
  await page.reload();
  await family.classes.answer("Accept");
  await expect(page).toHaveURL(/\/enroll\/review/);
  await expect(page.getByRole("heading", { level: 1, name: "Review and pay" })).toBeVisible();
  await expect(page.getByText(family.child).first()).toBeVisible();
});

disturbingTest(
  "an answer that comes too late is refused, and the seat goes on to the next family",
  async ({ page, desk, openBrowser }) => {
    const first = await newFamily(page, "Frankie Maple");
    const second = await newFamily(await openBrowser(), "Jules Maple");
    const third = await newFamily(await openBrowser(), "Noor Maple");
    const name = await fullClass(desk.page, first, second);
    await third.classes.joinWaitlist(name, 2);
    await first.classes.leave(name);
    await waitForMail(second.parent.email, /a seat in .* is free/);
    await second.classes.open();
    await expect(second.classes.offers.getByRole("button", { name: "Accept" })).toBeVisible();

    await advanceClock(AFTER_THE_OFFER);
    await second.classes.answer("Accept");
    await expect(second.classes.page.getByRole("main").getByRole("alert")).toContainText(
      "This offer has run out",
    );
    await waitForMail(third.parent.email, /a seat in .* is free/);
    await second.classes.open();
    await expect(second.classes.page.getByText("Number 1 of 2")).toBeVisible();
    await expect(second.classes.offers).toHaveCount(0);
    await third.classes.open();
    await third.classes.answer("Accept");
    await expect(third.classes.page.getByText("The seat is yours")).toBeVisible();
  },
);

disturbingTest(
  "a time that is accepted too late has the nearest open times instead",
  async ({ page, desk }) => {
    const family = await newFamily(page, "Ariel Maple");
    await family.classes.waitForPiano();
    await new ClassDesk(desk.page).openEntry(family.child);
    const times = desk.page.getByLabel("Open time");
    // Not the soonest one, which is no longer open in two hours.
    await times.selectOption({ index: (await times.getByRole("option").count()) - 1 });
    await desk.page.getByLabel("Reason").fill("A long wait");
    await desk.page.getByRole("button", { name: "Show what happens" }).click();
    await desk.page.getByRole("button", { name: "Offer it" }).click();
    await waitForMail(family.parent.email, /a piano lesson is free/);
    await family.classes.open();
    await expect(family.classes.offers.getByRole("button", { name: "Accept" })).toBeVisible();

    await advanceClock(AFTER_THE_OFFER);
    await family.classes.answer("Accept");
    await expect(page.getByRole("main").getByRole("alert")).toContainText("This offer has run out");
    const instead = page.getByRole("list", { name: "Open times instead" });
    await expect(instead.getByRole("link")).toHaveCount(3);
    await instead.getByRole("link").first().click();
    await expect(page.getByRole("button", { name: "Hold this time and go on" })).toBeVisible();
  },
);
