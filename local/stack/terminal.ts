import { StackError } from "./stack-error";

const isColourful = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code: string) => (text: string) => (isColourful ? `\u001b[${code}m${text}\u001b[0m` : text);

export const bold = paint("1");
export const dim = paint("2");
export const green = paint("32");
export const red = paint("31");
export const yellow = paint("33");

const startedAt = performance.now();

/** Prints one line of progress, with the seconds since the command began. */
export function printStep(text: string): void {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6);
  console.log(`${dim(`${seconds} s`)}  ${text}`);
}

/** Width of a text on the screen, colours aside. */
function width(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that colour a terminal begin with one
  return text.replaceAll(/\u001b\[\d+m/g, "").length;
}

/** Prints rows in aligned columns, indented. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, width(cell));
  }
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column === row.length - 1 ? cell : cell + " ".repeat((widths[column] ?? 0) - width(cell)),
    );
    console.log(`  ${cells.join("   ")}`);
  }
}

/** Tells a failure: one that a person can mend as its sentence, any other with its trace. */
export function printFailure(error: unknown): void {
  if (error instanceof StackError) console.error(`\n${red("✖")} ${error.message}\n`);
  else console.error(`\n${red("✖")} Something unexpected happened.\n`, error);
}
