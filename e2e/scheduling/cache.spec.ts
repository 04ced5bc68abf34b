import type { APIRequestContext, Page } from "@playwright/test";
import { readSampleAccount } from "../fixtures/accounts";
import { advanceClock, DAY } from "../fixtures/controls";
import { newStudent } from "../fixtures/people";
import { disturbingTest, expect, test } from "../fixtures/test";
import { AccountPages } from "../pages/account";
import { EnrollPages } from "../pages/enroll";

/** The links to enrollment on a public page, as whoever has no cookies gets it now. */
async function readOffers(request: APIRequestContext, address: string): Promise<string[]> {
  const response = await request.get(address);
  expect(response.status()).toBe(200);
  const html = await response.text();
  return [...html.matchAll(/href="(\/enroll\?[^"]*starts_at[^"]*)"/g)].map(([, href = ""]) =>
    href.replaceAll("&amp;", "&"),
  );
}

/** The week of an offer, with each possible start. */
function weekOf(offer: string, instrument: string): string {
  const startsAt = Date.parse(new URL(offer, "http://academy.example").searchParams.get("starts_at") ?? "");
  // Before midnight of the academy's day.
  const day = new Date(startsAt - DAY / 4).toISOString().slice(0, 10);
  return `/timeslots?instrument=${instrument}&week=${day}&every=1`;
}

async function hold(page: Page, offer: string, instrument: string): Promise<void> {
  const enroll = new EnrollPages(page);
  await enroll.open(offer.replace("/enroll", ""));
  await enroll.fillStudent(newStudent(instrument));
  await page.getByRole("button", { name: "Hold this time and go on" }).click();
  await page.waitForURL(/\/enroll\/account/);
}

test("a held time is gone at the very next look, and back at once when it is let go", async ({
  page,
  request,
}) => {
  const offers = await readOffers(request, "/timeslots?instrument=cello");
  const offer = offers[Math.floor(offers.length / 2)] ?? "";
  const week = weekOf(offer, "cello");
  for (const _ of [1, 2, 3]) expect(await readOffers(request, week)).toContain(offer);

  await hold(page, offer, "Cello");
  expect(await readOffers(request, week)).not.toContain(offer);

  await page.goto("/enroll/time");
  const startsAt = new URL(offer, "http://academy.example").searchParams.get("starts_at") ?? "";
  const another = page
    .locator("form:has(input[name=startsAt])")
    .filter({ hasNot: page.locator(`input[name=startsAt][value="${startsAt}"]`) })
    .first();
  await another.getByRole("button").first().click();
  await page.waitForURL(/\/enroll\/(account|review)/);
  expect(await readOffers(request, week)).toContain(offer);
});

test("whoever is signed in gets a page of their own, and visitors get nobody's", async ({
  page,
  request,
}) => {
  const parent = readSampleAccount("parent");
  await request.get("/timeslots");
  await new AccountPages(page).signIn(parent.email, parent.password);
  await page.goto("/timeslots");
  await expect(page.getByRole("banner").getByRole("link", { name: "My academy" })).toBeVisible();
  const own = await page.request.get("/timeslots");
  expect(own.headers()["x-page-cache"]).toBeUndefined();
  expect(await own.text()).toContain("My academy");
  const everybodys = await request.get("/timeslots");
  expect(everybodys.headers()["set-cookie"]).toBeUndefined();
  expect(await everybodys.text()).not.toContain("My academy");
});

test("addresses that the page does not read, and pages that are not there, are answered as ever", async ({
  request,
}) => {
  expect((await request.get("/timeslots?instrument=cello&utm_source=letter")).status()).toBe(200);
  expect((await request.get("/teachers/nobody-at-all")).status()).toBe(404);
  expect((await request.get("/teachers/nobody-at-all")).status()).toBe(404);
});

disturbingTest("a moved clock is another time at once", async ({ request }) => {
  const [first = ""] = await readOffers(request, "/timeslots?instrument=cello");
  await advanceClock(8 * DAY);
  expect(await readOffers(request, weekOf(first, "cello"))).not.toContain(first);
});
