import type { Route } from "next";
import { z } from "zod";
import { lessonMinutes } from "@/lib/academy/schema";
import { isDate } from "@/lib/scheduling/week";

const one = (value: unknown) => (Array.isArray(value) ? value[0] : value);
const list = (value: unknown) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
const slug = z.preprocess(one, z.string().regex(/^[a-z0-9-]{1,60}$/)).catch("");

/** What the page's address asks for. Whatever cannot be understood is as good as not asked for. */
const schema = z.object({
  instrument: slug,
  teacher: slug,
  minutes: z.preprocess(one, z.coerce.number().pipe(z.literal(lessonMinutes))).catch(30),
  /** 0 is Monday. None chosen means all. */
  weekday: z.preprocess(list, z.array(z.coerce.number().int().min(0).max(6)).max(7)).catch([]),
  /** A day of the week to show, `YYYY-MM-DD`. */
  week: z.preprocess(one, z.string().refine(isDate)).catch(""),
  /** `1`: also the starts that overlap one another. */
  every: z.preprocess((value) => one(value) === "1", z.boolean()),
});

export type TimesFilter = z.output<typeof schema>;

export function readFilter(params: Record<string, string | string[] | undefined>): TimesFilter {
  return schema.parse(params);
}

/** The address of the same page with something changed. */
export function filterHref(filter: TimesFilter, change: Partial<TimesFilter>): Route {
  const next = { ...filter, ...change };
  const query = new URLSearchParams();
  for (const name of ["instrument", "teacher", "week"] as const) if (next[name]) query.set(name, next[name]);
  if (next.minutes !== 30) query.set("minutes", String(next.minutes));
  for (const weekday of next.weekday) query.append("weekday", String(weekday));
  if (next.every) query.set("every", "1");
  const text = query.toString();
  return (text ? `/timeslots?${text}` : "/timeslots") as Route;
}
