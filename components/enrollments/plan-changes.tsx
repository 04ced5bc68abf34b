import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";
import { Notice } from "@/components/ui/notice";
import type { PlanOfFamily } from "@/lib/enrollment/change-queries";
import type { TakenLesson } from "@/lib/enrollment/changes";
import { countOf, formatCalendarDay } from "@/lib/format";
import { formatMoney, usd } from "@/lib/money";
import { addDays } from "@/lib/scheduling/week";
import {
  type ChangePortal,
  KeepForm,
  PauseForm,
  ResumeForm,
  TransferForm,
  WithdrawForm,
} from "./change-form";
import { takenDates } from "./taken-dates";

type PlanChangesProps = {
  plan: PlanOfFamily;
  /** Freed lessons whose times are gone. */
  taken: readonly TakenLesson[];
  portal: ChangePortal;
  /** Who else teaches the instrument. */
  teachers: readonly { readonly id: string; readonly name: string }[];
  timeZone: string;
};

/** What can be changed about a running plan now: pausing, going on, leaving, staying. */
export function PlanChanges({ plan, taken, portal, teachers, timeZone }: PlanChangesProps) {
  const shared = { enrollmentId: plan.id, portal };
  const earliest = addDays(plan.noticeGivenOn ?? plan.today, plan.noticeDays);
  const dates = takenDates(taken, timeZone);

  if (plan.status !== "active" && plan.status !== "paused") return null;
  if (plan.kind !== "plan") return null;
  if (plan.endsOn) {
    return (
      <>
        <Card
          title="Notice has been given"
          description={`The last day is ${formatCalendarDay(plan.endsOn)}. ${plan.giveBackCents ? `${formatMoney(usd(plan.giveBackCents))} go back to the card after it.` : "Lessons and tuition go on until then."}`}
        >
          <Fold title="Take the notice back" id="stay">
            <p>The lessons after the last day are booked again, at their times where they are still free.</p>
            <KeepForm {...shared} taken={dates} />
          </Fold>
        </Card>
        {portal === "admin" && plan.endsOn > plan.today && (
          <Card title="Shorten the notice">
            <WithdrawForm
              {...shared}
              earliest={addDays(plan.endsOn, -1)}
              today={plan.today}
              verb="Shorten the notice"
            />
          </Card>
        )}
      </>
    );
  }
  const leave = (
    <Card
      title="Leave"
      description={`Notice is given ${countOf(plan.noticeDays, "day")} ahead. Until the last day everything goes on; you see what it comes to first.`}
    >
      <WithdrawForm {...shared} earliest={earliest} today={plan.today} />
    </Card>
  );
  if (plan.status === "paused" && plan.pauseReason !== "wished") {
    return (
      <>
        <Notice tone="bad" title="The lessons are paused until the account is settled">
          They go on as soon as what is open has been paid.
        </Notice>
        {leave}
      </>
    );
  }
  if (plan.pausedUntil) {
    const isRunning = plan.status === "paused";
    return (
      <>
        <Card
          title={isRunning ? "The lessons pause" : "A pause is planned"}
          description={`${plan.pausedFrom ? `From ${formatCalendarDay(plan.pausedFrom)} to` : "Until"} ${formatCalendarDay(plan.pausedUntil)}. Then they go on by themselves; the place is kept.`}
        >
          {(!isRunning || plan.pausedUntil > plan.today) && (
            <Fold title={isRunning ? "Go on sooner" : "Call the pause off"} id="resume">
              <p>
                {isRunning
                  ? "The lessons go on from tomorrow, at their times where they are still free, and the next charge comes as many days sooner."
                  : "The lessons are booked again, at their times where they are still free, and nothing is moved."}
              </p>
              <ResumeForm
                {...shared}
                taken={dates}
                verb={isRunning ? "Go on from tomorrow" : "Call the pause off"}
              />
            </Fold>
          )}
        </Card>
        {leave}
      </>
    );
  }
  const first = addDays(plan.today, portal === "admin" ? 0 : plan.pauseNoticeDays);
  return (
    <>
      <Card
        title="Pause"
        description={`For ${plan.pauseMinWeeks} to ${plan.pauseMaxWeeks} weeks. The place is kept, and nothing is charged for the pause.`}
      >
        <PauseForm
          {...shared}
          first={first}
          last={addDays(first, 7 * Math.max(plan.pauseMinWeeks, 3) - 1)}
          hint={`Lessons in these days are cancelled without make-up credits.${portal === "family" ? ` Please ask ${countOf(plan.pauseNoticeDays, "day")} ahead.` : ""}`}
        />
      </Card>
      {teachers.length > 0 && plan.lessonsAhead > 0 && (
        <Card
          title="Another teacher"
          description={`The coming lessons go from ${plan.teacher.name} to somebody else, at their usual time where it is free. Every week is shown first.`}
        >
          <TransferForm
            {...shared}
            teachers={teachers.map(({ id, name }) => ({ value: id, label: name }))}
            first={addDays(plan.today, portal === "admin" ? 0 : 7)}
            timeZone={timeZone}
          />
        </Card>
      )}
      {leave}
    </>
  );
}

function Fold({ title, id, children }: { title: string; id: string; children: ReactNode }) {
  return (
    <section aria-label={title} id={`${id}-part`}>
      {children}
    </section>
  );
}
