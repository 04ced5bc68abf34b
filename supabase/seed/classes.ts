import type postgres from "postgres";
import { addDays, type Calendar, instantOf, range, teachingDays } from "./calendar";
import type { Random } from "./random";
import { insertRows, type Row, type Sql } from "./rows";

type ClassFacts = {
  readonly name: string;
  readonly description: string;
  readonly kind: "group" | "shared" | "recital";
  readonly teacher: string;
  readonly room: string;
  /** Minutes from local midnight: Saturdays after the private lessons, a recital on a Sunday. */
  readonly start: number;
  readonly minutes: number;
  readonly ages: readonly [least: number, most: number];
  readonly seats: number;
  /** How many of the seats are taken, as far as there are students of these ages. */
  readonly taken: number;
  readonly cents: number;
};

const CLASSES: readonly ClassFacts[] = [
  {
    name: "Rock Band",
    description: "Six players, three songs, one loud concert at the end of the term.",
    kind: "group",
    teacher: "marcus-bell",
    room: "Juniper Studio",
    start: 16 * 60 + 15,
    minutes: 90,
    ages: [10, 99],
    seats: 6,
    taken: 6,
    cents: 11_000,
  },
  {
    name: "Theory",
    description: "Keys, chords and rhythm on paper, so that a page of music stops being a riddle.",
    kind: "group",
    teacher: "tomasz-zielinski",
    room: "Linden Room",
    start: 18 * 60,
    minutes: 45,
    ages: [8, 99],
    seats: 10,
    taken: 7,
    cents: 7900,
  },
  {
    name: "Early Childhood",
    description: "Singing, moving and first instruments for the youngest, with a parent in the room.",
    kind: "group",
    teacher: "clara-lindqvist",
    room: "Birch Room",
    start: 16 * 60 + 15,
    minutes: 45,
    ages: [3, 5],
    seats: 8,
    taken: 5,
    cents: 8900,
  },
  {
    name: "Piano for Two",
    description: "A semi-private lesson: two students of one level at one piano.",
    kind: "shared",
    teacher: "elena-marquez",
    room: "Maple Room",
    start: 19 * 60,
    minutes: 45,
    ages: [7, 99],
    seats: 2,
    taken: 2,
    cents: 12_500,
  },
  {
    name: "Recital",
    description: "Everybody plays one piece; families bring cake.",
    kind: "recital",
    teacher: "elena-marquez",
    room: "Cedar Hall",
    start: 14 * 60,
    minutes: 120,
    ages: [4, 99],
    seats: 30,
    taken: 14,
    cents: 3500,
  },
];

const SATURDAY = 5;
const SUNDAY = 6;
const BEGAN_DAYS_AGO = 24;

/**
 * The classes of the present term, begun some weeks ago: lessons, seats, a waitlist for the one that is full, and an invoice
 * for each seat that is due on the next 1st.
 */
export async function loadClasses(sql: Sql, random: Random, calendar: Calendar, now: Date): Promise<void> {
  const term = calendar.terms.find(({ endsOn }) => endsOn >= addDays(calendar.today, 7));
  if (!term) return;
  const since = [addDays(calendar.today, -BEGAN_DAYS_AGO), term.startsOn].sort()[1] ?? term.startsOn;
  const takenAt = new Date(Math.min(now.getTime(), instantOf(since, 0).getTime()) - 3_600_000);
  for (const facts of CLASSES) {
    const [place] = await sql<{ teacherId: string; roomId: string; termId: string }[]>`
      select t.id as "teacherId", r.id as "roomId", m.id as "termId"
        from public.teachers t, public.rooms r, public.terms m
       where t.slug = ${facts.teacher} and r.name = ${facts.room} and m.name = ${term.name}`;
    const takers = await findTakers(sql, facts);
    if (!place || takers.length === 0) continue;
    const id = random.uuid();
    const isRecital = facts.kind === "recital";
    await insertRows(sql, "classes", [
      {
        id,
        name: facts.name,
        description: facts.description,
        kind: facts.kind,
        teacher_id: place.teacherId,
        room_id: place.roomId,
        term_id: place.termId,
        weekday: isRecital ? null : SATURDAY,
        starts: isRecital ? null : clockTime(facts.start),
        minutes: facts.minutes,
        minimum_age: facts.ages[0],
        maximum_age: facts.ages[1],
        seats: facts.seats,
        price_cents: facts.cents,
        currency: "usd",
        status: "open",
      },
    ]);
    const days = isRecital
      ? teachingDays(calendar, SUNDAY, calendar.today, term.endsOn).slice(-1)
      : teachingDays(calendar, SATURDAY, since, term.endsOn);
    const lessons = await insertClassLessons(sql, random, facts, { id, ...place }, days, now);
    await takeSeats(sql, id, takers, lessons, takenAt);
    await invoiceSeats(sql, id, facts, calendar.today);
  }
  await waitForTheBand(sql, now);
}

