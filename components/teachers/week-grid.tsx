"use client";

import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import {
  type Block,
  blockWords,
  type Change,
  changeBlock,
  clockWords,
  drawBlock,
  type WeekFrame,
  weekdayNames,
} from "@/lib/teachers/availability-rules";
import styles from "./week-grid.module.css";

/** Hours in the editor; the id stays while they are moved. */
export type KeyedBlock = Block & { readonly id: number };

type WeekGridProps = {
  blocks: readonly KeyedBlock[];
  frame: WeekFrame;
  onAdd: (block: Block) => void;
  onChange: (id: number, block: Block) => void;
  onRemove: (id: number) => void;
  /** Says something to people who do not see the grid. */
  onSay: (words: string) => void;
  /** Id of the element that explains the keys. */
  hintId: string;
};

type Drag =
  | {
      readonly kind: "change";
      readonly id: number;
      readonly edge: Change["edge"];
      readonly x: number;
      readonly y: number;
    }
  | { readonly kind: "draw"; readonly weekday: number; readonly from: number };

/** Which change a key asks for; null for other keys. Shift turns moving into resizing: the end up and down, the start sideways. */
function changeOfKey(key: string, isShifted: boolean, grid: number): Change | null {
  switch (key) {
    case "ArrowUp":
      return { edge: isShifted ? "end" : "body", days: 0, minutes: -grid };
    case "ArrowDown":
      return { edge: isShifted ? "end" : "body", days: 0, minutes: grid };
    case "ArrowLeft":
      return isShifted ? { edge: "start", days: 0, minutes: -grid } : { edge: "body", days: -1, minutes: 0 };
    case "ArrowRight":
      return isShifted ? { edge: "start", days: 0, minutes: grid } : { edge: "body", days: 1, minutes: 0 };
    default:
      return null;
  }
}

