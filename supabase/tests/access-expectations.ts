import { ids, people } from "./fixture";

/** Who asks. The inactive and the ended session are asked separately: they get nothing of anything. */
export type Role = "anon" | "admin" | "parentA" | "parentB" | "teacher1" | "teacher2" | "student";
export const ROLES: readonly Role[] = [
  "anon",
  "admin",
  "parentA",
  "parentB",
  "teacher1",
  "teacher2",
  "student",
];

/** Labels of the rows that a role may reach; "*" is every row. A role that is not named reaches none. */
export type Reach = Partial<Record<Role, "*" | readonly string[]>>;

export type TableExpectation = {
  /** SQL over the row `t` that names whose row it is. */
  readonly label: string;
  readonly select: Reach;
  readonly insert: Reach;
  readonly update: Reach;
  readonly delete: Reach;
};

const NOBODY: Reach = {};
const ADMIN: Reach = { admin: "*" };
const READ_ONLY = { insert: NOBODY, update: NOBODY, delete: NOBODY };
const BY_ADMIN = { insert: ADMIN, update: ADMIN, delete: ADMIN };

/** The same rows for everybody, the visitor included. */
const everybody = (labels: "*" | readonly string[]): Reach => ({
  ...Object.fromEntries(ROLES.map((role) => [role, labels])),
  admin: "*",
});

const BY_FAMILY = `case t.family_id when '${ids.familyA}' then 'A' when '${ids.familyB}' then 'B' end`;
const BY_STUDENT = (column: string): string =>
  `case t.${column} when '${ids.studentA1}' then 'A1' when '${ids.studentA2}' then 'A2' when '${ids.studentB1}' then 'B1' end`;
const BY_TEACHER = (column: string): string =>
  `case t.${column} when '${ids.teacher1}' then 'T1' when '${ids.teacher2}' then 'T2' else 'former' end`;
const BY_PROFILE = (column: string): string =>
  `case t.${column} ${Object.entries(people)
    .map(([person, userId]) => `when '${userId}' then '${person}'`)
    .join(" ")} end`;

const FAMILIES: Reach = { ...ADMIN, parentA: ["A"], parentB: ["B"] };
const STUDENTS: Reach = {
  ...ADMIN,
  parentA: ["A1", "A2"],
  parentB: ["B1"],
  student: ["A1"],
  teacher1: ["A1"],
  teacher2: ["B1"],
};
const OWN_STUDENTS: Reach = { ...ADMIN, parentA: ["A1", "A2"], parentB: ["B1"] };
const OWN_TEACHER: Reach = { ...ADMIN, teacher1: ["T1"], teacher2: ["T2"] };
const OWN_PROFILE: Reach = {
  ...ADMIN,
  parentA: ["parentA"],
  parentB: ["parentB"],
  teacher1: ["teacher1"],
  teacher2: ["teacher2"],
  student: ["student"],
};

const PUBLIC: TableExpectation = { label: "'row'", select: everybody("*"), ...BY_ADMIN };
const MONEY: TableExpectation = { label: BY_FAMILY, select: FAMILIES, ...READ_ONLY };
const ADMIN_READS: TableExpectation = { label: "'row'", select: ADMIN, ...READ_ONLY };
const SERVER_ONLY: TableExpectation = { label: "'row'", select: NOBODY, ...READ_ONLY };

/** What each role may do with each table of the schema public, by hand: a table without an entry fails the test. */
export const EXPECTATIONS: Readonly<Record<string, TableExpectation>> = {
  academy_settings: PUBLIC,
  terms: PUBLIC,
  closures: PUBLIC,
  prices: PUBLIC,
  instruments: {
    label: "case when t.is_active then 'offered' else 'retired' end",
    select: everybody(["offered"]),
    ...BY_ADMIN,
  },
  rooms: {
    label: "case when t.is_active then 'open' else 'closed' end",
    select: everybody(["open"]),
    ...BY_ADMIN,
  },
  teachers: { label: BY_TEACHER("id"), select: everybody(["T1", "T2"]), ...BY_ADMIN },
  teacher_instruments: PUBLIC,
  teacher_availability: PUBLIC,
  teacher_employment: { label: BY_TEACHER("teacher_id"), select: OWN_TEACHER, ...BY_ADMIN },
  teacher_exceptions: { label: BY_TEACHER("teacher_id"), select: OWN_TEACHER, ...BY_ADMIN },

  profiles: {
    label: BY_PROFILE("id"),
    select: OWN_PROFILE,
    insert: NOBODY,
    update: OWN_PROFILE,
    delete: NOBODY,
  },
  consents: {
    label: BY_PROFILE("profile_id"),
    select: { ...ADMIN, parentA: ["parentA"], parentB: ["parentB"] },
    insert: { parentA: ["parentA"], parentB: ["parentB"] },
    update: NOBODY,
    delete: NOBODY,
  },
  invitations: { label: "'row'", select: ADMIN, ...BY_ADMIN },
  families: {
    label: `case t.id when '${ids.familyA}' then 'A' when '${ids.familyB}' then 'B' end`,
    select: FAMILIES,
    ...BY_ADMIN,
  },
  guardians: { label: BY_FAMILY, select: FAMILIES, ...BY_ADMIN },
  students: {
    label: BY_STUDENT("id"),
    select: STUDENTS,
    insert: OWN_STUDENTS,
    update: OWN_STUDENTS,
    delete: NOBODY,
  },
  student_instruments: { label: BY_STUDENT("student_id"), select: STUDENTS, ...READ_ONLY },

  lessons: {
    label: BY_STUDENT("student_id"),
    select: {
      ...ADMIN,
      parentA: ["A1"],
      parentB: ["B1"],
      student: ["A1"],
      teacher1: ["A1"],
      teacher2: ["B1"],
    },
    ...READ_ONLY,
  },
  bookings: {
    label: BY_STUDENT("student_id"),
    select: { ...ADMIN, student: ["A1"], teacher1: ["A1"], teacher2: ["B1"] },
    ...READ_ONLY,
  },

  enrollments: MONEY,
  enrollment_events: MONEY,
  checkouts: MONEY,
  payments: MONEY,
  subscriptions: MONEY,
  workflow_runs: MONEY,
  workflow_steps: { ...MONEY, label: "right(t.run_id, 1)" },

  audit_log: ADMIN_READS,
  outbox: ADMIN_READS,
  ledger_transactions: ADMIN_READS,
  ledger_entries: ADMIN_READS,
  stripe_events: ADMIN_READS,
  email_log: ADMIN_READS,

  enrollment_drafts: SERVER_ONLY,
  rate_limits: SERVER_ONLY,
};

/** Tables without any policy: only the server's own role, which passes row level security, uses them. */
export const SERVER_ONLY_TABLES: readonly string[] = ["public.enrollment_drafts", "public.rate_limits"];
