import { ageOn } from "@/lib/enrollment/rules";
import { listOf } from "@/lib/format";
import {
  type FamiliesFile,
  type FileLine,
  type GuardianCells,
  headingOf,
  type LineError,
} from "./import-file";
import type { Level } from "./schema";

/** What the academy's rules need to know about themselves. */
export type ImportRules = {
  /** The academy's day, `YYYY-MM-DD`. */
  readonly today: string;
  /** What is taught now; the age is in years. */
  readonly instruments: readonly {
    readonly id: string;
    readonly slug: string;
    readonly name: string;
    readonly minimumAge: number;
  }[];
};

/** A guardian as all lines of the family tell of them together; null where none says anything. */
export type FileGuardian = GuardianCells & { readonly line: number };

export type FileInstrument = {
  readonly line: number;
  readonly instrumentId: string;
  readonly name: string;
  readonly level: Level;
  readonly wishes: string;
};

export type FileStudent = {
  readonly line: number;
  readonly firstName: string;
  readonly lastName: string;
  readonly birthDate: string;
  readonly instruments: readonly FileInstrument[];
};

export type FileFamily = {
  /** Its first line. */
  readonly line: number;
  /** `Rahman family`, as the academy calls families. */
  readonly name: string;
  readonly guardians: readonly FileGuardian[];
  readonly students: readonly FileStudent[];
  /** Whether every line of the family could be read. */
  readonly isComplete: boolean;
};

type Gathering = {
  readonly line: number;
  readonly name: string;
  readonly guardians: (FileGuardian & { readonly said: Map<keyof GuardianCells, number> })[];
  readonly students: Map<string, FileStudent & { readonly instruments: FileInstrument[] }>;
  readonly isComplete: boolean;
};

/** Years. */
const MAX_AGE = 110;

/** What makes a student of a family the same one, as the index students_once has it. */
export function studentKey(student: Pick<FileStudent, "firstName" | "lastName" | "birthDate">): string {
  const name = (text: string) => text.normalize("NFC").toLowerCase();
  return JSON.stringify([name(student.firstName), name(student.lastName), student.birthDate]);
}

/** Brings the lines of each family together and holds them against the academy's rules and each other. */
export function gatherFamilies(
  file: Pick<FamiliesFile, "lines" | "incomplete">,
  rules: ImportRules,
): { readonly families: readonly FileFamily[]; readonly errors: readonly LineError[] } {
  const errors: LineError[] = [];
  const families = new Map<string, Gathering>();
  const familyOf = new Map<string, Gathering>();
  for (const line of file.lines) {
    const email = line.guardians[0].email;
    const family = families.get(email) ?? {
      line: line.line,
      name: familyTitle(line.familyName),
      guardians: [],
      students: new Map(),
      isComplete: !file.incomplete.has(email),
    };
    const conflict = checkFamily(line, family, familyOf);
    if (conflict) {
      errors.push(conflict);
      continue;
    }
    families.set(email, family);
    for (const [nth, guardian] of line.guardians.entries()) {
      familyOf.set(guardian.email, family);
      errors.push(...addGuardian(family, nth, line.line, guardian));
    }
    errors.push(...addStudent(family, line, rules));
  }
  return {
    families: [...families.values()].map((family) => ({
      ...family,
      guardians: family.guardians.map(({ said, ...guardian }) => guardian),
      students: [...family.students.values()],
    })),
    errors,
  };
}

const sameText = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** The academy calls the Rahmans "Rahman family", as it does those who register themselves. */
function familyTitle(name: string): string {
  return /\bfamily$/i.test(name) ? name : `${name} family`;
}

