import type { Browser, Locator, Page } from "@playwright/test";
import { readSampleAccount } from "../fixtures/accounts";
import { expect, test } from "../fixtures/test";
import { AccountPages } from "../pages/account";
import { boxOf, CalendarPages } from "../pages/calendar";

// Far from the academy, and with other changes of the clocks: the calendar shows the academy's time all the same.
test.use({ timezoneId: "Asia/Tokyo", viewport: { width: 1440, height: 1300 } });
test.setTimeout(180_000);

async function signIn(page: Page, role: "admin" | "teacher" | "parent" | "student"): Promise<CalendarPages> {
  const { email, password } = readSampleAccount(role);
  await new AccountPages(page).signIn(email, password);
  return new CalendarPages(page);
}

/** A lesson that can be moved and that has another one later in its row, some way behind it. */
async function findPair(calendar: CalendarPages): Promise<{ lesson: Locator; other: Locator }> {
  await expect(calendar.movable.first()).toBeVisible();
  let pair: { lesson: Locator; other: Locator } | undefined;
  // The drawing scrolls to its first lesson as it appears.
  await expect(async () => {
    const lessons = await calendar.movable.all();
    const boxes = await Promise.all(lessons.map(boxOf));
    for (const [nth, box] of boxes.entries()) {
      const next = boxes.findIndex(
        ({ x, y }) => Math.abs(y - box.y) < 4 && x > box.x + box.width + 8 && x < box.x + 600,
      );
      const [lesson, other] = [lessons[nth], lessons[next]];
      if (!lesson || !other) continue;
      pair = { lesson: await byId(calendar, lesson), other: await byId(calendar, other) };
      return;
    }
    throw new Error("no two lessons beside each other");
  }).toPass({ timeout: 15_000 });
  if (!pair) throw new Error("unreachable: the attempt has found it");
  await pair.other.scrollIntoViewIfNeeded();
  await pair.lesson.scrollIntoViewIfNeeded();
  return pair;
}

/** The same lesson wherever it is drawn after a move. */
async function byId(calendar: CalendarPages, lesson: Locator): Promise<Locator> {
  return calendar.drawing.locator(`[data-event-id="${await lesson.getAttribute("data-event-id")}"]`);
}

test("an administrator drags a lesson: what is in the way shows before the drop, and a free place is confirmed", async ({
  page,
}) => {
  const calendar = await signIn(page, "admin");
  await calendar.open("/admin/calendar");
  await calendar.goToMovable("Next day", 15);
  const { lesson, other } = await findPair(calendar);
  const name = (await lesson.getAttribute("aria-label")) ?? "";
  const at = await boxOf(lesson);
  const taken = await boxOf(other);

  await test.step("over another lesson it is blocked, in words, while the button is still down", async () => {
    await calendar.takeUp(lesson);
    await calendar.hover(taken.x + 4, taken.y + taken.height / 2);
    expect(await calendar.readVerdict()).toMatch(/busy from/);
    await expect(calendar.drawing).toHaveAttribute("data-verdict", "blocked");
    await expect(calendar.drawing.getByText(/busy from/).first()).toBeVisible();
  });

  await test.step("the drop is refused: the lesson stays, and there are times instead", async () => {
    await page.mouse.up();
    await expect(calendar.dialog.getByText(/busy from/)).toBeVisible();
    await expect(
      calendar.dialog.getByRole("region", { name: "Free instead" }).getByRole("button"),
    ).toHaveCount(3);
    await expect(calendar.dialog.getByRole("button", { name: "Show what happens" })).toHaveAttribute(
      "aria-disabled",
    );
    await page.keyboard.press("Escape");
    await expect(calendar.dialog).toBeHidden();
    await expect(lesson).toHaveAttribute("aria-label", name);
  });

  await test.step("over a free place it is free, and the drop leads to what will happen", async () => {
    await calendar.takeUp(lesson);
    let found = false;
    // Along the row in quarters of an hour, beginning beside the lesson, until the calendar says that one is free.
    for (const quarters of [1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6, 8, -8, 10, -10, 12, -12]) {
      const x = at.x + quarters * 28 + 4;
      if (x < 380 || x > 1380) continue;
      await calendar.hover(x, at.y + at.height / 2 + (quarters % 2));
      found = (await calendar.readVerdict()).endsWith("Free");
      if (found) break;
    }
    expect(found, "a free place in the row").toBe(true);
    await expect(calendar.drawing).toHaveAttribute("data-verdict", "free");
    await page.mouse.up();
    await calendar.confirmMove();
  });

  await test.step("the calendar has it at its new time, and undo brings it back", async () => {
    await expect(lesson).not.toHaveAttribute("aria-label", name);
    await calendar.undo();
    await expect(lesson).toHaveAttribute("aria-label", name);
  });
});

