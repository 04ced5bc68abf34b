import type { APIRequestContext } from "@playwright/test";
import { z } from "zod";
import { readSampleAccount } from "../fixtures/accounts";
import { newStudent } from "../fixtures/people";
import { expect, test } from "../fixtures/test";
import { AccountPages, newPerson } from "../pages/account";

const REQUESTS = 50;

const timeslots = z.object({
  data: z.array(
    z.object({
      id: z.uuid(),
      teacher_id: z.uuid(),
      teacher_name: z.string(),
      day_of_week: z.string(),
      weekday: z.number(),
      start_time: z.string(),
      end_time: z.string(),
      duration: z.number(),
      next_available_date: z.string(),
      starts_at: z.iso.datetime(),
    }),
  ),
  metadata: z.object({ total_count: z.number() }),
});
type Timeslot = z.output<typeof timeslots>["data"][number];

const alternative = z.object({
  teacher_id: z.uuid(),
  teacher_name: z.string(),
  starts_at: z.iso.datetime(),
  ends_at: z.iso.datetime(),
  reason: z.string(),
});
const problem = z.object({
  success: z.literal(false),
  data: z.null(),
  errors: z.array(z.object({ field: z.string().nullable(), message: z.string(), code: z.string() })),
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  alternatives: z.array(alternative).optional(),
});
const hold = z.object({
  success: z.literal(true),
  data: z.object({
    id: z.uuid(),
    starts_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
    continue_url: z.url(),
  }),
});
const report = z.object({
  data: z.object({
    has_conflicts: z.boolean(),
    available: z.boolean(),
    conflicts: z.array(z.object({ type: z.string(), message: z.string() })),
    suggested_times: z.array(
      z.object({ teacher_id: z.uuid(), starts_at: z.iso.datetime(), reason: z.string() }),
    ),
  }),
});

async function listTimeslots(request: APIRequestContext, filter: Record<string, string>) {
  const answer = await request.get("/api/v1/public/timeslots", { params: filter });
  expect(answer.status()).toBe(200);
  return timeslots.parse(await answer.json());
}

/** One of the later times, so that tests do not want the same. */
async function pickTimeslot(request: APIRequestContext, instrument: string): Promise<Timeslot> {
  const { data } = await listTimeslots(request, { instrument, limit: "100" });
  const picked = data[20 + Math.floor(Math.random() * (data.length - 20))];
  if (!picked) throw new Error(`no open time for ${instrument}`);
  return picked;
}

const holdOf = (time: { teacher_id: string; starts_at: string }, instrument: string) => ({
  teacher_id: time.teacher_id,
  starts_at: time.starts_at,
  instrument,
  duration: 30,
});
/** `YYYY-MM-DD` in the sample academy's zone. */
const academyDate = (instant: string): string =>
  new Intl.DateTimeFormat("en-CA", { timeZone: "America/New_York" }).format(new Date(instant));
const askToHold = (request: APIRequestContext, data: unknown) =>
  request.post("/api/v1/public/holds", { data });

/** Which fields a refusal names. */
async function refusedFields(answer: Awaited<ReturnType<typeof askToHold>>): Promise<(string | null)[]> {
  expect(answer.headers()["content-type"]).toContain("application/problem+json");
  const refusal = problem.parse(await answer.json());
  expect(refusal.status).toBe(answer.status());
  return [...new Set(refusal.errors.map(({ field }) => field))];
}

/** The value below which this part of them lies. */
const percentile = (sorted: readonly number[], part: number): number =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0);

