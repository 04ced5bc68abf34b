"use client";

import { type ReactNode, useActionState } from "react";
import styles from "@/components/lessons/lesson-change.module.css";
import { ErrorSummary } from "@/components/ui/error-summary";
import { AreaField, InputField } from "@/components/ui/form-field";
import { Notice } from "@/components/ui/notice";
import { SelectField, type SelectOption } from "@/components/ui/select-field";
import { SubmitButton } from "@/components/ui/submit-button";
import {
  type ChangeState,
  keepAction,
  pauseAction,
  resumeAction,
  transferAction,
  withdrawAction,
} from "@/lib/enrollment/change-actions";

import { weeklyWords } from "@/lib/scheduling/series-rules";
import { type TakenDate, takenDates } from "./taken-dates";

export type ChangePortal = "family" | "admin";

type Shared = { enrollmentId: string; portal: ChangePortal };

type StepsProps = Shared & {
  /** Names the form where a page has several. */
  id: string;
  action: (before: ChangeState, form: FormData) => Promise<ChangeState>;
  defaults: Readonly<Record<string, string>>;
  fields: (typed: Readonly<Record<string, string>>, errors: FieldErrors, state: ChangeState) => ReactNode;
  /** Title of a refusal: `No notice was given`. */
  refused: string;
  verb: string;
  pending: string;
  back: string;
};
type FieldErrors = Readonly<Record<string, readonly string[] | undefined>>;

