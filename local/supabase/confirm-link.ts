/** What a link of a mail proves; the value that `verifyOtp` wants as its `type`. */
export type LinkType = "signup" | "recovery" | "magiclink" | "email_change";

/**
 * The path of the asked-for return address when it is one of ours, so that it can travel in the link as `next`.
 * An address of another origin is dropped: a mail of the academy must not lead elsewhere.
 */
export function nextPath(siteUrl: string, redirectTo: string | null): string | undefined {
  if (!redirectTo) return undefined;
  const site = new URL(siteUrl);
  let target: URL;
  try {
    target = new URL(redirectTo, site);
  } catch {
    return undefined;
  }
  if (target.origin !== site.origin) return undefined;
  const path = `${target.pathname}${target.search}`;
  // "//host" would be read by a browser as another site.
  return path === "/" || path.startsWith("//") ? undefined : path;
}

/** The address in a mail: `/auth/confirm` of the product, which calls `verifyOtp` on the server. */
export function confirmLink(
  siteUrl: string,
  link: { tokenHash: string; type: LinkType; redirectTo: string | null },
): string {
  const url = new URL("/auth/confirm", siteUrl);
  url.searchParams.set("token_hash", link.tokenHash);
  url.searchParams.set("type", link.type);
  const next = nextPath(siteUrl, link.redirectTo);
  if (next) url.searchParams.set("next", next);
  return url.href;
}
