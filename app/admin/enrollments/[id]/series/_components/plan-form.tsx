"use client";

import type { ReactNode } from "react";
import { DayField, SeriesFields, TimeFields } from "@/components/scheduling/series-fields";
import { SeriesSteps } from "@/components/scheduling/series-steps";
import { SelectField } from "@/components/ui/select-field";
import { planSeriesAction } from "@/lib/scheduling/series-actions";

type PlanFormProps = {
  teachers: readonly { readonly id: string; readonly name: string }[];
  /** Where to go when it is done. */
  toEnrollment: ReactNode;
  typed: Readonly<Record<string, string>>;
};

/** Plans the lessons of an enrollment, all or none. */
export function PlanForm({ teachers, typed, toEnrollment }: PlanFormProps) {
  return (
    <SeriesSteps
      action={planSeriesAction}
      typed={typed}
      refused="The lessons were not planned"
      confirm="Plan these lessons"
      pending="Planning…"
      effects={["The family gets an email with the dates."]}
      done="The lessons are planned"
      next={toEnrollment}
      fields={(state) => (
        <SeriesFields>
          <input type="hidden" name="enrollmentId" value={state.typed.enrollmentId} />
          <TimeFields state={state} teachers={teachers} />
          <SelectField
            name="everyWeeks"
            label="How often"
            options={[
              { value: "1", label: "Every week" },
              { value: "2", label: "Every two weeks" },
            ]}
            value={state.typed.everyWeeks ?? "1"}
          />
          <DayField state={state} name="firstDay" label="First day" />
          <DayField state={state} name="lastDay" label="Last day" />
        </SeriesFields>
      )}
    />
  );
}
