import type { AppRole } from "@/lib/db/database.gen";
import {
  type FileFamily,
  type FileGuardian,
  type FileInstrument,
  type FileStudent,
  studentKey,
} from "./import-families";
import { headingOf, type LineError } from "./import-file";
import type { Level } from "./schema";

/** What the academy has of the families that a file names. Shares are in basis points. */
export type KnownGuardian = {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly phone: string | null;
  readonly address: string | null;
  readonly shareBp: number;
  readonly profileId: string | null;
};
export type KnownStudent = {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly birthDate: string;
  readonly instruments: readonly {
    readonly instrumentId: string;
    readonly level: string;
    readonly wishes: string;
  }[];
};
export type KnownFamily = {
  readonly id: string;
  readonly name: string;
  readonly guardians: readonly KnownGuardian[];
  readonly students: readonly KnownStudent[];
};
/** An account with a guardian's address. */
export type KnownAccount = {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly phone: string | null;
  readonly role: AppRole;
  readonly isConfirmed: boolean;
};
/** An invitation that nobody has accepted yet. */
export type KnownInvitation = {
  readonly email: string;
  readonly role: AppRole;
  readonly familyId: string | null;
  readonly isExpired: boolean;
};
export type KnownPeople = {
  readonly families: readonly KnownFamily[];
  readonly accounts: readonly KnownAccount[];
  readonly invitations: readonly KnownInvitation[];
};

/** Rows as their tables have them. */
export type FamilyRow = { readonly id: string; readonly name: string };
export type GuardianRow = {
  readonly id: string;
  readonly family_id: string;
  readonly profile_id: string | null;
  readonly full_name: string;
  readonly email: string;
  readonly phone: string | null;
  readonly address: string | null;
  readonly payer_share_bp: number;
};
export type StudentRow = {
  readonly id: string;
  readonly family_id: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly birth_date: string;
};
export type StudentInstrumentRow = {
  readonly student_id: string;
  readonly instrument_id: string;
  readonly level: Level;
  readonly wishes: string;
};
export type InvitationRow = { readonly email: string; readonly family_id: string };

/** A field of somebody the academy knows, and the line that says otherwise. */
export type Change = {
  readonly line: number;
  readonly who: string;
  readonly field: string;
  readonly from: string;
  readonly to: string;
};

export type Counted = "families" | "guardians" | "students" | "instruments";
export type Counts = { readonly added: number; readonly changed: number; readonly unchanged: number };

/** Everything that an import writes. The preview shows it, applying writes it: there is no other computation. */
export type ImportPlan = {
  readonly added: {
    readonly families: readonly FamilyRow[];
    readonly guardians: readonly GuardianRow[];
    readonly students: readonly StudentRow[];
    readonly instruments: readonly StudentInstrumentRow[];
  };
  readonly changed: {
    readonly families: readonly FamilyRow[];
    readonly guardians: readonly GuardianRow[];
    readonly instruments: readonly StudentInstrumentRow[];
  };
  /** Guardians who find their family when they register with this address, new or renewed. */
  readonly invitations: readonly InvitationRow[];
  readonly counts: Readonly<Record<Counted, Counts>>;
  readonly changes: readonly Change[];
  /** What the file says otherwise, but people with an account keep themselves. */
  readonly kept: readonly Change[];
  readonly errors: readonly LineError[];
};

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Draft = {
  readonly added: { [Table in keyof ImportPlan["added"]]: ImportPlan["added"][Table][number][] };
  readonly changed: { [Table in keyof ImportPlan["changed"]]: ImportPlan["changed"][Table][number][] };
  readonly invitations: InvitationRow[];
  readonly counts: Record<Counted, Mutable<Counts>>;
  readonly changes: Change[];
  readonly kept: Change[];
  readonly errors: LineError[];
};

/** The known people by what finds them. */
type Directory = {
  readonly familiesOf: ReadonlyMap<string, readonly KnownFamily[]>;
  readonly accountOf: ReadonlyMap<string, KnownAccount>;
  readonly invitationOf: ReadonlyMap<string, KnownInvitation>;
  readonly newId: () => string;
};

/**
 * What has to be written so that the academy has what the file says. Families are recognized by a guardian's email,
 * students within their family by names and birth date. An empty cell never takes anything away.
 * @param newId makes the ids of new rows.
 */
