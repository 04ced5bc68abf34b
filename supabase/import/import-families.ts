import { randomUUID } from "node:crypto";
import type postgres from "postgres";
import { isConnectionLost } from "@/lib/db/errors";
import { gatherFamilies, type ImportRules } from "@/lib/families/import-families";
import { type FamiliesFile, type LineError, readFamiliesFile } from "@/lib/families/import-file";
import {
  type ImportPlan,
  type KnownAccount,
  type KnownFamily,
  type KnownGuardian,
  type KnownInvitation,
  type KnownPeople,
  type KnownStudent,
  planImport,
} from "@/lib/families/import-plan";
import { localDate } from "@/lib/format";
import { insertRows, type Sql } from "../seed/rows";

export type ImportOptions = {
  /** Writes what the plan says; without it, the database is only read. */
  readonly apply: boolean;
  /** The academy's time, and the milliseconds by which it is ahead of the real time. */
  readonly now: Date;
  readonly clockOffsetMs?: number;
};

export type Imported = {
  readonly plan: Omit<ImportPlan, "errors">;
  /** By line. With any of them, nothing is written. */
  readonly errors: readonly LineError[];
  /** Lines of the file that tell of a student and could be read. */
  readonly lines: number;
  readonly isWritten: boolean;
  /** Under which the audit log has what was written. */
  readonly requestId: string;
};

/** Why an import could not be run at all; the message says what to do. */
export class ImportRefused extends Error {
  override readonly name = "ImportRefused";
}

/** How long an import waits until nobody else writes families. */
const LOCK_TIMEOUT_MS = 20_000;
/** How long an imported guardian has time to register and find the family. */
const INVITED_DAYS = 365;

const REFUSALS: Readonly<Record<string, string>> = {
  "55P03": "Somebody else is writing families just now. Nothing was written; run the command again.",
  "40P01":
    "The import and somebody else's change waited for each other. Nothing was written; run the command again.",
  "23505":
    "The academy has a person of this file already, in a way the import cannot see. Nothing was written.",
  "28P01": "The database refuses this login: check the password in DATABASE_ADMIN_URL.",
  "3D000": "There is no such database: check the name in DATABASE_ADMIN_URL.",
  "42P01": "The database does not have the academy's tables yet: apply the migrations first.",
  "42501":
    "This login may not write families: DATABASE_ADMIN_URL must name the database's owner. Nothing was written.",
};

/**
 * Imports a file of families as the owner. The preview reads in a transaction that cannot write; applying makes the same
 * plan and writes it in one transaction, in which nobody else writes families, so that two imports at once make nobody
 * twice. All of it is written or nothing.
 * @throws ImportRefused when there is no academy, or the database was not to be had.
 */
export async function importFamilies(
  sql: postgres.Sql,
  bytes: Uint8Array,
  options: ImportOptions,
): Promise<Imported> {
  const file = readFamiliesFile(bytes);
  const requestId = `import-${randomUUID()}`;
  try {
    return await sql.begin(
      options.apply ? "isolation level read committed" : "isolation level repeatable read read only",
      async (tx) => {
        await enter(tx, requestId, options);
        if (options.apply) await keepOthersFromWriting(tx, file);
        const { plan, errors } = await makePlan(tx, file, options.now);
        const isWritten = options.apply && errors.length === 0;
        if (isWritten) await writePlan(tx, plan);
        return { plan, errors, lines: file.lines.length, isWritten, requestId };
      },
    );
  } catch (error) {
    throw toRefusal(error);
  }
}

/** What a person can do about a database error; every other error stays as it is. */
function toRefusal(error: unknown): unknown {
  if (!(error instanceof Error && "code" in error)) return error;
  const sentence = isConnectionLost(error)
    ? "The database cannot be reached: check that it runs, and DATABASE_ADMIN_URL. Nothing was written."
    : REFUSALS[String(error.code)];
  if (sentence === undefined) return error;
  const detail = "detail" in error && error.detail ? ` PostgreSQL says: ${error.detail}` : "";
  return new ImportRefused(`${sentence}${detail}`, { cause: error });
}

async function enter(
  tx: postgres.TransactionSql,
  requestId: string,
  { clockOffsetMs = 0 }: ImportOptions,
): Promise<void> {
  await tx`select set_config('app.clock_offset_ms', ${String(clockOffsetMs)}, true),
                  set_config('app.actor_role', 'import of families', true),
                  set_config('app.request_id', ${requestId}, true),
                  set_config('lock_timeout', ${String(LOCK_TIMEOUT_MS)}, true)`;
}

/**
 * Waits until nobody else writes families and has them wait; everybody may go on reading. The locks are taken in the order
 * in which the others take theirs: a parent's account before its new family, an invitation before the people it is for.
 */
async function keepOthersFromWriting(tx: postgres.TransactionSql, file: FamiliesFile): Promise<void> {
  const emails = file.lines.flatMap(({ guardians }) => guardians.map(({ email }) => email));
  await tx`select p.id from public.profiles p where p.email = any(${emails}) order by p.id for key share`;
  await tx`lock table public.invitations, public.families, public.guardians, public.students,
                      public.student_instruments in share row exclusive mode`;
}

