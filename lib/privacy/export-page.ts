import { type ExportTable, exportSections } from "./export-sections";
import { isTechnical, namesIn, readInstant, spoken, valueWords } from "./export-values";
import type { FamilyExport, HeldRow } from "./schema";
import { documentWords } from "./wording";

/** Text as HTML shows it, whatever stands in it. */
export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

type Page = { readonly timeZone: string; readonly names: Readonly<Record<string, string>> };

/** In the order of a column: instants and ranges by their time, numbers by their size. */
function sorted(rows: readonly HeldRow[], by: string): readonly HeldRow[] {
  const key = (row: HeldRow): number | string => {
    const value = row[by];
    if (typeof value === "number") return value;
    const text = String(value ?? "").replace(/^[[("]+/, "");
    return readInstant(text.split('"')[0] ?? "")?.getTime() ?? text;
  };
  return [...rows].sort((a, b) => {
    const [one, other] = [key(a), key(b)];
    if (typeof one === "number" && typeof other === "number") return one - other;
    return String(one).localeCompare(String(other));
  });
}

type ShownColumn = { readonly column: string; readonly label: string };

/** The columns that say something in one of the rows, those with words of their own first. */
function shownColumns({ columns }: ExportTable, rows: readonly HeldRow[], page: Page): ShownColumn[] {
  const others = new Set(
    rows.flatMap((row) => Object.keys(row)).filter((column) => !(column in columns) && !isTechnical(column)),
  );
  return [
    ...Object.entries(columns).map(([column, label]) => ({ column, label })),
    ...[...others].map((column) => ({ column, label: spoken(column) })),
  ].filter(({ column }) => rows.some((row) => valueWords(column, row, page) !== null));
}

/** A few rows as labels and values, more of them as a table. */
const AS_FACTS = 2;

function tableHtml(table: ExportTable, held: readonly HeldRow[], page: Page): string {
  const rows = sorted(held, table.by);
  const columns = shownColumns(table, rows, page);
  const id = escapeHtml(table.table);
  const heading = `<h3 id="${id}">${escapeHtml(table.title)}</h3>`;
  const cell = (column: string, row: HeldRow) => escapeHtml(valueWords(column, row, page) ?? "");
  if (rows.length <= AS_FACTS) {
    const lists = rows.map((row) => {
      const facts = columns
        .filter(({ column }) => valueWords(column, row, page) !== null)
        .map(({ column, label }) => `<div><dt>${escapeHtml(label)}</dt><dd>${cell(column, row)}</dd></div>`);
      return `<dl>${facts.join("")}</dl>`;
    });
    return `${heading}\n${lists.join("\n")}`;
  }
  const head = columns.map(({ label }) => `<th scope="col">${escapeHtml(label)}</th>`).join("");
  const body = rows
    .map((row) => `<tr>${columns.map(({ column }) => `<td>${cell(column, row)}</td>`).join("")}</tr>`)
    .join("\n");
  // Wide tables scroll within themselves, by the keyboard too.
  return `${heading}
<div class="wide" role="region" aria-labelledby="${id}" tabindex="0"><table>
<thead><tr>${head}</tr></thead>
<tbody>
${body}
</tbody></table></div>`;
}

/** The words that were agreed to, version by version. */
function textsHtml(texts: FamilyExport["texts"]): string {
  if (texts.length === 0) return "";
  const facts = texts.map(
    ({ document, version, body }) =>
      `<div><dt>${escapeHtml(documentWords(document))}, version ${escapeHtml(version)}</dt><dd>${escapeHtml(body)}</dd></div>`,
  );
  return `\n<h3 id="texts">The words of the consents</h3>\n<dl>${facts.join("")}</dl>`;
}

const STYLE = `
:root { color-scheme: light dark; --paper: light-dark(#fbf8f2, #141a17); --card: light-dark(#fffdf9, #1b231f);
  --ink: light-dark(#1f2a25, #edf1ee); --soft: light-dark(#5b6660, #a5b0aa); --line: light-dark(#e6dfd2, #2c3731);
  --cedar: light-dark(#1f5a41, #9bd1b9); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
header, main, footer { max-width: 70rem; margin: 0 auto; padding: 1.5rem 1.25rem; }
h1, h2 { font-family: Georgia, serif; line-height: 1.2; font-weight: 600; }
h1 { font-size: 2rem; margin: 0 0 .5rem; }
h2 { font-size: 1.5rem; margin: 0 0 .25rem; }
h3 { font-size: 1.0625rem; margin: 1.5rem 0 .5rem; }
p { margin: .25rem 0; max-width: 62ch; }
a { color: var(--cedar); }
:focus-visible { outline: 3px solid var(--cedar); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; }
.soft, dt, th { color: var(--soft); }
nav ul { padding-left: 1.2rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 16px; padding: 1.25rem; margin-bottom: 1.25rem; }
dl { margin: 0; }
dl + dl { border-top: 1px solid var(--line); margin-top: .75rem; padding-top: .75rem; }
dl div { display: grid; grid-template-columns: minmax(8rem, 16rem) 1fr; gap: 0 1rem; padding: .2rem 0; }
dd { margin: 0; white-space: pre-line; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .4rem .9rem .4rem 0; border-bottom: 1px solid var(--line); }
th { font-size: .875rem; font-weight: 600; white-space: nowrap; }
td { min-width: 5.5rem; white-space: pre-line; overflow-wrap: break-word; }
@media (max-width: 40rem) { dl div { grid-template-columns: 1fr; } }
@media print { section { break-inside: auto; border: 0; padding: 0; } .wide { overflow: visible; } }`;

function leftOut(role: FamilyExport["exported_by"]["role"], email: string): string[] {
  const trail =
    "The trail of changes that the academy keeps: it repeats, in its own words, what stands here, and who changed it.";
  if (role === "admin") return [trail];
  return [
    trail,
    "Invoices and payments of another parent who pays for themselves, and their telephone number and address.",
    "What is kept for the academy alone: notes between teachers, its calendar of rooms, the log of emails and its books.",
    `You may ask for all of it: write to ${email}.`,
  ];
}

/** A family's export as one page that needs nothing else: plain words, local times with their zone, names for ids. */
export function exportPage(held: FamilyExport): string {
  const zone = held.academy.time_zone;
  const page: Page = { timeZone: zone, names: { ...held.names, ...namesIn(held.tables, zone) } };
  const rowsOf = (table: string) => held.tables[table] ?? [];
  const sections = exportSections.filter((section) =>
    section.tables.some(({ table }) => rowsOf(table).length > 0),
  );
  const exported = valueWords("exported_at", { exported_at: held.exported_at }, page) ?? "";
  const { academy } = held;
  const by =
    held.exported_by.role === "admin" ? `${held.exported_by.name}, for the academy` : held.exported_by.name;
  const contents = sections.map(
    (section) => `<li><a href="#${escapeHtml(section.id)}">${escapeHtml(section.title)}</a></li>`,
  );
  const parts = sections.map((section) => {
    const tables = section.tables
      .filter(({ table }) => rowsOf(table).length > 0)
      .map((table) => tableHtml(table, rowsOf(table.table), page));
    return `<section id="${escapeHtml(section.id)}" aria-labelledby="${escapeHtml(section.id)}-title">
<h2 id="${escapeHtml(section.id)}-title">${escapeHtml(section.title)}</h2>
<p class="soft">${escapeHtml(section.about)}</p>
${tables.join("\n")}${section.id === "consents" ? textsHtml(held.texts) : ""}
</section>`;
  });
  const omitted = leftOut(held.exported_by.role, academy.email).map((line) => `<li>${escapeHtml(line)}</li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(held.family.name)}: what ${escapeHtml(academy.name)} holds</title>
<style>${STYLE}
</style>
</head>
<body>
<a class="skip" href="#content">To the content</a>
<header>
<h1>${escapeHtml(held.family.name)}</h1>
<p>Everything that ${escapeHtml(academy.name)} holds on this family, as of ${escapeHtml(exported)}.</p>
<p class="soft">Asked for by ${escapeHtml(by)}. Times are those of ${escapeHtml(zone)}. The file data.json beside this page
holds the same for machines.</p>
<nav aria-label="Contents"><ul>
${contents.join("\n")}
<li><a href="#left-out">What is not in it</a></li>
</ul></nav>
</header>
<main id="content">
${parts.join("\n") || "<p>Nothing is held.</p>"}
<section id="left-out" aria-labelledby="left-out-title">
<h2 id="left-out-title">What is not in it</h2>
<ul>
${omitted.join("\n")}
</ul>
</section>
</main>
<footer>
<p class="soft">${escapeHtml(academy.name)}, ${escapeHtml(academy.address)}, ${escapeHtml(academy.phone)}, ${escapeHtml(academy.email)}</p>
</footer>
</body>
</html>
`;
}
