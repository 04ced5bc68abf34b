import { Kysely } from "kysely";
import { PostgresJSDialect } from "kysely-postgres-js";
import postgres from "postgres";
import type { DB } from "@/lib/db/database.gen";
import type { Db } from "@/lib/db/principal";
import { listAlternatives } from "@/lib/scheduling/alternatives";
import { type TestPrincipal, type Tx, takePrincipal } from "./principal";
import { families } from "./random-academy";
import type {
  Academy,
  Alternative,
  Asker,
  Booking,
  Conflict,
  OpenQuestion,
  OpenTime,
  Proposal,
} from "./scheduling-model";

const account = (nth: number): string => `00000000-0000-4000-8000-00010000000${nth}`;
const ADMIN = account(9);
const parentOf = (family: string): string =>
  account(families.indexOf(family as (typeof families)[number]) + 1);

/**
 * What every academy that is loaded has: an administrator, two families with a parent each, and a clock that stands
 * where the academy says, so that what happens at the same moment does happen.
 */
export async function arrangeAskers(owner: postgres.Sql): Promise<void> {
  await owner.begin(async (tx) => {
    await tx`create or replace function private.now() returns timestamptz language sql stable set search_path = '' as
             $$ select to_timestamp(nullif(current_setting('app.stopped_at', true), '')::double precision / 1000) $$`;
    await tx`select set_config('app.stopped_at', '1790000000000', true)`;
    // Thousands of academies come and go, and none of them is audited.
    await tx`alter table bookings disable trigger audit`;
    for (const id of [ADMIN, ...families.map(parentOf)]) {
      await tx`insert into auth.users (id, email, email_confirmed_at) values (${id}, ${`${id}@test.example`}, now())`;
      await tx`insert into auth.sessions (id, user_id) values (${id}, ${id})`;
    }
    await tx`update profiles set role = 'admin' where id = ${ADMIN}`;
    for (const family of families) {
      await tx`insert into families (id, name) values (${family}, 'Family')`;
      await tx`insert into guardians (family_id, profile_id, full_name, email)
               values (${family}, ${parentOf(family)}, 'Parent', ${`${parentOf(family)}@test.example`})`;
    }
  });
}

const iso = (at: number): string => new Date(at).toISOString();
const range = ({ from, until }: { from: number; until: number }): string => `[${iso(from)},${iso(until)})`;
const clockTime = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

