import type { MiddlewareHandler } from "hono";
import { html } from "hono/html";

/**
 * Keeps the page to whoever opened it by its own address on this machine. A name that another site points at 127.0.0.1
 * is refused, and so is an action whose form does not come from the page itself.
 */
export const guardPage: MiddlewareHandler = async (c, next) => {
  const host = c.req.header("host") ?? "";
  if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(host)) {
    return c.html(refusal("Open this page by its own address, http://127.0.0.1 and its port."), 421);
  }
  if (c.req.method === "POST") {
    if (c.req.header("origin") !== `http://${host}`) {
      return c.html(
        refusal("This action did not come from the executor's own page, so nothing was done."),
        403,
      );
    }
    if (!c.req.header("content-type")?.startsWith("application/x-www-form-urlencoded")) {
      return c.html(refusal("Send the page's form."), 415);
    }
  }
  await next();
  c.header(
    "content-security-policy",
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  );
  c.header("x-content-type-options", "nosniff");
  c.header("referrer-policy", "same-origin");
  c.header("cache-control", "no-store");
};

function refusal(text: string) {
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8" /><title>Refused</title></head>
    <body><main><h1>Refused</h1><p>${text}</p></main></body></html>`;
}
