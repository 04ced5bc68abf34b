import type { Page } from "@playwright/test";
import { z } from "zod";
import { killService, type Service } from "../fixtures/controls";
import { mailsTo, subjectsAbout, waitForMail } from "../fixtures/mailbox";
import { newStudent } from "../fixtures/people";
import { chargesOf } from "../fixtures/stripe";
import { expect, disturbingTest as test } from "../fixtures/test";
import { newPerson } from "../pages/account";
import { cards } from "../pages/checkout";
import { functionNames } from "../pages/desk";

// Starting again, and waiting for the leases of the dead, comes on top of the enrollment itself.
test.setTimeout(180_000);

const progress = z.object({ paid: z.boolean(), settled: z.boolean() });

/** Looks again and again, so as to be there between the payment and the last email. */
async function catchMidway(page: Page, path: string): Promise<void> {
  await expect
    .poll(
      async () => {
        const now = progress.parse(await (await page.request.get(`${path}/status`)).json());
        return now.settled ? "over" : now.paid ? "midway" : "before";
      },
      { message: "the enrollment is under way", intervals: [15], timeout: 30_000 },
    )
    .toBe("midway");
}

const services: Service[] = ["web", "inngest", "postgres"];
for (const service of services) {
  test(`kill -9 of ${service} in the middle of an enrollment: one run, one charge, one lesson, one of each email`, async ({
    page,
    journey,
    desk,
  }) => {
    const parent = newPerson("Morgan Alder");
    const student = newStudent();
    const path = await journey.toCheckout(parent, student);
    await journey.checkout.pay(cards.good);
    await catchMidway(page, path);
    await killService(service);

    await page.goto(path);
    await journey.enroll.expectSettled();
    await waitForMail(parent.email, /^Receipt/);
    const charges = await chargesOf(parent.email);
    expect(charges.map(({ amount, amount_refunded }) => [amount, amount_refunded])).toEqual([[2_500, 0]]);

    await page.goto("/family/lessons");
    await expect(
      page.getByRole("main").getByRole("listitem").filter({ hasText: student.firstName }),
    ).toHaveCount(1);
    await desk.openEnrollment(path);
    await expect(desk.fact("Lessons")).toHaveText("1 lesson");
    await expect(desk.runsOf(functionNames.complete)).toHaveCount(1);
    await expect(desk.page.getByText("Payment at Checkout")).toHaveCount(1);

    expect(await subjectsAbout(student.firstName)).toEqual([
      expect.stringMatching(/^Enrolled: /),
      expect.stringMatching(/^New student: /),
      expect.stringMatching(new RegExp(`^${student.firstName}.s piano trial lesson: `)),
    ]);
    const receipts = (await mailsTo(parent.email)).filter((mail) => mail.subject.startsWith("Receipt"));
    expect(receipts).toHaveLength(1);
  });
}
