import { readSampleAccount } from "../fixtures/accounts";
import { expect, test } from "../fixtures/test";
import { FeedPages } from "../pages/feed";

test("a parent subscribes to the family's lessons, replaces the address and revokes it, by keyboard", async ({
  page,
  account,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const { email, password } = readSampleAccount("parent");
  await account.signIn(email, password);
  const feed = new FeedPages(page);
  await feed.open("family");
  await feed.startWithout();
  const first = await feed.make();
  await feed.press("Copy the address");
  await expect(page.getByText("Copied.")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(first);
  await expect(page.getByRole("link", { name: "Open in a calendar program" })).toHaveAttribute(
    "href",
    first.replace(/^https?/, "webcal"),
  );

  const events = await feed.read(first);
  const shown = await feed.listLessons();
  expect(shown.length).toBeGreaterThan(0);
  const now = Date.now();
  const ahead = events.filter((event) => !event.isCancelled && event.end.getTime() > now);
  expect(ahead.map(({ uid }) => uid).sort()).toEqual(shown.map(({ uid }) => uid).sort());
  for (const lesson of shown) {
    const event = ahead.find(({ uid }) => uid === lesson.uid);
    const [, title, who, teacher] = /^(.+): (.+) with (.+)$/.exec(event?.summary ?? "") ?? [];
    expect(lesson.heading).toBe(`${who}: ${title}`);
    expect(lesson.where).toContain(`with ${teacher}`);
    expect(lesson.time.startsWith(`${event?.clockTime} `)).toBe(true);
    expect(event?.description).toMatch(/\/family\/lessons$/);
  }

  await feed.open("family");
  await expect(page.getByText(first)).toBeHidden();
  await expect(page.getByText("Last read")).toBeVisible();
  await expect(page.getByText("not yet")).toBeHidden();
  await feed.press("Replace the address");
  await feed.press("Keep it");
  expect((await fetch(first)).status).toBe(200);
  await feed.press("Replace the address");
  await feed.press("Replace it now");
  const second = await feed.newAddress();
  expect(second).not.toBe(first);
  expect((await fetch(first)).status).toBe(404);
  expect((await feed.read(second)).length).toBe(events.length);
  await feed.press("I have added it");

  await feed.revoke();
  const revoked = await fetch(second);
  const guessed = await fetch(second.replace(/[\w-]{43}\.ics$/, `${"A".repeat(43)}.ics`));
  expect([revoked.status, guessed.status]).toEqual([404, 404]);
  expect(await revoked.text()).toBe(await guessed.text());
  await expect(feed.button("Make my calendar address")).toBeVisible();
});

for (const [role, portal] of [
  ["student", "student"],
  ["teacher", "teach"],
  ["admin", "admin"],
] as const) {
  test(`a calendar program reads the lessons of a sample ${role}, and is told when nothing is new`, async ({
    page,
    account,
  }) => {
    const { email, password } = readSampleAccount(role);
    await account.signIn(email, password);
    const feed = new FeedPages(page);
    await feed.open(portal);
    await feed.startWithout();
    const address = await feed.make();
    const { text, etag } = await feed.fetch(address);
    expect((await fetch(address, { headers: { "if-none-match": etag } })).status).toBe(304);
    const events = feed.parse(text);
    expect(events.length).toBeGreaterThan(0);
    for (const { description } of events) expect(description).toContain(`/${portal}`);
    await feed.press("I have added it");
    await feed.revoke();
    expect((await fetch(address)).status).toBe(404);
  });
}
