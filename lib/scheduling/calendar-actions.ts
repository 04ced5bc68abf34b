"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { loadAcademy } from "@/lib/academy/loaders";
import { withPrincipal } from "@/lib/db/principal";
import { rehearse } from "@/lib/db/rehearsal";
import { type ActionResult, authAction } from "@/lib/http/action";
import { type CalendarMoveOutcome, calendarMoveForm, moveOnCalendar } from "./calendar-move";
import { type CheckedPlace, checkPlace, placeForm } from "./place-check";

const check = authAction(
  {
    name: "calendar.check",
    roles: ["admin", "parent"],
    schema: placeForm.extend({ withAlternatives: z.boolean().default(false) }),
  },
  async ({ input, principal }) => {
    const { timeZone } = await loadAcademy();
    return withPrincipal(principal, (db) =>
      checkPlace(db, input, {
        timeZone,
        byStaff: principal.role === "admin",
        withAlternatives: input.withAlternatives,
      }),
    );
  },
);

const preview = authAction(
  { name: "calendar.preview-move", roles: ["admin", "parent"], schema: calendarMoveForm },
  async ({ input, principal }) => {
    const { timeZone } = await loadAcademy();
    return rehearse(principal, (db) => moveOnCalendar(db, input, timeZone));
  },
);

const move = authAction(
  { name: "calendar.move", roles: ["admin", "parent"], schema: calendarMoveForm },
  async ({ input, principal }) => {
    const { timeZone } = await loadAcademy();
    return withPrincipal(principal, (db) => moveOnCalendar(db, input, timeZone));
  },
);

/** Whether a lesson could go to a place: fields of `placeForm`, and `withAlternatives`. Changes nothing. */
export async function checkPlaceAction(input: unknown): Promise<ActionResult<CheckedPlace>> {
  return check(input);
}

/** What a move would come to; changes nothing. Who saw an old calendar gets the present one. */
export async function previewMoveAction(input: unknown): Promise<ActionResult<CalendarMoveOutcome>> {
  const result = await preview(input);
  if (!result.ok && result.error.code === "conflict") refresh();
  return result;
}

/** Moves a lesson; the calendar on the page is a new one afterwards, also where the move was refused as too late. */
export async function moveAction(input: unknown): Promise<ActionResult<CalendarMoveOutcome>> {
  const result = await move(input);
  if (result.ok || result.error.code === "conflict" || result.error.code === "slot_taken") refresh();
  return result;
}