test("the same by keyboard: taken up with M, carried by the arrows, dropped with Enter", async ({ page }) => {
  const calendar = await signIn(page, "admin");
  await calendar.open("/admin/calendar");
  await calendar.goToMovable("Next day", 15);
  const { lesson } = await findPair(calendar);
  const name = (await lesson.getAttribute("aria-label")) ?? "";

  await lesson.focus();
  await page.keyboard.press("m");
  await expect(calendar.verdict).toHaveText(/It is here now/);
  await page.keyboard.press("Escape");
  await expect(lesson).toBeFocused();

  await page.keyboard.press("m");
  // Later in the day there is another lesson of the same teacher; from there back to the first free place.
  expect(await walk(calendar, "ArrowRight", /busy/)).toMatch(/busy from/);
  expect(await walk(calendar, "ArrowLeft", /: Free$/)).toMatch(/: Free$/);
  await page.keyboard.press("Enter");
  await expect(calendar.dialog.getByText("This is what happens")).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(calendar.dialog.getByRole("button", { name: "Move the lesson" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(calendar.dialog.getByText("The lesson is moved")).toBeVisible();
  await expect(lesson).not.toHaveAttribute("aria-label", name);
  await calendar.undo();
  await expect(lesson).toHaveAttribute("aria-label", name);
});

/** Presses an arrow until what is said of the place matches; at most for half a day. */
async function walk(calendar: CalendarPages, key: string, until: RegExp): Promise<string> {
  let words = "";
  for (let step = 0; step < 32 && !until.test(words); step++) {
    await calendar.page.keyboard.press(key);
    words = await calendar.readVerdict();
  }
  return words;
}

test("a rule gives way to an administrator's reason, a lesson in the way does not", async ({ page }) => {
  const calendar = await signIn(page, "admin");
  await calendar.open("/admin/calendar");
  await calendar.goToMovable("Next day", 15);
  const { lesson } = await findPair(calendar);
  await lesson.focus();
  const name = (await lesson.getAttribute("aria-label")) ?? "";
  await page.getByRole("button", { name: `Move: ${name}` }).click();
  await calendar.dialog.getByLabel("Time").selectOption("6:00 am");
  await expect(calendar.dialog.getByRole("status")).toHaveText(/does not teach at this hour/);
  const go = calendar.dialog.getByRole("button", { name: "Show what happens" });
  await expect(go).toHaveAttribute("aria-disabled");
  await calendar.dialog
    .getByLabel("Move it all the same, because")
    .fill("The hall is painted in the afternoon");
  await go.click();
  await expect(calendar.dialog.getByText(/Rules are set aside/)).toBeVisible();
  await expect(calendar.dialog.getByText(/The hall is painted/)).toBeVisible();
  await calendar.dialog.getByRole("button", { name: "Change it" }).click();
  await expect(calendar.dialog.getByLabel("Move it all the same, because")).toHaveValue(/painted/);
  await page.keyboard.press("Escape");
  await expect(lesson).toHaveAttribute("aria-label", name);
});

test("who saw an old calendar is told where the lesson is now, and nothing is changed", async ({
  page,
  browser,
  adminState,
}) => {
  const calendar = await signIn(page, "admin");
  await calendar.open("/admin/calendar");
  await calendar.goToMovable("Next day", 15);
  const { lesson } = await findPair(calendar);
  const name = (await lesson.getAttribute("aria-label")) ?? "";
  const elsewhere = await openElsewhere(browser, adminState, page.url());

  await test.step("both look at the same lesson; the other one moves it", async () => {
    for (const [one, time] of [
      [calendar, "12:15 pm"],
      [elsewhere, "12:00 pm"],
    ] as const) {
      await one.page.getByRole("button", { name: `Move: ${name}` }).click();
      await one.dialog.getByLabel("Time").selectOption(time);
      await one.dialog.getByLabel("Move it all the same, because").fill("Painting of the hall");
      await one.dialog.getByRole("button", { name: "Show what happens" }).click();
      await expect(one.dialog.getByText("This is what happens")).toBeVisible();
      if (one === calendar) continue;
      await one.confirmMove();
    }
  });

  await test.step("the first is refused", async () => {
    await calendar.dialog.getByRole("button", { name: "Move the lesson" }).click();
    await expect(calendar.dialog.getByRole("alert")).toHaveText(
      /Somebody has moved this lesson meanwhile.*12:00 pm/,
    );
    await page.keyboard.press("Escape");
    await expect(calendar.page.getByRole("button", { name: `Move: ${name}` })).toHaveCount(0);
  });
  await elsewhere.undo();
  await elsewhere.page.context().close();
});

async function openElsewhere(
  browser: Browser,
  adminState: Awaited<ReturnType<ReturnType<Page["context"]>["storageState"]>>,
  url: string,
): Promise<CalendarPages> {
  const context = await browser.newContext({ storageState: adminState });
  const other = new CalendarPages(await context.newPage());
  await other.open(url);
  return other;
}

test("views, days and rows are addresses", async ({ page, browser, adminState, baseURL }) => {
  const calendar = await signIn(page, "admin");
  const title = page.getByRole("heading", { level: 1 });

  await calendar.open("/admin/calendar?view=week&date=2027-03-14");
  await expect(title).toHaveText("Mar 8 – 14, 2027");
  await expect(page.getByText("New York time (EDT)")).toBeVisible();
  await page.getByRole("link", { name: "Next week" }).click();
  await expect(title).toHaveText("Mar 15 – 21, 2027");
  await page.getByRole("link", { name: "Month", exact: true }).click();
  await expect(title).toHaveText("March 2027");
  await page.getByRole("link", { name: "Previous month" }).click();
  await expect(title).toHaveText("February 2027");
  await calendar.drawing
    .getByRole("button", { name: "Open Feb 10, 2027" })
    .click({ position: { x: 14, y: 8 } });
  await expect(title).toHaveText("Wednesday, Feb 10");
  await expect(page).toHaveURL(/view=day/);

  await page.getByLabel("Rows").selectOption("Rooms");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page).toHaveURL(/rows=room/);
  await expect(calendar.drawing.getByText("Maple Room", { exact: true })).toBeVisible();
  await expect(title).toHaveText("Wednesday, Feb 10");

  await test.step("an address that makes no sense is today's", async () => {
    await calendar.open("/admin/calendar?view=year&date=2027-02-30&teacher=nobody");
    const today = await title.textContent();
    await calendar.open("/admin/calendar");
    await expect(title).toHaveText(today ?? "");
  });

  await test.step("without script there are the list and the ways through time", async () => {
    const context = await browser.newContext({
      ...(baseURL ? { baseURL } : {}),
      storageState: adminState,
      javaScriptEnabled: false,
    });
    const plain = new CalendarPages(await context.newPage());
    await plain.open("/admin/calendar?view=day&date=2027-02-10");
    await plain.page.getByRole("link", { name: "Next day" }).click();
    await expect(plain.page.getByRole("heading", { level: 1 })).toHaveText("Thursday, Feb 11");
    await context.close();
  });
});

test("a parent sees the children's lessons and moves one; on a phone it is a day and a list", async ({
  page,
}) => {
  const calendar = await signIn(page, "parent");
  await calendar.open("/family/calendar");
  const legend = page.getByRole("list", { name: "What the colors mean" });
  await expect(legend.getByText("Lina")).toBeVisible();
  await calendar.goToMovable("Next week");

  await test.step("a child of one's own, by the address", async () => {
    await page.getByRole("link", { name: "Amir", exact: true }).click();
    await expect(page).toHaveURL(/child=/);
    await expect(calendar.drawing.getByRole("link", { name: /^Lina/ })).toHaveCount(0);
    await page.getByRole("link", { name: "Everybody" }).click();
    await expect(page).not.toHaveURL(/child=/);
  });

  await test.step("moved by the dialog and back", async () => {
    await calendar.goToMovable("Next week");
    const button = page.getByRole("button", { name: /^Move: / }).first();
    const name = (await button.getAttribute("aria-label")) ?? "";
    await button.click();
    await expect(calendar.dialog.getByLabel("Teacher")).toHaveCount(0);
    await calendar.dialog.getByLabel("Time").selectOption("6:00 am");
    await expect(calendar.dialog.getByRole("status")).toHaveText(/does not teach at this hour/);
    await expect(calendar.dialog.getByLabel(/all the same/)).toHaveCount(0);
    await calendar.takeFirstOffer();
    await calendar.confirmMove();
    await calendar.undo();
    await expect(page.getByRole("button", { name })).toBeVisible();
  });

  await test.step("on a phone", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await calendar.open("/family/calendar");
    await expect(page.getByRole("link", { name: "Day", exact: true })).toHaveAttribute(
      "aria-current",
      "page",
    );
    await expect(calendar.drawing.getByRole("heading", { level: 2 })).toBeVisible();
    await expect(page.getByText("As a list")).toBeVisible();
  });
});

test("a teacher and a student read theirs and move nothing", async ({ page, openBrowser }) => {
  const calendar = await signIn(page, "teacher");
  await calendar.open("/teach/calendar?view=week");
  await expect(page.getByText(/The academy moves lessons/)).toBeVisible();
  await expect(page.getByRole("button", { name: /^Move/ })).toHaveCount(0);
  await calendar.open("/teach/calendar?view=month&date=2027-02-10");
  await expect(calendar.drawing.getByRole("link").first()).toBeVisible();

  const student = await signIn(await openBrowser(), "student");
  await student.open("/student/calendar?view=month&date=2027-02-10");
  await expect(student.drawing.getByRole("group").first()).toBeVisible();
  await expect(student.drawing.getByRole("link")).toHaveCount(0);
});
