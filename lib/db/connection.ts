import { Kysely } from "kysely";
import { PostgresJSDialect } from "kysely-postgres-js";
import { env } from "@/lib/env";
import { PUBLIC_CHANGES, passOn } from "./announcements";
import type { DB } from "./database.gen";
import { openPostgres } from "./postgres";

const DATE_OID = 1082;
const INT8_OID = 20;

/** Kept on globalThis so that hot reload does not open a pool at each change. */
const holder = globalThis as typeof globalThis & { cedarDatabase?: Kysely<DB> };

/**
 * The pool of the login that owns nothing. Only `withPrincipal` may use it: before a principal is taken every
 * statement is refused by PostgreSQL. Dates come as `YYYY-MM-DD`, instants as Date, bigint as number.
 */
export function database(): Kysely<DB> {
  holder.cedarDatabase ??= new Kysely<DB>({
    dialect: new PostgresJSDialect({
      postgres: openPostgres(
        env().DATABASE_URL,
        {
          max: 10,
          prepare: env().DATABASE_PREPARE,
          connect_timeout: 10,
          connection: { application_name: "cedar-heights" },
          onnotice: () => undefined,
          types: {
            date: { to: DATE_OID, from: [DATE_OID], serialize: String, parse: (value: string) => value },
            int8: { to: INT8_OID, from: [INT8_OID], serialize: String, parse: Number },
          },
        },
        // A pooler in transaction mode, for which statements are not prepared, would give announcements to anybody.
        env().DATABASE_PREPARE ? { channel: PUBLIC_CHANGES, hear: passOn } : undefined,
      ),
    }),
  });
  return holder.cedarDatabase;
}
