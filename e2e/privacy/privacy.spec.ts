import { advanceClock, DAY } from "../fixtures/controls";
import { waitForMail } from "../fixtures/mailbox";
import { newStudent, uniqueName } from "../fixtures/people";
import { expect, disturbingTest as test } from "../fixtures/test";
import { newPerson } from "../pages/account";
import { PrivacyPages } from "../pages/privacy";

test("a parent downloads what is held; the academy erases the family when nothing of it is running", async ({
  page,
  journey,
  desk,
}) => {
  test.setTimeout(240_000);
  const parent = newPerson(`Robin ${uniqueName("Elmtree")}`);
  const family = `${parent.name.split(" ")[1]} family`;
  await journey.toCheckout(parent, newStudent("Guitar"));

  const own = new PrivacyPages(page);
  await own.openAccount();
  await page.getByRole("checkbox", { name: "Photos of my children may be shown" }).check();
  await page.getByRole("button", { name: "Save my choices" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  const files = await own.download(
    page.getByRole("link", { name: "Download everything we hold on your family" }),
  );
  expect(Object.keys(files)).toEqual(["index.html", "data.json"]);
  expect(files["index.html"]).toContain(parent.email);
  expect(files["index.html"]).toContain("Photos of my children may be shown");
  await page.reload();
  await expect(page.getByText(/^Last downloaded/)).toBeVisible();

  const academy = new PrivacyPages(desk.page);
  await academy.openFamily(parent.email);
  await expect(desk.page.getByRole("region", { name: "Requests" })).toContainText("Download");
  await academy.openErasure();
  await expect(desk.page.getByText("1 enrollment is running")).toBeVisible();

  await advanceClock(15 * DAY);
  await waitForMail(parent.email, /has ended; nothing was charged/);
  await desk.page.reload();
  await academy.askForErasure("The parent asked for it by letter");
  await academy.confirmErasure("Another family");
  await expect(desk.page.getByRole("alert").getByText(/^Type the name as it stands here/)).toBeVisible();
  await academy.confirmErasure(family);
  await expect(desk.page.getByText("The family has been erased")).toBeVisible();

  await desk.page.goto(`/admin/families?q=${encodeURIComponent(family)}`);
  await expect(desk.page.getByText("No family fits")).toBeVisible();
  await desk.page.goto("/admin/privacy?kind=erasure");
  const request = desk.page.getByRole("row").filter({ hasText: "The parent asked for it by letter" });
  await request.getByRole("link", { name: /^Erased / }).click();
  await expect(desk.page.getByText(/^Erased on /)).toBeVisible();
  await page.goto("/family");
  await expect(page).toHaveURL(/\/login/);

  // Fifteen nights have passed.
  await expect(async () => {
    await desk.page.goto("/admin/workflows?function=apply-retention");
    await expect(desk.page.getByRole("row").filter({ hasText: "Privacy" }).first()).toContainText(
      "Completed",
      {
        timeout: 2_000,
      },
    );
  }).toPass({ timeout: 30_000 });
});
