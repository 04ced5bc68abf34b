import { randomUUID } from "node:crypto";
import type postgres from "postgres";
import { type Principal, withPrincipal } from "@/lib/db/principal";
import { addChild } from "@/lib/scheduling/class-mutations";
import { persist, persistUntil } from "./persist";
import type { World } from "./world";

/** A family as chaos sends it: an account with a session, and the child it is about. */
export type Family = {
  readonly userId: string;
  readonly principal: Principal;
  readonly email: string;
  readonly child: { readonly firstName: string; readonly lastName: string; readonly birthDate: string };
};

/** A session of an account, as signing in makes it. */
export async function signIn(sql: postgres.Sql, userId: string): Promise<Principal> {
  const sessionId = randomUUID();
  await persist(
    () =>
      sql`insert into auth.sessions (id, user_id) values (${sessionId}, ${userId}) on conflict do nothing`,
  );
  return { kind: "user", userId, sessionId };
}

/** A parent with a confirmed address and a nine-year-old whom nobody knows yet. */
export async function openAccount({ sql }: Pick<World, "sql">, name: string): Promise<Family> {
  const userId = randomUUID();
  const mark = userId.slice(0, 8);
  const email = `${name.toLowerCase()}.${mark}@families.example`;
  await persist(
    () => sql`
      insert into auth.users (id, email, email_confirmed_at, raw_user_meta_data)
      values (${userId}, ${email}, now(), ${sql.json({ full_name: `${name} ${mark}` })})
      on conflict do nothing`,
  );
  return {
    userId,
    principal: await signIn(sql, userId),
    email,
    child: { firstName: `Kit${mark}`, lastName: name, birthDate: "2017-05-05" },
  };
}

/** Adds the child to its family, as the family does for a class. Its id. */
export async function enterChild({ sql }: Pick<World, "sql">, family: Family): Promise<string> {
  const { child, principal } = family;
  return persistUntil(
    async () => {
      const [row] = await sql<{ id: string }[]>`
        select id from students where first_name = ${child.firstName} and last_name = ${child.lastName}`;
      return row?.id ?? null;
    },
    () => withPrincipal(principal, (db) => addChild(db, child)),
  );
}
