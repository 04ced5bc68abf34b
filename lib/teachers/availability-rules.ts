import { listOf } from "@/lib/format";
import { addDays, mondayOf } from "@/lib/scheduling/local-day";

/** Teaching hours on a weekday (0 is Monday), in minutes from local midnight; the end is not included. */
export type Block = { readonly weekday: number; readonly starts: number; readonly ends: number };

/** Hours with the days on which they hold (`YYYY-MM-DD`); `until` is the last one, null where there is none. */
export type DatedBlock = Block & { readonly from: string | null; readonly until: string | null };

/** A week of hours and the days on which it holds, both included; null: from ever, for good. */
export type WeekVersion = {
  readonly from: string | null;
  readonly until: string | null;
  readonly hours: readonly Block[];
};

/** What can be shown and chosen: the academy's day in minutes from midnight, and its grid in minutes. */
export type WeekFrame = { readonly opens: number; readonly closes: number; readonly grid: number };

export const weekdayNames = [
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
  "Sunday",
] as const;

export const MIDNIGHT = 24 * 60;

const inOrder = (a: Block, b: Block): number => a.weekday - b.weekday || a.starts - b.starts;

/** 8 am to 9 pm, and as much more as the hours need, in whole hours. */
export function frameAround(hours: readonly Block[], grid: number): WeekFrame {
  const opens = Math.min(8 * 60, ...hours.map(({ starts }) => Math.floor(starts / 60) * 60));
  const closes = Math.max(21 * 60, ...hours.map(({ ends }) => Math.ceil(ends / 60) * 60));
  return { opens, closes, grid };
}

/** `3:00 pm`, `noon`, `midnight` from minutes. */
export function clockWords(minutes: number): string {
  if (minutes === MIDNIGHT || minutes === 0) return "midnight";
  if (minutes === 12 * 60) return "noon";
  const hour = Math.floor(minutes / 60);
  const rest = String(minutes % 60).padStart(2, "0");
  return `${hour % 12 === 0 ? 12 : hour % 12}:${rest} ${hour < 12 ? "am" : "pm"}`;
}

/** `3:00 pm to 7:00 pm` */
export function spanWords({ starts, ends }: Pick<Block, "starts" | "ends">): string {
  return `${clockWords(starts)} to ${clockWords(ends)}`;
}

/** `Monday, 3:00 pm to 7:00 pm` */
export function blockWords(block: Block): string {
  return `${weekdayNames[block.weekday] ?? "No day"}, ${spanWords(block)}`;
}

