import { z } from "zod";

/** A row's id that says what it is the id of, so that a student's cannot stand where a lesson's is wanted. */
export type Id<Kind extends string> = string & { readonly idOf: Kind };

/** Of any version: PostgreSQL asks for none. */
const uuid = z.guid();

/** The id in an address or a form; null when it cannot be one, so that no query is asked about it. */
export function readId<Kind extends string>(value: unknown): Id<Kind> | null {
  const parsed = uuid.safeParse(value);
  return parsed.success ? (parsed.data.toLowerCase() as Id<Kind>) : null;
}