/** One change of a plan: choose, see what happens, confirm. */
function ChangeSteps(props: StepsProps) {
  const { id, enrollmentId, portal, action: change, defaults } = props;
  const [state, action] = useActionState(change, {
    stage: "choosing",
    lines: [],
    refused: null,
    typed: defaults,
  });
  const typed = { ...defaults, ...state.typed };
  const errors: FieldErrors = state.refused?.fieldErrors ?? {};
  const own = (
    <>
      <input type="hidden" name="enrollmentId" value={enrollmentId} />
      <input type="hidden" name="portal" value={portal} />
    </>
  );

  if (state.stage === "outcome") {
    const chosen = Object.entries(state.typed).filter(
      ([name]) => !["enrollmentId", "portal", "intent"].includes(name),
    );
    return (
      <form action={action} className={styles.form} id={id}>
        {own}
        {chosen.map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <Notice tone="waiting" role="status" title="This is what happens">
          <ul className={styles.lines}>
            {state.lines.map((line) => (
              <li key={line}>{line}</li>
            ))}
            <li>The family and the teacher get an email.</li>
            {typed.reason?.trim() && <li>Reason: “{typed.reason.trim()}”</li>}
          </ul>
        </Notice>
        <div className={styles.buttons}>
          <SubmitButton name="intent" value="confirm" pending={props.pending}>
            {props.verb}
          </SubmitButton>
          <SubmitButton name="intent" value="back" variant="secondary">
            {props.back}
          </SubmitButton>
        </div>
      </form>
    );
  }

  return (
    <form action={action} className={styles.form} id={id} noValidate>
      <ErrorSummary
        title={props.refused}
        message={state.refused?.message}
        fieldErrors={state.refused?.fieldErrors}
      />
      {own}
      {props.fields(typed, errors, state)}
      <ReasonField id={id} portal={portal} value={typed.reason ?? ""} errors={errors.reason} />
      <div>
        <SubmitButton name="intent" value="preview" variant="tinted" pending="Checking…">
          Show what happens
        </SubmitButton>
      </div>
    </form>
  );
}

type ReasonFieldProps = {
  id: string;
  portal: ChangePortal;
  value: string;
  errors: readonly string[] | undefined;
};

/** The academy says why; a family only when it leaves, and only if it likes. */
function ReasonField({ id, portal, value, errors }: ReasonFieldProps) {
  if (portal === "family" && id !== "leave") return null;
  return (
    <AreaField
      id={`${id}-reason`}
      name="reason"
      label={portal === "admin" ? "Reason" : "Why (optional)"}
      hint={portal === "admin" ? "For the audit trail." : "It helps us to do better."}
      errors={errors}
      rows={2}
      maxLength={500}
      required={portal === "admin"}
      defaultValue={value}
      key={value}
    />
  );
}

type DayFieldProps = {
  id: string;
  name: string;
  label: string;
  hint?: string | undefined;
  value: string;
  min?: string;
  max?: string;
  errors: readonly string[] | undefined;
};

function DayField({ value, ...field }: DayFieldProps) {
  return <InputField {...field} type="date" required defaultValue={value} key={value} />;
}

/** Gives notice. `earliest`: the first last day that the rules allow; the academy may go below it. */
export function WithdrawForm({
  enrollmentId,
  portal,
  earliest,
  today,
  verb = "Give notice",
}: Shared & { earliest: string; today: string; verb?: string }) {
  return (
    <ChangeSteps
      id="leave"
      enrollmentId={enrollmentId}
      portal={portal}
      action={withdrawAction}
      defaults={{ lastDay: earliest }}
      refused="No notice was given"
      verb={verb}
      pending="Giving notice…"
      back="Stay for now"
      fields={(typed, errors) => (
        <DayField
          id="leave-last-day"
          name="lastDay"
          label="Last day"
          hint={
            portal === "admin"
              ? "The academy may shorten the notice, with a reason."
              : "The first possible day is filled in; later is always possible."
          }
          value={typed.lastDay ?? earliest}
          min={portal === "admin" ? today : earliest}
          errors={errors.lastDay}
        />
      )}
    />
  );
}

/** Plans a pause. */
export function PauseForm({
  enrollmentId,
  portal,
  first,
  last,
  hint,
}: Shared & { first: string; last: string; hint: string }) {
  return (
    <ChangeSteps
      id="pause"
      enrollmentId={enrollmentId}
      portal={portal}
      action={pauseAction}
      defaults={{ firstDay: first, lastDay: last }}
      refused="No pause was planned"
      verb="Pause the lessons"
      pending="Pausing…"
      back="Change it"
      fields={(typed, errors) => (
        <>
          <div className={styles.pair}>
            <DayField
              id="pause-first-day"
              name="firstDay"
              label="First day"
              value={typed.firstDay ?? first}
              min={first}
              errors={errors.firstDay}
            />
            <DayField
              id="pause-last-day"
              name="lastDay"
              label="Last day"
              value={typed.lastDay ?? last}
              min={first}
              errors={errors.lastDay}
            />
          </div>
          <p className={styles.note}>{hint}</p>
        </>
      )}
    />
  );
}

function TakenFields({
  taken,
  typed,
}: {
  taken: readonly TakenDate[];
  typed: Readonly<Record<string, string>>;
}) {
  if (taken.length === 0) return null;
  return (
    <>
      <p className={styles.note}>
        {taken.length === 1 ? "One time is" : `${taken.length} times are`} not free any more. Choose what you
        want instead.
      </p>
      {taken.map((date) => (
        <SelectField
          key={date.lessonId}
          name={`answer:${date.lessonId}`}
          label={date.label}
          options={date.options}
          value={typed[`answer:${date.lessonId}`] ?? date.options[0]?.value ?? ""}
        />
      ))}
    </>
  );
}

/** Takes notice back. */
export function KeepForm({ enrollmentId, portal, taken }: Shared & { taken: readonly TakenDate[] }) {
  return (
    <ChangeSteps
      id="stay"
      enrollmentId={enrollmentId}
      portal={portal}
      action={keepAction}
      defaults={{}}
      refused="The notice was not taken back"
      verb="Take the notice back"
      pending="Booking the lessons…"
      back="Leave it as it is"
      fields={(typed) => <TakenFields taken={taken} typed={typed} />}
    />
  );
}

/** Goes on sooner, or calls a pause off. */
export function ResumeForm({
  enrollmentId,
  portal,
  taken,
  verb,
}: Shared & { taken: readonly TakenDate[]; verb: string }) {
  return (
    <ChangeSteps
      id="resume"
      enrollmentId={enrollmentId}
      portal={portal}
      action={resumeAction}
      defaults={{}}
      refused="Nothing was changed"
      verb={verb}
      pending="Booking the lessons…"
      back="Leave it as it is"
      fields={(typed) => <TakenFields taken={taken} typed={typed} />}
    />
  );
}

/** Gives the lessons to another teacher from a day on. */
export function TransferForm({
  enrollmentId,
  portal,
  teachers,
  first,
  timeZone,
}: Shared & { teachers: readonly SelectOption[]; first: string; timeZone: string }) {
  return (
    <ChangeSteps
      id="teacher"
      enrollmentId={enrollmentId}
      portal={portal}
      action={transferAction}
      defaults={{ teacherId: teachers[0]?.value ?? "", firstDay: first }}
      refused="The teacher was not changed"
      verb="Change the teacher"
      pending="Changing…"
      back="Change it"
      fields={(typed, errors, { taken = [], weekly = [] }) => (
        <>
          <SelectField
            name="teacherId"
            label="New teacher"
            options={teachers}
            value={typed.teacherId ?? ""}
          />
          <DayField
            id="teacher-first-day"
            name="firstDay"
            label="From"
            value={typed.firstDay ?? first}
            min={first}
            errors={errors.firstDay}
          />
          {weekly.length > 0 && (
            <>
              <p className={styles.note}>
                The usual time is not free in most weeks. These are open, the nearest to it first.
              </p>
              <SelectField
                name="weekly"
                label="Time of the week"
                options={weekly.map((time) => ({
                  value: `${time.weekday} ${time.starts}`,
                  label: weeklyWords(time),
                }))}
                value={typed.weekly ?? ""}
              />
            </>
          )}
          <TakenFields taken={takenDates(taken, timeZone)} typed={typed} />
        </>
      )}
    />
  );
}
