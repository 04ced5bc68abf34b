import { createHash } from "node:crypto";
import { ApiError } from "./api-error";
import type { Runtime, Work } from "./work";

const LIFETIME_HOURS = 24;

interface KeyRow {
  fingerprint: string;
  state: "running" | "done";
  process: string;
  status: number | null;
  body: string | null;
}

/**
 * Claims an idempotency key for a request. Answers the stored response when the same request was already
 * executed; throws 400 when the key came with another request, 409 while that request still runs.
 */
export async function claimKey(
  runtime: Runtime,
  key: string,
  request: string,
): Promise<{ status: number; body: string } | null> {
  if (key.length > 255) {
    throw new ApiError(400, "invalid_request_error", "Idempotency keys hold at most 255 characters.");
  }
  const { db, processId } = runtime;
  const fingerprint = createHash("sha256").update(request).digest("hex");
  await db`
    delete from stripe_local.idempotency_keys
    where key = ${key} and created_at < clock_timestamp() - ${LIFETIME_HOURS} * interval '1 hour'`;
  const claimed = await db`
    insert into stripe_local.idempotency_keys (key, fingerprint, state, process)
    values (${key}, ${fingerprint}, 'running', ${processId})
    on conflict (key) do update set process = ${processId}, fingerprint = ${fingerprint}
      -- A killed process left no result: its transaction was undone, so the request may run again.
      where idempotency_keys.state = 'running' and idempotency_keys.process <> ${processId}
    returning key`;
  if (claimed.length > 0) return null;
  const [row] = await db<KeyRow[]>`
    select fingerprint, state, process, status, body from stripe_local.idempotency_keys where key = ${key}`;
  if (row && row.fingerprint !== fingerprint) {
    throw new ApiError(
      400,
      "idempotency_error",
      `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
    );
  }
  if (row?.state === "done" && row.status !== null && row.body !== null) {
    return { status: row.status, body: row.body };
  }
  throw new ApiError(
    409,
    "idempotency_error",
    `There is currently another in-progress request using this idempotency key '${key}'. Try again later.`,
    { code: "idempotency_key_in_use" },
  );
}

/** Keeps the result of a key in the transaction that produced it. */
export async function finishKey(work: Work, key: string, status: number, body: string): Promise<void> {
  await work.sql`
    update stripe_local.idempotency_keys set state = 'done', status = ${status}, body = ${body}
    where key = ${key}`;
}

/** Frees a key whose request did nothing. */
export async function releaseKey(runtime: Runtime, key: string): Promise<void> {
  await runtime.db`delete from stripe_local.idempotency_keys where key = ${key} and state = 'running'`;
}