export function planImport(
  families: readonly FileFamily[],
  known: KnownPeople,
  newId: () => string,
): ImportPlan {
  const familiesOf = new Map<string, KnownFamily[]>();
  for (const family of known.families) {
    for (const email of new Set(family.guardians.map((guardian) => guardian.email))) {
      familiesOf.set(email, [...(familiesOf.get(email) ?? []), family]);
    }
  }
  const directory: Directory = {
    familiesOf,
    accountOf: new Map(known.accounts.map((account) => [account.email, account])),
    invitationOf: new Map(known.invitations.map((invitation) => [invitation.email, invitation])),
    newId,
  };
  const none = (): Mutable<Counts> => ({ added: 0, changed: 0, unchanged: 0 });
  const draft: Draft = {
    added: { families: [], guardians: [], students: [], instruments: [] },
    changed: { families: [], guardians: [], instruments: [] },
    invitations: [],
    counts: { families: none(), guardians: none(), students: none(), instruments: none() },
    changes: [],
    kept: [],
    errors: [],
  };
  const lineOf = new Map<KnownFamily, number>();
  for (const family of families) {
    const found = recognizeFamily(family, directory, lineOf);
    if ("message" in found) draft.errors.push(found);
    else planFamily(family, found.known, draft, directory);
  }
  return draft;
}

/** The academy's family with one of these guardians; none where it is new. */
function recognizeFamily(
  family: FileFamily,
  { familiesOf }: Directory,
  lineOf: Map<KnownFamily, number>,
): { readonly known: KnownFamily | null } | LineError {
  const found = new Set(family.guardians.flatMap(({ email }) => familiesOf.get(email) ?? []));
  const [known = null, other] = found;
  const column = headingOf("guardianEmail");
  if (known && other) {
    const message = `The academy has these guardians in two families, the ${known.name} and the ${other.name}: correct that there first, or use other emails.`;
    return { line: family.line, column, message };
  }
  const before = known && lineOf.get(known);
  if (known && before) {
    const message = `The academy has this guardian in the ${known.name}, which line ${before} is about: give both lines the same family name and first guardian.`;
    return { line: family.line, column, message };
  }
  if (known) lineOf.set(known, family.line);
  return { known };
}

function planFamily(family: FileFamily, known: KnownFamily | null, draft: Draft, directory: Directory): void {
  const familyId = known?.id ?? directory.newId();
  if (!known) {
    draft.added.families.push({ id: familyId, name: family.name });
    draft.counts.families.added++;
  } else if (isChange(known.name, family.name)) {
    draft.changed.families.push({ id: familyId, name: family.name });
    draft.counts.families.changed++;
    draft.changes.push({
      line: family.line,
      who: known.name,
      field: "name",
      from: known.name,
      to: family.name,
    });
  } else {
    draft.counts.families.unchanged++;
  }
  const shares = divideShares(family, known?.guardians ?? []);
  if ("message" in shares) draft.errors.push(shares);
  for (const guardian of family.guardians) {
    const present = known?.guardians.find(({ email }) => email === guardian.email) ?? null;
    const shareBp = "message" in shares ? present?.shareBp : shares.of.get(guardian.email);
    const { isComplete } = family;
    planGuardian(guardian, present, { id: familyId, shareBp: shareBp ?? 0, isComplete }, draft, directory);
  }
  const present = new Map(known?.students.map((student) => [studentKey(student), student]));
  for (const student of family.students) {
    planStudent(student, present.get(studentKey(student)) ?? null, familyId, draft, directory);
  }
}

/** Names that differ only in the case of their letters are the same. */
const isChange = (before: string, after: string): boolean => before.toLowerCase() !== after.toLowerCase();

const percent = (basisPoints: number): string => `${basisPoints / 100} %`;

/**
 * Who pays how much (basis points), by address: as the file says, else as the academy has it; one guardian of whom neither
 * says anything pays the rest. The guardians that the file does not name keep their shares.
 */
function divideShares(
  family: FileFamily,
  known: readonly KnownGuardian[],
): { readonly of: ReadonlyMap<string, number> } | LineError {
  const members = new Map<string, number | null>(known.map(({ email, shareBp }) => [email, shareBp]));
  const isTold = family.guardians.some(({ email, shareBp }) => shareBp !== null || !members.has(email));
  for (const { email, shareBp } of family.guardians)
    members.set(email, shareBp ?? members.get(email) ?? null);
  const open = [...members].filter(([, shareBp]) => shareBp === null);
  const sum = [...members.values()].reduce<number>((total, shareBp) => total + (shareBp ?? 0), 0);
  const [rest] = open;
  if (rest && open.length === 1) members.set(rest[0], Math.max(0, 10_000 - sum));
  const of = new Map([...members].map(([email, shareBp]) => [email, shareBp ?? 0]));
  // Shares that were uneven before the file are not the file's error, nor are those of a line that could not be read.
  if (!isTold || !family.isComplete) return { of };
  const column = headingOf("guardianShare");
  if (open.length > 1) {
    const message = "There are two guardians: write in both share columns what percentage each one pays.";
    return { line: family.line, column, message };
  }
  if (sum === 10_000 || (rest && sum < 10_000)) return { of };
  const unnamed = known.filter(({ email }) => !family.guardians.some((guardian) => guardian.email === email));
  const others = unnamed.map(({ name, shareBp }) => `${name}, whom the academy has with ${percent(shareBp)}`);
  const message =
    others.length > 0
      ? `The shares of this family come to ${percent(sum)} with ${others.join(" and ")}: name that guardian too, so that they sum to 100 %.`
      : `The shares of this family come to ${percent(sum)}: make them sum to 100 %.`;
  return { line: family.line, column, message };
}

