import type postgres from "postgres";
import { getAcademy } from "@/lib/academy/queries";
import { type Principal, visitor, withPrincipal } from "@/lib/db/principal";
import { publishPolicies } from "@/lib/enrollment/policy-text";
import { AppError } from "@/lib/errors";
import { saveClass } from "@/lib/scheduling/class-mutations";
import type { Stack } from "../stack/start-stack";
import { signIn } from "./families";
import { openOwner, openStripe, type World } from "./world";

/** Prepares what the flows share: an administrator's session, the policies, two classes. */
export async function prepareWorld(stack: Stack): Promise<World> {
  const sql = openOwner(stack);
  const policies = await publishPolicies(await withPrincipal(visitor, getAcademy));
  const [admin] = await sql<
    { id: string }[]
  >`select id from profiles where role = 'admin' order by created_at limit 1`;
  if (!admin) throw new Error("the sample academy has no administrator");
  const principal = await signIn(sql, admin.id);
  const classes = {
    roomy: await addClass(sql, principal, { name: "Open Ensemble", seats: 150 }),
    single: await addClass(sql, principal, { name: "Master Class", seats: 1 }),
  };
  const [row] = await sql<{ now: Date }[]>`select now() as now`;
  return {
    stack,
    sql,
    stripe: openStripe(stack),
    policies,
    admin: principal,
    classes,
    begunAt: row?.now ?? new Date(),
  };
}

/** A weekly class at a time at which a teacher and a room are free to the end of the term. */
async function addClass(
  sql: postgres.Sql,
  admin: Principal,
  { name, seats }: { name: string; seats: number },
): Promise<string> {
  const places = await sql<
    { teacherId: string; roomId: string; termId: string; weekday: string; starts: string }[]
  >`
    select t.id as "teacherId", r.id as "roomId", m.id as "termId", d::text as weekday, h as starts
      from teachers t, rooms r, terms m, unnest('{6,5,4}'::int[]) d, unnest('{08:00,20:00,12:00}'::text[]) h
     where t.is_active and r.is_active and m.ends_on > current_date + 21
     order by m.starts_on, d desc, h, md5(t.id::text || r.id::text) limit 400`;
  for (const place of places) {
    const saving = withPrincipal(admin, (db) =>
      saveClass(db, {
        classId: "",
        kind: "group",
        name,
        description: "",
        instrumentId: "",
        day: "",
        minutes: 45,
        minimumAge: 3,
        maximumAge: 99,
        seats,
        price: 7_900,
        status: "open",
        ...place,
      }),
    );
    // Refused where no week of the term is left.
    const saved = await saving.catch((error: unknown) => {
      if (error instanceof AppError) return null;
      throw error;
    });
    if (saved?.outcome === "saved") return saved.classId;
  }
  throw new Error(`no teacher and room are free for the class ${name}`);
}
