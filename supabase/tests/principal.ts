import type postgres from "postgres";

/** Who runs a transaction, as lib/db/principal.ts knows them. */
export type TestPrincipal =
  | { readonly kind: "visitor" }
  | {
      readonly kind: "user";
      readonly userId: string;
      readonly sessionId: string;
      /** Whether the session is checked first, as the product does; without it row level security stands alone. */
      readonly isChecked?: boolean;
    }
  | { readonly kind: "service" };

export const visitor: TestPrincipal = { kind: "visitor" };
export const service: TestPrincipal = { kind: "service" };

export type Tx = postgres.TransactionSql;

/**
 * One transaction of the application's login with the same first statements that lib/db/principal.ts sends: role and
 * claims, then the check of the session. `clockOffsetMs` moves the academy's clock.
 */
export async function asPrincipal<T>(
  app: postgres.Sql,
  principal: TestPrincipal,
  work: (tx: Tx) => Promise<T>,
  clockOffsetMs = 0,
): Promise<T> {
  const result = await app.begin(async (tx) => {
    await takePrincipal(tx, principal, clockOffsetMs);
    return { value: await work(tx) };
  });
  return result.value as T;
}

/** Makes the rest of a transaction another principal's: what the academy arranged, somebody else then tries. */
export async function takePrincipal(tx: Tx, principal: TestPrincipal, clockOffsetMs: number): Promise<void> {
  const role = { visitor: "anon", user: "authenticated", service: "service_role" }[principal.kind];
  const claims =
    principal.kind === "user" ? { sub: principal.userId, session_id: principal.sessionId, role } : { role };
  await tx`select
    set_config('role', ${role}, true),
    set_config('request.jwt.claims', ${JSON.stringify(claims)}, true),
    set_config('request.jwt.claim.sub', ${principal.kind === "user" ? principal.userId : ""}, true),
    set_config('request.jwt.claim.role', ${role}, true),
    set_config('app.actor_role', ${principal.kind === "service" ? "tests" : role}, true),
    set_config('app.request_id', '', true),
    set_config('app.run_id', '', true),
    set_config('app.clock_offset_ms', ${String(clockOffsetMs)}, true)`;
  if (principal.kind === "user" && principal.isChecked !== false) await tx`select private.require_session()`;
}

/** What PostgreSQL refused: SQLSTATE and, where there is one, the constraint's name. */
export type Refusal = { readonly code: string; readonly constraint: string | undefined };

/** How PostgreSQL refuses a piece of work; undefined when it does not. */
export async function refusalOf(work: PromiseLike<unknown>): Promise<Refusal | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && typeof error.code === "string")) throw error;
    const constraint = "constraint_name" in error ? error.constraint_name : undefined;
    return { code: error.code, constraint: typeof constraint === "string" ? constraint : undefined };
  }
}
