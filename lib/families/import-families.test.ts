import { describe, expect, it } from "vitest";
import { gatherFamilies, type ImportRules } from "./import-families";
import type { FileLine, GuardianCells } from "./import-file";

const rules: ImportRules = {
  today: "2026-11-24",
  instruments: [
    { id: "p", slug: "piano", name: "Piano", minimumAge: 4 },
    { id: "b", slug: "bass", name: "Bass guitar", minimumAge: 8 },
  ],
};

const guardian = (email: string, more: Partial<GuardianCells> = {}): GuardianCells => ({
  email,
  name: null,
  phone: null,
  address: null,
  shareBp: null,
  ...more,
});
const nadia = guardian("nadia@rahman.example", { name: "Nadia Rahman", shareBp: 10_000 });
const farid = guardian("farid@rahman.example", { name: "Farid Rahman", shareBp: 0 });

function line(number: number, change: Partial<FileLine> = {}): FileLine {
  return {
    line: number,
    familyName: "Rahman",
    guardians: [nadia],
    firstName: "Lina",
    lastName: "Rahman",
    birthDate: "2016-04-23",
    instrument: "piano",
    level: "beginner",
    wishes: "",
    ...change,
  };
}

const gather = (...lines: FileLine[]) => gatherFamilies({ lines, incomplete: new Set() }, rules);
const errorsOf = (...lines: FileLine[]) =>
  gather(...lines).errors.map(({ line: at, column, message }) => [at, column, message]);

describe("gatherFamilies", () => {
  it("brings the lines of a family together, wherever they stand", () => {
    const { families, errors } = gather(
      line(2),
      line(3, { familyName: "Duarte", guardians: [guardian("helena@duarte.example")], firstName: "Rui" }),
      line(4, { guardians: [guardian(nadia.email, { phone: "555 0100" }), farid], firstName: "Amir" }),
      line(5, { instrument: "Bass Guitar" }),
    );
    expect(errors).toEqual([]);
    expect(
      families.map(({ name, students }) => [name, students.map((student) => student.firstName)]),
    ).toEqual([
      ["Rahman family", ["Lina", "Amir"]],
      ["Duarte family", ["Rui"]],
    ]);
    expect(families[0]?.guardians).toEqual([
      { ...nadia, phone: "555 0100", line: 2 },
      { ...farid, line: 4 },
    ]);
    expect(families[0]?.students[0]?.instruments.map(({ line: at, name }) => [at, name])).toEqual([
      [2, "Piano"],
      [5, "Bass guitar"],
    ]);
  });

  it.each([
    ["Rahman", "Rahman family"],
    ["Rahman family", "Rahman family"],
    ["The Rahman Family", "The Rahman Family"],
  ])("calls %j the %j", (familyName, name) => {
    expect(gather(line(2, { familyName })).families[0]?.name).toBe(name);
  });

  it.each([
    ["2026-11-25", "piano", /in the future/],
    ["1900-05-01", "piano", /126 today/],
    ["2022-11-25", "piano", /Piano starts at age 4 and the student is 3 today/],
    ["2022-11-24", "piano", null],
    ["2018-12-01", "bass", /Bass guitar starts at age 8/],
  ])("holds a birth date of %s against %s", (birthDate, instrument, message) => {
    expect(errorsOf(line(2, { birthDate, instrument }))).toEqual(
      message ? [[2, "birth date", expect.stringMatching(message)]] : [],
    );
  });

  it("names what is taught when an instrument is not", () => {
    expect(errorsOf(line(2, { instrument: "lute" }))).toEqual([
      [2, "instrument", '"lute" is not taught: write one of piano and bass guitar.'],
    ]);
  });

  it.each([
    [
      "a guardian under another family name",
      line(3, { familyName: "Duarte", firstName: "Rui" }),
      "family name",
      /Rahman family of line 2/,
    ],
    [
      "a guardian of another family as second one",
      line(3, { familyName: "Duarte", guardians: [guardian("helena@duarte.example"), nadia] }),
      "second guardian email",
      /Rahman family of line 2/,
    ],
    [
      "the guardians in another order",
      line(3, { guardians: [farid, nadia], firstName: "Amir" }),
      "guardian email",
      /same first guardian/,
    ],
    [
      "a third guardian",
      line(3, { guardians: [nadia, guardian("aunt@rahman.example")], firstName: "Amir" }),
      "second guardian email",
      /two guardians at most/,
    ],
    [
      "another telephone number of the same guardian",
      line(3, { guardians: [guardian(nadia.email, { name: "Nadia R." })], firstName: "Amir" }),
      "guardian name",
      /^Line 2 says something else/,
    ],
    [
      "another share",
      line(3, { guardians: [nadia, guardian(farid.email, { shareBp: 4000 })], firstName: "Amir" }),
      "second guardian share",
      /^Line 2 says something else/,
    ],
    [
      "the same student and instrument again",
      line(3, { firstName: "LINA" }),
      null,
      /^Line 2 has LINA Rahman/,
    ],
  ])("refuses %s", (_, second, column, message) => {
    const first = line(2, { guardians: [nadia, farid] });
    expect(errorsOf(first, second)).toEqual([[3, column, expect.stringMatching(message)]]);
  });

  it("knows which families it could not read as a whole", () => {
    const { families } = gatherFamilies(
      { lines: [line(2)], incomplete: new Set(["nadia@rahman.example"]) },
      rules,
    );
    expect(families[0]?.isComplete).toBe(false);
  });
});
