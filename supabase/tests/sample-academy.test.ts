import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampleAccounts } from "../seed/accounts";
import { type Loaded, loadAcademy } from "../seed/load-academy";
import { insertAccountsInto, signUpSampleAccounts } from "../seed/sign-up";
import { createTestDatabase, type TestDatabase } from "./database";
import { INVARIANTS } from "./sample-invariants";

/** A Tuesday of Thanksgiving week: the day on which a closure begins the horizon. */
const now = new Date("2026-11-24T17:00:00Z");
const clock = (of: Date): number => of.getTime() - Date.now();

/** Loading takes seconds on a quiet machine; a busy one may need many times that. */
const SLOW = 120_000;

const MEDIUM_STUDENTS = 200;

let database: TestDatabase;
let loaded: Loaded;
/** Two times the same academy of two houses, without accounts. */
let medium: TestDatabase;
let mediumAgain: TestDatabase;
let mediumLoaded: Loaded;

beforeAll(async () => {
  // One after the other, as the first one makes the template of the others.
  database = await createTestDatabase();
  medium = await createTestDatabase();
  mediumAgain = await createTestDatabase();
  const loadMedium = (into: TestDatabase) =>
    loadAcademy(into.owner, { now, clockOffsetMs: clock(now), students: MEDIUM_STUDENTS });
  const loadStandard = async () => {
    await signUpSampleAccounts(database.owner, insertAccountsInto(database.owner));
    return await loadAcademy(database.owner, { now, clockOffsetMs: clock(now) });
  };
  [loaded, mediumLoaded] = await Promise.all([loadStandard(), loadMedium(medium), loadMedium(mediumAgain)]);
}, SLOW);

afterAll(async () => {
  await Promise.all([database?.drop(), medium?.drop(), mediumAgain?.drop()]);
});

/** The first column of a query, which tells what is wrong: empty when nothing is. */
async function wrong(query: string, of: TestDatabase = database): Promise<unknown[]> {
  const rows = await of.owner.unsafe<Record<string, unknown>[]>(query);
  return rows.map((row) => Object.values(row)[0]);
}

async function brokenInvariants(of: TestDatabase, at: Date): Promise<string[]> {
  const broken: string[] = [];
  await of.owner.begin(async (tx) => {
    await tx`select set_config('app.clock_offset_ms', ${String(clock(at))}, true)`;
    for (const [name, query] of Object.entries(INVARIANTS)) {
      const rows = await tx.unsafe(query);
      if (rows.length > 0) broken.push(`${name}: ${rows.length} ${JSON.stringify(rows.slice(0, 3))}`);
    }
  });
  return broken;
}

/** How many there are of whom, in the database; students count when they are or were enrolled. */
async function peopleOf(of: TestDatabase): Promise<unknown> {
  const [row] = await of.owner`
    select (select count(*)::int from teachers) as teachers, (select count(*)::int from rooms) as rooms,
           (select count(*)::int from families) as families,
           (select count(distinct student_id)::int from enrollments) as learning`;
  return row;
}

/** Fingerprints of what people would notice if it changed; `only` leaves these students and what belongs to them. */
async function contentOf(of: TestDatabase, only: readonly string[] | null = null) {
  const [row] = await of.owner`
    with s as (select * from students where ${only}::uuid[] is null or id = any(${only}::uuid[])),
         l as (select * from lessons where student_id in (select id from s)),
         e as (select * from enrollments where student_id in (select id from s)),
         t as (select * from teachers where id in (select teacher_id from l)),
         p as (select * from payments where enrollment_id in (select id from e))
    select (select md5(json_agg(json_build_array(id, family_id, first_name, last_name, birth_date) order by id)::text) from s) as students,
           (select md5(json_agg(json_build_array(id, during, status, teacher_id, room_id) order by id)::text) from l) as lessons,
           (select md5(json_agg(json_build_array(id, due_cents, lines, paid_at) order by id)::text) from e) as enrollments,
           (select md5(json_agg(json_build_array(id, slug, headline, bio, styles) order by id)::text) from t) as teachers,
           (select md5(json_agg(name order by id)::text) from rooms where id in (select room_id from l)) as rooms,
           (select md5(json_agg(json_build_array(id, receipt_number, amount_cents, status, paid_at) order by id)::text) from p) as payments`;
  return row ?? {};
}

