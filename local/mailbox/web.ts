import { Hono } from "hono";
import { z } from "zod";
import type { MessageStore } from "./message-store";
import { renderInbox, renderMessage, renderMissing } from "./pages";

const listQuery = z.object({ to: z.string().optional(), since: z.string().optional() });

/** `since` is an ISO time or milliseconds since 1970. */
function parseSince(since: string | undefined): number {
  if (!since) return Number.NEGATIVE_INFINITY;
  const time = /^\d+$/.test(since) ? Number(since) : Date.parse(since);
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
}

/**
 * The mailbox's pages and its JSON interface:
 * `GET /api/messages?to=&since=` (oldest first), `GET /api/messages/:id`, `DELETE /api/messages`.
 */
export function createMailboxWeb(store: MessageStore): Hono {
  const app = new Hono();

  function find(query: { to?: string | undefined; since?: string | undefined }) {
    const since = parseSince(query.since);
    const to = query.to?.trim().toLowerCase();
    return store
      .list()
      .filter((message) => Date.parse(message.date) >= since)
      .filter((message) => !to || message.to.some((address) => address.toLowerCase() === to));
  }

  app.use(async (context, next) => {
    await next();
    context.header("Cache-Control", "no-store");
    context.header("X-Content-Type-Options", "nosniff");
  });

  app.get("/health", (context) => context.json({ ok: true }));
  app.get("/api/messages", (context) => context.json(find(listQuery.parse(context.req.query()))));
  app.get("/api/messages/:id", (context) => {
    const message = store.get(context.req.param("id"));
    return message ? context.json(message) : context.json({ error: "There is no such message." }, 404);
  });
  app.delete("/api/messages", (context) => {
    store.clear();
    return context.body(null, 204);
  });

  app.get("/", (context) => {
    const search = context.req.query("q")?.trim() ?? "";
    const words = search.toLowerCase();
    const messages = store
      .list()
      .filter((message) =>
        [message.subject, message.from, ...message.to].some((text) => text.toLowerCase().includes(words)),
      )
      .toReversed();
    return context.html(renderInbox(messages, search, store.list().length));
  });
  app.post("/empty", (context) => {
    // A page of another origin must not be able to empty the box: only our own form may.
    const origin = context.req.header("origin");
    if (origin && origin !== new URL(context.req.url).origin)
      return context.text("Not from another page.", 403);
    store.clear();
    return context.redirect("/", 303);
  });

  app.get("/messages/:id", (context) => {
    const message = store.get(context.req.param("id"));
    return message ? context.html(renderMessage(message)) : context.html(renderMissing(), 404);
  });
  app.get("/messages/:id/html", (context) => {
    const html = store.get(context.req.param("id"))?.html;
    if (html === undefined || html === null) return context.notFound();
    // Scripts of a mail never run; its links open in a new tab, outside the frame.
    context.header(
      "Content-Security-Policy",
      "default-src 'none'; img-src * data:; style-src 'unsafe-inline' *; font-src *; sandbox allow-popups allow-popups-to-escape-sandbox",
    );
    return context.html(withLinksInNewTab(html));
  });
  app.get("/messages/:id/attachments/:index", (context) => {
    const attachment = store.get(context.req.param("id"))?.attachments[Number(context.req.param("index"))];
    if (!attachment) return context.notFound();
    const name = encodeURIComponent(attachment.filename);
    context.header("Content-Type", attachment.contentType);
    context.header("Content-Disposition", `attachment; filename*=UTF-8''${name}`);
    return context.body(new Uint8Array(Buffer.from(attachment.content, "base64")));
  });
  return app;
}

function withLinksInNewTab(html: string): string {
  const base = '<base target="_blank">';
  return /<head[^>]*>/i.test(html) ? html.replace(/<head[^>]*>/i, (head) => head + base) : base + html;
}