test("of fifty requests for one time one holds it, and each of the others gets three times that are open", async ({
  request,
}) => {
  const time = await pickTimeslot(request, "piano");
  const answers = await Promise.all(
    Array.from({ length: REQUESTS }, async () => {
      const start = performance.now();
      const answer = await askToHold(request, holdOf(time, "piano"));
      return { status: answer.status(), body: await answer.json(), ms: performance.now() - start };
    }),
  );
  const took = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  console.info(
    `${REQUESTS} requests for one time: p50 ${percentile(took, 0.5)} ms, p95 ${percentile(took, 0.95)} ms`,
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  const losers = answers.filter(({ status }) => status === 409).map(({ body }) => problem.parse(body));
  expect(losers).toHaveLength(REQUESTS - 1);
  const offered = new Map<string, z.output<typeof alternative>>();
  for (const { alternatives = [], errors } of losers) {
    expect(errors[0]?.code).toBe("slot_taken");
    expect(new Set(alternatives.map((one) => `${one.teacher_id} ${one.starts_at}`)).size).toBe(3);
    for (const one of alternatives) offered.set(`${one.teacher_id} ${one.starts_at}`, one);
  }
  expect([...offered.values()]).not.toContainEqual(expect.objectContaining(holdOf(time, "piano")));

  // Each of them is among what can be booked from its day on, and whoever takes one has it.
  const [first, ...others] = losers[0]?.alternatives ?? [];
  for (const one of [first, ...others]) {
    if (!one) throw new Error("no alternatives");
    const { data } = await listTimeslots(request, {
      instrument: "piano",
      teacher_id: one.teacher_id,
      start_date: academyDate(one.starts_at),
      limit: "100",
    });
    expect(
      data.map(({ starts_at }) => Date.parse(starts_at)),
      one.reason,
    ).toContain(Date.parse(one.starts_at));
  }
  if (first) expect((await askToHold(request, holdOf(first, "piano"))).status(), first.reason).toBe(201);
});

test("a time that was held by way of the API goes on in the browser", async ({ page, request, enroll }) => {
  const time = await pickTimeslot(request, "violin");
  const answer = await askToHold(request, holdOf(time, "violin"));
  const { data } = hold.parse(await answer.json());
  expect(Date.parse(data.expires_at)).toBeGreaterThan(Date.now());
  expect((await askToHold(request, holdOf(time, "violin"))).status()).toBe(409);

  await page.goto(data.continue_url);
  await expect(page).toHaveURL(/\/enroll\?/);
  await enroll.fillStudent(newStudent("Violin"));
  await page.getByRole("button", { name: "Hold this time and go on" }).click();
  await expect(page).toHaveURL(/\/enroll\/account/);
  await expect(page.getByText(/held for \d+:\d\d more/)).toBeVisible();
});

test("what can never be held is refused by field", async ({ request }) => {
  const time = await pickTimeslot(request, "cello");
  const good = holdOf(time, "cello");
  const shifted = (ms: number) => new Date(Date.parse(time.starts_at) + ms).toISOString();
  const wrong: [unknown, string[]][] = [
    [{}, ["teacher_id", "instrument", "starts_at", "duration"]],
    [{ ...good, starts_at: shifted(7 * 60_000) }, ["starts_at"]],
    [{ ...good, starts_at: shifted(-90 * 86_400_000) }, ["starts_at"]],
    [{ ...good, starts_at: shifted(500 * 7 * 86_400_000) }, ["starts_at"]],
    [{ ...good, starts_at: "2027-02-29T16:00:00Z" }, ["starts_at"]],
    [{ ...good, starts_at: "2027-02-26T16:00:00" }, ["starts_at"]],
    [{ ...good, starts_at: "tomorrow" }, ["starts_at"]],
    [{ ...good, starts_at: "0000-01-01T16:00:00Z" }, ["starts_at"]],
    [{ ...good, starts_at: "9999-12-31T23:59:59-12:00" }, ["starts_at"]],
    [{ ...good, duration: 0 }, ["duration"]],
    [{ ...good, duration: -30 }, ["duration"]],
    [{ ...good, duration: 37 }, ["duration"]],
    [{ ...good, duration: "30" }, ["duration"]],
    [{ ...good, teacher_id: "elena" }, ["teacher_id"]],
    [{ ...good, teacher_id: crypto.randomUUID() }, ["teacher_id"]],
    [{ ...good, instrument: "theremin" }, ["instrument"]],
    [{ ...good, instrument: "cel\u0000lo" }, ["instrument"]],
    [{ ...good, age: 3 }, ["age"]],
    [{ ...good, age: 3.5 }, ["age"]],
  ];
  for (const [body, fields] of wrong) {
    const answer = await askToHold(request, body);
    expect(answer.status(), JSON.stringify(body)).toBe(422);
    expect(await refusedFields(answer), JSON.stringify(body)).toEqual(fields);
  }
  const noJson = { headers: { "content-type": "application/json" }, data: Buffer.from("{") };
  expect((await request.post("/api/v1/public/holds", noJson)).status()).toBe(400);
  expect((await request.post("/api/v1/public/holds", { form: { instrument: "cello" } })).status()).toBe(400);
  expect((await askToHold(request, { ...good, notes: "x".repeat(120_000) })).status()).toBe(413);
  // None of them has taken the time.
  expect((await askToHold(request, good)).status()).toBe(201);
});

test("the public list filters, is kept by caches for two minutes, and refuses what is malformed", async ({
  request,
}) => {
  const all = await request.get("/api/v1/public/timeslots");
  expect(all.headers()["cache-control"]).toBe("public, max-age=120, stale-while-revalidate=120");
  const first = timeslots.parse(await all.json()).data[0];
  if (!first) throw new Error("the sample academy has no open time");

  const filtered = await listTimeslots(request, {
    teacher_id: first.teacher_id,
    weekday: String(first.weekday),
    start_date: first.next_available_date,
    duration: "45",
    limit: "5",
  });
  expect(filtered.data.length).toBeLessThanOrEqual(5);
  expect(filtered.data.length).toBeLessThanOrEqual(filtered.metadata.total_count);
  for (const one of filtered.data) {
    expect(one).toMatchObject({ teacher_id: first.teacher_id, weekday: first.weekday, duration: 45 });
    expect(one.next_available_date >= first.next_available_date).toBe(true);
  }
  expect((await listTimeslots(request, { instrument: "PIANO" })).data.length).toBeGreaterThan(0);

  for (const unknown of [
    { instrument: "theremin" },
    { teacher_id: crypto.randomUUID() },
    { duration: "50" },
    { start_date: "2099-01-01" },
  ]) {
    expect((await listTimeslots(request, unknown)).data, JSON.stringify(unknown)).toEqual([]);
  }
  for (const [name, value] of [
    ["teacher_id", "elena"],
    ["duration", "0"],
    ["duration", "half an hour"],
    ["weekday", "7"],
    ["weekday", "-1"],
    ["start_date", "2027-02-29"],
    ["start_date", "29 February"],
    ["start_date", "0000-01-01"],
    ["limit", "0"],
    ["limit", "101"],
    ["instrument", "a\u0000b"],
  ] as const) {
    const answer = await request.get("/api/v1/public/timeslots", { params: { [name]: value } });
    expect(answer.status(), `${name}=${value}`).toBe(422);
    expect(await refusedFields(answer)).toEqual([name]);
    expect(answer.headers()["cache-control"]).toBe("no-store");
  }
});

test("conflicts are told to those who plan lessons, by name and with times instead", async ({
  page,
  request,
  account,
}) => {
  const time = await pickTimeslot(request, "piano");
  const proposal = {
    teacher_id: time.teacher_id,
    scheduled_at: time.starts_at,
    duration_minutes: 30,
    instrument: "piano",
  };
  const check = (of: APIRequestContext, data: unknown) =>
    of.post("/api/v1/lessons/check-conflicts", { data });
  // Credentials come first, whatever was sent.
  expect((await check(request, {})).status()).toBe(401);

  const parent = readSampleAccount("parent");
  await account.signIn(parent.email, parent.password);
  const free = report.parse(await (await check(page.request, proposal)).json()).data;
  expect(free).toEqual({ has_conflicts: false, available: true, conflicts: [], suggested_times: [] });

  expect((await askToHold(request, holdOf(time, "piano"))).status()).toBe(201);
  const taken = report.parse(await (await check(page.request, proposal)).json()).data;
  expect(taken.available).toBe(false);
  expect(taken.conflicts.map(({ type }) => type)).toContain("teacher_busy");
  expect(taken.suggested_times).toHaveLength(3);

  const oddly = { ...proposal, scheduled_at: new Date(Date.parse(time.starts_at) + 60_000).toISOString() };
  const odd = report.parse(await (await check(page.request, oddly)).json()).data;
  expect(odd.conflicts.map(({ type }) => type)).toContain("off_grid");

  const nobody = crypto.randomUUID();
  const { instrument: _, ...unnamed } = proposal;
  const wrong: [unknown, string[]][] = [
    [{ ...proposal, student_id: nobody }, ["student_id"]],
    [{ ...proposal, room_id: nobody }, ["room_id"]],
    [{ ...proposal, exclude_lesson_id: nobody }, ["exclude_lesson_id"]],
    [{ ...proposal, teacher_id: nobody }, ["teacher_id"]],
    [{ ...proposal, duration_minutes: 0 }, ["duration_minutes"]],
    [{ ...proposal, scheduled_at: "2027-02-29T16:00:00Z" }, ["scheduled_at"]],
    [unnamed, ["instrument"]],
  ];
  for (const [body, fields] of wrong) {
    const answer = await check(page.request, body);
    expect(answer.status(), JSON.stringify(body)).toBe(422);
    expect(await refusedFields(answer), JSON.stringify(body)).toEqual(fields);
  }
});

test("another family's student does not exist, and students may not ask", async ({
  page,
  account,
  openBrowser,
}) => {
  const parent = readSampleAccount("parent");
  await account.signIn(parent.email, parent.password);
  await page.goto("/family");
  const href = await page.locator('a[href^="/family/children/"]').first().getAttribute("href");
  const child = href?.split("/").at(-1);

  // Of the teachers of all instruments it is one with whom the child is enrolled: no instrument needs to be named.
  const { data } = await listTimeslots(page.request, { limit: "100" });
  const statuses = new Map<string, number>();
  for (const { teacher_id, starts_at } of data) {
    if (statuses.has(teacher_id)) continue;
    const asked = { teacher_id, student_id: child, scheduled_at: starts_at, duration_minutes: 30 };
    const answer = await page.request.post("/api/v1/lessons/check-conflicts", { data: asked });
    statuses.set(teacher_id, answer.status());
  }
  expect([...statuses.values()]).toContain(200);
  expect([...statuses.values()]).toContain(422);
  const [teacher] = [...statuses].find(([, status]) => status === 200) ?? [];
  const proposal = {
    teacher_id: teacher,
    student_id: child,
    scheduled_at: data[0]?.starts_at,
    duration_minutes: 30,
    instrument: "piano",
  };

  const other = await openBrowser();
  await new AccountPages(other).open(newPerson("Ingrid Stranger"));
  const refused = await other.request.post("/api/v1/lessons/check-conflicts", { data: proposal });
  expect(refused.status()).toBe(422);
  expect(await refusedFields(refused)).toEqual(["student_id"]);

  const student = readSampleAccount("student");
  const own = await openBrowser();
  await new AccountPages(own).signIn(student.email, student.password);
  expect((await own.request.post("/api/v1/lessons/check-conflicts", { data: {} })).status()).toBe(403);
});
