"use client";

import { useActionState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { type Choice, ChoiceField, prefixed } from "@/components/ui/form-field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { countOf, formatDay, formatLongDay, formatTime, formatTimeRange, formatZone } from "@/lib/format";
import { type SignUpOutcome, type SignUpState, signUpAction } from "@/lib/scheduling/class-actions";
import styles from "../classes.module.css";

export type ClassOption = Choice & {
  name: string;
  /** What becomes of its price. */
  bill: string;
};

type SignUpFormProps = {
  classes: readonly ClassOption[];
  students: readonly Choice[];
  chosen: { classId: string; studentId: string };
  timeZone: string;
  /** Minutes for which a free seat is offered to a family that waits. */
  offerMinutes: number;
};

/** Signs a child up for a class, or for the waitlist of a full one. Shows what it comes to before it is done. */
export function SignUpForm({ classes, students, chosen, timeZone, offerMinutes }: SignUpFormProps) {
  const untouched: SignUpState = { stage: "choosing", outcome: null, refused: null, typed: chosen };
  const [state, action] = useActionState(signUpAction, untouched);
  const { typed, outcome } = state;
  const of = classes.find(({ value }) => value === typed.classId);
  const student = students.find(({ value }) => value === typed.studentId)?.label ?? "Your child";
  const name = of?.name ?? "the class";

  if (state.stage === "outcome" && outcome) {
    return (
      <form action={action} className={styles.form}>
        <input type="hidden" name="classId" value={typed.classId} />
        <input type="hidden" name="studentId" value={typed.studentId} />
        <Outcome
          outcome={outcome}
          student={student}
          name={name}
          bill={of?.bill ?? ""}
          timeZone={timeZone}
          offerMinutes={offerMinutes}
        />
        <div className={styles.buttons}>
          {outcome.kind !== "clashes" && (
            <SubmitButton name="intent" value={outcome.kind} pending="One moment…">
              {outcome.kind === "seat" ? "Take the seat" : "Join the waitlist"}
            </SubmitButton>
          )}
          <SubmitButton name="intent" value="back" variant="secondary">
            Change it
          </SubmitButton>
        </div>
      </form>
    );
  }

  return (
    <form action={action} className={styles.form} noValidate>
      {state.stage === "done" && outcome?.kind === "seat" && (
        <Notice tone="good" role="status" title={`${student} has a seat in ${name}`}>
          {countOf(outcome.lessons, "lesson")}, the first on {formatLongDay(outcome.firstAt, timeZone)}.
        </Notice>
      )}
      {state.stage === "done" && outcome?.kind === "waitlist" && (
        <Notice tone="good" role="status" title={`${student} is on the waitlist of ${name}`}>
          Number {outcome.place}. We write to you as soon as it is your turn.
        </Notice>
      )}
      <ErrorSummary
        title="That is not possible"
        message={state.refused?.message}
        fieldErrors={prefixed("sign-up-", state.refused?.fieldErrors)}
      />
      <div className={styles.pair}>
        <ChoiceField
          name="classId"
          id="sign-up-classId"
          label="Class"
          options={classes}
          value={typed.classId}
          errors={state.refused?.fieldErrors?.classId}
        />
        <ChoiceField
          name="studentId"
          id="sign-up-studentId"
          label="Who comes"
          options={students}
          value={typed.studentId}
          errors={state.refused?.fieldErrors?.studentId}
        />
      </div>
      <div>
        <SubmitButton name="intent" value="preview" variant="tinted" pending="Checking…">
          Show what happens
        </SubmitButton>
      </div>
    </form>
  );
}

type OutcomeProps = {
  outcome: SignUpOutcome;
  student: string;
  name: string;
  bill: string;
  timeZone: string;
  offerMinutes: number;
};

function Outcome({ outcome, student, name, bill, timeZone, offerMinutes }: OutcomeProps) {
  const moment = (at: Date) =>
    `${formatLongDay(at, timeZone)}, ${formatTime(at, timeZone)} ${formatZone(at, timeZone)}`;
  switch (outcome.kind) {
    case "seat":
      return (
        <Notice role="status" title="This is what happens">
          <ul className={styles.outcome}>
            <li>
              {student} gets a seat in <strong>{name}</strong> and in{" "}
              {outcome.lessons === 1 ? "its lesson" : `all ${outcome.lessons} lessons that are to come`}.
            </li>
            <li>
              {outcome.lessons === 1
                ? moment(outcome.firstAt)
                : `First on ${moment(outcome.firstAt)}, last on ${formatLongDay(outcome.lastAt, timeZone)}.`}
            </li>
            <li>{bill}</li>
            <li>You can give the seat back on this page; the lessons to come are then free for others.</li>
          </ul>
        </Notice>
      );
    case "waitlist":
      return (
        <Notice role="status" title={`${name} is full: this is what happens`}>
          <ul className={styles.outcome}>
            <li>
              {student} is put on the waitlist, at place <strong>{outcome.place}</strong>.
            </li>
            <li>
              When it is your turn, we offer you the seat by email and keep it for{" "}
              {countOf(offerMinutes, "minute")}.
            </li>
            <li>Nothing is booked and nothing is charged by this. You can leave the waitlist at any time.</li>
          </ul>
        </Notice>
      );
    case "clashes":
      return (
        <Notice tone="bad" role="status" title={`${student} has something else then`}>
          <p>
            A seat counts for every lesson of {name}. Move or cancel what is at these times, or choose another
            class:
          </p>
          <ul className={styles.outcome}>
            {outcome.at.map(({ startsAt, endsAt }) => (
              <li key={startsAt.toISOString()}>
                {formatDay(startsAt, timeZone)}, {formatTimeRange(startsAt, endsAt, timeZone)}
              </li>
            ))}
          </ul>
        </Notice>
      );
  }
}
