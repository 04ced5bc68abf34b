import type postgres from "postgres";

/**
 * What `npm run bench -- slots` measures on: 50 teachers whose weeks are filled to four fifths, 56 days that can be
 * booked, and 5,000 students, some 2,700 of whom have a lesson each week, each second week or in a class now; the others
 * had theirs before. Its day is today. Written past the triggers, but under every exclusion constraint.
 */
export const BUSY = { teachers: 50, students: 5_000, families: 3_600, horizonDays: 56, filled: 0.8 } as const;

/** Weeks of lessons, counted from the present one: the past of the usual academy, and of the one with ten times as many. */
const WEEKS = { longAgo: -334, before: -24, termBegan: -10, last: 9 } as const;
const ERA = 14;

const INSTRUMENTS: readonly (readonly [slug: string, name: string, equipment: string | null])[] = [
  ["piano", "Piano", "piano"],
  ["violin", "Violin", null],
  ["guitar", "Guitar", null],
  ["voice", "Voice", null],
  ["drums", "Drums", "drums"],
  ["cello", "Cello", null],
  ["bass", "Bass guitar", null],
  ["ukulele", "Ukulele", null],
  ["flute", "Flute", null],
  ["clarinet", "Clarinet", null],
  ["saxophone", "Saxophone", null],
  ["trumpet", "Trumpet", null],
];
/** Taught by every teacher: the widest question there is. */
export const EVERYBODYS = "musicianship";

const ROOMS: readonly (readonly string[])[] = Array.from({ length: 46 }, (_, nth) =>
  nth < 12 ? ["piano"] : nth < 16 ? ["drums"] : nth < 18 ? ["grand_piano", "piano"] : [],
);

type Teacher = {
  readonly n: number;
  readonly instruments: readonly number[];
  readonly buffer: number;
  /** Weekdays, 0 is Monday, with the hours in minutes of the day. */
  readonly hours: readonly { readonly weekday: number; readonly starts: number; readonly ends: number }[];
};

/** A place in the week that is always taken: by one student, by two in turns, or by a class. */
type Place = {
  readonly nth: number;
  readonly kind: "weekly" | "fortnightly" | "class";
  readonly teacher: number;
  readonly instrument: number;
  readonly room: number;
  readonly weekday: number;
  readonly starts: number;
  readonly minutes: number;
  /** Its first student's number in the present term. */
  readonly student: number;
};

/** The same at each run. */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function makeTeachers(): Teacher[] {
  return Array.from({ length: BUSY.teachers }, (_, n) => {
    const off = n % 5;
    const starts = [13 * 60, 14 * 60, 15 * 60][n % 3] ?? 0;
    const weekdays = [0, 1, 2, 3, 4].filter((weekday) => n % 2 === 0 || weekday !== off);
    return {
      n,
      instruments: [n % 12, (n * 5 + 7) % 12].filter((one, nth, all) => all.indexOf(one) === nth),
      buffer: n % 5 === 0 ? 15 : 0,
      hours: [
        ...weekdays.map((weekday) => ({ weekday, starts, ends: starts + 6 * 60 })),
        ...(n % 2 === 0 ? [] : [{ weekday: 5, starts: 9 * 60, ends: 15 * 60 }]),
      ],
    };
  });
}

/** Fills the teachers' weeks, as far as rooms go: no two places share a teacher or a room at a time. */
function makeWeek(teachers: readonly Teacher[]): Place[] {
  const random = makeRandom(20_261_127);
  const roomsTaken = new Set<string>();
  const places: Place[] = [];
  let nextStudent = 0;
  for (const teacher of teachers) {
    let worked = 0;
    let filled = 0;
    for (const { weekday, starts, ends } of teacher.hours) {
      worked += ends - starts;
      for (let at = starts; at < ends; ) {
        const minutes = [30, 30, 45, 60][Math.floor(random() * 4)] ?? 30;
        const instrument = teacher.instruments[Math.floor(random() * teacher.instruments.length)] ?? 0;
        const quarters = Array.from({ length: minutes / 15 }, (_, nth) => at + nth * 15);
        const room = ROOMS.map((equipment, nth) => ({ equipment, nth }))
          .filter(({ equipment, nth }) => {
            const needed = INSTRUMENTS[instrument]?.[2];
            const isFit = needed ? equipment.includes(needed) : true;
            return isFit && quarters.every((quarter) => !roomsTaken.has(`${nth} ${weekday} ${quarter}`));
          })
          .sort((a, b) => a.equipment.length - b.equipment.length || a.nth - b.nth)[0];
        const isGap = random() < 0.12 || filled > worked * BUSY.filled;
        if (isGap || at + minutes > ends || !room) {
          at += 15;
          continue;
        }
        for (const quarter of quarters) roomsTaken.add(`${room.nth} ${weekday} ${quarter}`);
        const kind = places.length % 40 === 39 ? "class" : places.length % 10 < 3 ? "fortnightly" : "weekly";
        places.push({
          nth: places.length,
          kind,
          teacher: teacher.n,
          instrument,
          room: room.nth,
          weekday,
          starts: at,
          minutes,
          student: nextStudent,
        });
        nextStudent += kind === "class" ? 8 : kind === "fortnightly" ? 2 : 1;
        filled += minutes + teacher.buffer;
        at += minutes + teacher.buffer;
      }
    }
  }
  return places;
}

