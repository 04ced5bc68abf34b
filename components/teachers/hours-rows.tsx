"use client";

import { IconPlus, IconTrash } from "@tabler/icons-react";
import {
  type Block,
  clockWords,
  findMistakes,
  firstFree,
  MIDNIGHT,
  spanWords,
  type WeekFrame,
  weekdayNames,
} from "@/lib/teachers/availability-rules";
import styles from "./hours-rows.module.css";
import type { KeyedBlock } from "./week-grid";

type HoursRowsProps = {
  blocks: readonly KeyedBlock[];
  frame: WeekFrame;
  onAdd: (block: Block) => void;
  onChange: (id: number, block: Block) => void;
  onRemove: (id: number) => void;
  onSay: (words: string) => void;
};

/** A week of hours as a list to choose from: the plain way, and the one for small screens. */
export function HoursRows({ blocks, frame, onAdd, onChange, onRemove, onSay }: HoursRowsProps) {
  const sorted = [...blocks].sort((a, b) => a.weekday - b.weekday || a.starts - b.starts);
  const mistakes = findMistakes(sorted);
  return (
    <ul className={styles.days} aria-label="Hours of the week, as a list">
      {weekdayNames.map((day, weekday) => (
        <li key={day} className={styles.day}>
          <h3 className={styles.name}>{day}</h3>
          <div className={styles.rows}>
            {sorted.map((block, place) =>
              block.weekday === weekday ? (
                <HoursRow
                  key={block.id}
                  block={block}
                  grid={frame.grid}
                  mistake={mistakes.get(place)}
                  onChange={(changed) => onChange(block.id, changed)}
                  onRemove={() => onRemove(block.id)}
                />
              ) : null,
            )}
            <button
              type="button"
              className={styles.add}
              id={`add-${weekday}`}
              aria-label={`Add hours on ${day}`}
              onClick={() => {
                const added = firstFree(weekday, blocks, frame);
                if (added) onAdd(added);
                else onSay(`${day} has no free hour.`);
              }}
            >
              <IconPlus aria-hidden="true" size={18} />
              Add hours
            </button>
          </div>
        </li>
      ))}
    </ul>
  );
}

type HoursRowProps = {
  block: KeyedBlock;
  grid: number;
  mistake: string | undefined;
  onChange: (block: Block) => void;
  onRemove: () => void;
};

function HoursRow({ block, grid, mistake, onChange, onRemove }: HoursRowProps) {
  const { id, weekday, starts, ends } = block;
  const day = weekdayNames[weekday] ?? "";
  const times = Array.from({ length: MIDNIGHT / grid + 1 }, (_, nth) => nth * grid);
  const field = (edge: "starts" | "ends") => (
    <select
      id={edge === "starts" ? `from-${id}` : undefined}
      className={styles.time}
      aria-label={edge === "starts" ? `${day}, from` : `${day}, to`}
      aria-invalid={mistake ? true : undefined}
      aria-describedby={mistake ? `mistake-${id}` : undefined}
      value={block[edge]}
      onChange={(event) => onChange({ weekday, starts, ends, [edge]: Number(event.target.value) })}
    >
      {(edge === "starts" ? times.slice(0, -1) : times.slice(1)).map((at) => (
        <option key={at} value={at}>
          {clockWords(at)}
        </option>
      ))}
    </select>
  );
  return (
    <fieldset className={styles.row} aria-label={`${day}, ${spanWords(block)}`}>
      {field("starts")}
      <span aria-hidden="true">to</span>
      {field("ends")}
      <button
        type="button"
        className={styles.remove}
        aria-label={`Remove ${day}, ${spanWords(block)}`}
        onClick={onRemove}
      >
        <IconTrash aria-hidden="true" size={18} />
      </button>
      {mistake && (
        <p className={styles.mistake} id={`mistake-${id}`}>
          {mistake}
        </p>
      )}
    </fieldset>
  );
}
