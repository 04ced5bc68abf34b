import { randomUUID } from "node:crypto";
import { forgeEvent, runsOfEvent } from "../fixtures/executor";
import { newStudent } from "../fixtures/people";
import { expect, test } from "../fixtures/test";
import { newPerson } from "../pages/account";
import { MonitorPages } from "../pages/monitor";

const begin = "Enrollment: checks, accounts, payment page, reminders";

test("a run is cancelled, tried again, and what it did is undone, each shown before it is done", async ({
  journey,
  desk,
}) => {
  const path = await journey.toCheckout(newPerson("Wren Alder"), newStudent());
  const monitor = new MonitorPages(desk.page);
  await desk.openEnrollment(path);
  await monitor.followRun(begin);
  expect(await monitor.act("Cancel the run", "Cancel it now")).toContain("does nothing more");
  await monitor.reloadUntil(monitor.main.getByText("Cancelled", { exact: true }));

  expect(await monitor.act("Try it again", "Try it again now")).toContain("for this workflow alone");
  const next = desk.fact("Tried again by").getByRole("link");
  await monitor.reloadUntil(next);
  await expect(monitor.page.getByRole("button", { name: "Try it again" })).toHaveCount(0);
  await next.click();
  await expect(desk.fact("Tries again")).toBeVisible();
  await expect(monitor.main.getByText("Running", { exact: true })).toBeVisible();

  await monitor.act("Cancel the run", "Cancel it now");
  await monitor.reloadUntil(monitor.page.getByRole("button", { name: "Undo what it did" }));
  const outcome = await monitor.act("Undo what it did", "Undo it now");
  expect(outcome).toContain("Payment page closed");
  expect(outcome).toContain("Time freed");
  await monitor.reloadUntil(monitor.main.getByText("Undone: time freed"));
  await desk.openEnrollment(path);
  await expect(monitor.main.getByText("Cancelled", { exact: true }).first()).toBeVisible();
});

test("an event that the academy never sent begins nothing, and the monitor says why", async ({ desk }) => {
  const event = await forgeEvent("enrollment/paid", {
    enrollmentId: randomUUID(),
    paymentId: randomUUID(),
  });
  await expect.poll(async () => (await runsOfEvent(event)).length).toBe(1);
  const [run = ""] = await runsOfEvent(event);
  const monitor = new MonitorPages(desk.page);
  await monitor.openRun(run);
  await monitor.reloadUntil(monitor.main.getByText("its id is unknown"));
  await expect(monitor.main.getByText("Refused", { exact: true })).toBeVisible();
  await expect(monitor.page.getByRole("button", { name: "Try it again" })).toHaveCount(0);
});