/** An id that follows from a text, as a UUID of version 4 has to look: forms and addresses take no other. */
const uuidOf = (sql: Sql, text: postgres.PendingQuery<postgres.Row[]>) =>
  sql`overlay(overlay(md5(${text}) placing '4' from 13) placing '8' from 17)::uuid`;

const clockTime = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

async function insertClassLessons(
  sql: Sql,
  random: Random,
  facts: ClassFacts,
  of: { readonly id: string; readonly teacherId: string; readonly roomId: string },
  days: readonly string[],
  now: Date,
): Promise<string[]> {
  const lessons = days.map((day) => ({
    id: random.uuid(),
    bookingId: random.uuid(),
    startsAt: instantOf(day, facts.start),
  }));
  const common = (startsAt: Date): Row => ({
    teacher_id: of.teacherId,
    room_id: of.roomId,
    during: range(startsAt, facts.minutes),
  });
  await insertRows(
    sql,
    "bookings",
    lessons.map(({ bookingId, startsAt }) => ({
      id: bookingId,
      kind: "lesson",
      is_active: true,
      ...common(startsAt),
      created_at: now.toISOString(),
      updated_at: now.toISOString(),
    })),
  );
  await insertRows(
    sql,
    "lessons",
    lessons.map(({ id, bookingId, startsAt }) => ({
      id,
      booking_id: bookingId,
      class_id: of.id,
      kind: facts.kind,
      status: startsAt.getTime() + facts.minutes * 60_000 <= now.getTime() ? "completed" : "scheduled",
      ical_sequence: 0,
      ...common(startsAt),
      created_at: now.toISOString(),
      updated_at: now.toISOString(),
    })),
  );
  return lessons.map(({ id }) => id);
}

