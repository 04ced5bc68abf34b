import { sql } from "kysely";
import Stripe from "stripe";
import { clock } from "@/lib/clock";
import { type Db, service, withPrincipal } from "@/lib/db/principal";
import { AppError } from "@/lib/errors";
import { stripe } from "@/lib/stripe/client";
import { readChargedCard } from "./cards";
import { type NextMove, nextMove, type Overdue } from "./collection-rules";
import { recordInvoice } from "./renewals";

const academy = service("billing");

type Collection = Overdue & { readonly familyId: string; readonly stripeInvoiceId: string | null };

async function readCollection(db: Db, invoiceId: string): Promise<Collection> {
  const { rows } = await sql<Omit<Collection, "attempts">>`
    select i.status, i.family_id as "familyId", i.stripe_invoice_id as "stripeInvoiceId",
           private.unpaid_pause_at(i.id) as "pausesAt", a.retry_hours as "retryHours", a.retry_limit as "retryLimit",
           exists (select from invoice_lines l join enrollments e on e.id = l.enrollment_id
                    where l.invoice_id = i.id and e.status = 'active' and e.kind = 'plan') as "hasLessons",
           exists (select from invoice_lines l join unpaid_pauses p on p.enrollment_id = l.enrollment_id
                    where l.invoice_id = i.id and p.resumed_at is null) as "isPaused"
      from invoices i cross join academy_settings a where i.id = ${invoiceId}`.execute(db);
  const [row] = rows;
  if (!row) throw new AppError("not_found", { userMessage: "This invoice does not exist." });
  const attempts = await db
    .selectFrom("payment_attempts")
    .select(["attempted_at as at", "decline_code as declineCode"])
    .where("invoice_id", "=", invoiceId)
    .orderBy("attempted_at")
    .orderBy("recorded_at")
    .execute();
  return { ...row, attempts };
}

const read = (invoiceId: string) => withPrincipal(academy, (db) => readCollection(db, invoiceId));

const STOPPED = {
  settled: "No longer open",
  paused: "Lessons are paused; a payment brings them back",
  nothing_left: "Nothing is left to be done by itself: no retry, and no lessons to pause",
} as const;

/**
 * The next move for an overdue invoice, as plain data for a workflow; `at` is an instant in ISO form, null when there is
 * nothing left to do.
 */
export async function planCollection(
  invoiceId: string,
): Promise<{ kind: NextMove["kind"]; at: string | null; words: string }> {
  const collection = await read(invoiceId);
  if (!collection.stripeInvoiceId) return { kind: "stop", at: null, words: "Not at Stripe" };
  const move = nextMove(collection);
  if (move.kind === "stop") {
    return { kind: "stop", at: null, words: STOPPED[move.because] };
  }
  return {
    kind: move.kind,
    at: move.at.toISOString(),
    words:
      move.kind === "retry"
        ? `Charge again, ${move.turn} of ${move.of}`
        : "Pause the lessons if still unpaid",
  };
}

/** Stripe's own retries end for an invoice that we collect: two who charge would charge twice as often. */
export async function stopStripeRetries(invoiceId: string): Promise<string> {
  const { stripeInvoiceId } = await read(invoiceId);
  if (!stripeInvoiceId) return "Not at Stripe";
  const invoice = await stripe().invoices.retrieve(stripeInvoiceId);
  if (invoice.status !== "open") return "No longer open";
  if (invoice.auto_advance !== false)
    await stripe().invoices.update(stripeInvoiceId, { auto_advance: false });
  return "Stripe leaves the retries to us";
}

/**
 * Does the next move for an overdue invoice if its time has come: charges it again, or pauses its lessons. Looks first,
 * so that what was done, paid or replaced meanwhile is not done again. Gives what happened, in words.
 */
export async function moveCollection(invoiceId: string): Promise<string> {
  const move = nextMove(await read(invoiceId));
  if (move.kind === "stop" || move.at > clock.now()) return "Nothing is due yet";
  return move.kind === "retry" ? chargeInvoice(invoiceId) : pauseUnpaid(invoiceId);
}

/**
 * Charges an overdue invoice now, with the card that the family entered last, else with the one on file, and records
 * what became of it. A decline is an outcome, not an error. The key holds the attempts so far and the card: a step that
 * runs twice charges once.
 */
export async function chargeInvoice(invoiceId: string): Promise<string> {
  const { collection, method } = await withPrincipal(academy, async (db) => {
    const collection = await readCollection(db, invoiceId);
    return { collection, method: await readChargedCard(db, collection.familyId) };
  });
  const { stripeInvoiceId } = collection;
  if (!stripeInvoiceId) return "Not at Stripe";
  if (collection.status !== "open") return "No longer open";
  const attempt = `pay:${invoiceId}:${collection.attempts.length}`;
  const isGone = method !== null && !(await pay(stripeInvoiceId, method, attempt));
  // A card that was taken away at Stripe: the one on file there counts.
  const hadNoCard = (method === null || isGone) && !(await pay(stripeInvoiceId, null, attempt));
  const outcome = await recordInvoice(stripeInvoiceId);
  if (outcome === "paid") return "Paid";
  if (hadNoCard) await noteMissingCard(invoiceId, collection);
  const after = await read(invoiceId);
  if (after.status === "open" && after.attempts.length === collection.attempts.length)
    throw new AppError("unavailable", {
      message: `invoice ${stripeInvoiceId} was neither charged nor declined`,
      userMessage: "Stripe neither charged the card nor declined it.",
    });
  return `Declined again: ${outcome}`;
}

