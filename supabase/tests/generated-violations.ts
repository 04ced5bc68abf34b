import type postgres from "postgres";
import type { Tx } from "./principal";

/** A constraint of the catalogue, or a unique index that is none, and statements that it must refuse. */
export type Generated = {
  readonly name: string;
  /** What the refusal names; for a key that contains the primary key that one, which is looked at first. */
  readonly refusedBy: string;
  /** Any one of these that is refused by the name is enough: others may meet another constraint first. */
  readonly statements: readonly string[];
};

export type SqlRefusal = {
  readonly code: string;
  readonly name: string;
  readonly column: string;
  readonly table: string;
};

/** Undoes what `work` did as the owner, with the triggers of ours off: a constraint must stand without them. */
export async function withoutTriggers<T>(owner: postgres.Sql, work: (tx: Tx) => Promise<T>): Promise<T> {
  const undo = new Error("undone on purpose");
  let result: { readonly of: T } | undefined;
  await owner
    .begin(async (tx) => {
      await tx.unsafe(REFUSAL);
      for (const { name } of await tx<{ name: string }[]>`
        select oid::regclass::text as name from pg_class
         where relkind = 'r' and relnamespace in ('public'::regnamespace, 'private'::regnamespace)`) {
        await tx.unsafe(`alter table ${name} disable trigger user`);
      }
      result = { of: await work(tx) };
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  if (!result) throw new Error("The work did not come to its end.");
  return result.of;
}

const REFUSAL = `
  create function pg_temp.write_row(target regclass, written jsonb) returns setof int language plpgsql as $$
  declare
    columns text := (select string_agg(quote_ident(a.attname), ', ') from pg_attribute a
                      where a.attrelid = target and a.attnum > 0 and not a.attisdropped and a.attgenerated = '');
  begin
    if written is null then return; end if;
    execute format('insert into %s (%s) overriding system value select %2$s from jsonb_populate_record(null::%1$s, $1)',
                   target, columns) using written;
    return next 1;
  end $$;
  create function pg_temp.refusal(statement text) returns jsonb language plpgsql as $$
  declare
    refused_as text;
    refused_by text;
    at_column text;
    at_table text;
    touched int;
  begin
    execute statement;
    get diagnostics touched = row_count;
    set constraints all immediate;
    raise exception 'not refused' using errcode = 'TX000', constraint = case when touched = 0 then 'no row' else 'allowed' end;
  exception when others then
    get stacked diagnostics refused_as = returned_sqlstate, refused_by = constraint_name,
                            at_column = column_name, at_table = table_name;
    return jsonb_build_object('code', refused_as, 'name', refused_by, 'column', at_column, 'table', at_table);
  end $$`;

/** How a statement is refused; the code is TX000 when it is not, or when it meets no row. */
export async function refusalIn(tx: Tx, statement: string): Promise<SqlRefusal> {
  const [row] = await tx<{ refusal: SqlRefusal }[]>`select pg_temp.refusal(${statement}) as refusal`;
  if (!row) throw new Error("The statement gave no answer.");
  return row.refusal;
}

type Column = { readonly name: string; readonly type: string };

/** A value that no row of the fixture has, by type. */
const ABSENT: Readonly<Record<string, string>> = {
  uuid: "gen_random_uuid()",
  text: "'absent'",
  bigint: "987654321",
  integer: "987654",
  date: "date '2199-01-01'",
  "timestamp with time zone": "timestamptz '2199-01-01'",
};

const absent = ({ name, type }: Column): string => {
  const value = ABSENT[type];
  if (!value) throw new Error(`No absent value for ${name} of the type ${type}.`);
  return value;
};

/** Copies a row, with the values given in place of its own. */
const copyOf = (table: string, values: ReadonlyMap<string, string>, where = "true"): string =>
  `select * from pg_temp.write_row('${table}',
     (select to_jsonb(t) || jsonb_build_object(${[...values]
       .map(([column, value]) => `'${column}', ${value}`)
       .join(", ")}) from ${table} t where ${where} limit 1))`;

type Key = {
  readonly name: string;
  readonly table: string;
  readonly is_primary: boolean;
  readonly predicate: string | null;
  readonly columns: readonly Column[];
};

const KEYS = `
  select c.relname as name, i.indrelid::regclass::text as table, i.indisprimary as is_primary,
         pg_get_expr(i.indpred, i.indrelid) as predicate,
         (select jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, null)) order by a.attnum)
            from pg_attribute a
           where a.attrelid = i.indrelid and a.attnum > 0
             and (a.attnum = any(i.indkey)
                  or 0 = any(i.indkey) and exists (select from pg_depend d where d.objid = i.indexrelid
                                                     and d.refobjid = i.indrelid and d.refobjsubid = a.attnum))) as columns
    from pg_index i join pg_class c on c.oid = i.indexrelid
   where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and i.indisunique
   order by 2, i.indexrelid`;

type ForeignKey = {
  readonly name: string;
  readonly table: string;
  readonly target: string;
  readonly columns: readonly (Column & { readonly of: string })[];
};

const FOREIGN_KEYS = `
  select c.conname as name, c.conrelid::regclass::text as table, c.confrelid::regclass::text as target,
         (select jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, null), 'of', r.attname)
                           order by k.n)
            from unnest(c.conkey, c.confkey) with ordinality k (own, other, n)
            join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.own
            join pg_attribute r on r.attrelid = c.confrelid and r.attnum = k.other) as columns
    from pg_constraint c
   where c.contype = 'f' and c.connamespace in ('public'::regnamespace, 'private'::regnamespace)
   order by 2, 1`;

/** Whether a key refuses nothing that the primary key does not refuse first: it is there for foreign keys to name. */
const isWider = (key: Key, keys: readonly Key[]): boolean =>
  keys.some(
    (other) =>
      other.is_primary &&
      other.table === key.table &&
      other.name !== key.name &&
      other.columns.every((column) => key.columns.some((own) => own.name === column.name)),
  );

/** New values for the other keys' columns, so that a copy does not meet those; with or without columns that point elsewhere. */
function freshValues(
  table: string,
  kept: ReadonlySet<string>,
  keys: readonly Key[],
  foreignKeys: readonly ForeignKey[],
): ReadonlyMap<string, string>[] {
  const pointing = new Set(
    foreignKeys.filter((key) => key.table === table).flatMap((key) => key.columns.map(({ name }) => name)),
  );
  const all = keys
    .filter((key) => key.table === table && !isWider(key, keys))
    .flatMap((key) => key.columns)
    .filter((column) => !kept.has(column.name) && ABSENT[column.type]);
  return [all.filter((column) => !pointing.has(column.name)), all].map(
    (columns) => new Map(columns.map((column) => [column.name, absent(column)])),
  );
}

/** For each primary key, unique constraint and unique index a copy of a row in which only its columns stay. */
export async function keyViolations(owner: postgres.Sql): Promise<Generated[]> {
  const keys = await owner.unsafe<Key[]>(KEYS);
  const foreignKeys = await owner.unsafe<ForeignKey[]>(FOREIGN_KEYS);
  return keys.map((key) => {
    const { name, table, columns } = key;
    const primary = keys.find((other) => other.table === table && other.is_primary);
    const isNamed = columns.map((column) => `t.${column.name} is not null`).join(" and ");
    const where = `${isNamed} and (${key.predicate ?? "true"})`;
    const copies = freshValues(table, new Set(columns.map((column) => column.name)), keys, foreignKeys).map(
      (values) => copyOf(table, values, where),
    );
    // Columns that the fixture leaves empty get a value first.
    const values = columns
      .filter((column) => ABSENT[column.type])
      .map((column) => {
        const target = foreignKeys
          .filter((foreignKey) => foreignKey.table === table)
          .flatMap((foreignKey) => foreignKey.columns.map((of) => ({ ...of, target: foreignKey.target })))
          .find((of) => of.name === column.name);
        const value = target ? `(select r.${target.of} from ${target.target} r limit 1)` : absent(column);
        return `${column.name} = coalesce(t.${column.name}, ${value})`;
      });
    const fill = `update ${table} t set ${values.join(", ")} where ctid = (select ctid from ${table} limit 1)`;
    return {
      name,
      refusedBy: isWider(key, keys) && primary ? primary.name : name,
      statements: [...copies, ...(values.length > 0 ? copies.map((copy) => `${fill}; ${copy}`) : [])],
    };
  });
}

/** For each foreign key rows that name what is not there, or what is there but does not belong together. */
export async function foreignKeyViolations(owner: postgres.Sql): Promise<Generated[]> {
  const keys = await owner.unsafe<Key[]>(KEYS);
  const foreignKeys = await owner.unsafe<ForeignKey[]>(FOREIGN_KEYS);
  return foreignKeys.map(({ name, table, target, columns }) => {
    const fresh = freshValues(table, new Set(columns.map((column) => column.name)), keys, foreignKeys);
    const statements = columns
      .filter((column) => ABSENT[column.type])
      .flatMap((column) => {
        const rest = columns.filter((other) => other.name !== column.name);
        const wheres = [rest, columns].map((named) =>
          ["true", ...named.map((other) => `t.${other.name} is not null`)].join(" and "),
        );
        const another = `(select r.${column.of} from ${target} r where r.${column.of} is distinct from t.${column.name} limit 1)`;
        return [absent(column), another].flatMap((value) =>
          wheres.flatMap((where) => [
            `update ${table} t set ${column.name} = ${value} where t.ctid = (select ctid from ${table} t where ${where} limit 1)`,
            ...fresh.map((values) => copyOf(table, new Map([...values, [column.name, value]]), where)),
          ]),
        );
      });
    return { name, refusedBy: name, statements };
  });
}

/** Columns that must have a value, by table and column; PostgreSQL refuses to write to generated ones at all. */
export async function requiredColumns(owner: postgres.Sql): Promise<{ table: string; column: string }[]> {
  return owner.unsafe<{ table: string; column: string }[]>(`
    select c.oid::regclass::text as table, a.attname as column
      from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relkind = 'r' and c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
       and a.attnum > 0 and a.attnotnull and not a.attisdropped and a.attidentity = '' and a.attgenerated = ''
     order by 1, a.attnum`);
}
