"use client";

import type { ReactNode } from "react";
import { DayField, ReasonField, SeriesFields } from "@/components/scheduling/series-fields";
import { SeriesSteps } from "@/components/scheduling/series-steps";
import { endSeriesAction } from "@/lib/scheduling/series-actions";

type EndFormProps = {
  typed: Readonly<Record<string, string>>;
  /** Where to go when it is done. */
  toEnrollment: ReactNode;
};

/** Ends a series with a day. */
export function EndForm({ typed, toEnrollment }: EndFormProps) {
  return (
    <SeriesSteps
      action={endSeriesAction}
      typed={typed}
      refused="The lessons were not ended"
      confirm="End the lessons"
      pending="Ending…"
      effects={["The family gets an email with the dates that are cancelled."]}
      done="The lessons end"
      next={toEnrollment}
      fields={(state) => (
        <SeriesFields>
          <input type="hidden" name="lessonId" value={state.typed.lessonId} />
          <DayField
            state={state}
            name="lastDay"
            label="Last day"
            hint="Lessons after this day are cancelled, without make-up credits."
          />
          <ReasonField state={state} />
        </SeriesFields>
      )}
    />
  );
}