function planGuardian(
  guardian: FileGuardian,
  present: KnownGuardian | null,
  family: { readonly id: string; readonly shareBp: number; readonly isComplete: boolean },
  draft: Draft,
  { accountOf, invitationOf, newId }: Directory,
): void {
  const { email, line } = guardian;
  const found = accountOf.get(email);
  const account = found?.isConfirmed ? found : null;
  if (!present?.profileId && !account) planInvitation(email, family.id, draft, invitationOf.get(email));
  const linked = !present?.profileId && account?.role === "parent" ? account : null;
  const name = linked?.name ?? guardian.name ?? present?.name;
  if (name === undefined) {
    const message = `${email} is new to the academy: fill in this guardian's name.`;
    if (family.isComplete) draft.errors.push({ line, column: null, message });
    return;
  }
  const row: GuardianRow = {
    id: present?.id ?? newId(),
    family_id: family.id,
    profile_id: present?.profileId ?? linked?.id ?? null,
    full_name: present && !isChange(present.name, name) ? present.name : name,
    email,
    phone: linked?.phone ?? guardian.phone ?? present?.phone ?? null,
    address: guardian.address ?? present?.address ?? null,
    payer_share_bp: family.shareBp,
  };
  if (!present) {
    draft.added.guardians.push(row);
    draft.counts.guardians.added++;
    return;
  }
  const change = (field: string, from: string | null, to: string | null): Change[] =>
    from === to ? [] : [{ line, who: present.name, field, from: from ?? "", to: to ?? "" }];
  const personal = [
    ...change("name", present.name, row.full_name),
    ...change("phone", present.phone, row.phone),
  ];
  const changes = [
    ...change("address", present.address, row.address),
    ...change("share", percent(present.shareBp), percent(row.payer_share_bp)),
    ...(linked ? change("account", "none", `the one of ${email}`) : []),
  ];
  // Name and telephone number of an account are its person's to change; the guardian's row follows them.
  const isTheirs = present.profileId !== null;
  if (isTheirs) draft.kept.push(...personal);
  else changes.unshift(...personal);
  draft.changes.push(...changes);
  if (changes.length > 0) {
    draft.changed.guardians.push(isTheirs ? { ...row, full_name: present.name, phone: present.phone } : row);
  }
  draft.counts.guardians[changes.length > 0 ? "changed" : "unchanged"]++;
}

/** Who registers with this address finds the family, unless the address is waited for in another role. */
function planInvitation(
  email: string,
  familyId: string,
  draft: Draft,
  open: KnownInvitation | undefined,
): void {
  if (open && (open.role !== "parent" || (open.familyId === familyId && !open.isExpired))) return;
  draft.invitations.push({ email, family_id: familyId });
}

function planStudent(
  student: FileStudent,
  present: KnownStudent | null,
  familyId: string,
  draft: Draft,
  { newId }: Directory,
): void {
  const studentId = present?.id ?? newId();
  const { firstName, lastName, birthDate } = student;
  if (!present) {
    draft.added.students.push({
      id: studentId,
      family_id: familyId,
      first_name: firstName,
      last_name: lastName,
      birth_date: birthDate,
    });
  }
  let isChanged = false;
  for (const instrument of student.instruments) {
    const before = present?.instruments.find(({ instrumentId }) => instrumentId === instrument.instrumentId);
    const row: StudentInstrumentRow = {
      student_id: studentId,
      instrument_id: instrument.instrumentId,
      level: instrument.level,
      wishes: instrument.wishes || (before?.wishes ?? ""),
    };
    if (!before) {
      draft.added.instruments.push(row);
      draft.counts.instruments.added++;
      continue;
    }
    const changes = instrumentChanges(`${firstName} ${lastName}`, instrument, before, row);
    draft.changes.push(...changes);
    if (changes.length > 0) {
      draft.changed.instruments.push(row);
      draft.counts.instruments.changed++;
      isChanged = true;
    } else {
      draft.counts.instruments.unchanged++;
    }
  }
  draft.counts.students[present ? (isChanged ? "changed" : "unchanged") : "added"]++;
}

function instrumentChanges(
  who: string,
  { line, name }: FileInstrument,
  before: KnownStudent["instruments"][number],
  after: StudentInstrumentRow,
): Change[] {
  const fields = ["level", "wishes"] as const;
  return fields
    .filter((field) => before[field] !== after[field])
    .map((field) => ({
      line,
      who,
      field: `${name.toLowerCase()} ${field}`,
      from: before[field],
      to: after[field],
    }));
}
