"use client";

import { SeriesFields } from "@/components/scheduling/series-fields";
import { SeriesSteps } from "@/components/scheduling/series-steps";
import { WeeklyTimeField, type WeeklyTimeGroup } from "@/components/scheduling/weekly-time-field";
import { ButtonLink } from "@/components/ui/button-link";
import { SelectField, type SelectOption } from "@/components/ui/select-field";
import { familyMoveAction } from "@/lib/scheduling/series-actions";

type FamilyMoveFormProps = {
  typed: Readonly<Record<string, string>>;
  scopes: readonly SelectOption[];
  times: readonly WeeklyTimeGroup[];
  teacherName: string;
};

/** Moves a family's weekly lessons to another day or time of their teacher. */
export function FamilyMoveForm({ typed, scopes, times, teacherName }: FamilyMoveFormProps) {
  return (
    <SeriesSteps
      action={familyMoveAction}
      typed={typed}
      refused="The lessons were not moved"
      confirm="Move the lessons"
      pending="Moving…"
      effects={[
        "Each lesson stays in its week: none is added, none is lost, and the price stays the same.",
        "You get an email with the new dates.",
      ]}
      done="The lessons have moved"
      next={<ButtonLink href="/family/lessons">See the lessons</ButtonLink>}
      fields={(state) => (
        <SeriesFields>
          <input type="hidden" name="lessonId" value={state.typed.lessonId} />
          <SelectField name="scope" label="Which lessons" options={scopes} value={state.typed.scope ?? ""} />
          <WeeklyTimeField
            name="time"
            label={`Open times of ${teacherName}`}
            groups={times}
            value={state.typed.time ?? ""}
          />
        </SeriesFields>
      )}
    />
  );
}
