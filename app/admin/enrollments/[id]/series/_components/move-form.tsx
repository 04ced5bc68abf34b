"use client";

import type { ReactNode } from "react";
import { DayField, ReasonField, SeriesFields, TimeFields } from "@/components/scheduling/series-fields";
import { SeriesSteps } from "@/components/scheduling/series-steps";
import { staffMoveAction } from "@/lib/scheduling/series-actions";

type MoveFormProps = {
  teachers: readonly { readonly id: string; readonly name: string }[];
  /** Where to go when it is done. */
  toEnrollment: ReactNode;
  typed: Readonly<Record<string, string>>;
};

/** Moves the coming lessons of a series from a day on. */
export function MoveForm({ teachers, typed, toEnrollment }: MoveFormProps) {
  return (
    <SeriesSteps
      action={staffMoveAction}
      typed={typed}
      refused="The lessons were not moved"
      confirm="Move the lessons"
      pending="Moving…"
      effects={[
        "No lesson is added or lost; cancelled ones stay cancelled.",
        "The family gets an email with the new dates.",
      ]}
      done="The lessons have moved"
      next={toEnrollment}
      fields={(state) => (
        <SeriesFields>
          <input type="hidden" name="lessonId" value={state.typed.lessonId} />
          <input type="hidden" name="scope" value="all" />
          <TimeFields state={state} teachers={teachers} />
          <DayField state={state} name="fromDay" label="From" hint="Earlier lessons keep their time." />
          <ReasonField state={state} />
        </SeriesFields>
      )}
    />
  );
}