/** A week of hours as a grid: drawn, moved and resized by pointer and by keyboard. */
export function WeekGrid({ blocks, frame, onAdd, onChange, onRemove, onSay, hintId }: WeekGridProps) {
  const area = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag | null>(null);
  const [draft, setDraft] = useState<{ readonly id: number | null; readonly block: Block } | null>(null);
  const length = frame.closes - frame.opens;
  const hours = Array.from({ length: length / 60 }, (_, nth) => frame.opens + nth * 60);
  const others = (id: number | null) => blocks.filter((block) => block.id !== id);

  /** Weekday and minutes under the pointer. */
  const placeOf = (event: PointerEvent) => {
    const box = area.current?.getBoundingClientRect();
    if (!box) return null;
    const minutes = frame.opens + ((event.clientY - box.top) / box.height) * length;
    return {
      weekday: Math.min(6, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * 7))),
      minutes: Math.min(Math.max(minutes, frame.opens), frame.closes - 1),
      dayWidth: box.width / 7,
      minuteHeight: box.height / length,
    };
  };

  const grab = (event: PointerEvent<HTMLElement>, next: Drag) => {
    if (event.button !== 0) return;
    event.stopPropagation();
    area.current?.setPointerCapture(event.pointerId);
    drag.current = next;
  };

  const follow = (event: PointerEvent) => {
    const held = drag.current;
    const place = held && placeOf(event);
    if (!held || !place) return;
    if (held.kind === "draw") {
      const drawn = drawBlock(held.weekday, [held.from, place.minutes], blocks, frame);
      if (drawn) setDraft({ id: null, block: drawn });
      return;
    }
    const original = blocks.find((block) => block.id === held.id);
    if (!original) return;
    const change = {
      edge: held.edge,
      days: held.edge === "body" ? Math.round((event.clientX - held.x) / place.dayWidth) : 0,
      minutes: (event.clientY - held.y) / place.minuteHeight,
    };
    const isHome = change.days === 0 && Math.round(change.minutes / frame.grid) === 0;
    const changed = isHome ? original : changeBlock(original, change, others(held.id), frame);
    // Where other hours are in the way it stays at the last free place.
    if (changed) setDraft({ id: held.id, block: changed });
  };

  const drop = (event: PointerEvent) => {
    const held = drag.current;
    drag.current = null;
    setDraft(null);
    if (!held || event.type === "pointercancel") return;
    if (draft?.id !== undefined && draft.id !== null) onChange(draft.id, draft.block);
    else if (draft) onAdd(draft.block);
    else if (held.kind === "draw") {
      // A press alone adds an hour.
      const pressed = drawBlock(
        held.weekday,
        [held.from, held.from + 59 - (held.from % frame.grid)],
        blocks,
        frame,
      );
      if (pressed) onAdd(pressed);
      else onSay("There is no free hour here.");
    }
  };

  const press = (event: KeyboardEvent, block: KeyedBlock) => {
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      onRemove(block.id);
      return;
    }
    const change = changeOfKey(event.key, event.shiftKey, frame.grid);
    if (!change || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const changed = changeBlock(block, change, others(block.id), frame);
    if (changed) onChange(block.id, changed);
    else onSay("Not possible: other hours, or the edge of the week, are in the way.");
  };

  return (
    <fieldset className={styles.grid} aria-label="Hours of the week, as a grid">
      <div className={styles.days} aria-hidden="true">
        {weekdayNames.map((day) => (
          <span key={day}>{day.slice(0, 3)}</span>
        ))}
      </div>
      <div className={styles.body} style={{ "--minutes": length } as React.CSSProperties}>
        <div className={styles.hours} aria-hidden="true">
          {hours.map((at) => (
            <span key={at} style={{ top: `${((at - frame.opens) / length) * 100}%` }}>
              {clockWords(at).replace(":00", "")}
            </span>
          ))}
        </div>
        <div
          className={styles.area}
          ref={area}
          style={{ "--hours": hours.length } as React.CSSProperties}
          data-testid="week-area"
          onPointerDown={(event) => {
            const place = placeOf(event);
            if (place) grab(event, { kind: "draw", weekday: place.weekday, from: place.minutes });
          }}
          onPointerMove={follow}
          onPointerUp={drop}
          onPointerCancel={drop}
        >
          {[...blocks]
            .sort((a, b) => a.weekday - b.weekday || a.starts - b.starts)
            .map((block) => {
              const shown = draft?.id === block.id ? draft.block : block;
              const { x: left, ...place } = boxOf(shown, frame);
              const hold = (edge: Change["edge"]) => (event: PointerEvent<HTMLElement>) => {
                event.currentTarget.closest("button")?.focus();
                grab(event, { kind: "change", id: block.id, edge, x: event.clientX, y: event.clientY });
              };
              return (
                <button
                  key={block.id}
                  id={`hours-${block.id}`}
                  type="button"
                  className={styles.block}
                  data-held={draft?.id === block.id || undefined}
                  style={{ left, ...place }}
                  aria-label={blockWords(shown)}
                  aria-describedby={hintId}
                  onKeyDown={(event) => press(event, block)}
                  onPointerDown={hold("body")}
                >
                  <span className={styles.edge} data-edge="start" onPointerDown={hold("start")} />
                  <SpanLines block={shown} />
                  <span className={styles.edge} data-edge="end" onPointerDown={hold("end")} />
                </button>
              );
            })}
          {draft?.id === null && <Ghost block={draft.block} frame={frame} />}
        </div>
      </div>
    </fieldset>
  );
}

function boxOf(block: Block, frame: WeekFrame) {
  const length = frame.closes - frame.opens;
  return {
    x: `${(block.weekday / 7) * 100}%`,
    top: `${((block.starts - frame.opens) / length) * 100}%`,
    height: `${((block.ends - block.starts) / length) * 100}%`,
  };
}

function Ghost({ block, frame }: { block: Block; frame: WeekFrame }) {
  const { x, top, height } = boxOf(block, frame);
  return (
    <div className={styles.ghost} style={{ left: x, top, height }} aria-hidden="true">
      <SpanLines block={block} />
    </div>
  );
}

/** The time on two lines, neither of which breaks. */
function SpanLines({ block }: { block: Block }) {
  return (
    <span className={styles.words}>
      <span>{clockWords(block.starts)}</span> <span>to {clockWords(block.ends)}</span>
    </span>
  );
}
