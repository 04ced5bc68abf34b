import { ids, people } from "./fixture-ids";

/** Who asks. */
export type Role = "anon" | "admin" | "parentA" | "parentB" | "teacher1" | "teacher2" | "student" | Outsider;
/** An inactive account, and an administrator whose session was ended: they get nothing of anything. */
type Outsider = "inactive" | "signedOut";
const INSIDERS = ["anon", "admin", "parentA", "parentB", "teacher1", "teacher2", "student"] as const;
export const ROLES: readonly Role[] = [...INSIDERS, "inactive", "signedOut"];

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
  ...Object.fromEntries(INSIDERS.map((role) => [role, labels])),
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
/** Rows of a student that the family, the student and the teacher see. */
const TEACHING: Reach = {
  ...ADMIN,
  parentA: ["A1"],
  parentB: ["B1"],
  student: ["A1"],
  teacher1: ["A1"],
  teacher2: ["B1"],
};
const LEARNERS: Reach = { ...ADMIN, parentA: ["A1"], parentB: ["B1"], student: ["A1"] };
const TEACHERS: Reach = { teacher1: ["A1"], teacher2: ["B1"] };
const STAFF: Reach = { ...ADMIN, teacher1: "*", teacher2: "*" };
const CONVERSATIONS: Reach = { ...FAMILIES, teacher1: ["A"], teacher2: ["B"] };
const OWN_CHOICES: Reach = { parentA: ["parentA"], parentB: ["parentB"] };
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
    select: { ...everybody(["open"]), anon: [] },
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
    insert: OWN_CHOICES,
    update: OWN_CHOICES,
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

  // Lessons of a class have no student of their own: they go by the class's.
  lessons: {
    label: `case t.class_id when '${ids.classA}' then 'class of A1' when '${ids.classB}' then 'class of B1' else ${BY_STUDENT("student_id")} end`,
    select: {
      ...ADMIN,
      parentA: ["A1", "class of A1"],
      parentB: ["B1", "class of B1"],
      student: ["A1", "class of A1"],
      teacher1: ["A1", "class of A1"],
      teacher2: ["B1", "class of B1"],
    },
    ...READ_ONLY,
  },
  bookings: {
    label: `case when t.student_id is null then 'class of ' || ${BY_TEACHER("teacher_id")} when t.kind = 'seat' then 'seat of ' || ${BY_STUDENT("student_id")} else ${BY_STUDENT("student_id")} end`,
    select: {
      ...ADMIN,
      student: ["A1", "seat of A1"],
      teacher1: ["A1", "class of T1"],
      teacher2: ["B1", "class of T2"],
    },
    ...READ_ONLY,
  },
  lesson_series: { label: BY_STUDENT("student_id"), select: TEACHING, ...READ_ONLY },
  classes: {
    label: "t.kind::text",
    select: { ...everybody(["group"]), parentB: ["group", "shared"], teacher2: ["group", "shared"] },
    ...BY_ADMIN,
  },
  class_seats: { label: BY_STUDENT("student_id"), select: TEACHING, ...READ_ONLY },
  lesson_seats: { label: BY_STUDENT("student_id"), select: TEACHING, ...READ_ONLY },
  attendance: {
    label: BY_STUDENT("student_id"),
    select: TEACHING,
    insert: { ...ADMIN, ...TEACHERS },
    update: { ...ADMIN, ...TEACHERS },
    delete: NOBODY,
  },
  lesson_notes: {
    label: `${BY_STUDENT("student_id")} || case t.audience when 'academy' then ' for the academy' else '' end`,
    select: {
      ...LEARNERS,
      teacher1: ["A1", "A1 for the academy"],
      teacher2: ["B1", "B1 for the academy"],
    },
    insert: { teacher1: ["A1", "A1 for the academy"], teacher2: ["B1", "B1 for the academy"] },
    update: { teacher1: ["A1", "A1 for the academy"], teacher2: ["B1", "B1 for the academy"] },
    delete: { ...ADMIN, teacher1: ["A1", "A1 for the academy"], teacher2: ["B1", "B1 for the academy"] },
  },
  assignments: {
    label: BY_STUDENT("student_id"),
    select: TEACHING,
    insert: TEACHERS,
    update: { ...TEACHING, admin: [] },
    delete: TEACHERS,
  },
  practice_entries: {
    label: BY_STUDENT("student_id"),
    select: TEACHING,
    insert: { ...LEARNERS, admin: [] },
    update: { ...LEARNERS, admin: [] },
    delete: { ...LEARNERS, admin: [] },
  },
  makeup_credits: { label: BY_STUDENT("student_id"), select: LEARNERS, ...READ_ONLY },
  waitlist_entries: MONEY,
  waitlist_offers: MONEY,

  makeup_days: PUBLIC,
  plans: PUBLIC,
  pay_rates: { label: "'row'", select: STAFF, ...BY_ADMIN },
  payroll_periods: { label: "'row'", select: STAFF, ...BY_ADMIN },
  payroll_lines: { label: BY_TEACHER("teacher_id"), select: OWN_TEACHER, ...BY_ADMIN },

  invoices: MONEY,
  invoice_lines: {
    label: `case t.invoice_id when '${ids.invoiceA}' then 'A' when '${ids.invoiceB}' then 'B' end`,
    select: FAMILIES,
    ...READ_ONLY,
  },
  account_credits: MONEY,
  credit_applications: MONEY,
  refunds: MONEY,
  payment_attempts: MONEY,
  family_cards: MONEY,
  unpaid_pauses: MONEY,
  disputes: { label: BY_FAMILY, select: ADMIN, ...READ_ONLY },

  message_threads: {
    label: BY_FAMILY,
    select: CONVERSATIONS,
    insert: CONVERSATIONS,
    update: NOBODY,
    delete: NOBODY,
  },
  // Each message is its parent's: nobody else sends it in their name.
  messages: {
    label: BY_FAMILY,
    select: CONVERSATIONS,
    insert: { parentA: ["A"], parentB: ["B"] },
    update: NOBODY,
    delete: NOBODY,
  },
  message_reads: {
    label: BY_PROFILE("profile_id"),
    select: OWN_CHOICES,
    insert: OWN_CHOICES,
    update: OWN_CHOICES,
    delete: NOBODY,
  },
  notification_choices: {
    label: BY_PROFILE("profile_id"),
    select: { ...ADMIN, ...OWN_CHOICES },
    insert: OWN_CHOICES,
    update: OWN_CHOICES,
    delete: OWN_CHOICES,
  },
  lesson_proposals: { label: BY_FAMILY, select: FAMILIES, ...READ_ONLY },
  calendar_feeds: {
    label: BY_PROFILE("profile_id"),
    select: OWN_PROFILE,
    ...READ_ONLY,
  },
  files: {
    label: `coalesce(${BY_STUDENT("student_id")}, ${BY_TEACHER("teacher_id")})`,
    select: { ...LEARNERS, teacher1: ["A1", "T1"], teacher2: ["B1", "T2"] },
    ...READ_ONLY,
  },

  consent_texts: { label: "'row'", select: everybody("*"), insert: ADMIN, update: NOBODY, delete: NOBODY },
  data_requests: {
    label: BY_FAMILY,
    select: FAMILIES,
    insert: { parentA: ["A"], parentB: ["B"] },
    update: NOBODY,
    delete: NOBODY,
  },
  retention_rules: { label: "'row'", select: ADMIN, insert: NOBODY, update: ADMIN, delete: NOBODY },

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
export const SERVER_ONLY_TABLES: readonly string[] = [
  "private.audit_head",
  "private.installations",
  "public.enrollment_drafts",
  "public.rate_limits",
];
