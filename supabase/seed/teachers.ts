import type { Academy } from "./academy";
import type { TeacherFacts } from "./faculty";
import type { Random } from "./random";
import { insertRows, type Row, type Sql } from "./rows";

export type Teacher = {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly bufferMinutes: number;
  readonly capacityMinutes: number;
  readonly facts: TeacherFacts;
};

/** The share of a teacher's hours that may be taught: the rest stays open for newcomers and make-ups. */
const TAUGHT_SHARE = 0.7;

const plain = (name: string): string => name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export const addressName = (first: string, last: string): string =>
  `${plain(first)}.${plain(last)}`.replace(/[^a-z.]/g, "");

/** Writes the teachers of a house with what they teach and when. */
export async function loadTeachers(
  sql: Sql,
  random: Random,
  academy: Academy,
  yearStartsOn: string,
  faculty: readonly TeacherFacts[],
): Promise<Teacher[]> {
  const teachers = faculty.map((facts): Teacher => {
    const [firstName, lastName] = facts.name;
    const minutes = facts.hours.reduce((sum, [, from, until]) => sum + (until - from) * 60, 0);
    return {
      id: random.uuid(),
      firstName,
      lastName,
      email: `${addressName(firstName, lastName)}@cedarheights.example`,
      bufferMinutes: facts.bufferMinutes,
      capacityMinutes: Math.floor((minutes * TAUGHT_SHARE) / 30) * 30,
      facts,
    };
  });
  await insertRows(
    sql,
    "teachers",
    teachers.map(({ id, firstName, lastName, capacityMinutes, facts }) => ({
      id,
      slug: addressName(firstName, lastName).replace(".", "-"),
      first_name: firstName,
      last_name: lastName,
      headline: facts.headline,
      bio: facts.bio,
      gender: facts.gender,
      styles: facts.styles,
      strengths: facts.strengths,
      languages: facts.languages,
      teaching_since: facts.since,
      buffer_minutes: facts.bufferMinutes,
      weekly_capacity_minutes: capacityMinutes,
    })),
  );
  const yearStarts = Number(yearStartsOn.slice(0, 4));
  await insertRows(
    sql,
    "teacher_employment",
    teachers.map(({ id, email, facts }) => ({
      teacher_id: id,
      email,
      phone: `(914) 555-01${random.between(10, 99)}`,
      pay_tier: facts.payTier,
      hired_on: `${Math.min(facts.since + random.between(1, 5), yearStarts - 1)}-08-${random.between(10, 28)}`,
    })),
  );
  const idOf = new Map(academy.instruments.map((instrument) => [instrument.slug, instrument.id]));
  await insertRows(
    sql,
    "teacher_instruments",
    teachers.flatMap(({ id, facts }) =>
      facts.teaches.map(
        ([slug, minimum_age]): Row => ({
          teacher_id: id,
          instrument_id: idOf.get(slug) ?? "",
          minimum_age,
          maximum_age: 99,
          levels: ["beginner", "intermediate", "advanced"],
        }),
      ),
    ),
  );
  await insertRows(
    sql,
    "teacher_availability",
    teachers.flatMap(({ id, facts }) =>
      facts.hours.map(([weekday, from, until]) => ({
        id: random.uuid(),
        teacher_id: id,
        weekday,
        starts: `${from}:00`,
        ends: `${until}:00`,
        valid: "(,)",
      })),
    ),
  );
  return teachers;
}
