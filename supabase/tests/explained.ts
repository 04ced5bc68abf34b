import { Kysely } from "kysely";
import { PostgresJSDialect } from "kysely-postgres-js";
import postgres from "postgres";
import type { DB } from "@/lib/db/database.gen";

/** A node of a plan, as EXPLAIN (FORMAT JSON) writes it. */
export type PlanNode = {
  readonly "Node Type": string;
  readonly "Parent Relationship"?: string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Index Cond"?: string;
  readonly Filter?: string;
  readonly Plans?: readonly PlanNode[];
};

/** A statement that PostgreSQL ran, one inside a function too, with the plan it took. */
export type Ran = { readonly text: string; readonly plan: PlanNode };

export type ExplainedDatabase = {
  /** Like lib/db/connection.ts, with one connection, which may take every role. */
  readonly db: Kysely<DB>;
  /** What ran since it was asked last, in the order in which it ended: those inside a function before their caller. */
  readonly take: () => Ran[];
  readonly end: () => Promise<void>;
};

/** A connection of the owner on which PostgreSQL tells the plan of each statement, nested ones included (auto_explain). */
export async function openExplained(url: string): Promise<ExplainedDatabase> {
  let ran: Ran[] = [];
  const sql = postgres(url, {
    max: 1,
    onnotice: ({ message }) => {
      const json = /^duration: [\d.]+ ms\s+plan:\s*(\{[\s\S]*\})\s*$/.exec(message ?? "")?.[1];
      if (!json) return;
      const told = JSON.parse(json) as { "Query Text": string; Plan: PlanNode };
      ran.push({ text: told["Query Text"], plan: told.Plan });
    },
    types: {
      date: { to: 1082, from: [1082], serialize: String, parse: (value: string) => value },
      int8: { to: 20, from: [20], serialize: String, parse: Number },
    },
  });
  await sql.unsafe(`load 'auto_explain';
    set auto_explain.log_min_duration = 0; set auto_explain.log_nested_statements = on;
    set auto_explain.log_format = json; set auto_explain.log_level = notice`);
  return {
    db: new Kysely<DB>({ dialect: new PostgresJSDialect({ postgres: sql }) }),
    take: () => {
      const taken = ran;
      ran = [];
      return taken;
    },
    end: () => sql.end(),
  };
}

/** Every node of a plan, from the top. */
export function nodesOf(plan: PlanNode): PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}
