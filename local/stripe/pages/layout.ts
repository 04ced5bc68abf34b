import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Context, Hono } from "hono";
import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

const FONTS = {
  "/assets/fraunces.woff2": "@fontsource-variable/fraunces/files/fraunces-latin-wght-normal.woff2",
  "/assets/inter.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
} as const;

/** The cedar whose trunk is an eighth note. */
const mark = html`<svg class="mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">
  <path fill="currentColor" d="M16 2 9 11h4l-6 8h6l-7 8h20l-7-8h6l-6-8h4z" />
  <path fill="var(--gold)" d="M15.2 15v11.2a3 2.4 0 1 0 1.6 2.1V18.6l3 1.6v-2.4z" />
</svg>`;

/** Sends the style sheet and the fonts. */
export function mountStyle(app: Hono): void {
  const css = readFileSync(new URL("./style.css", import.meta.url), "utf8");
  app.get("/assets/style.css", (context) =>
    context.body(css, 200, { "cache-control": "no-cache", "content-type": "text/css; charset=utf-8" }),
  );
  const require = createRequire(import.meta.url);
  for (const [path, file] of Object.entries(FONTS)) {
    app.get(path, (context) =>
      context.body(new Uint8Array(readFileSync(require.resolve(file))), 200, {
        "cache-control": "max-age=86400",
        "content-type": "font/woff2",
      }),
    );
  }
  app.get("/favicon.ico", (context) => context.body(null, 204));
}

/** A whole page. It is never cached: Back has to show the present state. */
export async function sendPage(
  context: Context,
  page: { title: string; body: Markup; status?: 200 | 400 | 402 | 404 | 410 | 500; wide?: boolean },
): Promise<Response> {
  const document = html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="referrer" content="same-origin" />
    <title>${page.title}</title>
    <link rel="stylesheet" href="/assets/style.css" />
  </head>
  <body>
    <div class="page${page.wide ? " wide" : ""}">
      <header class="brand">${mark}<span>Cedar Heights Music Academy</span><span class="badge">Test mode</span></header>
      <main>${page.body}</main>
      <footer>A local stand-in for Stripe. No card is charged and no money moves.</footer>
    </div>
  </body>
</html>`;
  context.header("cache-control", "no-store");
  context.header(
    "content-security-policy",
    "default-src 'none'; style-src 'self'; font-src 'self'; frame-ancestors 'none'",
  );
  return context.html(document, page.status ?? 200);
}

/** A page that only says something and offers one way on. */
export function notice(heading: string, text: string, way: { href: string; label: string } | null): Markup {
  return html`<section class="card notice">
    <h1>${heading}</h1>
    <p>${text}</p>
    ${way ? html`<p><a class="button" href="${way.href}">${way.label}</a></p>` : ""}
  </section>`;
}

/** Unix seconds as a date and time in the academy's zone. */
export function formatInstant(seconds: number): string {
  return new Date(seconds * 1000).toLocaleString("en-US", {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: "America/New_York",
  });
}
