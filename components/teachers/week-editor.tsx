"use client";

import { useActionState, useEffect, useId, useRef, useState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { countOf, formatCalendarDate, formatDuration } from "@/lib/format";
import { replaceWeekAction, type WeekFormState } from "@/lib/teachers/availability-actions";
import {
  type Block,
  blockWords,
  frameAround,
  timeText,
  weekMinutes,
} from "@/lib/teachers/availability-rules";
import { HoursRows } from "./hours-rows";
import { WeekChanges } from "./week-changes";
import styles from "./week-editor.module.css";
import { type KeyedBlock, WeekGrid } from "./week-grid";

type WeekEditorProps = {
  teacherId: string;
  /** As in "your" or "Elena's". */
  whose: string;
  /** The hours to begin with. */
  hours: readonly Block[];
  /** Days, `YYYY-MM-DD`: proposed as the first one, and the earliest possible. */
  from: string;
  today: string;
  /** The academy's grid in minutes. */
  grid: number;
  /** What a person calls the academy's zone: "New York". */
  zone: string;
};

const untouched: WeekFormState = { stage: "choosing", outcome: null, refused: null };

/** Changes a week of hours from a day on: drawn, moved and resized, or chosen from lists; what it comes to is shown first. */
export function WeekEditor({ teacherId, whose, hours, from, today, grid, zone }: WeekEditorProps) {
  const [state, action] = useActionState(replaceWeekAction, untouched);
  const [blocks, setBlocks] = useState<readonly KeyedBlock[]>(() =>
    hours.map((block, id) => ({ ...block, id })),
  );
  const [days, setDays] = useState({ from, until: "" });
  const [said, setSaid] = useState("");
  const nextId = useRef(hours.length);
  /** The element that takes the focus after the next change: a node that React moves loses it. */
  const [focus, setFocus] = useState<{ readonly id: string } | null>(null);
  const hintId = useId();
  const frame = frameAround(blocks, grid);

  useEffect(() => {
    if (focus) document.getElementById(focus.id)?.focus();
  }, [focus]);

  const add = (block: Block, place: "hours" | "from") => {
    const id = nextId.current++;
    setBlocks((before) => [...before, { ...block, id }]);
    setSaid(`Added: ${blockWords(block)}.`);
    setFocus({ id: `${place}-${id}` });
  };
  const change = (id: number, block: Block) => {
    setBlocks((before) => before.map((one) => (one.id === id ? { ...block, id } : one)));
    setSaid(`Now ${blockWords(block)}.`);
  };
  const remove = (id: number) => {
    const gone = blocks.find((block) => block.id === id);
    if (!gone) return;
    setBlocks((before) => before.filter((block) => block.id !== id));
    setSaid(`Removed: ${blockWords(gone)}.`);
    setFocus({ id: `add-${gone.weekday}` });
  };
  const editing = { blocks, frame, onRemove: remove, onSay: setSaid };

  const fields = (
    <>
      <input type="hidden" name="teacherId" value={teacherId} />
      <input
        type="hidden"
        name="hours"
        value={JSON.stringify(
          blocks.map(({ weekday, starts, ends }) => ({
            weekday,
            starts: timeText(starts),
            ends: timeText(ends),
          })),
        )}
      />
    </>
  );

  if (state.stage === "done" && state.outcome) {
    return (
      <form action={action} className={styles.form}>
        <Notice
          tone="good"
          role="status"
          title={`The hours hold from ${formatCalendarDate(state.outcome.from)}`}
        >
          The open times follow at once.
          {state.outcome.uncovered.length > 0 && " The lessons outside the hours stay booked."}
        </Notice>
        <div>
          <SubmitButton name="intent" value="back" variant="secondary">
            Change them again
          </SubmitButton>
        </div>
      </form>
    );
  }

  if (state.stage === "outcome" && state.outcome) {
    return (
      <form action={action} className={styles.form}>
        {fields}
        <input type="hidden" name="from" value={days.from} />
        <input type="hidden" name="until" value={days.until} />
        <WeekChanges outcome={state.outcome} />
        <div className={styles.buttons}>
          <SubmitButton name="intent" value="confirm" pending="Changing…">
            Change the hours
          </SubmitButton>
          <SubmitButton name="intent" value="back" variant="secondary">
            Go on editing
          </SubmitButton>
        </div>
      </form>
    );
  }

  return (
    <form action={action} className={styles.form} noValidate>
      <ErrorSummary
        title="The hours were not changed"
        message={state.refused?.message}
        fieldErrors={state.refused?.fieldErrors}
      />
      {fields}
      <div className={styles.dates}>
        <div className={styles.field}>
          <label htmlFor="from">Valid from</label>
          <input
            id="from"
            name="from"
            type="date"
            min={today}
            value={days.from}
            required
            aria-invalid={state.refused?.fieldErrors?.from ? true : undefined}
            onChange={(event) => setDays({ ...days, from: event.target.value })}
          />
        </div>
        <div className={styles.field}>
          <label htmlFor="until">Last day</label>
          <input
            id="until"
            name="until"
            type="date"
            min={days.from || today}
            value={days.until}
            aria-describedby={`${hintId}-until`}
            aria-invalid={state.refused?.fieldErrors?.until ? true : undefined}
            onChange={(event) => setDays({ ...days, until: event.target.value })}
          />
          <p className={styles.hint} id={`${hintId}-until`}>
            Leave it empty for good. With one, the hours before hold again after it.
          </p>
        </div>
      </div>
      <p className={styles.hint}>
        {countOf(blocks.length, "block")}, {formatDuration(weekMinutes(blocks))} a week. All times are {zone}{" "}
        time.
      </p>
      <div className={styles.wide}>
        <p className={styles.hint} id={hintId}>
          Drag on a day to add hours; drag a block to move it, its edges to resize it. With the keyboard: Tab
          to a block, arrow keys move it, Shift with up or down changes its end, Shift with left or right its
          start, Delete removes it.
        </p>
        <WeekGrid
          {...editing}
          onAdd={(block) => add(block, "hours")}
          onChange={(id, block) => {
            change(id, block);
            setFocus({ id: `hours-${id}` });
          }}
          hintId={hintId}
        />
      </div>
      <section className={styles.list} aria-label={`${whose} hours, day by day`}>
        <h2 className={styles.heading} id="hours">
          Day by day
        </h2>
        <HoursRows {...editing} onAdd={(block) => add(block, "from")} onChange={change} />
      </section>
      <p role="status" className={styles.said}>
        {said}
      </p>
      <div className={styles.buttons}>
        <SubmitButton name="intent" value="preview" variant="primary" pending="Checking…">
          Show what changes
        </SubmitButton>
        <button
          type="button"
          className={styles.reset}
          onClick={() => {
            setBlocks(hours.map((block, id) => ({ ...block, id })));
            nextId.current = hours.length;
            setSaid("The hours are as they were.");
          }}
        >
          Start over
        </button>
      </div>
    </form>
  );
}
