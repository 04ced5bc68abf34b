import { invalid, missing } from "./api-error";
import type { Fragment } from "./database";
import type { CreatedRange, Page } from "./params";
import type { Kind, Kinds, List } from "./wire";
import type { Work } from "./work";

/** What an object keeps besides what the API shows. */
export type Hidden = Record<string, unknown>;

interface Row<K extends Kind> {
  data: Kinds[K];
  hidden: Hidden;
  wake_at: number | null;
}

const NOUNS: Partial<Record<Kind, string>> = {
  payment_method: "PaymentMethod",
  "checkout.session": "checkout.session",
};

/** A kind as Stripe names it in messages. */
function nounOf(kind: Kind): string {
  return NOUNS[kind] ?? kind;
}

function asJson(work: Work, value: object) {
  // The driver wants its own JSON type; what is stored here is always plain data.
  return work.sql.json(JSON.parse(JSON.stringify(value)));
}

/** Stores a new object. `wakeAt` is when the scheduler has to look at it (simulated seconds). */
export async function insertObject<K extends Kind>(
  work: Work,
  kind: K,
  data: Kinds[K],
  options: { hidden?: Hidden; wakeAt?: number | null } = {},
): Promise<Kinds[K]> {
  const created = "created" in data && typeof data.created === "number" ? data.created : work.now;
  await work.sql`
    insert into stripe_local.objects (id, kind, created, data, hidden, wake_at)
    values (${data.id}, ${kind}, ${created}, ${asJson(work, data)}, ${asJson(work, options.hidden ?? {})},
            ${options.wakeAt ?? null})`;
  return data;
}

/** Replaces what the API shows of an object; hidden state and wake time only when given. */
export async function saveObject<K extends Kind>(
  work: Work,
  kind: K,
  data: Kinds[K],
  options: { hidden?: Hidden; wakeAt?: number | null } = {},
): Promise<void> {
  await work.sql`
    update stripe_local.objects
    set data = ${asJson(work, data)}
      ${options.hidden ? work.sql`, hidden = ${asJson(work, options.hidden)}` : work.sql``}
      ${options.wakeAt === undefined ? work.sql`` : work.sql`, wake_at = ${options.wakeAt}`}
    where id = ${data.id} and kind = ${kind}`;
}

/** Takes an object out of sight: retrieving it answers a tombstone, lists leave it out. */
export async function deleteObject(
  work: Work,
  kind: Kind,
  id: string,
): Promise<{ id: string; object: Kind; deleted: true }> {
  const tombstone = { id, object: kind, deleted: true as const };
  await work.sql`
    update stripe_local.objects set data = ${asJson(work, tombstone)}, wake_at = null
    where id = ${id} and kind = ${kind}`;
  return tombstone;
}

/** An object with its hidden state, or undefined. `lock` holds the row until the transaction ends. */
export async function findRow<K extends Kind>(
  work: Work,
  kind: K,
  id: string,
  lock = false,
): Promise<Row<K> | undefined> {
  const rows = await work.sql<Row<K>[]>`
    select data, hidden, wake_at from stripe_local.objects
    where id = ${id} and kind = ${kind} ${lock ? work.sql`for update` : work.sql``}`;
  return rows[0];
}

/** An object that must exist; `param` names where its id came from. Deleted ones count as missing. */
export async function readRow<K extends Kind>(
  work: Work,
  kind: K,
  id: string,
  options: { param?: string; lock?: boolean } = {},
): Promise<Row<K>> {
  const row = await findRow(work, kind, id, options.lock ?? false);
  if (!row || isDeleted(row.data)) throw missing(nounOf(kind), id, options.param);
  return row;
}

/** `readRow` without the hidden part. */
export async function readObject<K extends Kind>(
  work: Work,
  kind: K,
  id: string,
  options: { param?: string; lock?: boolean } = {},
): Promise<Kinds[K]> {
  return (await readRow(work, kind, id, options)).data;
}

function isDeleted(data: object): boolean {
  return "deleted" in data && data.deleted === true;
}

/** All objects of a kind that satisfy a condition, oldest first. */
export async function findObjects<K extends Kind>(
  work: Work,
  kind: K,
  condition: Fragment,
): Promise<Kinds[K][]> {
  const rows = await work.sql<{ data: Kinds[K] }[]>`
    select data from stripe_local.objects
    where kind = ${kind} and not data ? 'deleted' and ${condition}
    order by created, seq`;
  return rows.map((row) => row.data);
}

/** One page of a kind, newest first, with Stripe's cursors. */
export async function listObjects<K extends Kind>(
  work: Work,
  kind: K,
  page: Page,
  url: string,
  conditions: Fragment[] = [],
): Promise<List<Kinds[K]>> {
  const { sql } = work;
  const limit = page.limit ?? 10;
  const all = [...conditions, ...createdConditions(work, page.created)];
  const backwards = page.ending_before !== undefined;
  const cursorName = backwards ? "ending_before" : "starting_after";
  const cursor = page.ending_before ?? page.starting_after;
  if (cursor !== undefined) {
    const [at] = await sql<{ created: number; seq: number }[]>`
      select created, seq from stripe_local.objects where id = ${cursor} and kind = ${kind}`;
    if (!at) throw missing(nounOf(kind), cursor, cursorName);
    all.push(
      backwards
        ? sql`(created, seq) > (${at.created}, ${at.seq})`
        : sql`(created, seq) < (${at.created}, ${at.seq})`,
    );
  }
  const rows = await sql<{ data: Kinds[K] }[]>`
    select data from stripe_local.objects
    where kind = ${kind} and not data ? 'deleted' ${all.reduce((before, condition) => sql`${before} and ${condition}`, sql``)}
    order by ${backwards ? sql`created, seq` : sql`created desc, seq desc`}
    limit ${limit + 1}`;
  const data = rows.slice(0, limit).map((row) => row.data);
  if (backwards) data.reverse();
  return { object: "list", data, has_more: rows.length > limit, url };
}

function createdConditions({ sql }: Work, range: CreatedRange | undefined): Fragment[] {
  if (!range) return [];
  const conditions: Fragment[] = [];
  if (range.gt !== undefined) conditions.push(sql`created > ${range.gt}`);
  if (range.gte !== undefined) conditions.push(sql`created >= ${range.gte}`);
  if (range.lt !== undefined) conditions.push(sql`created < ${range.lt}`);
  if (range.lte !== undefined) conditions.push(sql`created <= ${range.lte}`);
  return conditions;
}

/** The conditions of those filters that were given: each field of the object equals its value. */
export function matching({ sql }: Work, filters: Record<string, string | boolean | undefined>): Fragment[] {
  return Object.entries(filters).flatMap(([field, value]) =>
    value === undefined ? [] : [sql`data->>${field} = ${String(value)}`],
  );
}

/** Merges metadata as Stripe does: an empty value removes its name, empty text removes all of it. */
export function mergeMetadata(
  current: Record<string, string> | null,
  change: Record<string, string> | undefined,
): Record<string, string> {
  if (!change) return current ?? {};
  if ("" in change) return {};
  const merged = { ...current, ...change };
  for (const [name, value] of Object.entries(merged)) if (value === "") delete merged[name];
  if (Object.keys(merged).length > 50) throw invalid("Metadata holds at most 50 keys.", "metadata");
  return merged;
}
