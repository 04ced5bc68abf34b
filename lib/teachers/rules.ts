import { listOf } from "@/lib/format";
import type { TaughtInstrument, TeachingHours } from "./schema";

/** An upper age that stands for none: the column's default is 99. */
const NO_UPPER_AGE = 90;

/** `ages 6 to 12`, `age 8 and older`. */
export function agesTaught({
  minimumAge,
  maximumAge,
}: Pick<TaughtInstrument, "minimumAge" | "maximumAge">): string {
  return maximumAge >= NO_UPPER_AGE ? `age ${minimumAge} and older` : `ages ${minimumAge} to ${maximumAge}`;
}

const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** `Monday, Wednesday and Friday`: the days on which somebody teaches, each once. */
export function daysInWords(hours: readonly TeachingHours[]): string {
  const days = [...new Set(hours.map(({ weekday }) => weekday))].sort((a, b) => a - b);
  return listOf(days.flatMap((day) => weekdays[day] ?? []));
}
