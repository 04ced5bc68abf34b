import { readSampleAccount } from "../fixtures/accounts";
import { expect, test } from "../fixtures/test";
import { AccountPages, newPerson } from "../pages/account";

const homes = { admin: "/admin", teacher: "/teach", parent: "/family", student: "/student" } as const;
const roles = ["admin", "teacher", "parent", "student"] as const;
const inside = ["/admin/audit", "/admin/payments", "/teach/students", "/family/billing", "/student/lessons"];

for (const role of roles) {
  test(`${role}: lands in the own portal; the others do not exist`, async ({ page, account }) => {
    const { email, password } = readSampleAccount(role);
    await account.signIn(email, password);
    await expect(page).toHaveURL(new RegExp(`${homes[role]}$`));
    const foreign = [...Object.values(homes), ...inside].filter((path) => !path.startsWith(homes[role]));
    for (const path of foreign) {
      expect((await page.request.get(path, { maxRedirects: 0 })).status(), path).toBe(404);
    }
    await page.goto(foreign[0] ?? "");
    await expect(page.getByRole("heading", { level: 1, name: "This page does not exist" })).toBeVisible();
    await page.goto(
      `/login?next=${encodeURIComponent(role === "admin" ? "/family/billing" : "/admin/audit")}`,
    );
    await expect(page).toHaveURL(new RegExp(`${homes[role]}$`));
  });
}

test("signed out, every portal leads to the sign-in page and back", async ({ page }) => {
  for (const path of [...Object.values(homes), ...inside]) {
    const answer = await page.request.get(path, { maxRedirects: 0 });
    expect(answer.headers().location, path).toMatch(new RegExp(`/login\\?next=${encodeURIComponent(path)}$`));
  }
  const { email, password } = readSampleAccount("parent");
  await page.goto("/family/billing");
  await page.getByLabel("Email address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(/\/family\/billing$/);
});

test("signing out everywhere ends the session of another browser at its next page", async ({
  page,
  account,
  openBrowser,
}) => {
  const parent = newPerson("Noor Ashdown");
  await account.open(parent);
  const other = await openBrowser();
  await new AccountPages(other).signIn(parent.email, parent.password);
  await expect(other).toHaveURL(/\/family/);
  await page.goto("/family/account");
  await page.getByRole("button", { name: "Sign out on all devices" }).click();
  await expect(page.getByText("You are signed out everywhere")).toBeVisible();
  await other.goto("/family/lessons");
  await expect(other).toHaveURL(/\/login/);
  await expect(other.getByText("Your session has ended")).toBeVisible();
});
