import { html, raw } from "hono/html";
import type { RunStatus } from "./runs";

export type Html = ReturnType<typeof html>;

export function badge(status: RunStatus): Html {
  return html`<span class="badge ${status}">${status}</span>`;
}

export function time(at: Date): Html {
  const iso = at.toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace("T", " ")} UTC</time>`;
}

export function span(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return ms < 86_400_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.round(ms / 86_400_000)} d`;
}

const MAX_SHOWN = 20_000;

export function pretty(json: string): string {
  const text = JSON.stringify(JSON.parse(json), null, 2);
  return text.length > MAX_SHOWN
    ? `${text.slice(0, MAX_SHOWN)}\n… ${text.length - MAX_SHOWN} more characters`
    : text;
}

/** A table that scrolls by itself on narrow screens, named by its heading. */
export function table(headingId: string, heads: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-labelledby="${headingId}">
    <table>
      <thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
      <tbody>${rows}</tbody>
    </table>
  </div>`;
}

const STYLE = `
.skip { position: absolute; inset-inline-start: -99rem; } .skip:focus { position: static; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin: 0; padding: 0; }
nav a { display: inline-block; padding: .5rem 0; } a { color: var(--calm); }
:focus-visible { outline: 3px solid var(--calm); outline-offset: 2px; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1rem 0; } .actions form { margin: 0; }
.button { border: 1px solid var(--line); border-radius: 6px; background: var(--soft); color: inherit; cursor: pointer;
  display: inline-flex; align-items: center; min-height: 2.75rem; padding: 0 1rem; text-decoration: none; font: inherit; }
.button.danger { border-color: var(--bad); color: var(--bad); }
ul.plain { margin: 0; padding: 0; list-style: none; }
:root { color-scheme: light dark; --line: light-dark(#d5d9de, #3a4048); --soft: light-dark(#f4f5f7, #20242a);
  --bad: light-dark(#a11212, #ff9d94); --good: light-dark(#12603a, #7fdcab); --calm: light-dark(#174a8c, #9cc5ff); }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 76rem; padding: 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.scroll { overflow-x: auto; max-width: 100%; } table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: start; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line); }
thead th { background: var(--soft); white-space: nowrap; } tbody th { font-weight: 600; }
form { display: flex; flex-wrap: wrap; gap: 1rem; align-items: end; margin-bottom: 1rem; }
label { display: grid; gap: .2rem; } select, button, input { font: inherit; padding: .3rem .6rem; min-height: 2.5rem; }
pre { background: var(--soft); padding: .7rem; overflow-x: auto; white-space: pre-wrap; word-break: break-word; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; } dd { margin: 0; }
.notice { background: var(--soft); border-inline-start: 4px solid var(--calm); padding: .5rem 1rem; margin: 1rem 0; }
.notice.bad { border-color: var(--bad); } pre.bad, .failed { color: var(--bad); } .completed { color: var(--good); }
.running { color: var(--calm); } .badge { font-weight: 600; white-space: nowrap; } code { word-break: break-all; }`;

/** A whole page. `notice` tells what became of the action before. */
export function layout(title: string, content: Html, notice?: { ok: boolean; text: string }): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>${raw(STYLE)}</style>
      </head>
      <body>
        <a class="skip" href="#content">To the content</a>
        <header>
          <nav aria-label="Pages">
            <ul><li><a href="/">Runs</a></li><li><a href="/#functions">Functions</a></li><li><a href="/events">Events</a></li></ul>
          </nav>
        </header>
        <main id="content">
          <h1>${title}</h1>
          ${notice ? html`<p class="notice ${notice.ok ? "" : "bad"}" role="status">${notice.text}</p>` : ""}
          ${content}
        </main>
      </body>
    </html>`;
}
