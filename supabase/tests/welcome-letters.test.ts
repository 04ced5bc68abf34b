import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type * as Mail from "@/lib/enrollment/mail";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy } from "./fixture";
import { ids } from "./fixture-ids";

let database: TestDatabase;
let mail: typeof Mail;

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
  const { user, pass } = database.app.options;
  const url = new URL(database.url);
  url.username = String(user);
  url.password = String(pass);
  const product = {
    SITE_URL: "http://127.0.0.1:3000",
    DATABASE_URL: url.href,
    AUTH_SECRET: "a".repeat(64),
    SUPABASE_URL: "http://127.0.0.1:9",
    SUPABASE_ANON_KEY: "a".repeat(32),
    SUPABASE_JWT_SECRET: "a".repeat(64),
    // Nobody listens: a letter that is sent fails.
    SMTP_URL: "smtp://127.0.0.1:9",
    MAIL_FROM: "Cedar Heights <hello@cedarheights.example>",
    ACADEMY_EMAIL: "office@cedarheights.example",
    INNGEST_EVENT_KEY: "not-used-here",
    INNGEST_SIGNING_KEY: `signkey-test-${"ab".repeat(16)}`,
    STRIPE_SECRET_KEY: "sk_test_standin",
    STRIPE_WEBHOOK_SECRET: "whsec_standin",
  };
  for (const [variable, value] of Object.entries(product)) vi.stubEnv(variable, value);
  (await import("@/lib/env")).env();
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
