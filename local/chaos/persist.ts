import { setTimeout as pause } from "node:timers/promises";
import Stripe from "stripe";
import { AppError, type ErrorCode } from "@/lib/errors";

/** Answers that another try does not change. */
const FINAL: readonly ErrorCode[] = [
  "invalid",
  "not_found",
  "forbidden",
  "conflict",
  "expired",
  "malformed",
  "slot_taken",
];

const PATIENCE_MS = 90_000;

/** How often a person had to try again so far. */
export const patience = { triedAgain: 0 };

function isFinal(error: unknown): boolean {
  if (error instanceof AppError) return FINAL.includes(error.code);
  // A body of another shape, a wrong parameter: a mistake of ours.
  if (error instanceof Stripe.errors.StripeInvalidRequestError) return true;
  return error instanceof SyntaxError || error instanceof ReferenceError;
}

/**
 * Does what a person does who meets a service that is away: tries again, for a minute and a half.
 * @throws what a final answer or the last try threw.
 */
export async function persist<T>(act: () => Promise<T>): Promise<T> {
  const until = Date.now() + PATIENCE_MS;
  for (let waitMs = 200; ; waitMs = Math.min(waitMs * 1.5, 2_000)) {
    try {
      return await act();
    } catch (error) {
      if (isFinal(error) || Date.now() > until) throw error;
      patience.triedAgain += 1;
      await pause(waitMs);
    }
  }
}

/**
 * Looks whether something is done, and does it if not, until it is: an answer that got lost leaves nobody knowing, and who
 * asks for the same thing twice has to be told that it is done.
 */
export async function persistUntil<T>(
  look: () => Promise<T | null>,
  act: () => Promise<unknown>,
): Promise<T> {
  const done = await persist(look);
  if (done !== null) return done;
  return persist(async () => {
    const already = await look();
    if (already !== null) return already;
    try {
      await act();
    } catch (error) {
      const inSpite = await look();
      if (inSpite !== null) return inSpite;
      throw error;
    }
    const now = await look();
    if (now === null) throw new Error("what was done is not there");
    return now;
  });
}

/** Looks until there is something to see. @throws Error with `what` after a minute and a half. */
export async function waitFor<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look().catch(() => null);
    if (seen !== null) return seen;
    if (Date.now() > until) throw new Error(`${what}: not within ${PATIENCE_MS / 1000} s`);
    await pause(150);
  }
}