/** Without a card there is no charge at Stripe that tells of the attempt. */
async function noteMissingCard(invoiceId: string, { stripeInvoiceId, attempts }: Collection): Promise<void> {
  await withPrincipal(academy, (db) =>
    sql`insert into payment_attempts (invoice_id, family_id, currency, amount_cents, decline_code, cause, attempted_at)
        select i.id, i.family_id, i.currency, i.total_cents - i.paid_cents - i.credited_cents, 'no_card',
               ${`${stripeInvoiceId}:no-card:${attempts.length}`}, private.now()
          from invoices i where i.id = ${invoiceId} and i.status = 'open'
        on conflict (cause) do nothing`.execute(db),
  );
}

/** Has Stripe charge an invoice. A decline is an answer; false when there is no such card, or none at all. */
async function pay(stripeInvoiceId: string, method: string | null, attempt: string): Promise<boolean> {
  try {
    await stripe().invoices.pay(
      stripeInvoiceId,
      { off_session: true, ...(method ? { payment_method: method } : {}) },
      { idempotencyKey: `${attempt}:${method ?? "on-file"}` },
    );
  } catch (error) {
    if (error instanceof Stripe.errors.StripeCardError) return true;
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
    if (error.code === "resource_missing") return false;
    // Paid, or given up, in the same moment: what is read back says so.
    if (error.code !== "invoice_already_paid" && error.code !== "invoice_not_editable") throw error;
  }
  return true;
}

/** Pauses what an overdue invoice pays for; the families' lessons to come are freed by the database. */
export async function pauseUnpaid(invoiceId: string): Promise<string> {
  const rows = await withPrincipal(academy, async (db) => {
    const paused = await sql<{ freed: number }>`
      select lessons_freed as freed from private.pause_unpaid(${invoiceId})`.execute(db);
    return paused.rows;
  });
  if (rows.length === 0) return "Nothing to pause";
  return `Paused; ${rows.reduce((sum, { freed }) => sum + freed, 0)} lessons freed`;
}

/** Ends the pauses of an invoice that is settled, and books again what is still free. */
export async function resumePaid(invoiceId: string): Promise<string> {
  const rows = await withPrincipal(academy, async (db) => {
    const resumed = await sql<{ booked: number; lost: number }>`
      select lessons_booked as booked, lessons_lost as lost from private.resume_paid(${invoiceId})`.execute(
      db,
    );
    return resumed.rows;
  });
  if (rows.length === 0) return "Nothing was paused";
  const [booked, lost] = rows.reduce(([b, l], row) => [b + row.booked, l + row.lost], [0, 0]);
  return `${booked} lessons booked again, ${lost} taken meanwhile`;
}

/** The open invoices of a card's family that a charge failed for, oldest first. */
export async function listOverdue(cardId: string): Promise<string[]> {
  return withPrincipal(academy, async (db) => {
    const { rows } = await sql<{ id: string }>`
      select i.id from invoices i join family_cards c on c.family_id = i.family_id
       where c.id = ${cardId} and i.status = 'open' and i.stripe_invoice_id is not null
         and exists (select from payment_attempts a where a.invoice_id = i.id)
       order by i.due_on, i.number`.execute(db);
    return rows.map(({ id }) => id);
  });
}

async function subscriptionsOfPause(pauseId: string): Promise<{ ids: string[]; isPaused: boolean }> {
  return withPrincipal(academy, async (db) => {
    const { rows } = await sql<{ id: string; isPaused: boolean }>`
      select s.stripe_subscription_id as id,
             exists (select from unpaid_pauses o where o.enrollment_id = p.enrollment_id and o.resumed_at is null) as "isPaused"
        from unpaid_pauses p join subscriptions s on s.enrollment_id = p.enrollment_id
       where p.id = ${pauseId} and s.status not in ('canceled', 'incomplete_expired')`.execute(db);
    return { ids: rows.map(({ id }) => id), isPaused: rows.some(({ isPaused }) => isPaused) };
  });
}

/**
 * While lessons pause no further tuition is asked for, and once they are back it is: makes Stripe's subscription agree
 * with what the enrollment is now, whichever of both events came first.
 */
export async function alignTuition(pauseId: string): Promise<string> {
  const { ids, isPaused } = await subscriptionsOfPause(pauseId);
  for (const id of ids)
    await stripe().subscriptions.update(id, { pause_collection: isPaused ? { behavior: "void" } : "" });
  if (ids.length === 0) return "There is no tuition that renews itself";
  return isPaused ? "No further tuition while lessons pause" : "Tuition goes on";
}