async function makePlan(tx: Sql, file: FamiliesFile, now: Date): Promise<Pick<Imported, "plan" | "errors">> {
  const rules = await readRules(tx, now);
  const { families, errors } = gatherFamilies(file, rules);
  const emails = families.flatMap(({ guardians }) => guardians.map(({ email }) => email));
  const { errors: mismatches, ...plan } = planImport(families, await readPeople(tx, emails), randomUUID);
  const all = [...file.errors, ...errors, ...mismatches];
  return { plan, errors: all.sort((a, b) => a.line - b.line) };
}

async function readRules(tx: Sql, now: Date): Promise<ImportRules> {
  const [academy] = await tx<{ zone: string }[]>`select time_zone as zone from public.academy_settings`;
  if (!academy) {
    throw new ImportRefused(
      "There is no academy in this database yet: load its settings and instruments first.",
    );
  }
  const instruments = await tx<ImportRules["instruments"][number][]>`
    select id, slug, name, minimum_age as "minimumAge" from public.instruments where is_active order by sort, name`;
  return { today: localDate(now, academy.zone), instruments };
}

/** The families, accounts and open invitations that these addresses belong to. */
async function readPeople(tx: Sql, emails: readonly string[]): Promise<KnownPeople> {
  // Arrays of ids, not subqueries: right after a large import the planner's numbers are old, and a join may be slow.
  const named = await tx<{ id: string }[]>`
    select distinct g.family_id as id from public.guardians g where g.email = any(${emails}) and g.deleted_at is null`;
  const ids = named.map(({ id }) => id);
  const [families, guardians, students, accounts, invitations] = await Promise.all([
    tx<{ id: string; name: string }[]>`
      select f.id, f.name from public.families f where f.id = any(${ids}::uuid[]) order by f.id`,
    tx<(KnownGuardian & { familyId: string })[]>`
      select g.id, g.family_id as "familyId", g.email, g.full_name as name, g.phone, g.address,
             g.payer_share_bp as "shareBp", g.profile_id as "profileId"
        from public.guardians g where g.family_id = any(${ids}::uuid[]) and g.deleted_at is null order by g.created_at, g.id`,
    tx<(Omit<KnownStudent, "instruments"> & { familyId: string })[]>`
      select s.id, s.family_id as "familyId", s.first_name as "firstName", s.last_name as "lastName",
             s.birth_date::text as "birthDate"
        from public.students s where s.family_id = any(${ids}::uuid[])`,
    tx<KnownAccount[]>`
      select p.id, p.email, p.full_name as name, p.phone, p.role, u.email_confirmed_at is not null as "isConfirmed"
        from public.profiles p join auth.users u on u.id = p.id where p.email = any(${emails})`,
    tx<KnownInvitation[]>`
      select i.email, i.role, i.family_id as "familyId", i.expires_at <= private.now() as "isExpired"
        from public.invitations i where i.accepted_at is null and i.email = any(${emails})`,
  ]);
  const instruments = await tx<(KnownStudent["instruments"][number] & { studentId: string })[]>`
    select l.student_id as "studentId", l.instrument_id as "instrumentId", l.level, l.wishes
      from public.student_instruments l where l.student_id = any(${students.map(({ id }) => id)}::uuid[])`;
  const guardiansOf = Map.groupBy(guardians, ({ familyId }) => familyId);
  const studentsOf = Map.groupBy(students, ({ familyId }) => familyId);
  const instrumentsOf = Map.groupBy(instruments, ({ studentId }) => studentId);
  return {
    families: families.map(
      ({ id, name }): KnownFamily => ({
        id,
        name,
        guardians: guardiansOf.get(id) ?? [],
        students: (studentsOf.get(id) ?? []).map((student) => ({
          ...student,
          instruments: instrumentsOf.get(student.id) ?? [],
        })),
      }),
    ),
    accounts,
    invitations,
  };
}

/** One statement a table and kind of change, whatever the number of rows. */
async function writePlan(tx: Sql, { added, changed, invitations }: Imported["plan"]): Promise<void> {
  const rows = (of: readonly unknown[]) => tx`${JSON.stringify(of)}::text::jsonb`;
  await insertRows(tx, "families", added.families);
  await insertRows(tx, "guardians", added.guardians);
  await insertRows(tx, "students", added.students);
  await insertRows(tx, "student_instruments", added.instruments);
  if (changed.families.length > 0) {
    await tx`
      update public.families f set name = r.name
        from jsonb_populate_recordset(null::public.families, ${rows(changed.families)}) r where f.id = r.id`;
  }
  if (changed.guardians.length > 0) {
    await tx`
      update public.guardians g
         set profile_id = r.profile_id, full_name = r.full_name, phone = r.phone, address = r.address,
             payer_share_bp = r.payer_share_bp
        from jsonb_populate_recordset(null::public.guardians, ${rows(changed.guardians)}) r where g.id = r.id`;
  }
  if (changed.instruments.length > 0) {
    await tx`
      update public.student_instruments s set level = r.level, wishes = r.wishes
        from jsonb_populate_recordset(null::public.student_instruments, ${rows(changed.instruments)}) r
       where s.student_id = r.student_id and s.instrument_id = r.instrument_id`;
  }
  if (invitations.length > 0) {
    await tx`
      insert into public.invitations as i (email, role, family_id, expires_at)
      select r.email, 'parent', r.family_id, private.now() + ${INVITED_DAYS} * interval '1 day'
        from jsonb_populate_recordset(null::public.invitations, ${rows(invitations)}) r
      on conflict (email) where accepted_at is null
        do update set family_id = excluded.family_id, expires_at = excluded.expires_at`;
  }
}