/** Loads it into a database with the migrations and nothing else, as the owner. */
export async function loadBusyAcademy(owner: postgres.Sql): Promise<void> {
  const teachers = makeTeachers();
  const places = makeWeek(teachers);
  await written(owner, async (tx) => {
    const rows = <T>(name: string, list: readonly T[], columns: string) =>
      tx`create table if not exists ${tx(name)} as
         select * from jsonb_to_recordset(${tx.json(list as never)}) r (${tx.unsafe(columns)})`;
    await tx`create schema bench`;
    await tx`set local search_path = bench, public`;
    await tx.unsafe(NUMBERS);
    await rows(
      "bench.instruments",
      INSTRUMENTS.map(([slug, name, equipment], n) => ({ n, slug, name, equipment })),
      "n int, slug text, name text, equipment text",
    );
    await rows(
      "bench.rooms",
      ROOMS.map((equipment, n) => ({ n, equipment })),
      "n int, equipment text[]",
    );
    await rows("bench.teachers", teachers, "n int, buffer int, instruments int[]");
    await rows(
      "bench.hours",
      teachers.flatMap(({ n, hours }) => hours.map((one) => ({ n, ...one }))),
      "n int, weekday int, starts int, ends int",
    );
    await rows(
      "bench.places",
      places,
      "nth int, kind text, teacher int, instrument int, room int, weekday int, starts int, minutes int, student int",
    );
    for (const part of [FACTS, PEOPLE, CLASSES, lessons(WEEKS.before, WEEKS.last)]) await tx.unsafe(part);
  });
  await holdSome(owner);
}

/** Adds nine times the lessons that there are, all of them long ago. */
export async function addHistory(owner: postgres.Sql): Promise<void> {
  await written(owner, async (tx) => {
    await tx`set local search_path = bench, public`;
    await tx.unsafe(lessons(WEEKS.longAgo, WEEKS.before - 1));
  });
}

/** Writes rows past triggers and foreign keys, and puts exclusion constraints and their indexes back afterwards. */
async function written(
  owner: postgres.Sql,
  work: (tx: postgres.TransactionSql) => Promise<void>,
): Promise<void> {
  await owner.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`set local synchronous_commit = off`;
    await tx`set local maintenance_work_mem = '512MB'`;
    const parts = await tx<{ off: string; on: string }[]>`
      select case when k.oid is null then format('drop index %s', i.indexrelid::regclass)
                  else format('alter table %s drop constraint %I', i.indrelid::regclass, k.conname) end as off,
             case when k.oid is null then pg_get_indexdef(i.indexrelid)
                  else format('alter table %s add constraint %I %s', i.indrelid::regclass, k.conname, pg_get_constraintdef(k.oid)) end as "on"
        from pg_index i join pg_class c on c.oid = i.indexrelid left join pg_constraint k on k.conindid = i.indexrelid
       where i.indrelid in ('public.bookings'::regclass, 'public.lessons'::regclass) and coalesce(k.contype, 'x') = 'x'`;
    for (const { off } of parts) await tx.unsafe(off);
    await work(tx);
    for (const { on } of parts) await tx.unsafe(on);
  });
  await owner`vacuum analyze`;
}

/** Some of the open times are held by families who pay just now. */
async function holdSome(owner: postgres.Sql): Promise<void> {
  await owner`
    insert into bookings (kind, teacher_id, room_id, during, expires_at)
    select distinct on (o.starts_at::date) 'hold', o.teacher_id, o.room_id, tstzrange(o.starts_at, o.ends_at), now() + interval '12 hours'
      from instruments i, private.open_times(i.id, 30) o where i.slug = 'piano' order by o.starts_at::date, md5(o.starts_at::text)`;
}

