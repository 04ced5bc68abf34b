import { CsvError, parse } from "csv-parse/sync";
import { z } from "zod";
import { isCalendarDate } from "@/lib/scheduling/local-day";
import { storable } from "@/lib/storable";
import { accountForm, type Level, oneLine } from "./schema";

/** The headings of a file of families, by what a line says in them. Their order in the file is free. */
const HEADINGS = {
  familyName: "family name",
  guardianName: "guardian name",
  guardianEmail: "guardian email",
  guardianPhone: "guardian phone",
  guardianAddress: "guardian address",
  guardianShare: "guardian share",
  secondName: "second guardian name",
  secondEmail: "second guardian email",
  secondPhone: "second guardian phone",
  secondAddress: "second guardian address",
  secondShare: "second guardian share",
  firstName: "student first name",
  lastName: "student last name",
  birthDate: "birth date",
  instrument: "instrument",
  level: "level",
  wishes: "wishes",
} as const;
type Column = keyof typeof HEADINGS;
const COLUMNS = Object.keys(HEADINGS) as Column[];
const SECOND = COLUMNS.filter((column) => column.startsWith("second"));

const MAX_BYTES = 10_000_000;

/** What is wrong, where (the line in the file, from 1, and the column's heading) and what to do about it. */
export type LineError = { readonly line: number; readonly column: string | null; readonly message: string };

/** What a line says of a guardian; null where its cell is empty. The share is in basis points. */
export type GuardianCells = {
  readonly email: string;
  readonly name: string | null;
  readonly phone: string | null;
  readonly address: string | null;
  readonly shareBp: number | null;
};

/** One line of the file, well-formed in itself. Whether the academy can take it is checked afterwards. */
export type FileLine = {
  readonly line: number;
  readonly familyName: string;
  readonly guardians: readonly [GuardianCells, ...GuardianCells[]];
  readonly firstName: string;
  readonly lastName: string;
  /** `YYYY-MM-DD` */
  readonly birthDate: string;
  readonly instrument: string;
  readonly level: Level;
  readonly wishes: string;
};

export type FamiliesFile = {
  readonly lines: readonly FileLine[];
  readonly errors: readonly LineError[];
  /** First guardians' addresses of the lines that have errors: what else those lines say is not known. */
  readonly incomplete: ReadonlySet<string>;
};

/** The heading of a column, for messages about it. */
export function headingOf(column: Column): string {
  return HEADINGS[column];
}

const text = (column: Column, longest: number) =>
  z
    .string()
    .max(longest, `The ${HEADINGS[column]} is too long: shorten it to ${longest} characters at most.`)
    .regex(
      oneLine,
      `The ${HEADINGS[column]} has line breaks or invisible characters, which cannot be stored: type it again.`,
    );
const filled = (column: Column, longest: number) =>
  z.string().min(1, `Fill in the ${HEADINGS[column]}.`).pipe(text(column, longest));
const optional = (schema: z.ZodType<string, string>) =>
  schema.transform((value) => (value === "" ? null : value));

const address = z
  .string()
  .max(300, "The address is too long: shorten it to 300 characters at most.")
  .regex(
    /^(?:[^\p{Cc}\p{Cf}]|\n)*$/u,
    "The address has invisible characters, which cannot be stored: type it again.",
  );

const email = z
  .string()
  .toLowerCase()
  .pipe(
    z
      .email("This is not an email address: write one like name@school.org.")
      .max(254, "The address is too long: 254 characters at most."),
  );

/** `60`, `60 %`, `33.34` or `33,34` percent, in basis points; null when the cell is empty. */
const share = z.string().transform((value, context): number | null => {
  if (value === "") return null;
  const [, whole, decimals = ""] = /^(\d{1,3})(?:[.,](\d{1,2}))?\s*%?$/.exec(value) ?? [];
  const basisPoints = Number(whole) * 100 + Number(decimals.padEnd(2, "0"));
  if (whole === undefined || basisPoints > 10_000) {
    context.addIssue({
      code: "custom",
      message: "This is not a share: write the percentage that this guardian pays, from 0 to 100.",
      input: value,
    });
    return z.NEVER;
  }
  return basisPoints;
});

