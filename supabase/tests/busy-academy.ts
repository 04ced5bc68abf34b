import type postgres from "postgres";
import { arrangeAcademy, fixtureOffset } from "./fixture";
import { ids, people } from "./fixture-ids";

const id = (kind: number, nth: number): string =>
  `00000000-0000-4000-8000-${String(kind).padStart(4, "0")}${String(900 + nth).padStart(8, "0")}`;

export const teachers: readonly string[] = [ids.teacher1, ids.teacher2, id(4, 3)];
export const rooms: readonly string[] = [ids.pianoRoom, ids.drumRoom, ids.plainRoom];
export const classes: readonly string[] = [ids.classA, ids.classB];

const familyC = id(5, 3);
export const families: readonly { readonly id: string; readonly guardian: string }[] = [
  { id: ids.familyA, guardian: ids.guardianA },
  { id: ids.familyB, guardian: ids.guardianB },
  { id: familyC, guardian: id(12, 3) },
];
export const students: readonly { readonly id: string; readonly family: string }[] = [
  { id: ids.studentA1, family: ids.familyA },
  { id: ids.studentA2, family: ids.familyA },
  { id: ids.studentB1, family: ids.familyB },
  { id: id(6, 4), family: familyC },
  { id: id(6, 5), family: familyC },
];

/**
 * The fixture's academy with a third teacher (10 minutes of buffer), a third family, an active plan for each student and
 * a closed month of payroll: few enough of each that random work meets.
 */
export async function arrangeBusyAcademy(owner: postgres.Sql): Promise<void> {
  await arrangeAcademy(owner);
  await owner.begin(async (tx) => {
    await tx`select set_config('app.clock_offset_ms', ${String(fixtureOffset())}, true)`;
    await tx`insert into teachers (id, slug, first_name, last_name, headline, bio, teaching_since, buffer_minutes,
                                   weekly_capacity_minutes)
             values (${teachers[2] ?? ""}, 'three', 'Three', 'Teacher', 'Third', 'Third', 2002, 10, 1200)`;
    await tx`insert into families (id, name) values (${familyC}, 'C family')`;
    await tx`insert into guardians (id, family_id, full_name, email)
             values (${id(12, 3)}, ${familyC}, 'Parent C', 'parentc@test.example')`;
    await tx`insert into students (id, family_id, first_name, last_name, birth_date) values
      (${id(6, 4)}, ${familyC}, 'Cid', 'C', '2013-01-01'), (${id(6, 5)}, ${familyC}, 'Cora', 'C', '2015-01-01')`;
    for (const [nth, student] of students.entries()) {
      await tx`with enrolled as (
                 insert into enrollments (family_id, student_id, instrument_id, teacher_id, minutes, starts_at, kind, cadence,
                                          policy_version)
                 values (${student.family}, ${student.id}, ${ids.piano}, ${ids.teacher1}, 30, private.now() + ${nth} * interval '1 hour', 'plan',
                         'monthly', '1')
                 returning id)
               select id from enrolled`;
    }
    await tx`update enrollments set status = 'active', paid_at = private.now(), activated_at = private.now()
              where kind = 'plan'`;
    await tx`insert into payroll_periods (starts_on, ends_on, status, closed_at, closed_by) values
      ('2026-09-01', '2026-09-30', 'closed', private.now(), ${people.admin}),
      ('2026-11-01', '2026-11-30', 'open', null, null), ('2026-12-01', '2026-12-31', 'open', null, null)`;
  });
}
