import type { World } from "../chaos/world";

const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A day in the academy's zone, as `2027-01-06`, so many days from an instant. */
export async function dayFrom({ sql }: World, at: Date, days: number): Promise<string> {
  const [row] = await sql<{ day: string }[]>`
    select ((${at}::timestamptz at time zone time_zone)::date + ${days}::int)::text as day from academy_settings`;
  if (!row) throw new Error("the academy has no settings");
  return row.day;
}

/** The instant at which a day begins in the academy's zone. */
export async function midnight({ sql }: World, day: string): Promise<Date> {
  const [row] = await sql<{ at: Date }[]>`select private.local_midnight(${day}::date) as at`;
  if (!row) throw new Error("a day begins somewhere");
  return row.at;
}

/** The instant so many months after another one, in UTC as Stripe counts: a short month has it on its last day. */
export function addMonths(at: Date, months: number): Date {
  const end = new Date(at);
  end.setUTCDate(1);
  end.setUTCMonth(end.getUTCMonth() + months);
  const last = new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + 1, 0)).getUTCDate();
  end.setUTCDate(Math.min(at.getUTCDate(), last));
  return end;
}