/** Writes an academy; of rows that exclude each other the first stays. Gives the academy that was written. */
async function loadAcademy(tx: Tx, academy: Academy): Promise<Academy> {
  const { teachers } = academy;
  await tx`select set_config('app.stopped_at', ${String(academy.now)}, true),
                  set_config('session_replication_role', 'replica', true)`;
  const fill = (table: string, columns: string, rows: readonly object[], more = "") =>
    tx.unsafe(
      `insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, $1::text::jsonb) ${more}`,
      [JSON.stringify(rows)],
    );
  await Promise.all([
    fill(
      "academy_settings",
      "id, name, email, phone, address, time_zone, grid_minutes, notice_minutes, horizon_days, short_lesson_max_age, short_lesson_minutes",
      [
        {
          id: true,
          name: "Academy",
          email: "",
          phone: "",
          address: "",
          time_zone: academy.zone,
          grid_minutes: academy.gridMinutes,
          notice_minutes: academy.noticeMinutes,
          horizon_days: academy.horizonDays,
          short_lesson_max_age: academy.shortLessonMaxAge,
          short_lesson_minutes: academy.shortLessonMinutes,
        },
      ],
    ),
    fill(
      "instruments",
      "id, slug, name, minimum_age, description, required_equipment, is_active",
      academy.instruments.map((one, nth) => ({
        id: one.id,
        slug: `instrument-${"ab"[nth]}`,
        name: "Instrument",
        minimum_age: one.minimumAge,
        description: "",
        required_equipment: one.equipment,
        is_active: one.isActive,
      })),
    ),
    fill(
      "rooms",
      "id, name, equipment, is_active",
      academy.rooms.map(({ isActive, ...room }) => ({ ...room, is_active: isActive })),
    ),
    fill(
      "teachers",
      "id, slug, first_name, last_name, headline, bio, teaching_since, buffer_minutes, weekly_capacity_minutes, is_accepting, is_active, deleted_at",
      teachers.map((one) => ({
        id: one.id,
        slug: one.id,
        first_name: "",
        last_name: "",
        headline: "",
        bio: "",
        teaching_since: 2000,
        buffer_minutes: one.bufferMinutes,
        weekly_capacity_minutes: one.weeklyCapacity,
        is_accepting: one.isAccepting,
        is_active: one.isActive,
        deleted_at: one.isDeleted ? iso(academy.now) : null,
      })),
    ),
    fill(
      "teacher_instruments",
      "teacher_id, instrument_id, minimum_age, maximum_age",
      teachers.flatMap((one) =>
        one.teaches.map((taught) => ({
          teacher_id: one.id,
          instrument_id: taught.instrument,
          minimum_age: taught.minimumAge,
          maximum_age: taught.maximumAge,
        })),
      ),
    ),
    tx.unsafe(
      `insert into teacher_exceptions (teacher_id, during, reason)
       select (e ->> 'teacher')::uuid, (e ->> 'during')::tstzrange, 'Away' from jsonb_array_elements($1::text::jsonb) e`,
      [
        JSON.stringify(
          teachers.flatMap((one) => one.away.map((away) => ({ teacher: one.id, during: range(away) }))),
        ),
      ],
    ),
    fill("terms", "id, name, starts_on, ends_on", daysOf(academy.terms)),
    fill("closures", "id, name, starts_on, ends_on", daysOf(academy.closures)),
    fill("makeup_days", "id, name, starts_on, ends_on", daysOf(academy.makeupDays)),
    fill(
      "students",
      "id, family_id, first_name, last_name, birth_date",
      academy.students.map((one) => ({
        id: one.id,
        family_id: one.family,
        first_name: one.id,
        last_name: "Student",
        birth_date: one.birthDate,
      })),
    ),
    tx.unsafe(
      `insert into enrollments (family_id, student_id, instrument_id, teacher_id, minutes, starts_at, kind, cadence, status, policy_version)
       select s.family_id, s.id, (select i.id from instruments i limit 1), (e ->> 'teacher')::uuid, 30, private.now(), 'plan', 'monthly',
              (e ->> 'status')::enrollment_status, '1'
         from jsonb_array_elements($1::text::jsonb) e join students s on s.id = (e ->> 'student')::uuid`,
      [JSON.stringify(academy.enrollments)],
    ),
  ]);
  const hours = await tx.unsafe<{ teacher: number; hour: number }[]>(
    `with drawn as (select e from jsonb_array_elements($1::text::jsonb) e), kept as (
       insert into teacher_availability (id, teacher_id, weekday, starts, ends, valid)
       select (e ->> 'id')::uuid, (e ->> 'teacher_id')::uuid, (e ->> 'weekday')::int, (e ->> 'starts')::time, (e ->> 'ends')::time,
              daterange((e ->> 'from')::date, (e ->> 'until')::date)
         from drawn on conflict do nothing returning id)
     select (e ->> 'teacher')::int as teacher, (e ->> 'hour')::int as hour from drawn join kept on kept.id = (e ->> 'id')::uuid`,
    [
      JSON.stringify(
        teachers.flatMap((one, teacher) =>
          one.hours.map((hour, nth) => ({
            id: `00000000-0000-4000-8000-00${teacher}0000000${String(nth).padStart(2, "0")}`,
            teacher,
            hour: nth,
            teacher_id: one.id,
            weekday: hour.weekday,
            starts: clockTime(hour.starts),
            ends: clockTime(hour.ends),
            from: hour.validFrom,
            until: hour.validUntil,
          })),
        ),
      ),
    ],
  );
  const bookings = await loadBookings(tx, academy.bookings);
  return {
    ...academy,
    teachers: teachers.map((one, teacher) => ({
      ...one,
      hours: one.hours.filter((_, nth) =>
        hours.some((kept) => kept.teacher === teacher && kept.hour === nth),
      ),
    })),
    bookings: academy.bookings.filter(({ id }) => bookings.has(id)),
  };
}

