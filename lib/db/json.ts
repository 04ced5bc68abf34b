import { type RawBuilder, sql } from "kysely";
import type { JsonValue } from "./database.gen";

/**
 * A value for a jsonb column. It goes as text and is read as JSON by PostgreSQL, so that the driver cannot encode it
 * a second time.
 */
export function jsonb(value: object): RawBuilder<JsonValue> {
  return sql`${JSON.stringify(value)}::text::jsonb`;
}
