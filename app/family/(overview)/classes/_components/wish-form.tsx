"use client";

import { useActionState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { type Choice, ChoiceField, prefixed, SeveralField } from "@/components/ui/form-field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { countOf } from "@/lib/format";
import { joinWaitlistAction, type WishState } from "@/lib/scheduling/waitlist-actions";
import { clockWords, weekSpanWords } from "@/lib/scheduling/waitlist-rules";
import styles from "../classes.module.css";

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat"].map((label, day) => ({ value: String(day), label }));
/** Every half hour in which lessons are given, from 8:00 am to 10:00 pm. */
const HOURS = Array.from({ length: 29 }, (_, nth) => 480 + nth * 30).map((minute) => ({
  value: String(minute),
  label: clockWords(minute),
}));

type WishFormProps = {
  students: readonly Choice[];
  instruments: readonly Choice[];
  teachers: readonly Choice[];
  chosen: { studentId: string; instrumentId: string; minutes: string; teacherId: string };
  offerMinutes: number;
};

/** Joins the waitlist for private lessons: what, how long, with whom, and when. Shows the place before it is done. */
export function WishForm({ students, instruments, teachers, chosen, offerMinutes }: WishFormProps) {
  const untouched: WishState = {
    stage: "choosing",
    joined: null,
    refused: null,
    typed: { ...chosen, days: "0,1,2,3,4", from: "900", until: "1140" },
  };
  const [state, action] = useActionState(joinWaitlistAction, untouched);
  const { typed, joined } = state;
  const word = (options: readonly Choice[], name: string) =>
    options.find(({ value }) => value === typed[name])?.label ?? "";
  const days = typed.days.split(",").filter(Boolean);
  const errors = state.refused?.fieldErrors;

  if (state.stage === "outcome" && joined) {
    return (
      <form action={action} className={styles.form}>
        {["studentId", "instrumentId", "minutes", "teacherId", "from", "until"].map((name) => (
          <input key={name} type="hidden" name={name} value={typed[name] ?? ""} />
        ))}
        {days.map((day) => (
          <input key={day} type="hidden" name="days" value={day} />
        ))}
        <Notice role="status" title="This is what happens">
          <ul className={styles.outcome}>
            <li>
              {word(students, "studentId")} is put on the waitlist for{" "}
              <strong>
                {word(instruments, "instrumentId").toLowerCase()}, {typed.minutes} minutes
              </strong>
              , at place <strong>{joined.place}</strong>
              {typed.teacherId ? `, with ${word(teachers, "teacherId")}` : ", with any teacher"}.
            </li>
            <li>
              Times that suit:{" "}
              {weekSpanWords(
                days.map((day) => ({
                  from: Number(day) * 1440 + Number(typed.from),
                  until: Number(day) * 1440 + Number(typed.until),
                })),
              )}
              .
            </li>
            <li>
              When such a time becomes free and it is your turn, we offer it by email and hold it for{" "}
              {countOf(offerMinutes, "minute")}.
            </li>
            <li>Nothing is booked and nothing is charged by this. You can leave the waitlist at any time.</li>
          </ul>
        </Notice>
        <div className={styles.buttons}>
          <SubmitButton name="intent" value="confirm" pending="Joining…">
            Join the waitlist
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
      {state.stage === "done" && joined && (
        <Notice tone="good" role="status" title="You are on the waitlist">
          Number {joined.place}. We write to you as soon as it is your turn.
        </Notice>
      )}
      <ErrorSummary
        title="That is not possible"
        message={state.refused?.message}
        fieldErrors={prefixed("wish-", errors)}
      />
      <div className={styles.pair}>
        <ChoiceField
          name="studentId"
          id="wish-studentId"
          label="Who would like to learn"
          options={students}
          value={typed.studentId ?? ""}
          errors={errors?.studentId}
        />
        <ChoiceField
          name="instrumentId"
          id="wish-instrumentId"
          label="Instrument"
          options={instruments}
          value={typed.instrumentId ?? ""}
          errors={errors?.instrumentId}
        />
        <ChoiceField
          name="minutes"
          id="wish-minutes"
          label="Length"
          options={["30", "45", "60"].map((value) => ({ value, label: `${value} minutes` }))}
          value={typed.minutes ?? "30"}
          hint="Up to age 6 lessons last 30 minutes."
          errors={errors?.minutes}
        />
        <ChoiceField
          name="teacherId"
          id="wish-teacherId"
          label="Teacher"
          options={[{ value: "", label: "Any teacher" }, ...teachers]}
          value={typed.teacherId ?? ""}
          errors={errors?.teacherId}
        />
      </div>
      <SeveralField
        name="days"
        id="wish-days"
        label="Days that suit"
        options={DAYS}
        chosen={days}
        errors={errors?.days}
      />
      <div className={styles.pair}>
        <ChoiceField
          name="from"
          id="wish-from"
          label="From"
          options={HOURS}
          value={typed.from ?? "900"}
          errors={errors?.from}
        />
        <ChoiceField
          name="until"
          id="wish-until"
          label="Until"
          options={HOURS}
          value={typed.until ?? "1140"}
          errors={errors?.until}
        />
      </div>
      <div>
        <SubmitButton name="intent" value="preview" variant="tinted" pending="Checking…">
          Show my place
        </SubmitButton>
      </div>
    </form>
  );
}
