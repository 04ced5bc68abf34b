import { describe, expect, it } from "vitest";
import { readFamiliesFile } from "./import-file";

const HEADER =
  "family name,guardian name,guardian email,guardian phone,guardian address,guardian share,student first name,student last name,birth date,instrument,level,wishes";
const SECOND =
  "second guardian name,second guardian email,second guardian phone,second guardian address,second guardian share";
const LINE =
  "Rahman,Nadia Rahman,nadia@rahman.example,555 0100,1 Elm,100,Lina,Rahman,2016-04-23,piano,beginner,";

const read = (text: string) => readFamiliesFile(new TextEncoder().encode(text));
/** The line with one of its cells written otherwise. */
const lineWith = (heading: string, value: string): string => {
  const at = HEADER.split(",").indexOf(heading);
  return LINE.split(",")
    .map((cell, index) => (index === at ? value : cell))
    .join(",");
};

describe("readFamiliesFile", () => {
  it("reads a line", () => {
    expect(read(`${HEADER}\n${LINE}\n`)).toEqual({
      errors: [],
      incomplete: new Set(),
      lines: [
        {
          line: 2,
          familyName: "Rahman",
          guardians: [
            {
              email: "nadia@rahman.example",
              name: "Nadia Rahman",
              phone: "555 0100",
              address: "1 Elm",
              shareBp: 10_000,
            },
          ],
          firstName: "Lina",
          lastName: "Rahman",
          birthDate: "2016-04-23",
          instrument: "piano",
          level: "beginner",
          wishes: "",
        },
      ],
    });
  });

  const plain = read(`${HEADER}\n${LINE}\n`).lines;
  it.each([
    ["a byte order mark", `\uFEFF${HEADER}\n${LINE}\n`],
    ["Windows line ends", `${HEADER}\r\n${LINE}\r\n`],
    ["old Mac line ends", `${HEADER}\r${LINE}\r`],
    ["no last line end", `${HEADER}\n${LINE}`],
    ["semicolons", `${HEADER}\n${LINE}`.replaceAll(",", ";")],
    ["quotes everywhere", `${HEADER}\n${LINE}`.replaceAll(/[^,\n]+/g, (cell) => `"${cell}"`)],
    ["headings as people write them", `${HEADER.toUpperCase().replaceAll(" ", "_")}\n${LINE}`],
    ["spaces around", `${HEADER}\n${LINE}`.replaceAll(",", " , ")],
    ["empty columns at the end, as spreadsheets leave them", `${HEADER},,\n${LINE},,\n,,,,,,,,,,,,,\n`],
    [
      "capitals in address and level",
      `${HEADER}\n${LINE.replace("nadia@", "Nadia@").replace("beginner", "Beginner")}`,
    ],
    ["an American date", `${HEADER}\n${LINE.replace("2016-04-23", "4/23/2016")}`],
    ["columns in another order", flip(`${HEADER}\n${LINE}`)],
  ])("reads the same with %s", (_, text) => {
    const file = read(text);
    expect(file.errors).toEqual([]);
    expect(file.lines).toEqual(plain);
  });

  it.each([
    ["\n", "line feeds"],
    ["\r\n", "carriage returns and line feeds"],
    ["\r", "carriage returns"],
  ])("counts the lines of the file, those within quotes (%j) and empty ones too", (end) => {
    const text = [
      "",
      HEADER,
      lineWith("wishes", '"First, scales.\nThen ""songs"".\n"'),
      "",
      lineWith("guardian address", '"1 Elm\nCedar Heights"'),
      lineWith("level", "expert"),
    ].join("\n");
    const { lines, errors } = read(text.replaceAll("\n", end));
    expect(lines.map(({ line }) => line)).toEqual([3, 7]);
    expect(lines[0]?.wishes).toBe('First, scales.\nThen "songs".');
    expect(lines[1]?.guardians[0].address).toBe("1 Elm\nCedar Heights");
    expect(errors.map(({ line, column }) => [line, column])).toEqual([[9, "level"]]);
  });

  it.each([
    ["family name", ""],
    ["family name", "x".repeat(111)],
    ["guardian name", "x".repeat(121)],
    ["guardian email", ""],
    ["guardian email", "nadia at rahman"],
    ["guardian email", `${"x".repeat(250)}@rahman.example`],
    ["guardian phone", "1".repeat(41)],
    ["guardian phone", "call me"],
    ["guardian address", "x".repeat(301)],
    ["guardian share", "101"],
    ["guardian share", "half"],
    ["guardian share", "-1"],
    ["guardian share", "33.333"],
    ["student first name", ""],
    ["student first name", "x".repeat(61)],
    ["student first name", '"Li\nna"'],
    ["student first name", "Li\u0000na"],
    ["student last name", ""],
    ["student last name", "x".repeat(61)],
    ["birth date", ""],
    ["birth date", "2025-02-29"],
    ["birth date", "2/29/2025"],
    ["birth date", "23/4/2016"],
    ["birth date", "2016-13-01"],
    ["birth date", "23.4.2016"],
    ["birth date", "1899-04-23"],
    ["instrument", ""],
    ["level", ""],
    ["level", "grade 4"],
    ["wishes", "x".repeat(1001)],
    ["wishes", "Li\u0000na"],
  ])("refuses a %s like %j, once and by its name", (heading, value) => {
    const { lines, errors } = read(`${HEADER}\n${LINE}\n${lineWith(heading, value)}\n`);
    expect(lines).toEqual(plain);
    expect(errors).toEqual([
      { line: 3, column: heading, message: expect.stringMatching(/^[A-Z"0-9].*\.$/s) },
    ]);
  });

  it.each([
    ["100", 10_000],
    ["60 %", 6000],
    ["33.34", 3334],
    ["0", 0],
    ["12.5%", 1250],
    ["", null],
  ])("reads a share of %j as %j basis points", (cell, expected) => {
    const [line] = read(`${HEADER}\n${lineWith("guardian share", cell)}`).lines;
    expect(line?.guardians[0].shareBp).toBe(expected);
  });

  it("reads a decimal comma where semicolons separate", () => {
    const [line] = read(
      `${HEADER}\n${lineWith("guardian share", "33.34")}`.replaceAll(",", ";").replace("33.34", "33,34"),
    ).lines;
    expect(line?.guardians[0].shareBp).toBe(3334);
  });

  it("keeps every letter, composed as others write it", () => {
    const [line] = read(`${HEADER}\n${lineWith("student first name", "Ine\u0302s")}`).lines;
    expect(line?.firstName).toBe("In\u00eas");
  });

  describe("with a second guardian", () => {
    const header = `${HEADER},${SECOND}`;
    it.each([
      ["all of it", "Farid,farid@rahman.example,555 0101,2 Elm,0", []],
      ["none", ",,,,", []],
      ["the email alone", ",farid@rahman.example,,,", []],
      ["no email", "Farid,,,,", ["second guardian email"]],
      ["a share of nobody", ",,,,40", ["second guardian share"]],
      ["a share of nothing for nobody", ",,,,0", []],
      ["the first one's email", ",Nadia@rahman.example,,,", ["second guardian email"]],
      ["a bad email", "Farid,farid,,,", ["second guardian email"]],
    ])("takes or refuses %s", (_, cells, columns) => {
      const { errors } = read(`${header}\n${LINE},${cells}`);
      expect(errors.map(({ column }) => column)).toEqual(columns);
    });
  });

  it.each([
    ["a missing column", HEADER.replace(",birth date", ""), /^Missing: column "birth date"/],
    ["missing columns", "family name,wishes", /^Missing: columns "guardian name", "guardian email",/],
    ["part of a second guardian", `${HEADER},second guardian name`, /"second guardian email"/],
    ["an unknown column", `${HEADER},shoe size`, /^Unknown: column "shoe size"/],
    ["a column without a heading", `family name,,${HEADER.slice(12)}`, /^Unknown: column ""/],
    ["a column twice", `${HEADER},level`, /^Twice: column "level"/],
  ])("refuses %s", (_, header, message) => {
    const { lines, errors } = read(`\n${header}\n${LINE}`);
    expect(lines).toEqual([]);
    expect(errors).toEqual([{ line: 2, column: null, message: expect.stringMatching(message) }]);
  });

  it.each([
    ["an empty file", "", 1],
    ["only headings", `${HEADER}\n`, 1],
    ["a line with too few fields", `${HEADER}\n${LINE}\nRahman,Nadia`, 3],
    ["a line with too many", `${HEADER}\n${LINE}\n${LINE}a, b`, 3],
    ["a quote that never ends", `${HEADER}\n${LINE}\n\n${lineWith("wishes", '"a\nb')}\n${LINE}`, 4],
    ["a quote in the middle", `${HEADER}\n${LINE}\n${lineWith("wishes", 'a "b" c')}`, 3],
  ])("tells the line of %s", (_, text, line) => {
    expect(read(text).errors.map((error) => [error.line, error.column])).toEqual([[line, null]]);
  });

  it("says that another encoding is not UTF-8, and where", () => {
    const latin = new Uint8Array(
      Buffer.from(`${HEADER}\n${LINE}\n${lineWith("student first name", "In\u00eas")}`, "latin1"),
    );
    expect(readFamiliesFile(latin).errors).toEqual([
      { line: 3, column: null, message: expect.stringContaining("not UTF-8") },
    ]);
    const wide = new Uint8Array(Buffer.from(`\uFEFF${HEADER}\n${LINE}`, "utf16le"));
    expect(readFamiliesFile(wide).errors).toEqual([
      { line: 1, column: null, message: expect.stringContaining("not UTF-8") },
    ]);
  });

  it("knows whose family a refused line was about", () => {
    expect(read(`${HEADER}\n${lineWith("level", "")}`).incomplete).toEqual(new Set(["nadia@rahman.example"]));
  });
});

function flip(text: string): string {
  return text
    .split("\n")
    .map((line) => line.split(",").reverse().join(","))
    .join("\n");
}