/** Students of the class's ages who have lessons here, by chance from their ids. */
async function findTakers(sql: Sql, { name, ages, taken }: ClassFacts): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select s.id
      from public.students s
      cross join lateral (select extract(year from age(private.now(), s.birth_date)) as years) a
     where a.years between ${ages[0]} and ${ages[1]} and s.is_active
       and exists (select from public.enrollments e where e.student_id = s.id and e.kind = 'plan' and e.status = 'active')
     order by md5(${name} || s.id) limit ${taken}`;
  return rows.map(({ id }) => id);
}

/** A seat in the class for each, and one in each of its lessons. */
async function takeSeats(
  sql: Sql,
  classId: string,
  takers: readonly string[],
  lessons: readonly string[],
  takenAt: Date,
): Promise<void> {
  await sql`
    insert into public.class_seats (id, class_id, student_id, family_id, taken_at)
    select ${uuidOf(sql, sql`${classId} || s.id`)}, ${classId}, s.id, s.family_id, ${takenAt}
      from public.students s where s.id = any(${takers}::uuid[]) order by s.id`;
  await sql`
    insert into public.lesson_seats (lesson_id, student_id, family_id, booking_id)
    select l.id, s.student_id, s.family_id, ${uuidOf(sql, sql`l.id::text || s.student_id`)}
      from unnest(${lessons}::uuid[]) l (id), public.class_seats s where s.class_id = ${classId}`;
}

async function invoiceSeats(
  sql: Sql,
  classId: string,
  { name, cents, kind }: ClassFacts,
  today: string,
): Promise<void> {
  await sql`
    insert into public.invoices (id, family_id, guardian_id, currency, issued_on, due_on)
    select ${uuidOf(sql, sql`s.id || 'invoice'`)}, s.family_id, private.payer_of(s.family_id), 'usd', ${today}::date,
           (date_trunc('month', ${today}::date) + interval '1 month')::date
      from public.class_seats s where s.class_id = ${classId} order by s.id`;
  await sql`
    insert into public.invoice_lines (id, invoice_id, position, code, label, amount_cents, class_id)
    select ${uuidOf(sql, sql`s.id || 'line'`)}, ${uuidOf(sql, sql`s.id || 'invoice'`)}, 1, ${kind === "recital" ? "recital" : "group_class"},
           ${name}, ${cents}::int, ${classId}::uuid
      from public.class_seats s where s.class_id = ${classId}`;
  await sql`
    update public.invoices i set status = 'open'
      from public.class_seats s where s.class_id = ${classId} and i.id = ${uuidOf(sql, sql`s.id || 'invoice'`)}`;
}

/** Two more would play in the band, and two wait for another teacher's time; one of them has an offer. */
async function waitForTheBand(sql: Sql, now: Date): Promise<void> {
  await sql`
    insert into public.waitlist_entries (id, family_id, student_id, class_id, joined_at)
    select ${uuidOf(sql, sql`'waiting' || s.id`)}, s.family_id, s.id, c.id, ${now}::timestamptz - s.nth * interval '3 days'
      from public.classes c,
           (select s.id, s.family_id, row_number() over (order by md5('band' || s.id)) as nth
              from public.students s
             where extract(year from age(private.now(), s.birth_date)) >= 10
               and not exists (select from public.class_seats t where t.student_id = s.id)) s
     where c.name = 'Rock Band' and s.nth <= 2`;
  await sql`
    insert into public.waitlist_entries (id, family_id, student_id, instrument_id, minutes, times, joined_at)
    select ${uuidOf(sql, sql`'lessons' || s.id`)}, s.family_id, s.id, i.id, 30, '{[930,1200),[2370,2640)}', ${now}::timestamptz - s.nth * interval '5 days'
      from public.instruments i,
           (select s.id, s.family_id, row_number() over (order by md5('piano' || s.id)) as nth
              from public.students s
             where extract(year from age(private.now(), s.birth_date)) >= 8
               and not exists (select from public.student_instruments p join public.instruments o on o.id = p.instrument_id
                                where p.student_id = s.id and o.slug = 'piano')) s
     where i.slug = 'piano' and s.nth <= 2`;
  // A time that the first of them can take: within the wanted times, taught at the age, nothing else then.
  const [free] = await sql<
    { entryId: string; teacherId: string; roomId: string; startsAt: Date; endsAt: Date }[]
  >`
    select e.id as "entryId", o.teacher_id as "teacherId", o.room_id as "roomId", o.starts_at as "startsAt", o.ends_at as "endsAt"
      from (select w.*, extract(year from age(private.now(), s.birth_date))::int as years
              from public.waitlist_entries w join public.students s on s.id = w.student_id
             where w.instrument_id is not null order by w.joined_at limit 1) e
     cross join public.academy_settings a
     cross join lateral private.open_times(e.instrument_id, e.minutes, null, null, e.teacher_id, e.years) o
     cross join lateral (select private.minute_of_week(o.starts_at, a.time_zone) as minute) m
     where e.times @> int4range(m.minute, m.minute + e.minutes)
       and not exists (select from public.bookings b
                        where b.student_id = e.student_id and b.is_active and b.during && tstzrange(o.starts_at, o.ends_at))
     order by o.starts_at desc, o.teacher_id limit 1`;
  if (!free) return;
  await sql`
    with entry as (
      update public.waitlist_entries e set status = 'offered'
       where e.id = ${free.entryId}
      returning e.id, e.family_id, e.student_id
    ), hold as (
      insert into public.bookings (id, kind, teacher_id, room_id, student_id, during, expires_at, created_at, updated_at)
      select ${uuidOf(sql, sql`'offer' || e.id`)}, 'hold', ${free.teacherId}, ${free.roomId}, e.student_id,
             tstzrange(${free.startsAt}, ${free.endsAt}), ${now}::timestamptz + interval '80 minutes', ${now}, ${now}
        from entry e
      returning id
    )
    insert into public.waitlist_offers (id, entry_id, family_id, booking_id, offered_at, expires_at)
    select ${uuidOf(sql, sql`'answer' || e.id`)}, e.id, e.family_id, h.id, ${now}::timestamptz - interval '40 minutes', ${now}::timestamptz + interval '80 minutes'
      from entry e, hold h`;
}