/** `2016-04-23`, or `4/23/2016` as spreadsheets of the United States write it. */
function readDate(value: string): string {
  const [, month = "", day = "", year] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(value) ?? [];
  return year === undefined ? value : `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}

const birthDate = z
  .string()
  .min(1, "Fill in the birth date, like 2016-04-23.")
  .transform((value, context) => {
    const date = readDate(value);
    if (isCalendarDate(date) && date > "1900-01-01") return date;
    context.addIssue({
      code: "custom",
      message: isCalendarDate(date)
        ? `${value} is too long ago: check the year of birth.`
        : `"${value.slice(0, 40)}" is not a day of the calendar: write year, month and day like 2016-04-23, or month/day/year like 4/23/2016.`,
      input: value,
    });
    return z.NEVER;
  });

const level = z
  .string()
  .toLowerCase()
  .pipe(
    z.enum(
      ["beginner", "intermediate", "advanced"],
      "Write the level as beginner, intermediate or advanced.",
    ),
  );

const phone = accountForm.shape.phone.unwrap();

const cells = z
  .object({
    familyName: filled("familyName", 110),
    guardianName: optional(text("guardianName", 120)),
    guardianEmail: email,
    guardianPhone: optional(phone),
    guardianAddress: optional(address),
    guardianShare: share,
    secondName: optional(text("secondName", 120)),
    secondEmail: z.union(
      [z.literal(""), email],
      "This is not an email address: write one, or leave it empty.",
    ),
    secondPhone: optional(phone),
    secondAddress: optional(address),
    secondShare: share,
    firstName: filled("firstName", 60),
    lastName: filled("lastName", 60),
    birthDate,
    instrument: filled("instrument", 60),
    level,
    wishes: z
      .string()
      .max(1000, "The wishes are too long: shorten them to 1000 characters at most.")
      .regex(storable, "The wishes have characters that cannot be stored: type them again."),
  } satisfies Record<Column, z.ZodType>)
  .refine((line) => line.secondEmail !== "" || !(line.secondName ?? line.secondPhone ?? line.secondAddress), {
    path: ["secondEmail"],
    error: "Fill in the second guardian's email too, or leave all of the second guardian's cells empty.",
  })
  .refine((line) => line.secondEmail !== "" || !line.secondShare, {
    path: ["secondShare"],
    error: "There is no second guardian to pay this share: fill in the email, or leave the share empty.",
  })
  .refine((line) => line.secondEmail === "" || line.secondEmail !== line.guardianEmail, {
    path: ["secondEmail"],
    error:
      "Both guardians have the same email: give each their own, or leave the second guardian's cells empty.",
  });

function toLine(line: number, cell: z.output<typeof cells>): FileLine {
  const first: GuardianCells = {
    email: cell.guardianEmail,
    name: cell.guardianName,
    phone: cell.guardianPhone,
    address: cell.guardianAddress,
    shareBp: cell.guardianShare,
  };
  const second: GuardianCells = {
    email: cell.secondEmail,
    name: cell.secondName,
    phone: cell.secondPhone,
    address: cell.secondAddress,
    shareBp: cell.secondShare,
  };
  const { familyName, firstName, lastName, instrument, wishes } = cell;
  return {
    line,
    familyName,
    guardians: second.email === "" ? [first] : [first, second],
    firstName,
    lastName,
    birthDate: cell.birthDate,
    instrument,
    level: cell.level,
    wishes,
  };
}

/** A CSV record and the line of the file on which it begins. */
type CsvRecord = { readonly line: number; readonly fields: readonly string[] };

/**
 * Reads a file of families: UTF-8, with or without byte order mark, any line ends, commas or semicolons, quoted fields
 * with line breaks. Empty lines count as lines and are passed over. What is wrong comes back as errors; nothing is thrown.
 */
export function readFamiliesFile(bytes: Uint8Array): FamiliesFile {
  const decoded = decode(bytes);
  if (typeof decoded !== "string") return refuse(decoded);
  const { records, error: syntaxError } = readRecords(decoded);
  const [header, ...rest] = records;
  if (!header) {
    return refuse(
      syntaxError ?? {
        line: 1,
        column: null,
        message: "The file is empty: it begins with a line of headings, then comes one line a student.",
      },
    );
  }
  const columns = readHeader(header);
  if (!Array.isArray(columns)) return refuse(columns);
  const lines: FileLine[] = [];
  const errors: LineError[] = syntaxError ? [syntaxError] : [];
  const incomplete = new Set<string>();
  for (const record of rest) {
    const read = readLine(record, columns);
    if ("errors" in read) {
      errors.push(...read.errors);
      incomplete.add(read.email);
    } else {
      lines.push(read);
    }
  }
  if (rest.length === 0 && !syntaxError) {
    const message = "There is nobody in the file: below the headings, write one line a student.";
    return refuse({ line: header.line, column: null, message });
  }
  return { lines, errors, incomplete };
}

const refuse = (error: LineError): FamiliesFile => ({ lines: [], errors: [error], incomplete: new Set() });

function decode(bytes: Uint8Array): string | LineError {
  if (bytes.length > MAX_BYTES) {
    const message = `The file is larger than ${MAX_BYTES / 1_000_000} MB: split it, with all lines of a family in one part.`;
    return { line: 1, column: null, message };
  }
  // Not the same decoder twice: one that has failed may keep bytes.
  const decodeStrictly = (part: Uint8Array) => new TextDecoder("utf-8", { fatal: true }).decode(part);
  try {
    // The parser counts a carriage return and a line feed within quotes as two lines.
    return decodeStrictly(bytes).replace(/\r\n?/g, "\n");
  } catch {
    let line = 1;
    for (let start = 0; start < bytes.length; line++) {
      const found = bytes.indexOf(0x0a, start);
      const end = found === -1 ? bytes.length : found + 1;
      try {
        decodeStrictly(bytes.subarray(start, end));
      } catch {
        break;
      }
      start = end;
    }
    const message =
      'The file is not UTF-8: save it from the spreadsheet as "CSV UTF-8", so that every name keeps its letters.';
    return { line, column: null, message };
  }
}

function readRecords(source: string): { records: CsvRecord[]; error: LineError | null } {
  const records: CsvRecord[] = [];
  const heading = source.split("\n").find((line) => line.trim() !== "") ?? "";
  const delimiter = heading.split(";").length > heading.split(",").length ? ";" : ",";
  let line = 1;
  try {
    parse(source, {
      delimiter,
      record_delimiter: "\n",
      relax_column_count: true,
      on_record: (fields: string[], context) => {
        const begins = line;
        // Lines within quotes are counted, and empty ones are records too: this one ends where the parser is.
        line = context.lines + 1;
        const trimmed = fields.map((field) => field.normalize("NFC").trim());
        if (trimmed.some((field) => field !== "")) records.push({ line: begins, fields: trimmed });
        return null;
      },
    });
    return { records, error: null };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const message =
      error.code === "CSV_QUOTE_NOT_CLOSED"
        ? "A quoted field begins here and never ends: close it with a quotation mark. What follows could not be read."
        : 'A quotation mark stands where none may be: put the whole field in quotes and double those within ("the ""small"" violin"). What follows could not be read.';
    return { records, error: { line, column: null, message } };
  }
}

/** `Family_Name` and `family  name` are the same heading. */
const spoken = (heading: string): string => heading.toLowerCase().replaceAll(/[\s_-]+/g, " ");

/** Which column each field of a line is. */
function readHeader({ line, fields }: CsvRecord): Column[] | LineError {
  const named = fields.slice(0, fields.findLastIndex((field) => field !== "") + 1).map(spoken);
  const found = named.map((heading) => COLUMNS.find((column) => HEADINGS[column] === heading));
  const unknown = named.filter((_, index) => !found[index]);
  const columns = found.filter((column) => column !== undefined);
  const wanted = columns.some((column) => SECOND.includes(column))
    ? COLUMNS
    : COLUMNS.filter((column) => !SECOND.includes(column));
  const quoted = (headings: readonly string[]) => headings.map((heading) => `"${heading}"`).join(", ");
  const problems = [
    ...sentence(
      "Missing",
      wanted.filter((column) => !columns.includes(column)).map(headingOf),
      "add it to the headings, its cells may be empty where the description says so",
    ),
    ...sentence("Unknown", unknown, "remove or rename it"),
    ...sentence(
      "Twice",
      COLUMNS.filter((column) => columns.indexOf(column) !== columns.lastIndexOf(column)).map(headingOf),
      "keep one of them",
    ),
  ];
  if (problems.length === 0) return columns;
  return { line, column: null, message: problems.join(" ") };

  function sentence(what: string, headings: readonly string[], advice: string): string[] {
    if (headings.length === 0) return [];
    return [`${what}: ${headings.length === 1 ? "column" : "columns"} ${quoted(headings)}: ${advice}.`];
  }
}

function readLine(
  { line, fields }: CsvRecord,
  columns: readonly Column[],
): FileLine | { errors: LineError[]; email: string } {
  const emailAt = columns.indexOf("guardianEmail");
  const email = (fields[emailAt] ?? "").toLowerCase();
  const isFuller = fields.slice(columns.length).some((field) => field !== "");
  if (fields.length < columns.length || isFuller) {
    const message = `This line has ${fields.length} fields where the headings are ${columns.length}: put fields that contain a separator in quotes.`;
    return { errors: [{ line, column: null, message }], email };
  }
  const written: Partial<Record<Column, string>> = Object.fromEntries(SECOND.map((column) => [column, ""]));
  for (const [index, column] of columns.entries()) written[column] = fields[index] ?? "";
  const read = cells.safeParse(written);
  if (read.success) return toLine(line, read.data);
  const byColumn = new Map<PropertyKey | undefined, LineError>();
  for (const { path, message } of read.error.issues) {
    const column = COLUMNS.find((one) => one === path[0]);
    if (!byColumn.has(column))
      byColumn.set(column, { line, column: column ? HEADINGS[column] : null, message });
  }
  return { errors: [...byColumn.values()], email };
}
