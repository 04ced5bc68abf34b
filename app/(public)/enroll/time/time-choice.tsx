"use client";

import { useActionState } from "react";
import { Section } from "@/components/ui/card";
import { ErrorSummary } from "@/components/ui/error-summary";
import { Initials } from "@/components/ui/initials";
import { SelectField } from "@/components/ui/select-field";
import { SubmitButton } from "@/components/ui/submit-button";
import { chooseTimeAction, type EnrollState } from "@/lib/enrollment/actions";
import { Alternatives } from "../_components/alternatives";
import styles from "../_components/enroll.module.css";

type Time = { teacherId: string; teacherName: string; startsAt: string; label: string };
export type DayOfTimes = { date: string; label: string; times: Time[] };

/** Ranked suggestions with their reasons, and below them every open time by day. */
export function TimeChoice({
  suggestions,
  teachers,
  chosenTeacher,
  days,
}: {
  suggestions: readonly (Time & { reasons: readonly string[] })[];
  teachers: readonly { value: string; label: string }[];
  chosenTeacher: string;
  days: readonly DayOfTimes[];
}) {
  const [state, choose] = useActionState<EnrollState, FormData>(chooseTimeAction, {});
  return (
    <>
      <ErrorSummary
        title="Please choose another time"
        message={state.message}
        fieldErrors={state.fieldErrors}
      />
      <Alternatives times={state.alternatives ?? []} action={choose} />
      {suggestions.length > 0 && (
        <Section title="Our suggestions" description="Ranked by your wishes.">
          <ol className={styles.suggestions}>
            {suggestions.map((suggestion, place) => (
              <li key={`${suggestion.teacherId} ${suggestion.startsAt}`} className={styles.suggestion}>
                <Initials name={suggestion.teacherName} size={48} />
                <div>
                  {place === 0 && <span className={styles.best}>Best match</span>}
                  <p className={styles.when}>{suggestion.label}</p>
                  <p>with {suggestion.teacherName}</p>
                  <ul className={styles.reasons}>
                    {suggestion.reasons.map((reason) => (
                      <li key={reason}>{reason}</li>
                    ))}
                  </ul>
                </div>
                <form action={choose}>
                  <input type="hidden" name="teacherId" value={suggestion.teacherId} />
                  <input type="hidden" name="startsAt" value={suggestion.startsAt} />
                  <input type="hidden" name="reason" value={suggestion.reasons.join(". ").slice(0, 300)} />
                  <SubmitButton variant={place === 0 ? "primary" : "tinted"} pending="Holding…">
                    Hold this time
                  </SubmitButton>
                </form>
              </li>
            ))}
          </ol>
        </Section>
      )}
      <Section title="All open times" description="The next three weeks of days with open times.">
        <form className={styles.actions} method="get">
          <SelectField
            name="teacher"
            label="Teacher"
            options={[{ value: "", label: "Any teacher" }, ...teachers]}
            value={chosenTeacher}
          />
          <SubmitButton variant="secondary">Show</SubmitButton>
        </form>
        {days.length === 0 && <p>This teacher has no open time in the coming weeks.</p>}
        {days.map((day) => (
          <section key={day.date} className={styles.day} aria-label={day.label}>
            <h3>{day.label}</h3>
            <ul className={styles.times}>
              {day.times.map((time) => (
                <li key={`${time.teacherId} ${time.startsAt}`}>
                  <form action={choose}>
                    <input type="hidden" name="teacherId" value={time.teacherId} />
                    <input type="hidden" name="startsAt" value={time.startsAt} />
                    <button type="submit" className={styles.time}>
                      <strong>{time.label}</strong>
                      <span>{time.teacherName}</span>
                    </button>
                  </form>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </Section>
    </>
  );
}
