import { createHash } from "node:crypto";
import { ApiError } from "./api-error";
import type { Runtime, Work } from "./work";

const LIFETIME_HOURS = 24;

/** A key that a request holds while it runs. */
export interface HeldKey {
  key: string;
  fingerprint: string;
}

/**
 * Holds an idempotency key for a request; let go of it with `releaseKey`. Throws 400 when the key came with
 * another request, 409 while the same request still runs. Keys being run are known to this process only:
 * when it is killed, their transactions are undone and they are free again.
 */
export function holdKey(runtime: Runtime, key: string, request: string): HeldKey {
  if (key.length > 255) {
    throw new ApiError(400, "invalid_request_error", "Idempotency keys hold at most 255 characters.");
  }
  const fingerprint = createHash("sha256").update(request).digest("hex");
  const running = runtime.runningKeys.get(key);
  if (running !== undefined && running !== fingerprint) throw otherRequest(key);
  if (running !== undefined) {
    throw new ApiError(
      409,
      "idempotency_error",
      `There is currently another in-progress request using this idempotency key '${key}'. Try again later.`,
      { code: "idempotency_key_in_use" },
    );
  }
  runtime.runningKeys.set(key, fingerprint);
  return { key, fingerprint };
}

export function releaseKey(runtime: Runtime, held: HeldKey): void {
  runtime.runningKeys.delete(held.key);
}

/** What the request answered before, if it was carried out; throws 400 when it was another request. */
export async function findResult(
  runtime: Runtime,
  { key, fingerprint }: HeldKey,
): Promise<{ status: number; body: string } | null> {
  const [row] = await runtime.db<{ fingerprint: string; status: number; body: string }[]>`
    select fingerprint, status, body from stripe_local.idempotent_results
    where key = ${key} and created_at >= clock_timestamp() - ${LIFETIME_HOURS} * interval '1 hour'`;
  if (!row) return null;
  if (row.fingerprint !== fingerprint) throw otherRequest(key);
  return { status: row.status, body: row.body };
}

/** Keeps the result of a request in the transaction that produced it. */
export async function keepResult(work: Work, held: HeldKey, status: number, body: string): Promise<void> {
  await work.sql`
    insert into stripe_local.idempotent_results (key, fingerprint, status, body)
    values (${held.key}, ${held.fingerprint}, ${status}, ${body})
    on conflict (key) do update
      set fingerprint = excluded.fingerprint, status = excluded.status, body = excluded.body,
          created_at = clock_timestamp()`;
}

function otherRequest(key: string): ApiError {
  return new ApiError(
    400,
    "idempotency_error",
    `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
  );
}
