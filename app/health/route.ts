import { sql } from "kysely";
import { visitor, withPrincipal } from "@/lib/db/principal";

export const dynamic = "force-dynamic";

/** 200 when the process and its database work, 503 otherwise; tells nothing else. */
export async function GET(): Promise<Response> {
  try {
    await withPrincipal(visitor, (db) => sql`select 1`.execute(db));
    return Response.json({ ok: true });
  } catch {
    return Response.json({ ok: false }, { status: 503 });
  }
}
