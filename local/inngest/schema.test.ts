import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { expect, it } from "vitest";
import { connect, createSchema } from "./database";

/** What the first version of the executor's schema did not have. */
const BEFORE = `
  drop table inngest.rates, inngest.debounces, inngest.batches;
  alter table inngest.runs drop column event_ids, drop column priority, drop column singleton;
  alter table inngest.jobs drop column priority, drop column throttle;
  drop function inngest.text_list(json)`;

it("brings a database of an earlier version up to date in place, by several executors at once", async () => {
  const adminUrl = process.env.TEST_DATABASE_ADMIN_URL;
  if (!adminUrl)
    throw new Error("Set TEST_DATABASE_ADMIN_URL to a PostgreSQL on which databases may be created");
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
  const name = `executor_schema_${randomBytes(5).toString("hex")}`;
  await admin.unsafe(`create database ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const sql = connect(url.href, "schema-test", 4);
  try {
    await createSchema(sql);
    await sql.unsafe(BEFORE);
    await sql`insert into inngest.events values ('e1', 'a/b', '{"name":"a/b"}', ${new Date(0)})`;
    await sql`
      insert into inngest.runs (id, function_id, event_id, created_at) values ('r1', 'f', 'e1', ${new Date(0)})`;
    await sql`
      insert into inngest.jobs (key, kind, run_id, function_id, run_at)
      values ('r1:discover', 'discover', 'r1', 'f', ${new Date(0)})`;

    await Promise.all([createSchema(sql), createSchema(sql), createSchema(sql)]);
    expect(await sql`select event_ids, priority, singleton from inngest.runs`).toEqual([
      { event_ids: null, priority: 0, singleton: null },
    ]);
    expect(await sql`select priority, throttle from inngest.jobs`).toEqual([{ priority: 0, throttle: null }]);
    const bare = await sql`
      select relname from pg_class
      where relnamespace = 'inngest'::regnamespace and relkind = 'r'
        and (not relrowsecurity or obj_description(oid, 'pg_class') is null)`;
    expect(bare).toEqual([]);
  } finally {
    await sql.end();
    await admin.unsafe(`drop database ${name} with (force)`);
    await admin.end();
  }
});
