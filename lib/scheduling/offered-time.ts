import type { Route } from "next";
import type { OpenTime } from "./rules";

/** An open time as the public pages name it. Half-open: one that ends at 4:30 leaves 4:30 free. */
export type OfferedTime = OpenTime & {
  readonly minutes: number;
  readonly instrumentSlug: string;
  readonly teacherSlug: string;
  readonly teacherName: string;
};

/** Where enrollment begins with this time already chosen. */
export function enrollHref(time: OfferedTime): Route {
  const query = new URLSearchParams({
    instrument: time.instrumentSlug,
    teacher: time.teacherSlug,
    starts_at: time.startsAt.toISOString(),
    minutes: String(time.minutes),
  });
  return `/enroll?${query}` as Route;
}