/** `15:00`, `24:00`: as the database writes a time of the day. */
export function timeText(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

/** Minutes from midnight of `15:00` or `24:00`; null for anything else. */
export function minutesOf(text: string): number | null {
  const match = /^([01]\d|2[0-4]):([0-5]\d)$/.exec(text);
  if (!match) return null;
  const minutes = Number(match[1]) * 60 + Number(match[2]);
  return minutes <= MIDNIGHT ? minutes : null;
}

/** Whether the block can stand among the others: within the frame, of some length, on no other. */
function isFree(block: Block, others: readonly Block[], frame: WeekFrame): boolean {
  return (
    block.weekday >= 0 &&
    block.weekday <= 6 &&
    block.starts >= frame.opens &&
    block.ends <= frame.closes &&
    block.starts < block.ends &&
    !others.some(
      (other) => other.weekday === block.weekday && other.starts < block.ends && block.starts < other.ends,
    )
  );
}

/** What a drag or a key asks of a block: other days and minutes for all of it, for its start or for its end. */
export type Change = {
  readonly edge: "body" | "start" | "end";
  readonly days: number;
  readonly minutes: number;
};

/**
 * The block after a change, kept within the frame and at least one step of the grid long; null where other hours are in
 * the way or nothing changes.
 */
export function changeBlock(
  block: Block,
  { edge, days, minutes }: Change,
  others: readonly Block[],
  frame: WeekFrame,
): Block | null {
  const clamp = (value: number, lowest: number, highest: number) =>
    Math.min(Math.max(value, lowest), highest);
  const step = Math.round(minutes / frame.grid) * frame.grid;
  let changed: Block;
  if (edge === "start") {
    changed = { ...block, starts: clamp(block.starts + step, frame.opens, block.ends - frame.grid) };
  } else if (edge === "end") {
    changed = { ...block, ends: clamp(block.ends + step, block.starts + frame.grid, frame.closes) };
  } else {
    const length = block.ends - block.starts;
    const starts = clamp(block.starts + step, frame.opens, frame.closes - length);
    changed = { weekday: clamp(block.weekday + days, 0, 6), starts, ends: starts + length };
  }
  const isSame =
    changed.weekday === block.weekday && changed.starts === block.starts && changed.ends === block.ends;
  return !isSame && isFree(changed, others, frame) ? changed : null;
}

/** Hours drawn on an empty day from one time to another, whichever is first; null where other hours are in the way. */
export function drawBlock(
  weekday: number,
  [a, b]: readonly [number, number],
  others: readonly Block[],
  frame: WeekFrame,
): Block | null {
  const snap = (value: number) => Math.floor(value / frame.grid) * frame.grid;
  const starts = Math.max(snap(Math.min(a, b)), frame.opens);
  const ends = Math.min(snap(Math.max(a, b)) + frame.grid, frame.closes);
  const block = { weekday, starts, ends };
  return isFree(block, others, frame) ? block : null;
}

/** The first free time of a day: an hour at 3 pm if it is free, else the first free hour, else the first free step. */
export function firstFree(weekday: number, others: readonly Block[], frame: WeekFrame): Block | null {
  for (const length of [60, frame.grid]) {
    const starts = [15 * 60];
    for (let at = frame.opens; at + length <= frame.closes; at += frame.grid) starts.push(at);
    for (const at of starts) {
      const block = { weekday, starts: at, ends: at + length };
      if (isFree(block, others, frame)) return block;
    }
  }
  return null;
}

/** What is wrong with hours typed one by one, by their place in the list. */
export function findMistakes(blocks: readonly Block[]): ReadonlyMap<number, string> {
  const mistakes = new Map<number, string>();
  blocks.forEach((block, place) => {
    if (block.starts >= block.ends) mistakes.set(place, "Choose an end that is later than the start.");
    else if (
      blocks.some(
        (other, at) =>
          at !== place &&
          other.weekday === block.weekday &&
          other.starts < block.ends &&
          block.starts < other.ends,
      )
    )
      mistakes.set(place, "These hours overlap others of the day.");
  });
  return mistakes;
}

const sameHours = (a: readonly Block[], b: readonly Block[]): boolean =>
  a.length === b.length &&
  a.every(
    (block, place) =>
      block.weekday === b[place]?.weekday &&
      block.starts === b[place]?.starts &&
      block.ends === b[place]?.ends,
  );

/** The weeks of hours that hold on a day (`YYYY-MM-DD`) or later, one after the other without a gap. */
export function weekVersions(blocks: readonly DatedBlock[], today: string): WeekVersion[] {
  const starts = new Set<string | null>([null]);
  for (const block of blocks) {
    if (block.from) starts.add(block.from);
    if (block.until) starts.add(addDays(block.until, 1));
  }
  const days = [...starts].sort((a, b) => (a ?? "").localeCompare(b ?? ""));
  const versions: WeekVersion[] = [];
  days.forEach((from, place) => {
    const next = days[place + 1] ?? null;
    const until = next === null ? null : addDays(next, -1);
    const hours = blocks
      .filter(
        (block) =>
          (block.from === null || (from !== null && block.from <= from)) &&
          (block.until === null || from === null || block.until >= from),
      )
      .filter((block) => from !== null || block.from === null)
      .map(({ weekday, starts: begins, ends }) => ({ weekday, starts: begins, ends }))
      .sort(inOrder);
    const last = versions.at(-1);
    if (last && sameHours(last.hours, hours)) versions[versions.length - 1] = { ...last, until };
    else versions.push({ from, until, hours });
  });
  return versions.filter((version) => version.until === null || version.until >= today);
}

/** The hours that hold on a day; none where nothing does. */
export function hoursOn(versions: readonly WeekVersion[], day: string): readonly Block[] {
  const version = versions.find(
    ({ from, until }) => (from === null || from <= day) && (until === null || day <= until),
  );
  return version?.hours ?? [];
}

/** How a weekday changes from one week of hours to another; days that stay are left out. */
export type DayChange = { readonly weekday: number; readonly before: string; readonly after: string };

/** `no hours`, `3:00 pm to 5:00 pm and 6:00 pm to 7:00 pm` */
export function dayWords(hours: readonly Block[], weekday: number): string {
  const spans = hours.filter((block) => block.weekday === weekday).map(spanWords);
  return spans.length === 0 ? "no hours" : listOf(spans);
}

export function changedDays(before: readonly Block[], after: readonly Block[]): DayChange[] {
  return weekdayNames.flatMap((_, weekday) => {
    const change = { weekday, before: dayWords(before, weekday), after: dayWords(after, weekday) };
    return change.before === change.after ? [] : [change];
  });
}

/** Minutes of a week of hours. */
export function weekMinutes(hours: readonly Block[]): number {
  return hours.reduce((sum, { starts, ends }) => sum + ends - starts, 0);
}

/** The Monday after a day. */
export function nextMonday(today: string): string {
  return addDays(mondayOf(today), 7);
}

/** A booked lesson that hours do not cover any more. */
export type UncoveredLesson = {
  readonly lessonId: string;
  readonly name: string;
  readonly subject: string;
  readonly startsAt: Date;
  readonly isWeekly: boolean;
  /** Local: weekday (0 is Monday) and minutes from midnight, with the date. */
  readonly weekday: number;
  readonly starts: number;
  readonly date: string;
};

/** Lessons of one student or class at one time of the week, in order. */
export type UncoveredGroup = {
  readonly name: string;
  readonly subject: string;
  readonly weekday: number;
  readonly starts: number;
  readonly isWeekly: boolean;
  readonly dates: readonly string[];
};

/** Lessons that fall outside new hours, as series: who, when in the week, and on which dates. */
export function groupUncovered(lessons: readonly UncoveredLesson[]): UncoveredGroup[] {
  const groups = Map.groupBy(
    lessons,
    ({ name, subject, weekday, starts }) => `${name} ${subject} ${weekday} ${starts}`,
  );
  return [...groups.values()].flatMap((found) => {
    const [first] = found;
    if (!first) return [];
    const { name, subject, weekday, starts } = first;
    return {
      name,
      subject,
      weekday,
      starts,
      isWeekly: found.some((lesson) => lesson.isWeekly),
      dates: found.map(({ date }) => date),
    };
  });
}