const daysOf = (all: readonly { startsOn: string; endsOn: string; name?: string }[]) =>
  all.map(({ startsOn, endsOn, name }, nth) => ({
    id: `00000000-0000-4000-8000-00000000000${nth}`,
    name: name ?? `Days ${nth}`,
    starts_on: startsOn,
    ends_on: endsOn,
  }));

/** With the triggers, which add the buffer. */
async function loadBookings(tx: Tx, bookings: readonly Booking[]): Promise<Set<string>> {
  await tx`select set_config('session_replication_role', 'origin', true)`;
  const kept = await tx.unsafe<{ id: string }[]>(
    `insert into bookings (id, kind, is_active, teacher_id, room_id, student_id, during, expires_at)
     select (e ->> 'id')::uuid, (e ->> 'kind')::booking_kind, (e ->> 'isActive')::boolean, (e ->> 'teacher')::uuid,
            (e ->> 'room')::uuid, (e ->> 'student')::uuid, (e ->> 'during')::tstzrange,
            (e ->> 'expires')::timestamptz
       from jsonb_array_elements($1::text::jsonb) e
     on conflict do nothing returning id`,
    [
      JSON.stringify(
        bookings.map((one) => ({
          ...one,
          during: range(one),
          expires: one.expiresAt === null ? null : iso(one.expiresAt),
        })),
      ),
    ],
  );
  return new Set(kept.map(({ id }) => id));
}

function principalOf(asker: Asker): TestPrincipal {
  if (asker.role === "visitor") return { kind: "visitor" };
  if (asker.role === "service") return { kind: "service" };
  const userId = asker.role === "parent" ? parentOf(asker.family) : ADMIN;
  return { kind: "user", userId, sessionId: userId };
}

export type Asked =
  | { readonly of: "open times"; readonly wish: OpenQuestion }
  | { readonly of: "conflicts" | "alternatives"; readonly wish: Proposal };
/** Open times, conflicts or alternatives, as the model writes them. */
export type Answer = readonly (OpenTime | Conflict | Alternative)[];

const WISH =
  "instrument uuid, teacher uuid, minutes int, student uuid, age int, ignored uuid[], makeup boolean, staff boolean";

