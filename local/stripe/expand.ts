import { invalid } from "./api-error";
import type { Kind, Kinds, LineItem, List } from "./wire";
import type { Work } from "./work";

type Holder = Record<string, unknown>;
const MAX_DEPTH = 4;

/** Answers a copy of an object in which the ids at the given paths are replaced by their objects. */
export async function expandPaths(work: Work, object: object, paths: string[]): Promise<object> {
  const copy = structuredClone(object) as Holder;
  for (const path of paths) {
    const parts = path.split(".");
    if (parts.filter((part) => part !== "data").length > MAX_DEPTH) {
      throw invalid(`You cannot expand more than 4 levels of a property. Property: ${path}`, "expand");
    }
    await expandInto(work, copy, parts, path);
  }
  return copy;
}

async function expandInto(work: Work, holder: unknown, parts: string[], path: string): Promise<void> {
  if (Array.isArray(holder)) {
    for (const item of holder) await expandInto(work, item, parts, path);
    return;
  }
  const [name, ...rest] = parts;
  if (name === undefined || !isHolder(holder)) return;
  if (holder[name] === undefined) holder[name] = await includeField(work, holder, name, path);
  holder[name] = await resolve(work, holder[name], path);
  if (rest.length > 0) await expandInto(work, holder[name], rest, path);
}

function isHolder(value: unknown): value is Holder {
  return typeof value === "object" && value !== null;
}

async function resolve(work: Work, value: unknown, path: string): Promise<unknown> {
  if (Array.isArray(value) && value.some((item) => typeof item === "string")) {
    const resolved: unknown[] = [];
    for (const item of value) resolved.push(await resolve(work, item, path));
    return resolved;
  }
  if (typeof value !== "string") return value;
  const [row] = await work.sql<{ data: Kinds[Kind] }[]>`
    select data from stripe_local.objects where id = ${value}`;
  if (!row) throw cannotExpand(path);
  return row.data;
}

function cannotExpand(path: string): Error {
  return invalid(`This property cannot be expanded (${path}).`, "expand", "property_cannot_be_expanded");
}

/** Fields that are only answered when somebody asks for them. */
async function includeField(work: Work, holder: Holder, name: string, path: string): Promise<unknown> {
  const id = String(holder.id);
  switch (`${String(holder.object)}.${name}`) {
    case "checkout.session.line_items": {
      const items = await lineItemsOf(work, id);
      return asList(items, `/v1/checkout/sessions/${id}/line_items`);
    }
    case "charge.refunds":
      return asList(await relatedTo(work, "refund", "charge", id), `/v1/charges/${id}/refunds`);
    case "customer.subscriptions":
      return asList(
        await relatedTo(work, "subscription", "customer", id),
        `/v1/customers/${id}/subscriptions`,
      );
    case "invoice.payments":
      return asList(
        await relatedTo(work, "invoice_payment", "invoice", id),
        `/v1/invoice_payments?invoice=${id}`,
      );
    case "invoice.confirmation_secret":
      return confirmationSecret(work, id);
    default:
      throw cannotExpand(path);
  }
}

/** Line items of a session, kept beside it. */
export async function lineItemsOf(work: Work, sessionId: string): Promise<LineItem[]> {
  const [row] = await work.sql<{ items: LineItem[] }[]>`
    select hidden->'line_items' as items from stripe_local.objects where id = ${sessionId}`;
  return row?.items ?? [];
}

async function relatedTo<K extends Kind>(
  work: Work,
  kind: K,
  field: string,
  id: string,
): Promise<Kinds[K][]> {
  const rows = await work.sql<{ data: Kinds[K] }[]>`
    select data from stripe_local.objects where kind = ${kind} and data->>${field} = ${id}
    order by created desc, seq desc limit 100`;
  return rows.map((row) => row.data);
}

async function confirmationSecret(work: Work, invoiceId: string): Promise<object | null> {
  const [row] = await work.sql<{ secret: string | null }[]>`
    select pi.data->>'client_secret' as secret
    from stripe_local.objects p
    join stripe_local.objects pi on pi.id = p.data->'payment'->>'payment_intent'
    where p.kind = 'invoice_payment' and p.data->>'invoice' = ${invoiceId}
    order by p.seq desc limit 1`;
  return row?.secret ? { client_secret: row.secret, type: "payment_intent" } : null;
}

function asList<T>(data: T[], url: string): List<T> {
  return { object: "list", data, has_more: false, url };
}
