import { setTimeout as delay } from "node:timers/promises";
import { sql, type Transaction } from "kysely";
import { clock } from "@/lib/clock";
import { AppError } from "@/lib/errors";
import { currentContext } from "@/lib/log";
import { database } from "./connection";
import type { DB } from "./database.gen";
import { isConnectionLost, isTransient, toAppError } from "./errors";

/** A transaction that has taken a principal: the only thing queries and mutations work on. */
export type Db = Transaction<DB>;

/** Who does a unit of work. `service` is the academy itself: workflows, webhooks, enrollment before an account. */
export type Principal =
  | { readonly kind: "visitor" }
  | { readonly kind: "user"; readonly userId: string; readonly sessionId: string }
  | { readonly kind: "service"; readonly purpose: string };

export const visitor: Principal = { kind: "visitor" };

/** The academy acting by itself; the purpose is what the audit log shows as actor. */
export function service(purpose: string): Principal {
  return { kind: "service", purpose };
}

const ATTEMPTS = 4;
/** Before the second attempt twice as long, and so on: a PostgreSQL that starts again takes a second or two. */
const RECONNECT_MS = 150;
/** At most; chance keeps those who blocked each other apart. */
const DEADLOCK_MS = 30;

/**
 * One unit of work: one transaction, one principal. Takes the role and the claims, checks that the session still
 * exists, and runs `work`, which may run again when PostgreSQL asks for it (deadlock, restart): no effects beside
 * the database belong in it. Database errors come out as AppError where they have a name.
 */
export async function withPrincipal<T>(principal: Principal, work: (db: Db) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    let isCommitting = false;
    try {
      return await database()
        .transaction()
        .execute(async (db) => {
          await takePrincipal(db, principal);
          const value = await work(db);
          isCommitting = true;
          return value;
        });
    } catch (error) {
      // Whether a commit without an answer took place is not known, so it is not done a second time.
      if (attempt === ATTEMPTS || !isTransient(error) || (isCommitting && isConnectionLost(error)))
        throw toAppError(error);
      await delay(isConnectionLost(error) ? RECONNECT_MS * 2 ** attempt : Math.random() * DEADLOCK_MS);
    }
  }
}

async function takePrincipal(db: Db, principal: Principal): Promise<void> {
  const role =
    principal.kind === "visitor" ? "anon" : principal.kind === "user" ? "authenticated" : "service_role";
  const claims =
    principal.kind === "user" ? { sub: principal.userId, session_id: principal.sessionId, role } : { role };
  const context = currentContext();
  const taken = sql`select
      set_config('role', ${role}, true),
      set_config('request.jwt.claims', ${JSON.stringify(claims)}, true),
      set_config('request.jwt.claim.sub', ${principal.kind === "user" ? principal.userId : ""}, true),
      set_config('request.jwt.claim.role', ${role}, true),
      set_config('app.actor_role', ${principal.kind === "service" ? principal.purpose : role}, true),
      set_config('app.request_id', ${context?.requestId ?? ""}, true),
      set_config('app.run_id', ${context?.runId ?? ""}, true),
      set_config('app.clock_offset_ms', ${String(clock.offsetMs())}, true)`.execute(db);
  if (principal.kind !== "user") {
    await taken;
    return;
  }
  const [, session] = await Promise.all([
    taken,
    sql<{ role: string }>`select private.require_session() as role`.execute(db),
  ]);
  if (!session.rows[0]) {
    throw new AppError("session_ended", { userMessage: "Your session has ended. Please sign in again." });
  }
}
