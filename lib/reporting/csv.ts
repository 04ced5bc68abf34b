/** A column of a CSV file: its heading and what a row says in it. */
export type CsvColumn<Row> = {
  readonly heading: string;
  readonly value: (row: Row) => string | number | null;
};

/** Spreadsheets run a text that begins like this as a formula: somebody's "name" must not. */
const FORMULA = /^[=+\-@\t\r]/;

function field(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rows as CSV (RFC 4180): CRLF, quoted where needed, with the mark by which spreadsheets know UTF-8. */
export function toCsv<Row>(columns: readonly CsvColumn<Row>[], rows: readonly Row[]): string {
  const lines = [columns.map((column) => field(column.heading))];
  for (const row of rows) lines.push(columns.map((column) => field(column.value(row))));
  return `\uFEFF${lines.map((line) => line.join(",")).join("\r\n")}\r\n`;
}

/** Cents as a plain decimal, `25.00`, for a column that names its currency. */
export function decimalCents(cents: number): string {
  const whole = Math.trunc(Math.abs(cents) / 100);
  return `${cents < 0 ? "-" : ""}${whole}.${String(Math.abs(cents) % 100).padStart(2, "0")}`;
}
