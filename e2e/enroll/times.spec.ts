import type { Page } from "@playwright/test";
import { newStudent } from "../fixtures/people";
import { expect, test } from "../fixtures/test";
import { EnrollPages } from "../pages/enroll";

/** The link of the n-th open time of an instrument on the public pages, as a visitor would follow it. */
async function readOpenTime(page: Page, instrument: string, place = 0): Promise<string> {
  await page.goto(`/timeslots?instrument=${instrument}`);
  const href = await page.locator('a[href^="/enroll?"]').nth(place).getAttribute("href");
  if (!href) throw new Error(`no open time for ${instrument}`);
  return href;
}

async function holdFromLink(page: Page, href: string): Promise<void> {
  const enroll = new EnrollPages(page);
  await enroll.open(href.replace("/enroll", ""));
  await enroll.fillStudent(newStudent("Violin"));
}

const holdButton = { name: "Hold this time and go on" };

async function expectAlternatives(page: Page): Promise<void> {
  await expect(new EnrollPages(page).error).toContainText("no longer open. Nothing was charged");
  await expect(
    page.getByRole("list", { name: "Open times instead" }).getByRole("button", { name: "Take this time" }),
  ).toHaveCount(3);
}

test("of two parents who press at once exactly one gets the time; the other takes one of three others", async ({
  page,
  openBrowser,
}) => {
  const other = await openBrowser();
  const href = await readOpenTime(page, "violin", 2);
  const parents = [page, other];
  for (const parent of parents) await holdFromLink(parent, href);
  await Promise.all(parents.map((parent) => parent.getByRole("button", holdButton).click()));
  await Promise.all(
    parents.map((parent) =>
      expect(
        parent
          .getByRole("heading", { name: "Your account" })
          .or(parent.getByRole("list", { name: "Open times instead" })),
      ).toBeVisible(),
    ),
  );
  const winners = parents.filter((parent) => parent.url().endsWith("/enroll/account"));
  expect(winners).toHaveLength(1);
  const loser = parents.find((parent) => !winners.includes(parent));
  if (!loser) throw new Error("unreachable: one of two");
  await expectAlternatives(loser);
  await loser.getByRole("button", { name: "Take this time" }).first().click();
  await expect(loser).toHaveURL(/\/enroll\/account/);
  await expect(loser.getByText(/held for \d+:\d\d more/)).toBeVisible();
});

test("a time that is over, or was never offered, leads to three that are open", async ({ page }) => {
  const href = await readOpenTime(page, "violin");
  const { pathname, searchParams } = new URL(href, "http://academy.example");
  const offered = new Date(searchParams.get("starts_at") ?? "");
  for (const startsAt of [
    new Date(offered.getTime() - 60 * 86_400_000),
    new Date(offered.getTime() + 7 * 60_000),
    new Date(offered.getTime() + 400 * 86_400_000),
  ]) {
    searchParams.set("starts_at", startsAt.toISOString());
    await holdFromLink(page, `${pathname}?${searchParams}`);
    await page.getByRole("button", holdButton).click();
    await expectAlternatives(page);
  }
  await page.getByRole("button", { name: "Take this time" }).last().click();
  await expect(page).toHaveURL(/\/enroll\/account/);
});

test("a tampered teacher or time holds nothing", async ({ page, journey }) => {
  await journey.toTimes(newStudent());
  const hold = page.getByRole("button", { name: "Hold this time" }).first();
  const set = (name: string, value: string) =>
    page
      .locator(`form:has(button) input[name=${name}]`)
      .first()
      .evaluate((input: HTMLInputElement, text) => {
        input.value = text;
      }, value);
  await set("teacherId", crypto.randomUUID());
  await hold.click();
  await expectAlternatives(page);

  await page.reload();
  await set("teacherId", "somebody");
  await hold.click();
  await expect(journey.enroll.error).toContainText("Choose one of the times");

  await page.reload();
  await set("startsAt", "next week");
  await hold.click();
  await expect(journey.enroll.error).toContainText("Choose one of the times");
  await expect(page).toHaveURL(/\/enroll\/time/);
});
