import { type NotNull, sql } from "kysely";
import { jsonArrayFrom } from "kysely/helpers/postgres";
import type { Db } from "@/lib/db/principal";
import type { Teacher, TeacherId, TeachingHours } from "./schema";

function teachers(db: Db) {
  return db
    .selectFrom("public_teachers as t")
    .select((eb) => [
      "t.id",
      "t.slug",
      "t.first_name as firstName",
      "t.last_name as lastName",
      "t.headline",
      "t.bio",
      "t.styles",
      "t.strengths",
      "t.languages",
      "t.teaching_since as teachingSince",
      "t.is_accepting as isAccepting",
      jsonArrayFrom(
        eb
          .selectFrom("teacher_instruments as ti")
          .innerJoin("instruments as i", "i.id", "ti.instrument_id")
          .select([
            "i.slug",
            "i.name",
            "ti.minimum_age as minimumAge",
            "ti.maximum_age as maximumAge",
            "ti.levels",
          ])
          .whereRef("ti.teacher_id", "=", "t.id")
          .where("i.is_active", "=", true)
          .orderBy("i.sort"),
      ).as("instruments"),
    ])
    .$narrowType<{
      id: NotNull;
      slug: NotNull;
      firstName: NotNull;
      lastName: NotNull;
      headline: NotNull;
      bio: NotNull;
      styles: NotNull;
      strengths: NotNull;
      languages: NotNull;
      teachingSince: NotNull;
      isAccepting: NotNull;
    }>();
}

type TeacherRow = Awaited<ReturnType<ReturnType<typeof teachers>["execute"]>>[number];

function toTeacher({ lastName, ...row }: TeacherRow): Teacher {
  return { ...row, id: row.id as TeacherId, name: `${row.firstName} ${lastName}` };
}

/** Everybody who teaches here, by last name. */
export async function listTeachers(db: Db): Promise<Teacher[]> {
  const rows = await teachers(db).orderBy("t.last_name").orderBy("t.first_name").execute();
  return rows.map(toTeacher);
}

/** A teacher by the last part of their page's address; null when nobody has it. */
export async function getTeacher(db: Db, slug: string): Promise<Teacher | null> {
  const row = await teachers(db).where("t.slug", "=", slug).executeTakeFirst();
  return row ? toTeacher(row) : null;
}

/** The weekly hours valid on a day (`YYYY-MM-DD`), Monday first. */
export async function listTeachingHours(db: Db, teacher: TeacherId, onDay: string): Promise<TeachingHours[]> {
  return db
    .selectFrom("public_teaching_hours")
    .select([
      "weekday",
      sql<string>`to_char(starts, 'HH24:MI')`.as("starts"),
      sql<string>`to_char(ends, 'HH24:MI')`.as("ends"),
    ])
    .where("teacher_id", "=", teacher)
    .where(sql<boolean>`valid @> ${onDay}::date`)
    .orderBy("weekday")
    .orderBy("starts")
    .$narrowType<{ weekday: NotNull }>()
    .execute();
}
