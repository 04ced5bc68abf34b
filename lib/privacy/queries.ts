import { sql } from "kysely";
import type { DataRequestKind } from "@/lib/db/database.gen";
import type { Db } from "@/lib/db/principal";
import type { Id } from "@/lib/ids";
import { type ListParams, type ListShape, PAGE_SIZE, type Page } from "@/lib/reporting/list-params";
import type {
  Consent,
  DataRequest,
  ErasureObstacle,
  FamilyExport,
  HeldTables,
  KeptRecords,
  RetentionRule,
} from "./schema";

/** The families of the signed-in parent, by name. */
export async function listOwnFamilies(
  db: Db,
): Promise<{ readonly id: Id<"family">; readonly name: string }[]> {
  const { rows } = await sql<{ id: Id<"family">; name: string }>`
    select f.id, f.name from families f where f.id in (select private.my_family_ids()) order by f.name, f.id`.execute(
    db,
  );
  return rows;
}

/** What is held on a family, by table, as far as the signed-in person may see it. */
export async function readHeldTables(db: Db, familyId: Id<"family">): Promise<HeldTables> {
  const { rows } = await sql<{ held: HeldTables }>`select private.export_family(${familyId}) as held`.execute(
    db,
  );
  return rows[0]?.held ?? {};
}

/** What the ids among these stand for: teachers and their accounts, instruments, rooms, classes, terms. */
export async function readNames(db: Db, ids: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const { rows } = await sql<{ id: string; name: string }>`
    select n.id, n.name
      from (select t.id, t.first_name || ' ' || t.last_name from teachers t
             union all
            select t.profile_id, t.first_name || ' ' || t.last_name from teachers t
             union all select i.id, i.name from instruments i
             union all select r.id, r.name from rooms r
             union all select c.id, c.name from classes c
             union all select t.id, t.name from terms t) n (id, name)
      join json_array_elements_text(${JSON.stringify(ids)}::text::json) wanted (id) on wanted.id = n.id::text`.execute(
    db,
  );
  return Object.fromEntries(rows.map((row) => [row.id, row.name]));
}

/** The words of the texts that the consents among these rows are about. */
export async function readConsentTexts(
  db: Db,
  consents: HeldTables[string] = [],
): Promise<FamilyExport["texts"]> {
  const { rows } = await sql<FamilyExport["texts"][number]>`
    select t.document, t.version, t.body from consent_texts t
     where exists (select from json_to_recordset(${JSON.stringify(consents)}::text::json) c (document text, version text)
                    where c.document = t.document and c.version = t.version)
     order by t.published_at, t.document`.execute(db);
  return rows;
}

const REQUEST = sql`r.id, r.kind, r.family_id as "familyId", f.name as "familyName", r.reason,
  p.full_name as "requestedBy", r.requested_at as "requestedAt", r.done_at as "doneAt"`;

/** What has been asked for about one family, newest first; the last 50. */
export async function listRequestsOfFamily(db: Db, familyId: Id<"family">): Promise<DataRequest[]> {
  const { rows } = await sql<DataRequest>`
    select ${REQUEST}
      from data_requests r join families f on f.id = r.family_id left join profiles p on p.id = r.requested_by
     where r.family_id = ${familyId} order by r.requested_at desc, r.id limit 50`.execute(db);
  return rows;
}

export const requestList: ListShape<"asked", "kind"> = {
  sorts: ["asked"],
  defaultSort: "-asked",
  filters: { kind: ["export", "erasure"] satisfies DataRequestKind[] },
};

/** One page of everything that has been asked for. */
export async function listRequests(db: Db, params: ListParams<"asked", "kind">): Promise<Page<DataRequest>> {
  const { rows } = await sql<DataRequest & { total: number }>`
    select ${REQUEST}, count(*) over ()::int as total
      from data_requests r join families f on f.id = r.family_id left join profiles p on p.id = r.requested_by
     where ${params.filters.kind} = '' or r.kind::text = ${params.filters.kind}
     order by r.requested_at ${sql.raw(params.descending ? "desc" : "asc")}, r.id
     limit ${PAGE_SIZE} offset ${(params.page - 1) * PAGE_SIZE}`.execute(db);
  return { rows: rows.map(({ total: _, ...row }) => row), total: rows[0]?.total ?? 0 };
}

const CONSENT = sql`
  select c.id, p.full_name as person, c.document, c.version, t.body, c.given_at as "givenAt",
         c.withdrawn_at as "withdrawnAt"
    from consents c join profiles p on p.id = c.profile_id
    join consent_texts t on t.document = c.document and t.version = c.version`;

/** What the signed-in person agreed to, newest first. */
export async function listOwnConsents(db: Db, userId: string): Promise<Consent[]> {
  const { rows } = await sql<Consent>`${CONSENT}
    where c.profile_id = ${userId} order by c.given_at desc, c.document`.execute(db);
  return rows;
}

/** What a family's people agreed to, newest first. For the administrator. */
export async function listFamilyConsents(db: Db, familyId: Id<"family">): Promise<Consent[]> {
  const { rows } = await sql<Consent>`${CONSENT}
    where c.profile_id in (select g.profile_id from guardians g where g.family_id = ${familyId}
                            union select s.profile_id from students s where s.family_id = ${familyId})
    order by c.given_at desc, p.full_name, c.document`.execute(db);
  return rows;
}

/** What must end before a family can be erased; nothing for everybody but an administrator. */
export async function findErasureObstacles(db: Db, familyId: Id<"family">): Promise<ErasureObstacle[]> {
  const { rows } = await sql<ErasureObstacle>`
    select obstacle, found::int as found from private.erasure_obstacles(${familyId})`.execute(db);
  return rows;
}

/** What stays of a family when its names are gone. */
export async function readKeptRecords(db: Db, familyId: Id<"family">): Promise<KeptRecords> {
  const { rows } = await sql<KeptRecords>`
    select (select count(*)::int from payments p where p.family_id = ${familyId}) as payments,
           coalesce((select json_object_agg(s.currency, s.cents)
                       from (select p.currency, sum(p.amount_cents) as cents from payments p
                              where p.family_id = ${familyId} group by p.currency) s), '{}') as paid,
           (select count(*)::int from invoices i where i.family_id = ${familyId}) as invoices,
           (select count(*)::int from lessons l where l.family_id = ${familyId}) as lessons,
           (select count(*)::int from ledger_entries e where e.family_id = ${familyId}) as "ledgerEntries"`.execute(
    db,
  );
  const [kept] = rows;
  if (!kept) throw new Error("a select of one row gave none");
  return kept;
}

/** The rules by which the academy forgets, in the order of their days. */
export async function listRetentionRules(db: Db): Promise<RetentionRule[]> {
  const { rows } = await sql<RetentionRule>`
    select r.subject, r.keep_days as "keepDays", r.explanation from retention_rules r
     order by r.keep_days, r.subject`.execute(db);
  return rows;
}
