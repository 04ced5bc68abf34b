import { createHash, createHmac, timingSafeEqual } from "node:crypto";

const MAX_AGE_MS = 5 * 60_000;

function secretOf(signingKey: string): string {
  return signingKey.replace(/^signkey-\w+-/, "");
}

function digest(body: string, signingKey: string, seconds: string): string {
  return createHmac("sha256", secretOf(signingKey)).update(body).update(seconds).digest("hex");
}

/** `x-inngest-signature` of a body that is already canonical JSON (RFC 8785). Real time, never the movable clock. */
export function sign(body: string, signingKey: string): string {
  const seconds = Math.round(Date.now() / 1_000).toString();
  return `t=${seconds}&s=${digest(body, signingKey, seconds)}`;
}

/** True when the app signed exactly this body within the last five minutes. */
export function isSignatureValid(header: string | undefined, body: string, signingKey: string): boolean {
  const parts = new URLSearchParams(header ?? "");
  const seconds = parts.get("t") ?? "";
  const age = Math.abs(Date.now() - Number(seconds) * 1_000);
  if (!seconds || !(age <= MAX_AGE_MS)) return false;
  return equalInConstantTime(parts.get("s") ?? "", digest(body, signingKey, seconds));
}

/** The bearer token with which the SDK calls our API: the prefix, then the SHA-256 of the key's bytes. */
export function bearerToken(signingKey: string): string {
  const prefix = /^signkey-\w+-/.exec(signingKey)?.[0] ?? "";
  return `${prefix}${createHash("sha256")
    .update(Buffer.from(secretOf(signingKey), "hex"))
    .digest("hex")}`;
}

/** Compares secrets without telling by the time it takes how much of them matches. */
export function equalInConstantTime(left: string, right: string): boolean {
  const a = createHash("sha256").update(left).digest();
  const b = createHash("sha256").update(right).digest();
  return timingSafeEqual(a, b);
}