const NUMBERS = `
  create function bench.id(kind text, n bigint) returns uuid immutable language sql
    as $$ select overlay(overlay(md5(kind || ' ' || n) placing '8' from 13) placing '8' from 17)::uuid $$;
  create function bench.family(student bigint) returns uuid immutable language sql
    as $$ select bench.id('family', student % ${BUSY.families}) $$;
  create function bench.monday() returns date stable language sql
    as $$ select date_trunc('week', now() at time zone 'America/New_York')::date $$;`;

const FACTS = `
  insert into public.academy_settings (name, email, phone, address, time_zone, horizon_days)
  values ('Busy Academy', 'office@busy.example', '555-0100', '1 Full Street', 'America/New_York', ${BUSY.horizonDays});
  insert into public.instruments (id, slug, name, minimum_age, description, required_equipment, sort)
  select id('instrument', n), slug, name, 4, 'Lessons for beginners and for those who played before.', equipment, n from bench.instruments
  union all select id('instrument', 99), '${EVERYBODYS}', 'Musicianship', 4, 'Ear, rhythm and reading.', null, 99;
  insert into public.rooms (id, name, equipment) select id('room', n), 'Room ' || 101 + n, equipment from bench.rooms;
  insert into public.terms (name, starts_on, ends_on) values
    ('Earlier terms', monday() - 7 * 400, monday() - 7 * 10 - 1), ('This term', monday() - 7 * 10, monday() + 7 * 20);
  insert into public.closures (name, starts_on, ends_on)
  select 'Break ' || n, monday() + 7 * (n * 12 + 3) + 2, monday() + 7 * (n * 12 + 3) + 5 from generate_series(-10, 1) n;
  insert into public.prices (kind, name, minutes, amount_cents) values
    ('trial', 'Trial', 30, 2500), ('tuition_monthly', 'Tuition', 30, 16000), ('tuition_monthly', 'Tuition', 45, 22500),
    ('tuition_monthly', 'Tuition', 60, 29000), ('registration', 'Registration', null, 4500),
    ('registration_sibling', 'Registration of a sibling', null, 1500), ('recital', 'Recital', null, 3500),
    ('single_lesson', 'Single lesson', 30, 4500), ('single_lesson', 'Single lesson', 45, 6500),
    ('single_lesson', 'Single lesson', 60, 8500);
  insert into public.plans (cadence, name, months, discount_bp) values
    ('monthly', 'By the month', 1, 0), ('semester', 'By the semester', 6, 300), ('yearly', 'By the year', 12, 800);`;

const PEOPLE = `
  insert into public.teachers (id, slug, first_name, last_name, headline, bio, teaching_since, buffer_minutes, weekly_capacity_minutes)
  select id('teacher', n), 'teacher-' || n, 'Teacher', 'Number ' || n, 'Teaches', repeat('Teaches with patience. ', 20), 2008, buffer, 1800 from bench.teachers;
  insert into public.teacher_instruments (teacher_id, instrument_id, minimum_age)
  select id('teacher', t.n), id('instrument', i), 5 from bench.teachers t, unnest(t.instruments || 99) i;
  insert into public.teacher_availability (teacher_id, weekday, starts, ends)
  select id('teacher', n), weekday, time '00:00' + starts * interval '1 minute', time '00:00' + ends * interval '1 minute' from bench.hours;
  insert into public.teacher_exceptions (teacher_id, during, reason)
  select id('teacher', n), tstzrange(d at time zone 'America/New_York', (d + interval '1 day') at time zone 'America/New_York'), 'Away'
    from bench.teachers, lateral (select (monday() + (n % 30 + k * 37)::int)::timestamp as d from generate_series(-30, 1) k) days;
  insert into public.families (id, name, created_at)
  select id('family', n), 'Family ' || n, now() - interval '7 years' from generate_series(0, ${BUSY.families - 1}) n;
  insert into public.guardians (id, family_id, full_name, email, payer_share_bp)
  select id('guardian', n), id('family', n), 'Parent ' || n, 'parent' || n || '@busy.example', 10000 from generate_series(0, ${BUSY.families - 1}) n;
  insert into public.students (id, family_id, first_name, last_name, birth_date)
  select id('student', n), family(n), 'Child', 'Number ' || n, current_date - 3000 - n % 3000 from generate_series(0, ${BUSY.students - 1}) n;
  create table bench.enrolled as
  select s.n as student, p.instrument, p.teacher, p.minutes
    from generate_series(0, ${BUSY.students - 1}) s (n)
    join lateral (select * from bench.places p where p.kind <> 'class' order by abs(p.student - s.n % 2500), p.nth limit 1) p on true;
  insert into public.enrollments (id, family_id, student_id, instrument_id, teacher_id, minutes, starts_at, booking_id, kind, cadence, status,
                                  due_cents, lines, policy_version, submitted_at, expires_at, paid_at, activated_at)
  select id('enrollment', student), family(student), id('student', student), id('instrument', instrument), id('teacher', teacher), minutes,
         now() - interval '2 years', id('no booking', student), 'plan', 'monthly', (case when student < 2600 then 'active' else 'withdrawn' end)::public.enrollment_status,
         20500, '[{"code": "tuition", "label": "Tuition", "cents": 16000, "recurring": true}]', '1', at, at + interval '14 days', at, at
    from bench.enrolled, lateral (select now() - interval '2 years' - student * interval '1 hour' as at) t;`;