/** Asks the database as one person; the answers come in the order of the questions. */
async function ask({ tx, db }: Session, asker: Asker, questions: readonly Asked[]): Promise<Answer[]> {
  await takePrincipal(tx, principalOf(asker), 0);
  const rows = questions.map(({ of, wish }, nth) => ({
    nth,
    of,
    ...wish,
    makeup: wish.forMakeup,
    staff: wish.byStaff,
    ...("start" in wish
      ? { start: iso(wish.start) }
      : {
          from_at: wish.from === null ? null : iso(wish.from),
          until_at: wish.until === null ? null : iso(wish.until),
        }),
  }));
  const answers = await tx.unsafe<{ nth: number; answer: Row[] | null }[]>(
    `select q.nth, (select jsonb_agg(jsonb_build_array(o.teacher_id, o.room_id, (extract(epoch from o.starts_at) * 1000)::bigint,
                                                    (extract(epoch from o.ends_at) * 1000)::bigint))
                      from private.open_times(q.instrument, q.minutes, q.from_at, q.until_at, q.teacher, q.age, q.ignored,
                                              q.student, q.weekdays, q.makeup, q.staff) o) as answer
       from jsonb_to_recordset($1::text::jsonb) q
            (nth int, of text, ${WISH}, from_at timestamptz, until_at timestamptz, weekdays int[])
      where q.of = 'open times'
      union all
     select q.nth, (select jsonb_agg(jsonb_build_array(c.reason, (extract(epoch from lower(c.during)) * 1000)::bigint,
                                                    (extract(epoch from upper(c.during)) * 1000)::bigint, c.name))
                      from private.lesson_conflicts(q.instrument, q.teacher, q.start, q.minutes, q.student, q.age, q.room,
                                                    q.ignored, q.makeup, q.staff) c)
       from jsonb_to_recordset($1::text::jsonb) q (nth int, of text, ${WISH}, start timestamptz, room uuid)
      where q.of = 'conflicts'`,
    [JSON.stringify(rows)],
  );
  const found = new Map(answers.map(({ nth, answer }) => [nth, answer ?? []]));
  const all: Answer[] = [];
  for (const [nth, { of, wish }] of questions.entries()) {
    if (of === "alternatives") all.push(await askAlternatives(db, wish));
    else if (of === "conflicts") all.push((found.get(nth) ?? []).map(conflict));
    else all.push((found.get(nth) ?? []).map((row) => openTime(row, wish.minutes)));
  }
  await tx`select set_config('role', 'none', true)`;
  return all;
}

async function askAlternatives(db: Db, wish: Proposal): Promise<Alternative[]> {
  const alternatives = await listAlternatives(db, {
    instrumentId: wish.instrument,
    minutes: wish.minutes,
    teacherId: wish.teacher,
    startsAt: new Date(wish.start),
    studentId: wish.student ?? undefined,
    age: wish.age ?? undefined,
    ignoredBookingIds: wish.ignored,
    forMakeup: wish.forMakeup,
    byStaff: wish.byStaff,
  });
  return alternatives.map(({ teacherId, roomId, startsAt, reason }) => ({
    teacher: teacherId,
    room: roomId,
    start: startsAt.getTime(),
    reason,
  }));
}

type Row = readonly (string | number | null)[];

function openTime([teacher, room, start, end]: Row, minutes: number): OpenTime {
  if (Number(end) - Number(start) !== minutes * 60_000)
    throw new Error(`a lesson of another length: ${start} to ${end}`);
  return { teacher: String(teacher), room: String(room), start: Number(start) };
}

function conflict([reason, from, until, name]: Row): Conflict {
  return {
    reason: String(reason),
    ...(from === null || until === null ? {} : { during: { from: Number(from), until: Number(until) } }),
    ...(name === null ? {} : { name: String(name) }),
  };
}

/** One connection of the owner, for statements of the tests and of the product in the same transaction. */
type Session = { readonly tx: Tx; readonly db: Db };

/** An academy that is in the database, and a way to ask about it. */
export type Loaded = {
  readonly academy: Academy;
  readonly ask: (asker: Asker, questions: readonly Asked[]) => Promise<Answer[]>;
};

export type Loader = {
  /** Runs `work` while an academy is in the database, and takes it out again. */
  readonly withAcademy: (drawn: Academy, work: (loaded: Loaded) => Promise<void>) => Promise<void>;
  readonly end: () => Promise<void>;
};

export function openLoader(url: string): Loader {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  const session: Session = {
    tx: sql as unknown as Tx,
    db: new Kysely<DB>({ dialect: new PostgresJSDialect({ postgres: sql }) }) as unknown as Db,
  };
  return {
    withAcademy: async (drawn, work) => {
      await sql.unsafe("begin");
      try {
        const academy = await loadAcademy(session.tx, drawn);
        await work({ academy, ask: (asker, questions) => ask(session, asker, questions) });
      } finally {
        await sql.unsafe("rollback");
      }
    },
    end: () => sql.end(),
  };
}
