import { afterAll, beforeAll, expect, it } from "vitest";
import type * as Mail from "@/lib/enrollment/mail";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy } from "./fixture";
import { ids } from "./fixture-ids";
import { setUpProduct } from "./product-settings";

let database: TestDatabase;
let mail: typeof Mail;

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
  await setUpProduct(database);
  mail = await import("@/lib/enrollment/mail");
});

afterAll(() => database?.drop());

it("the welcome is left out, and does not fail, when no lesson is there any more to write about", async () => {
  const letters = [
    mail.sendParentWelcome,
    mail.sendTeacherWelcome,
    mail.sendAcademyWelcome,
    mail.sendStudentWelcome,
  ];
  await expect(mail.sendParentWelcome(ids.enrollmentA)).rejects.toMatchObject({ code: "unavailable" });

  const [gone] = await database.owner<{ id: string }[]>`
    insert into enrollments (family_id, student_id, instrument_id, teacher_id, minutes, starts_at, kind, cadence, policy_version,
                             student_email)
    values (${ids.familyA}, ${ids.studentA2}, ${ids.drums}, ${ids.teacher2}, 30, now() + interval '9 days', 'trial', 'monthly',
            '1', 'student@test.example')
    returning id`;
  for (const send of letters) expect(await send(gone?.id ?? "")).toBe(false);
});
