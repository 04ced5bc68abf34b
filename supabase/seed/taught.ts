import { timeZone } from "./calendar";
import type { Sql } from "./rows";
import type { Month } from "./seed-clock";

/** What teachers write after a lesson. */
const NOTES = [
  "Hands together at a slower tempo worked well today. Next week we add the second page.",
  "Good progress with the rhythm: counting out loud helps. Please keep clapping it before playing.",
  "We warmed up with long tones and found a fuller sound. The piece is nearly ready to perform.",
  "A tired day, so we played duets and listened to a recording. All fine.",
  "The new fingering feels odd still, which is normal. Five slow repetitions a day are enough.",
  "Sight-reading is getting braver. We looked two bars ahead on purpose.",
  "Memory is secure up to the middle section. We marked three places to start from.",
  "We tuned the ear with simple intervals and found the tune of a song by ourselves.",
];

/** What the academy alone reads. */
const REMARKS = [
  "Arrives straight from sports on this day; ten minutes later would suit better.",
  "Would do well in the rock band next term.",
  "Ready for a larger instrument soon.",
];

const TASKS: readonly (readonly [title: string, body: string])[] = [
  ["Scales in two keys", "Slowly, with a metronome at 60, twice each way."],
  ["First page by heart", "Four bars a day; say the names of the notes once before playing."],
  ["Rhythm sheet, lines 1 to 4", "Clap first, then play on one note."],
  ["Listen and hum", "The recording we spoke about, once a day, humming along with the tune."],
  ["Second part of the duet", "Count the rests out loud."],
  ["Long tones", "Five minutes at the beginning of each practice."],
];

/**
 * Attendance of a month's lessons, notes after some of them, and what was asked for until the next. Chance comes from the
 * rows' own ids, so that the same seed gives the same records.
 */
export async function loadTaughtLessons(sql: Sql, { from, until }: Month): Promise<void> {
  const during = sql`lower(l.during) >= ${from} and upper(l.during) <= ${until}`;
  await sql`
    insert into public.attendance (lesson_id, student_id, family_id, status, minutes_late, marked_at, updated_at)
    select a.lesson_id, a.student_id, a.family_id,
           case when a.was_missed then 'absent' when a.dice < 5 then 'late' else 'present' end::public.attendance_status,
           case when not a.was_missed and a.dice < 5 then 5 + a.dice end, a.ends, a.ends
      from (select l.id as lesson_id, coalesce(l.student_id, s.student_id) as student_id,
                   coalesce(l.family_id, s.family_id) as family_id, l.status = 'no_show' as was_missed,
                   abs(hashtextextended(coalesce(l.student_id, s.student_id)::text || l.id, 1) % 100) as dice,
                   upper(l.during) as ends
              from public.lessons l
              left join public.lesson_seats s on s.lesson_id = l.id and s.given_up_at is null
             where l.status in ('completed', 'no_show') and ${during}) a
     where a.student_id is not null`;
  await sql`
    insert into public.lesson_notes (id, lesson_id, student_id, family_id, teacher_id, audience, body, created_at, updated_at)
    select md5(l.id || 'note')::uuid, l.id, l.student_id, l.family_id, l.teacher_id,
           case when d.dice = 0 then 'academy' else 'family' end::public.note_audience,
           case when d.dice = 0 then (${REMARKS}::text[])[1 + abs(hashtextextended(l.id::text, 3) % ${REMARKS.length})]
                else (${NOTES}::text[])[1 + abs(hashtextextended(l.id::text, 3) % ${NOTES.length})] end,
           upper(l.during), upper(l.during)
      from public.lessons l, lateral (select abs(hashtextextended(l.id::text, 2) % 50) as dice) d
     where l.status = 'completed' and l.student_id is not null and d.dice < 12 and ${during}`;
  await sql`
    insert into public.assignments (id, lesson_id, student_id, family_id, teacher_id, title, body, due_on, status, done_at,
                                    created_at, updated_at)
    select md5(l.id || 'task')::uuid, l.id, l.student_id, l.family_id, l.teacher_id,
           (${TASKS.map(([title]) => title)}::text[])[t.nth], (${TASKS.map(([, body]) => body)}::text[])[t.nth],
           ((upper(l.during) + interval '7 days') at time zone ${timeZone})::date, case when t.is_done then 'done' else 'open' end::public.assignment_status,
           case when t.is_done then upper(l.during) + interval '6 days' end, upper(l.during), upper(l.during)
      from public.lessons l,
           lateral (select 1 + abs(hashtextextended(l.id::text, 4) % ${TASKS.length}) as nth,
                           upper(l.during) + interval '6 days' <= ${until} and abs(hashtextextended(l.id::text, 5) % 4) > 0 as is_done) t
     where l.status = 'completed' and l.student_id is not null and l.kind = 'private'
       and abs(hashtextextended(l.id::text, 6) % 100) < 35 and ${during}`;
  await sql`
    insert into public.practice_entries (id, student_id, family_id, assignment_id, practiced_on, minutes, created_at)
    select md5(a.id::text || d.day)::uuid, a.student_id, a.family_id, a.id, ((a.created_at + d.day * interval '1 day') at time zone ${timeZone})::date,
           10 + 5 * abs(hashtextextended(a.id::text || d.day, 7) % 7), a.created_at + d.day * interval '1 day'
      from public.assignments a, generate_series(1, 6, 2) d (day)
     where a.created_at >= ${from} and a.created_at < ${until} and a.created_at + d.day * interval '1 day' < ${until}
       and abs(hashtextextended(a.student_id::text, 8) % 100) < 60`;
}
