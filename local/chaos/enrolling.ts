import { sql as query } from "kysely";
import { openCheckout } from "@/lib/billing/checkout";
import { service, withPrincipal } from "@/lib/db/principal";
import { getDraft, saveDraft } from "@/lib/enrollment/drafts";
import type { StudentForm } from "@/lib/enrollment/schema";
import { AppError } from "@/lib/errors";
import { listOpenTimes, listOpenWeeklyTimes } from "@/lib/scheduling/queries";
import { payCheckout } from "../stripe/complete-checkout";
import { type Family, openAccount } from "./families";
import { Undone, type Visit } from "./flow";
import { persist, waitFor } from "./persist";
import type { World } from "./world";

export const cards = {
  good: "4242424242424242",
  declined: "4000000000000002",
  /** Can be saved, and is declined whenever it is charged. */
  failsLater: "4000000000000341",
} as const;

const AGE = 9;
export type Start = { readonly teacherId: string; readonly startsAt: Date };
/** A time that is held, with the draft that goes on from it. */
export type Held = Start & { readonly draftId: string };
/** A submitted enrollment with its open payment page. */
export type Submitted = { readonly enrollmentId: string; readonly checkoutUrl: string };

export async function findInstrument({ sql }: World, slug: string): Promise<string> {
  const [row] = await persist(() => sql<{ id: string }[]>`select id from instruments where slug = ${slug}`);
  if (!row) throw new Error(`nobody teaches ${slug}`);
  return row.id;
}

/** An open time by chance, for weekly lessons one to begin them; of another instrument where this one has none left. */
export async function chooseTime(
  { world, flow, random }: Visit,
  start: "trial" | "plan" = "trial",
): Promise<Start & { instrument: string }> {
  const list = start === "plan" ? listOpenWeeklyTimes : listOpenTimes;
  for (const instrument of [flow.instrument, "piano", "guitar", "violin"]) {
    const instrumentId = await findInstrument(world, instrument);
    const open = await persist(() =>
      withPrincipal(service("chaos"), (db) => list(db, { instrumentId, minutes: 30, age: AGE })),
    );
    if (open.length > 0) return { ...random.pick(open), instrument };
  }
  throw new Error("the sample academy has no open time left");
}

/** Asks the public door to hold a time. Null when somebody else has it. */
export async function tryToHold(
  { world, flow }: Visit,
  instrument: string,
  time: Start,
): Promise<Held | null> {
  return persist(async () => {
    const answer = await fetch(`${world.stack.urls.web}/api/v1/public/holds`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        // Each flow asks from a place of its own.
        "x-forwarded-for": `10.${flow.n >> 8}.${flow.n & 255}.${1 + (flow.seed % 250)}`,
      },
      body: JSON.stringify({
        teacher_id: time.teacherId,
        instrument,
        starts_at: time.startsAt.toISOString(),
        duration: 30,
        age: AGE,
      }),
      signal: AbortSignal.timeout(10_000),
    });
    if (answer.status === 409) return null;
    if (answer.status !== 201) throw new Error(`holds answered ${answer.status}: ${await answer.text()}`);
    const { data } = (await answer.json()) as { data: { id: string } };
    return { ...time, draftId: data.id };
  });
}

/** Chooses until a time is held. */
export async function holdSomeTime(
  visit: Visit,
  start: "trial" | "plan" = "trial",
): Promise<Held & { instrument: string }> {
  for (let attempt = 0; attempt < 12; attempt++) {
    const { instrument, ...time } = await chooseTime(visit, start);
    const held = await tryToHold(visit, instrument, time);
    if (held) return { ...held, instrument };
  }
  throw new Error("twelve times in a row somebody else was quicker");
}

/** Submits the enrollment of a held time. Sent twice, it is the same enrollment. */
export async function submit(
  { world, flow, record }: Visit,
  family: Family,
  held: Pick<Held, "draftId">,
  choice: { readonly instrument: string; readonly start: "trial" | "plan" },
): Promise<string> {
  const { child, principal } = family;
  const student: StudentForm = {
    instrument: choice.instrument,
    ...child,
    email: "",
    level: "beginner",
    minutes: 30,
    start: choice.start,
    days: [],
    timeOfDay: "any",
    teacherGender: "any",
    style: "",
    wishes: "",
  };
  const draft = await persist(() => getDraft(held.draftId));
  if (!draft) throw new Error(`the draft ${held.draftId} is not there`);
  await persist(() => saveDraft(held.draftId, { ...draft.data, student }));
  const id = await persist(() =>
    withPrincipal(principal, async (db) => {
      const { rows } = await query<{ id: string }>`
        select private.submit_enrollment(${held.draftId}, ${choice.start}, ${flow.cadence}, ${world.policies}) as id`.execute(
        db,
      );
      return rows[0]?.id;
    }),
  );
  if (!id) throw new Error("the enrollment was not stored");
  record.mayEnd(id, "active");
  return id;
}

/** The payment page of an enrollment. @throws Undone when there is none any more. */
export async function openPage(world: World, enrollmentId: string): Promise<string> {
  const page = await persist(() => openCheckout(enrollmentId));
  if (!page) throw new Undone(await endOf(world, enrollmentId));
  return page.url;
}

/** From the first look at the times to the open payment page. */
export async function enroll(
  visit: Visit,
  family: Family,
  start: "trial" | "plan",
): Promise<Submitted & Held> {
  for (let attempt = 1; ; attempt++) {
    const held = await holdSomeTime(visit, start);
    try {
      const enrollmentId = await submit(visit, family, held, { instrument: held.instrument, start });
      return { ...held, enrollmentId, checkoutUrl: await openPage(visit.world, enrollmentId) };
    } catch (error) {
      // Since it was chosen, another family has begun weekly lessons at this time of the week.
      if (!(error instanceof AppError) || error.code !== "slot_taken" || attempt === 12) throw error;
    }
  }
}

/** Pays at Stripe's page, or tries to. Whoever sends the form again after a failure pays once. */
export async function pay(
  checkoutUrl: string,
  number: string = cards.good,
): Promise<"paid" | "declined" | "expired"> {
  const { outcome } = await persist(() => payCheckout(checkoutUrl, { number }));
  if (outcome === "requires_3ds") throw new Error("this card asks for 3-D Secure");
  return outcome;
}

async function endOf({ sql }: World, enrollmentId: string): Promise<string> {
  const [row] = await persist(
    () => sql<{ status: string; failure: string | null }[]>`
      select status, failure_message as failure from enrollments where id = ${enrollmentId}`,
  );
  return `${row?.status ?? "gone"}: ${row?.failure ?? ""}`;
}

/** Waits until an enrollment is active. @throws Undone when it ends otherwise. */
export async function untilActive(world: World, enrollmentId: string): Promise<void> {
  const status = await waitFor(`enrollment ${enrollmentId} becomes active`, async () => {
    const [row] = await world.sql<{ status: string }[]>`
      select status from enrollments where id = ${enrollmentId} and status <> 'provisional'`;
    return row?.status ?? null;
  });
  if (status !== "active") throw new Undone(await endOf(world, enrollmentId));
}

/** An active enrollment of a new family. */
export async function enrollAndPay(visit: Visit, name: string, start: "trial" | "plan") {
  const family = await openAccount(visit.world, name);
  const enrolled = await enroll(visit, family, start);
  const outcome = await pay(enrolled.checkoutUrl);
  if (outcome !== "paid") throw new Undone(`the payment page said ${outcome}`);
  await untilActive(visit.world, enrolled.enrollmentId);
  return { family, ...enrolled };
}
