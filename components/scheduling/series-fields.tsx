"use client";

import { Textarea } from "@mantine/core";
import type { ReactNode } from "react";
import field from "@/components/ui/field.module.css";
import { SelectField } from "@/components/ui/select-field";
import type { SeriesFormState } from "@/lib/scheduling/series-actions";
import { clockWords, gridTimes, WEEKDAYS } from "@/lib/scheduling/series-rules";
import styles from "./series-steps.module.css";

type FieldProps = { state: SeriesFormState };

/** Fields beside one another where there is room. */
export function SeriesFields({ children }: { children: ReactNode }) {
  return <div className={styles.fields}>{children}</div>;
}

type Named = { readonly id: string; readonly name: string };

/** Who teaches, on which day of the week, and when it begins. */
export function TimeFields({ state, teachers }: FieldProps & { teachers: readonly Named[] }) {
  const { typed } = state;
  const times = gridTimes();
  const start = typed.start ?? "";
  return (
    <>
      <SelectField
        name="teacherId"
        label="Teacher"
        options={teachers.map(({ id, name }) => ({ value: id, label: name }))}
        value={typed.teacherId ?? ""}
      />
      <SelectField
        name="weekday"
        label="Day of the week"
        options={WEEKDAYS.map((label, day) => ({ value: String(day), label }))}
        value={typed.weekday ?? "0"}
      />
      <SelectField
        name="start"
        label="Begins at"
        options={[...(start && !times.includes(start) ? [start, ...times] : times)].map((time) => ({
          value: time,
          label: clockWords(time),
        }))}
        value={start}
      />
    </>
  );
}

type DayFieldProps = FieldProps & { name: string; label: string; hint?: string };

/** A day of the calendar. */
export function DayField({ state, name, label, hint }: DayFieldProps) {
  const error = state.refused?.fieldErrors?.[name]?.[0];
  const described = [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(" ");
  return (
    <div className={field.field}>
      <label className={field.label} htmlFor={name}>
        {label}
      </label>
      {hint && (
        <p id={`${name}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      <input
        id={name}
        name={name}
        type="date"
        className={`${field.control} ${styles.day}`}
        required
        defaultValue={state.typed[name] ?? ""}
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
      />
      {error && (
        <p id={`${name}-error`} className={styles.error}>
          {error}
        </p>
      )}
    </div>
  );
}

/** Why the academy does it. */
export function ReasonField({ state }: FieldProps) {
  return (
    <div className={styles.wide}>
      <Textarea
        id="reason"
        name="reason"
        label="Reason"
        description="For the audit trail; the family does not see it."
        autosize
        minRows={2}
        maxLength={300}
        required
        withAsterisk={false}
        defaultValue={state.typed.reason ?? ""}
        error={state.refused?.fieldErrors?.reason?.[0]}
      />
    </div>
  );
}
