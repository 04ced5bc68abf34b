import { Agent as HttpAgent, type IncomingHttpHeaders, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { parseRetryAfter } from "./duration";
import { type Op, opsSchema, type StoredError, storedError } from "./protocol";
import { isSignatureValid, sign } from "./signature";

const MAX_CALL_MS = 2 * 3_600_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

type AppAnswer = { status: number; headers: IncomingHttpHeaders; body: string };

/** The app could not be asked, or did not answer in the protocol. `reached` is false when nothing listened. */
export class AppAway extends Error {
  constructor(
    readonly reached: boolean,
    message: string,
  ) {
    super(message);
    this.name = "AppAway";
  }
}

/** Calls the app, signed. Node's fetch gives up on a silent answer after 300 s, hence bare requests. */
export class AppClient {
  readonly #signingKey: string;
  readonly #http = new HttpAgent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  readonly #https = new HttpsAgent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

  constructor(signingKey: string) {
    this.#signingKey = signingKey;
  }

  /** Sends `body`, which must be canonical JSON. Throws {@link AppAway}. */
  call(
    method: "POST" | "PUT",
    url: URL,
    body: string,
    headers: Record<string, string>,
    timeoutMs = MAX_CALL_MS,
  ): Promise<AppAnswer> {
    return new Promise((resolve, reject) => {
      const isTls = url.protocol === "https:";
      const request = (isTls ? requestHttps : requestHttp)(url, {
        method,
        agent: isTls ? this.#https : this.#http,
        headers: {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          "user-agent": "inngest-embedded",
          "x-inngest-server-kind": "cloud",
          "x-inngest-signature": sign(body, this.#signingKey),
          ...headers,
        },
      });
      request.setTimeout(timeoutMs, () => {
        request.destroy(new Error(`no answer within ${timeoutMs / 1_000} s`));
      });
      request.on("error", (error: NodeJS.ErrnoException) => {
        const refused = ["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH", "EAI_AGAIN"].includes(error.code ?? "");
        // The error of several refused addresses has a code but no message.
        reject(new AppAway(!refused, `${url.origin}: ${error.message || error.code || "connection failed"}`));
      });
      request.on("response", (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size > MAX_ANSWER_BYTES) response.destroy(new Error("the answer is larger than 64 MB"));
          else chunks.push(chunk);
        });
        response.on("error", (error) => reject(new AppAway(true, `${url.origin}: ${error.message}`)));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
        });
      });
      request.end(body);
    });
  }

  /** Drops every socket to the app. */
  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }
}

/** What a call to the app came to. */
export type Outcome =
  | { kind: "returned"; data: unknown }
  | { kind: "ops"; ops: Op[]; eager: boolean; retryAt: Date | undefined }
  | { kind: "failed"; error: StoredError }
  | { kind: "retry"; error: StoredError; retryAt: Date | undefined }
  | { kind: "away"; reached: boolean; message: string };

/**
 * Reads an answer. Only what carries the SDK's header and, where it decides something, the app's signature
 * counts; a proxy's page, whatever its status, is "away".
 */
export function readAnswer({ status, headers, body }: AppAnswer, signingKey: string, now: Date): Outcome {
  const away = (message: string): Outcome => ({ kind: "away", reached: true, message });
  if (!headers["x-inngest-sdk"]) {
    const hint = status === 401 ? "; do both sides have the same signing key?" : "";
    return away(`HTTP ${status} without the SDK's header${hint}`);
  }
  const noRetry = single(headers["x-inngest-no-retry"]);
  const decides = status === 200 || status === 206 || noRetry === "true";
  if (decides && !isSignatureValid(single(headers["x-inngest-signature"]), body, signingKey)) {
    return away(`HTTP ${status} without a valid signature; is the SDK in dev mode?`);
  }

  const retryAfter = single(headers["retry-after"]);
  const retryAt = retryAfter === undefined ? undefined : parseRetryAfter(retryAfter, now);
  if (status === 200) {
    const data = parseJson(body);
    return data ? { kind: "returned", data: data.value } : away("HTTP 200 whose body is not JSON");
  }
  if (status === 206) {
    const ops = opsSchema.safeParse(parseJson(body)?.value);
    if (!ops.success)
      return away(`HTTP 206 that is no list of operations: ${ops.error.issues[0]?.message ?? ""}`);
    return { kind: "ops", ops: ops.data, eager: single(headers["x-inngest-req-version"]) === "1", retryAt };
  }
  const raw = parseJson(body)?.value;
  const error = storedError(raw, `The app answered HTTP ${status}`);
  if (noRetry === "true") return { kind: "failed", error };
  return { kind: "retry", error, retryAt };
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function parseJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
