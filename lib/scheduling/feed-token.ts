import { createHash, randomBytes } from "node:crypto";

/** The secret of a calendar feed's address: 32 random bytes, as 43 letters of base64url. */
export function newFeedToken(): string {
  return randomBytes(32).toString("base64url");
}

/** SHA-256 of a secret: all that is stored of it. */
export function hashFeedToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/** The secret in the last part of a feed's address, `…` or `….ics`; null when it cannot be one. */
export function readFeedToken(name: string): string | null {
  return /^([A-Za-z0-9_-]{43})(?:\.ics)?$/.exec(name)?.[1] ?? null;
}

/** The address from which calendar programs read the feed. */
export function feedAddress(siteUrl: string, token: string): string {
  return new URL(`/calendar/${token}.ics`, siteUrl).href;
}

/** The same address as a link that opens a calendar program. */
export function subscribeLink(address: string): string {
  return address.replace(/^https?:/, "webcal:");
}
