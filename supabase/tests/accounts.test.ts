import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "./database";
import { arrangeAcademy } from "./fixture";
import { ids, people, sessionOf } from "./fixture-ids";
import { asPrincipal, type TestPrincipal } from "./principal";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await arrangeAcademy(database.owner);
});

afterAll(async () => {
  await database?.drop();
});

const parentA: TestPrincipal = { kind: "user", userId: people.parentA, sessionId: sessionOf("parentA") };

describe("an account", () => {
  it("changes its name, and its family's record follows", async () => {
    await asPrincipal(
      database.app,
      parentA,
      (tx) => tx`update profiles set full_name = 'Parent A the Great' where id = ${people.parentA}`,
    );
    const [guardian] =
      await database.owner`select full_name from guardians where profile_id = ${people.parentA}`;
    expect(guardian?.full_name).toBe("Parent A the Great");
  });

  it("gets the role it was invited to when its address is confirmed, not before, and once", async () => {
    const userId = "00000000-0000-4000-8000-00010000aaaa";
    const role = async () => (await database.owner`select role from profiles where id = ${userId}`)[0]?.role;
    await database.owner`update invitations set expires_at = now() + interval '1 year' where email = 'invited@test.example'`;
    await database.owner`insert into auth.users (id, email) values (${userId}, 'Invited@test.example')`;
    expect(await role()).toBe("parent");
    await database.owner`update auth.users set email_confirmed_at = now() where id = ${userId}`;
    expect(await role()).toBe("admin");
    const [invitation] =
      await database.owner`select accepted_at from invitations where email = 'invited@test.example'`;
    expect(invitation?.accepted_at).toBeInstanceOf(Date);
  });

  it("does not get the role of an invitation that has expired", async () => {
    const userId = "00000000-0000-4000-8000-00010000bbbb";
    await database.owner`insert into invitations (email, role, expires_at) values ('late@test.example', 'admin', now() - interval '1 minute')`;
    await database.owner`insert into auth.users (id, email) values (${userId}, 'late@test.example')`;
    await database.owner`update auth.users set email_confirmed_at = now() where id = ${userId}`;
    const [profile] = await database.owner`select role from profiles where id = ${userId}`;
    expect(profile?.role).toBe("parent");
  });
});

describe("the audit log", () => {
  it("says who changed what from what to what, and nothing when nothing changed", async () => {
    const before = await database.owner`select coalesce(max(id), 0)::int as id from audit_log`;
    await asPrincipal(
      database.app,
      parentA,
      (tx) => tx`update students set first_name = 'Anna' where id = ${ids.studentA1}`,
    );
    await asPrincipal(
      database.app,
      parentA,
      (tx) => tx`update students set first_name = 'Anna' where id = ${ids.studentA1}`,
    );
    const rows = await database.owner`
      select actor_id, actor_role, table_name, row_id, action, before, after from audit_log where id > ${before[0]?.id}`;
    expect([...rows]).toEqual([
      {
        actor_id: people.parentA,
        actor_role: "authenticated",
        table_name: "students",
        row_id: ids.studentA1,
        action: "update",
        before: { first_name: "Ann" },
        after: { first_name: "Anna" },
      },
    ]);
  });
});
