"use client";

import { Checkbox, Textarea, TextInput } from "@mantine/core";
import { useActionState } from "react";
import styles from "@/components/lessons/lesson-change.module.css";
import { ErrorSummary } from "@/components/ui/error-summary";
import { Notice } from "@/components/ui/notice";
import { SelectField } from "@/components/ui/select-field";
import { SubmitButton } from "@/components/ui/submit-button";
import { formatDayTime, formatZone, listOf, zoneCity } from "@/lib/format";
import type { Choice } from "@/lib/scheduling/lesson-change";
import { type StaffMoveState, staffMoveAction } from "@/lib/scheduling/lesson-change-actions";
import { overriddenWord } from "@/lib/scheduling/lesson-change-rules";

type StaffMoveFormProps = {
  lessonId: string;
  /** Where the lesson is now, local. */
  date: string;
  time: string;
  teacherId: string;
  teachers: readonly Choice[];
  rooms: readonly Choice[];
  timeZone: string;
};

const roomy = { input: { minHeight: 44, fontSize: "1rem" } };

/** Moves a lesson to any day, time, teacher and room. Names each conflict, or shows the outcome, before it is done. */
export function StaffMoveForm({
  lessonId,
  date,
  time,
  teacherId,
  teachers,
  rooms,
  timeZone,
}: StaffMoveFormProps) {
  const untouched: StaffMoveState = {
    stage: "choosing",
    preview: null,
    refused: null,
    typed: { date, time, teacherId, roomId: "", reason: "", isException: false },
  };
  const [state, action] = useActionState(staffMoveAction, untouched);
  const { typed, preview } = state;
  const fieldErrors = state.refused?.fieldErrors;
  const moment = (at: Date) => `${formatDayTime(at, timeZone)} ${formatZone(at, timeZone)}`;

  if (state.stage === "outcome" && preview?.ok) {
    const { outcome } = preview;
    return (
      <form action={action} className={styles.form}>
        <input type="hidden" name="lessonId" value={lessonId} />
        <input type="hidden" name="portal" value="admin" />
        <input type="hidden" name="date" value={typed.date} />
        <input type="hidden" name="time" value={typed.time} />
        <input type="hidden" name="teacherId" value={typed.teacherId} />
        <input type="hidden" name="roomId" value={typed.roomId} />
        <input type="hidden" name="reason" value={typed.reason} />
        {typed.isException && <input type="hidden" name="isException" value="on" />}
        <Notice tone="waiting" role="status" title="This is what happens">
          <ul className={styles.lines}>
            <li>
              The lesson is on {moment(outcome.startsAt)} with {outcome.teacherName}
              {outcome.roomName && `, ${outcome.roomName}`}.
            </li>
            {outcome.freeUntil && (
              <li>The family can change it in time until {moment(outcome.freeUntil)}.</li>
            )}
            {outcome.overridden.length > 0 && (
              <li>
                Set aside: {listOf(outcome.overridden.map(overriddenWord))}. The audit trail shows it with the
                reason.
              </li>
            )}
            <li>The family and the teacher get an email with the new time for their calendars.</li>
            {typed.reason.trim() && <li>Reason: “{typed.reason.trim()}”</li>}
          </ul>
        </Notice>
        <div className={styles.buttons}>
          <SubmitButton name="intent" value="confirm" pending="Moving…">
            Move the lesson
          </SubmitButton>
          <SubmitButton name="intent" value="back" variant="secondary">
            Change it
          </SubmitButton>
        </div>
      </form>
    );
  }

  return (
    <form action={action} className={styles.form} noValidate>
      <ErrorSummary
        title="Nothing was moved"
        message={state.refused?.message}
        fieldErrors={fieldErrors && { ...fieldErrors, reason: undefined, moveReason: fieldErrors.reason }}
      />
      {preview && !preview.ok && (
        <Notice tone="bad" role="alert" title={preview.refusal.message}>
          {preview.refusal.conflicts.length > 0 && (
            <ul className={styles.lines}>
              {preview.refusal.conflicts.map((conflict) => (
                <li key={conflict}>{conflict}</li>
              ))}
            </ul>
          )}
          {preview.refusal.alternatives.length > 0 && (
            <p>
              Free instead:{" "}
              {listOf(
                preview.refusal.alternatives.map(
                  ({ startsAt, teacherName }) => `${moment(startsAt)} with ${teacherName}`,
                ),
              )}
              .
            </p>
          )}
        </Notice>
      )}
      <input type="hidden" name="lessonId" value={lessonId} />
      <input type="hidden" name="portal" value="admin" />
      <div className={styles.pair}>
        <TextInput
          id="date"
          name="date"
          type="date"
          label="Day"
          defaultValue={typed.date}
          error={state.refused?.fieldErrors?.date?.[0]}
          styles={roomy}
          key={`date ${typed.date}`}
        />
        <TextInput
          id="time"
          name="time"
          type="time"
          step={900}
          label={`Time, ${zoneCity(timeZone)}`}
          defaultValue={typed.time}
          error={state.refused?.fieldErrors?.time?.[0]}
          styles={roomy}
          key={`time ${typed.time}`}
        />
        <SelectField name="teacherId" label="Teacher" options={teachers} value={typed.teacherId} />
        <SelectField
          name="roomId"
          label="Room"
          options={[{ value: "", label: "The same, else any that fits" }, ...rooms]}
          value={typed.roomId}
        />
      </div>
      <Textarea
        id="moveReason"
        name="reason"
        label="Reason (optional)"
        description="The family reads it in the email."
        autosize
        minRows={2}
        maxLength={300}
        defaultValue={typed.reason}
        error={state.refused?.fieldErrors?.reason?.[0]}
        key={`reason ${typed.reason}`}
      />
      <Checkbox
        name="isException"
        label="Exception: set rules aside"
        description="The term, closures, the teacher's hours and ages; with a reason. The audit trail shows it."
        defaultChecked={typed.isException}
      />
      <div>
        <SubmitButton name="intent" value="preview" variant="tinted" pending="Checking…">
          Show what happens
        </SubmitButton>
      </div>
    </form>
  );
}
