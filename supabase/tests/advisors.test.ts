import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { consultAdvisors } from "../../local/stack/advisors";
import { createTestDatabase, type TestDatabase } from "./database";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database?.drop();
});

describe("the advisors", () => {
  it("tell what is exposed, slow or open, which object it is and where to read about it", async () => {
    await database.owner.unsafe(`
      create table planted_open (id int primary key, password text);
      grant select on planted_open to anon;
      create view planted_owner with (security_invoker = false) as select id from families;
      grant select on planted_owner to authenticated;
      create view planted_accounts as select id, email from auth.users;
      grant select on planted_accounts to anon;
      create materialized view planted_copy as select id from families;
      grant select on planted_copy to anon;
      create function planted_path() returns int language sql as 'select 1';
      create policy planted_row on terms for update to authenticated using (id = auth.uid()) with check (true);
      create index planted_again on students (family_id)`);

    const answer = await consultAdvisors(database.url).catch((error: unknown) => String(error));
    for (const finding of [
      "ERROR rls_disabled_in_public: public.planted_open",
      "ERROR sensitive_columns_exposed: public.planted_open",
      "ERROR security_definer_view: public.planted_owner",
      "ERROR auth_users_exposed: public.planted_accounts",
      "WARN materialized_view_in_api: public.planted_copy",
      "WARN function_search_path_mutable: public.planted_path",
      "WARN auth_rls_initplan: public.terms",
      "WARN multiple_permissive_policies: public.terms",
    ]) {
      expect(answer).toContain(finding);
    }
    expect(answer).toContain("What to do: https://");
    expect(answer).not.toContain("INFO");
  });

  it("are not taken to be content when they cannot be asked", async () => {
    const nowhere = new URL(database.url);
    nowhere.pathname = "/no_such_database";
    await expect(consultAdvisors(nowhere.href)).rejects.toThrow(/gave no answer.+no_such_database/s);
  });
});
