"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { clock } from "@/lib/clock";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";

const TEN_YEARS_MS = 10 * 366 * 24 * 3_600_000;

const movement = z.union([
  z.object({ advanceMs: z.coerce.number().int().min(0).max(TEN_YEARS_MS) }),
  z.object({ offsetMs: z.coerce.number().int().min(0).max(TEN_YEARS_MS) }),
]);

/**
 * Moves the embedded academy's clock: `advanceMs` from where it is, or to `offsetMs` ahead of the real time.
 * Refuses everywhere else: a hosted academy has the real time.
 */
export async function moveClock(form: FormData): Promise<void> {
  const { EMBEDDED, CONTROL_URL } = env();
  if (!EMBEDDED || !CONTROL_URL) {
    throw new AppError("forbidden", { userMessage: "Only the embedded sample academy has a movable clock." });
  }
  const wanted = movement.parse(Object.fromEntries(form));
  const offsetMs = "offsetMs" in wanted ? wanted.offsetMs : clock.offsetMs() + wanted.advanceMs;
  const answer = await fetch(new URL("/clock", CONTROL_URL), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ offsetMs }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) {
    throw new AppError("unavailable", {
      message: `control endpoint answered ${answer.status} to a clock movement`,
      userMessage: "The clock could not be moved. Please try again.",
    });
  }
  refresh();
}