describe("the sample academy", () => {
  it("has the size that the academy's rules tell of", async () => {
    expect(loaded).toMatchObject({ teachers: 14, families: 130, students: 180 });
    expect(await peopleOf(database)).toEqual({ teachers: 14, rooms: 8, families: 130, learning: 180 });
  });

  it("keeps every rule", async () => {
    expect(await brokenInvariants(database, now)).toEqual([]);
  });

  it("has the calendar and the prices", async () => {
    expect(await wrong("select name from terms order by starts_on")).toEqual([
      "Fall 2026",
      "Spring 2027",
      "Summer 2027",
      "Fall 2027",
      "Spring 2028",
      "Summer 2028",
    ]);
    expect(await wrong("select amount_cents from prices order by 1")).toEqual([
      1500, 2500, 3500, 4500, 4500, 6500, 7900, 8500, 8900, 11_000, 16_000, 22_500, 29_000,
    ]);
    expect(await wrong("select name from rooms")).toHaveLength(8);
    expect(await wrong("select slug from instruments")).toHaveLength(12);
  });

  it("shows plenty of open times for each instrument", async () => {
    const rows = await database.owner.begin(async (tx) => {
      await tx`select set_config('app.clock_offset_ms', ${String(clock(now))}, true)`;
      return tx<{ slug: string; minutes: number; times: number; days: number }[]>`
        select i.slug, m.minutes, count(o.starts_at)::int as times, count(distinct o.starts_at::date)::int as days
          from instruments i cross join (values (30), (60)) m (minutes)
          left join lateral private.open_times(i.id, m.minutes) o on true group by 1, 2 order by 3`;
    });
    expect(rows.filter((row) => row.times < 60 || row.days < 8)).toEqual([]);
  });

  it("has the edge cases", async () => {
    const [cases] = await database.owner`select
      (select count(*)::int from families f where (select count(*) from guardians g where g.family_id = f.id and g.payer_share_bp > 0) = 2) as split_families,
      (select count(*)::int from (select family_id from students group by 1 having count(*) = 3) f) as three_siblings,
      exists (select from students s join guardians g on g.family_id = s.family_id and g.full_name = s.first_name || ' ' || s.last_name) as adult_student,
      exists (select from payments where status = 'disputed') as disputed,
      exists (select from payments where status = 'partially_refunded') as part_refund,
      exists (select from enrollments where failure_code = 'slot_lost') as slot_lost,
      exists (select from lessons l join lessons m on m.id <> l.id and m.teacher_id = l.teacher_id and m.during && l.during
               where l.status = 'cancelled' and m.status = 'completed' and m.kind = 'trial') as rebooked_slot,
      exists (select from lessons l join enrollments e on e.id = l.enrollment_id where l.teacher_id <> e.teacher_id) as substitute,
      exists (select from bookings where kind = 'hold' and is_active and hold_note is not null) as extended_hold,
      exists (select from invoices i join subscriptions s on s.family_id = i.family_id and s.status = 'past_due'
               where i.status = 'open' and i.due_on < (private.now() at time zone 'America/New_York')::date and i.note ~ 'expired') as expired_card,
      exists (select from classes c where c.seats = (select count(*) from class_seats s where s.class_id = c.id)
                 and (select count(*) from waitlist_entries w where w.class_id = c.id) = 2) as full_class_with_waitlist,
      exists (select from waitlist_offers o join bookings b on b.id = o.booking_id and b.is_active where o.status = 'open') as open_offer,
      exists (select from makeup_credits where used_at is null and expires_at < private.now() + interval '2 days'
                 and expires_at > private.now()) as expiring_credit,
      exists (select from makeup_credits where origin = 'guaranteed_lessons') as guaranteed_lesson,
      exists (select from lessons where kind = 'make_up' and status = 'completed') as make_up,
      exists (select from enrollments where status = 'active' and ends_on = notice_given_on + 30) as under_notice,
      exists (select from enrollments where status = 'paused' and paused_until is not null) as paused,
      exists (select from enrollments e where kind = 'plan' and status = 'active'
                 and extract(day from e.paid_at) > 5 and e.paid_at > (select min(starts_on) from terms)) as joiner_mid_month,
      exists (select from lessons l, lateral (select lower(l.during) at time zone 'America/New_York' as at) t
               where t.at::date between '2026-10-26' and '2026-11-07') as week_of_clock_change,
      (select array_agg(distinct status::text order by status::text) from enrollments) as statuses`;
    expect(cases).toMatchObject({
      split_families: 1,
      adult_student: true,
      disputed: true,
      part_refund: true,
      slot_lost: true,
      rebooked_slot: true,
      substitute: true,
      extended_hold: true,
      expired_card: true,
      full_class_with_waitlist: true,
      open_offer: true,
      expiring_credit: true,
      guaranteed_lesson: true,
      make_up: true,
      under_notice: true,
      paused: true,
      joiner_mid_month: true,
      week_of_clock_change: true,
      statuses: ["active", "cancelled", "lapsed", "paused", "provisional", "withdrawn"],
    });
    expect(cases?.three_siblings).toBeGreaterThanOrEqual(1);
  });

  it("gives each sample account its role and its people", async () => {
    const rows = await database.owner`
      select p.email, p.role, coalesce(t.last_name, s.first_name, g.full_name) as linked, p.is_active
        from profiles p left join teachers t on t.profile_id = p.id left join students s on s.profile_id = p.id
        left join guardians g on g.profile_id = p.id`;
    expect(Object.fromEntries(rows.map((row) => [row.email, [row.role, row.linked]]))).toEqual({
      "ruth.calloway@cedarheights.example": ["admin", null],
      "elena.marquez@cedarheights.example": ["teacher", "Marquez"],
      "nadia.rahman@families.example": ["parent", "Nadia Rahman"],
      "tom.becker@families.example": ["parent", null],
      "amir.rahman@families.example": ["student", "Amir"],
    });
    expect(sampleAccounts.every((account) => account.password.length >= 10)).toBe(true);
    expect(await wrong("select email from invitations where accepted_at is null")).toEqual([]);
  });

  it("loads as a whole or not at all", async () => {
    const [before] = await database.owner`select count(*)::int as n from families`;
    await expect(loadAcademy(database.owner, { now, seed: 7 })).rejects.toMatchObject({ code: "23505" });
    const [after] = await database.owner`select count(*)::int as n from families`;
    expect(after?.n).toBe(before?.n);
  });
});

