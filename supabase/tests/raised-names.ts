import type postgres from "postgres";

/** The names that functions of ours give to what they refuse, each once. */
export async function raisedNames(owner: postgres.Sql): Promise<string[]> {
  const rows = await owner<{ name: string }[]>`
    select distinct m[1] as name
      from pg_proc p, regexp_matches(p.prosrc, 'constraint\\s*=\\s*''(\\w+)''', 'g') m
     where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
     order by 1`;
  return rows.map((row) => row.name);
}
