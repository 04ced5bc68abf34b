"use server";

import type { Route } from "next";
import { redirect } from "next/navigation";
import { z } from "zod";
import { getAcademy } from "@/lib/academy/queries";
import { withPrincipal } from "@/lib/db/principal";
import { AppError } from "@/lib/errors";
import { authAction } from "@/lib/http/action";
import { addChild } from "@/lib/scheduling/class-mutations";
import { readDraftId } from "./draft-cookie";
import { getDraft } from "./drafts";
import { getKnownStudent, listInstrumentChoices } from "./queries";
import { wantedMinutes } from "./schema";

/** What the button shows when it did not lead on. */
export type WaitState = { readonly message?: string };

const wait = authAction(
  { name: "enrollment.wait", roles: ["parent"], schema: z.object({}) },
  async ({ principal }): Promise<string> => {
    const student = (await getDraft(await readDraftId()))?.data.student;
    if (!student) {
      throw new AppError("expired", {
        userMessage: "Please begin with the student's details; they were not found any more.",
      });
    }
    return withPrincipal(principal, async (db) => {
      const instrument = (await listInstrumentChoices(db)).find(({ slug }) => slug === student.instrument);
      if (!instrument) throw new AppError("invalid", { userMessage: "Choose an instrument first." });
      const find = () =>
        getKnownStudent(db, { ...student, profileId: principal.userId, instrumentId: instrument.id });
      let known = await find();
      if (!known.studentId) {
        // What was typed for the enrollment is not typed again.
        await addChild(db, student);
        known = await find();
      }
      const query = new URLSearchParams({
        student: known.studentId ?? "",
        instrument: instrument.id,
        minutes: String(wantedMinutes(student, (await getAcademy(db)).trialMinutes)),
      });
      return `/family/classes?${query}#waitlist`;
    });
  },
);

/** From the enrollment, when no time fits, on to the waitlist: the child is known there, and what it wants is filled in. */
export async function waitForTimeAction(_before: WaitState, _form: FormData): Promise<WaitState> {
  const result = await wait({});
  if (!result.ok) return { message: result.error.message };
  redirect(result.data as Route);
}