describe("a smaller academy, on another day", () => {
  it.each([
    ["before the year begins", "2026-08-31T16:00:00Z", 14, 3],
    ["on the day when clocks change", "2027-03-14T16:00:00Z", 14, 3],
    ["on the year's last day", "2027-08-28T20:00:00Z", 30, 13],
    ["in the summer two years on", "2029-07-17T16:00:00Z", 14, 3],
  ])(
    "keeps every rule %s",
    async (_, day, students, seed) => {
      const other = await createTestDatabase();
      try {
        const at = new Date(day);
        const small = await loadAcademy(other.owner, { now: at, clockOffsetMs: clock(at), students, seed });
        expect(small).toMatchObject({ students });
        expect(await brokenInvariants(other, at)).toEqual([]);
      } finally {
        await other.drop();
      }
    },
    SLOW,
  );
});

describe("a larger academy", () => {
  it("has a second house, and loses nobody", async () => {
    expect(mediumLoaded).toMatchObject({ teachers: 28, families: 144, students: MEDIUM_STUDENTS });
    expect(await peopleOf(medium)).toEqual({
      teachers: 28,
      rooms: 16,
      families: 144,
      learning: MEDIUM_STUDENTS,
    });
  });

  it("keeps every rule", async () => {
    expect(await brokenInvariants(medium, now)).toEqual([]);
  });

  it("has people whose texts are whole and their own", async () => {
    const rows = await medium.owner<{ text: string; name: string }[]>`
      select headline || ' ' || bio as text, first_name as name from teachers`;
    expect(rows.filter(({ text }) => /[{}]|undefined|\s{2}|\s$/.test(text))).toEqual([]);
    expect(await wrong("select bio from teachers group by 1 having count(*) > 1", medium)).toEqual([]);
    expect(await wrong("select email from guardians group by 1 having count(*) > 1", medium)).toEqual([]);
  });

  it("is the same for the same seed", async () => {
    expect(await contentOf(medium)).toEqual(await contentOf(mediumAgain));
  });

  it("has the standard academy as its main house, but for the minutes at which tuition is charged", async () => {
    const students = await database.owner<{ id: string }[]>`select id from students`;
    const main = await contentOf(
      medium,
      students.map(({ id }) => id),
    );
    expect({ ...main, payments: null }).toEqual({ ...(await contentOf(database)), payments: null });
  });

  it("is another for another seed", async () => {
    const other = await createTestDatabase();
    try {
      await loadAcademy(other.owner, { now, clockOffsetMs: clock(now), students: 14, seed: 7 });
      const names = "select string_agg(first_name || last_name, ',' order by id) from students";
      expect(await wrong(names, other)).not.toEqual(await wrong(names));
      expect(await wrong("select email from guardians where full_name = 'Nadia Rahman'", other)).toEqual([
        "nadia.rahman@families.example",
      ]);
    } finally {
      await other.drop();
    }
  });
});