/** Lessons of whole weeks, from one to another. Each era of fourteen weeks has other students than the one before. */
const lessons = (from: number, until: number): string => `
  create temp table given on commit drop as
  select p.nth::bigint * 1000 + w.week + 400 as lesson, p.*, w.week, e.pupil, e.era, tstzrange(s.at, s.at + p.minutes * interval '1 minute') as during,
         s.at < now() as is_past, (p.nth + w.week + 1000) % 23 = 0 as is_cancelled
    from bench.places p cross join generate_series(${from}, ${until}) w (week)
    join lateral (select (monday() + 7 * w.week + p.weekday) as day) d on true
    join lateral (select (d.day + p.starts * interval '1 minute') at time zone 'America/New_York' as at) s on true
    join lateral (select case when w.week >= ${WEEKS.termBegan} then 0 else (${WEEKS.termBegan} - 1 - w.week) / ${ERA} + 1 end as era) o on true
    join lateral (select o.era, (p.student + case when p.kind = 'fortnightly' then (w.week + 1000) % 2 else 0 end + o.era * ${BUSY.students / 2}) % ${BUSY.students} as pupil) e on true
   where not exists (select from public.closures c where d.day between c.starts_on and c.ends_on)
   order by o.era desc, p.nth, w.week;
  insert into public.bookings (id, kind, is_active, teacher_id, room_id, student_id, during, teacher_busy, released_reason)
  select id('lesson', g.lesson), 'lesson', not g.is_cancelled, id('teacher', g.teacher), id('room', g.room),
         case when g.kind <> 'class' then id('student', g.pupil) end, g.during,
         tstzrange(lower(g.during), upper(g.during) + t.buffer * interval '1 minute'), case when g.is_cancelled then 'lesson cancelled' end
    from given g join bench.teachers t on t.n = g.teacher;
  insert into public.lessons (id, booking_id, enrollment_id, family_id, student_id, instrument_id, teacher_id, room_id, during, kind, status, class_id)
  select id('lesson', g.lesson), id('lesson', g.lesson), case when g.kind <> 'class' then id('enrollment', g.pupil) end,
         case when g.kind <> 'class' then family(g.pupil) end, case when g.kind <> 'class' then id('student', g.pupil) end,
         case when g.kind <> 'class' then id('instrument', g.instrument) end, id('teacher', g.teacher), id('room', g.room), g.during,
         (case when g.kind = 'class' then 'group' else 'private' end)::public.lesson_kind,
         (case when g.is_cancelled then 'cancelled' when g.is_past then 'completed' else 'scheduled' end)::public.lesson_status,
         case when g.kind = 'class' then id('class', g.nth) end
    from given g;
  create temp table seated on commit drop as
  select g.lesson, g.lesson * 10 + k as seat, (g.pupil + k) % ${BUSY.students} as pupil, g.during, g.is_cancelled
    from given g, generate_series(0, 7) k where g.kind = 'class';
  insert into public.bookings (id, kind, student_id, during, is_active, released_reason)
  select id('seat', seat), 'seat', id('student', pupil), during, not is_cancelled, case when is_cancelled then 'lesson cancelled' end from seated;
  insert into public.lesson_seats (lesson_id, student_id, family_id, booking_id)
  select id('lesson', lesson), id('student', pupil), family(pupil), id('seat', seat) from seated;`;

const CLASSES = `
  insert into public.classes (id, name, kind, instrument_id, teacher_id, room_id, term_id, weekday, starts, minutes, seats, price_cents)
  select id('class', p.nth), 'Class ' || p.nth, 'group', id('instrument', p.instrument), id('teacher', p.teacher), id('room', p.room),
         (select t.id from public.terms t where t.name = 'This term'), p.weekday, time '00:00' + p.starts * interval '1 minute', p.minutes, 8, 7900
    from bench.places p where p.kind = 'class';
  insert into public.class_seats (class_id, student_id, family_id)
  select id('class', p.nth), id('student', p.student + k), family(p.student + k) from bench.places p, generate_series(0, 7) k where p.kind = 'class';`;