/** A guardian's address belongs to one family, and the guardians stand in the same order in all its lines. */
function checkFamily(
  line: FileLine,
  family: Gathering,
  familyOf: ReadonlyMap<string, Gathering>,
): LineError | null {
  if (!sameText(family.name, familyTitle(line.familyName))) {
    return {
      line: line.line,
      column: headingOf("familyName"),
      message: `${line.guardians[0].email} belongs to the ${family.name} of line ${family.line}: give both lines the same family name, or this guardian another email.`,
    };
  }
  for (const [nth, { email }] of line.guardians.entries()) {
    const column = headingOf(nth === 0 ? "guardianEmail" : "secondEmail");
    const other = familyOf.get(email);
    if (other && other !== family) {
      const message = `${email} is a guardian of the ${other.name} of line ${other.line} already: a guardian belongs to one family, with the same first guardian in all its lines.`;
      return { line: line.line, column, message };
    }
    const known = family.guardians[nth];
    if (known && known.email !== email) {
      const message = `Line ${known.line} names ${known.email} as this family's second guardian: a family has two guardians at most, the same in all its lines.`;
      return { line: line.line, column, message };
    }
  }
  return null;
}

const GUARDIAN_COLUMNS = {
  name: ["guardianName", "secondName"],
  phone: ["guardianPhone", "secondPhone"],
  address: ["guardianAddress", "secondAddress"],
  shareBp: ["guardianShare", "secondShare"],
} as const;

/** The first line that says something counts; a later one may leave it out, but not say something else. */
function addGuardian(family: Gathering, nth: number, line: number, cells: GuardianCells): LineError[] {
  const { email } = cells;
  const nothing = { name: null, phone: null, address: null, shareBp: null };
  const guardian = family.guardians[nth] ?? { email, line, ...nothing, said: new Map() };
  family.guardians[nth] = guardian;
  const errors: LineError[] = [];
  for (const field of ["name", "phone", "address", "shareBp"] as const) {
    if (cells[field] === null) continue;
    const before = guardian.said.get(field);
    if (before === undefined) {
      guardian.said.set(field, line);
      Object.assign(guardian, { [field]: cells[field] });
    } else if (cells[field] !== guardian[field]) {
      errors.push({
        line,
        column: headingOf(GUARDIAN_COLUMNS[field][nth === 0 ? 0 : 1]),
        message: `Line ${before} says something else of this guardian: write the same in both, or leave it empty here.`,
      });
    }
  }
  return errors;
}

function addStudent(family: Gathering, line: FileLine, rules: ImportRules): LineError[] {
  const instrument = rules.instruments.find(
    ({ slug, name }) => sameText(slug, line.instrument) || sameText(name, line.instrument),
  );
  if (!instrument) {
    const taught = listOf(rules.instruments.map(({ name }) => name.toLowerCase()));
    const message = `"${line.instrument}" is not taught: write one of ${taught}.`;
    return [{ line: line.line, column: headingOf("instrument"), message }];
  }
  const misfit = checkBirthDate(line.birthDate, instrument, rules.today);
  if (misfit) return [{ line: line.line, column: headingOf("birthDate"), message: misfit }];
  const key = studentKey(line);
  const { firstName, lastName, birthDate } = line;
  const student = family.students.get(key) ?? {
    line: line.line,
    firstName,
    lastName,
    birthDate,
    instruments: [],
  };
  const twin = student.instruments.find(({ instrumentId }) => instrumentId === instrument.id);
  if (twin) {
    const message = `Line ${twin.line} has ${firstName} ${lastName} with ${instrument.name.toLowerCase()} already: remove one of the two lines.`;
    return [{ line: line.line, column: null, message }];
  }
  student.instruments.push({
    line: line.line,
    instrumentId: instrument.id,
    name: instrument.name,
    level: line.level,
    wishes: line.wishes,
  });
  family.students.set(key, student);
  return [];
}

/** As the enrollment's form has it (lib/enrollment/rules.ts), in the words of somebody who corrects a file. */
function checkBirthDate(
  birthDate: string,
  instrument: ImportRules["instruments"][number],
  today: string,
): string | null {
  if (birthDate > today) return `${birthDate} is in the future: check the year.`;
  const age = ageOn(birthDate, today);
  if (age > MAX_AGE) return `The student would be ${age} today: check the year of birth.`;
  if (age >= instrument.minimumAge) return null;
  return `${instrument.name} starts at age ${instrument.minimumAge} and the student is ${age} today: check the date, or choose another instrument.`;
}
