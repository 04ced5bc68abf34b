import { html, raw } from "hono/html";
import type { MailboxMessage } from "./message";

const style = `
:root { color-scheme: light dark; --paper:#fbf8f2; --card:#fffdf9; --ink:#1f2a25; --soft:#5b6660; --line:#e6dfd2; --cedar:#2c6e52; --on-cedar:#fff; }
@media (prefers-color-scheme: dark) { :root { --paper:#141a17; --card:#1b231f; --ink:#edf1ee; --soft:#a5b0aa; --line:#2c3731; --cedar:#7dc3a4; --on-cedar:#10201a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 Inter, system-ui, sans-serif; }
header { border-bottom: 1px solid var(--line); }
.wrap { max-width: 60rem; margin: 0 auto; padding: 1rem; }
header .wrap { display: flex; flex-wrap: wrap; gap: .75rem 1.5rem; align-items: center; }
h1 { font: 600 1.35rem/1.3 Fraunces, Georgia, serif; margin: 0; overflow-wrap: anywhere; }
header h1 a { color: inherit; text-decoration: none; }
a { color: var(--cedar); }
a:focus-visible, button:focus-visible, input:focus-visible { outline: 3px solid var(--cedar); outline-offset: 2px; }
form { display: flex; gap: .5rem; margin: 0; }
input, button, .button { font: inherit; min-height: 44px; padding: .4rem .9rem; border-radius: 10px; border: 1px solid var(--line); background: var(--card); color: var(--ink); }
input { border-color: var(--soft); width: 14rem; max-width: 100%; }
button { background: var(--cedar); border-color: var(--cedar); color: var(--on-cedar); font-weight: 600; cursor: pointer; }
button.quiet, .button { background: transparent; border-color: var(--soft); color: var(--ink); font-weight: 500; }
.push { margin-left: auto; }
ul.mails { list-style: none; margin: 0; padding: 0; }
ul.mails li { background: var(--card); border: 1px solid var(--line); border-radius: 16px; margin-bottom: .6rem; }
ul.mails a { display: block; padding: .8rem 1rem; color: inherit; text-decoration: none; border-radius: 16px; }
ul.mails a:hover { background: color-mix(in srgb, var(--cedar) 8%, transparent); }
ul.mails strong { display: block; overflow-wrap: anywhere; }
.meta { color: var(--soft); font-size: .9rem; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .15rem 1rem; margin: .75rem 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
iframe { width: 100%; height: 75vh; border: 1px solid var(--line); border-radius: 16px; background: #fff; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--card); border: 1px solid var(--line); border-radius: 16px; padding: 1rem; font: .95rem/1.55 ui-monospace, monospace; }
h2 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; }
.files { display: flex; flex-wrap: wrap; gap: .5rem; list-style: none; margin: 0; padding: 0; }
.button { display: inline-flex; align-items: center; text-decoration: none; }
`;

function page(title: string, body: ReturnType<typeof html>) {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style>
          ${raw(style)}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html>`;
}

/** All times of the mailbox are the machine's own, in UTC: it is an operator's tool. */
function formatTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

/** The list, newest first. `total` counts the mails before the search. */
export function renderInbox(messages: MailboxMessage[], search: string, total: number) {
  const empty =
    total === 0
      ? html`<p>No mail yet. Everything that the academy sends in this embedded stack arrives here, and nowhere else.</p>`
      : html`<p>No mail matches "${search}". <a href="/">Show all ${total}</a></p>`;
  return page(
    `Mailbox (${total})`,
    html`<header>
        <div class="wrap">
          <h1><a href="/">Cedar Heights mailbox</a></h1>
          <form role="search" action="/">
            <input name="q" type="search" value="${search}" aria-label="Search sender, recipient or subject" placeholder="Search" />
            <button class="quiet">Search</button>
          </form>
          <form class="push" method="post" action="/empty"><button class="quiet">Empty the mailbox</button></form>
        </div>
      </header>
      <main class="wrap">
        ${messages.length === 0 ? empty : ""}
        <ul class="mails">
          ${messages.map(
            (message) =>
              html`<li>
                <a href="/messages/${message.id}">
                  <strong>${message.subject}</strong>
                  <span class="meta"
                    >To ${message.to.join(", ")} · ${formatTime(message.date)}${
                      message.attachments.length > 0
                        ? ` · ${message.attachments.length} attachment${message.attachments.length === 1 ? "" : "s"}`
                        : ""
                    }</span
                  >
                </a>
              </li>`,
          )}
        </ul>
      </main>`,
  );
}

/** One mail: the designed part in a frame that runs no scripts, the plain part, and the attachments. */
export function renderMessage(message: MailboxMessage) {
  return page(
    message.subject,
    html`<header>
        <div class="wrap"><p style="margin:0"><a href="/">Back to the mailbox</a></p></div>
      </header>
      <main class="wrap">
        <h1>${message.subject}</h1>
        <dl>
          <dt>From</dt>
          <dd>${message.from}</dd>
          <dt>To</dt>
          <dd>${message.to.join(", ")}</dd>
          <dt>Date</dt>
          <dd>${formatTime(message.date)}</dd>
        </dl>
        ${
          message.attachments.length > 0
            ? html`<h2>Attachments</h2>
                <ul class="files">
                  ${message.attachments.map(
                    (attachment, index) =>
                      html`<li>
                        <a class="button" href="/messages/${message.id}/attachments/${index}">${attachment.filename}</a>
                      </li>`,
                  )}
                </ul>`
            : ""
        }
        ${
          message.html
            ? html`<h2>As designed</h2>
                <iframe
                  title="The mail as designed"
                  src="/messages/${message.id}/html"
                  sandbox="allow-popups allow-popups-to-escape-sandbox"
                ></iframe>`
            : ""
        }
        <h2>Plain text</h2>
        <pre tabindex="0">${message.text}</pre>
      </main>`,
  );
}

export function renderMissing() {
  return page(
    "No such mail",
    html`<main class="wrap">
      <h1>There is no such mail</h1>
      <p>It may have been emptied away. <a href="/">Back to the mailbox</a></p>
    </main>`,
  );
}
