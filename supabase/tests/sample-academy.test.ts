import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampleAccounts } from "../seed/accounts";
import { type Loaded, loadAcademy } from "../seed/load-academy";
import { insertAccountsInto, signUpSampleAccounts } from "../seed/sign-up";
import { createTestDatabase, type TestDatabase } from "./database";

/** A Tuesday of Thanksgiving week: the day on which a closure begins the horizon. */
const now = new Date("2026-11-24T17:00:00Z");
const clock = (of: Date): number => of.getTime() - Date.now();

/** Loading takes seconds on a quiet machine; a busy one may need many times that. */
const SLOW = 120_000;

let database: TestDatabase;
let loaded: Loaded;

beforeAll(async () => {
  database = await createTestDatabase();
  await signUpSampleAccounts(database.owner, insertAccountsInto(database.owner));
  loaded = await loadAcademy(database.owner, { now, clockOffsetMs: clock(now) });
}, SLOW);

afterAll(async () => {
  await database?.drop();
});

/** The first column of a query, which tells what is wrong: empty when nothing is. */
async function wrong(query: string, of: TestDatabase = database): Promise<unknown[]> {
  const rows = await of.owner.unsafe<Record<string, unknown>[]>(query);
  return rows.map((row) => Object.values(row)[0]);
}

/** What no academy may have, whatever the day and the size. */
const INVARIANTS: Readonly<Record<string, string>> = {
  "lessons outside terms or in a closure": `
    select l.id from lessons l, lateral (select (lower(l.during) at time zone 'America/New_York')::date as day) d
     where not exists (select from terms t where d.day between t.starts_on and t.ends_on)
        or exists (select from closures c where d.day between c.starts_on and c.ends_on)`,
  "lessons outside the teacher's hours, but for substitutes": `
    select l.id from lessons l join enrollments e on e.id = l.enrollment_id
     where e.teacher_id = l.teacher_id and not exists (
       select from teacher_availability a, lateral (select lower(l.during) at time zone 'America/New_York' as s,
                                                           upper(l.during) at time zone 'America/New_York' as e) t
        where a.teacher_id = l.teacher_id and a.weekday = extract(isodow from t.s) - 1
          and t.s::time >= a.starts and t.e::time <= a.ends)`,
  "lessons while the teacher is away": `
    select l.id from lessons l join teacher_exceptions x on x.teacher_id = l.teacher_id and x.during && l.during
     where l.status <> 'cancelled' and l.kind = 'private'`,
  "lessons without what the instrument needs": `
    select l.id from lessons l join rooms r on r.id = l.room_id join instruments i on i.id = l.instrument_id
     where not r.equipment @> array_remove(array[i.required_equipment], null)`,
  "students too young for the instrument or the teacher": `
    select e.id from enrollments e join students s on s.id = e.student_id join instruments i on i.id = e.instrument_id
      join teacher_instruments ti on ti.teacher_id = e.teacher_id and ti.instrument_id = e.instrument_id
     where age(e.starts_at, s.birth_date) < greatest(i.minimum_age, ti.minimum_age) * interval '1 year' - interval '1 year'`,
  "teachers who do not teach what they teach": `
    select e.id from enrollments e where not exists (
      select from teacher_instruments ti where ti.teacher_id = e.teacher_id and ti.instrument_id = e.instrument_id)`,
  "long lessons of small children": `
    select e.id from enrollments e join students s on s.id = e.student_id
     where e.minutes > 30 and s.birth_date > e.starts_at - interval '6 years'`,
  "teachers beyond their capacity": `
    select t.id from teachers t join enrollments e on e.teacher_id = t.id and e.kind = 'plan' and e.status = 'active'
     group by t.id having sum(e.minutes) > t.weekly_capacity_minutes`,
  "past lessons still scheduled, or future ones taught": `
    select l.id from lessons l where upper(l.during) <= private.now() and l.status = 'scheduled'
        or lower(l.during) > private.now() and l.status in ('completed', 'no_show')`,
  "lessons of enrollments that are not paid": `
    select l.id from lessons l join enrollments e on e.id = l.enrollment_id where e.paid_at is null`,
  "active enrollments without a first lesson, a payment or a date": `
    select e.id from enrollments e where e.status = 'active' and (e.paid_at is null or e.activated_at is null
        or not exists (select from lessons l where l.booking_id = e.booking_id)
        or not exists (select from payments p where p.enrollment_id = e.id))`,
  "first payments that are not what was due": `
    select e.id from enrollments e join checkouts c on c.enrollment_id = e.id and c.status = 'paid'
     where e.due_cents <> c.amount_cents or e.due_cents <> (
       select sum(p.amount_cents) from payments p where p.enrollment_id = e.id and p.description !~ '^Tuition, ')`,
  "payments and their books apart": `
    select p.id from payments p join ledger_entries l on l.payment_id = p.id and l.account = 'stripe_balance'
     group by p.id having sum(l.amount_cents) <> p.amount_cents - p.refunded_cents - case p.status when 'disputed' then p.amount_cents else 0 end`,
  "transactions that do not balance": `
    select transaction_id from ledger_entries group by 1 having sum(amount_cents) <> 0`,
  "histories out of order or ahead of time": `
    select v.enrollment_id from enrollment_events v join enrollment_events w on w.enrollment_id = v.enrollment_id and w.id > v.id
     where w.at < v.at or w.at > private.now() + interval '1 minute'`,
  "receipts whose numbers do not follow their dates": `
    select p.id from payments p join payments q on q.receipt_number > p.receipt_number and q.paid_at < p.paid_at - interval '5 minutes'`,
  "money, audit rows or events from the future": `
    select id::text from payments where paid_at > private.now() union all
    select id::text from audit_log where at > private.now() + interval '1 minute' and table_name <> 'profiles' union all
    select id::text from outbox where delivered_at is null`,
  "addresses that could reach somebody": `
    select email from guardians where email not like '%.example' union all
    select email from teacher_employment where email not like '%.example'`,
};

async function brokenInvariants(of: TestDatabase, at: Date): Promise<string[]> {
  const broken: string[] = [];
  await of.owner.begin(async (tx) => {
    await tx`select set_config('app.clock_offset_ms', ${String(clock(at))}, true)`;
    for (const [name, query] of Object.entries(INVARIANTS)) {
      const rows = await tx.unsafe(query);
      if (rows.length > 0) broken.push(`${name}: ${rows.length}`);
    }
  });
  return broken;
}

describe("the sample academy", () => {
  it("has the size that the academy's rules tell of", () => {
    expect(loaded).toMatchObject({ teachers: 14, families: 130, students: 180 });
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
    ["before the year begins", "2026-08-31T16:00:00Z"],
    ["on the day when clocks change", "2027-03-14T16:00:00Z"],
    ["in the summer two years on", "2029-07-17T16:00:00Z"],
  ])(
    "keeps every rule %s",
    async (_, day) => {
      const other = await createTestDatabase();
      try {
        const at = new Date(day);
        const small = await loadAcademy(other.owner, {
          now: at,
          clockOffsetMs: clock(at),
          families: 9,
          students: 14,
          seed: 3,
        });
        expect(small).toMatchObject({ families: 9, students: 14 });
        expect(await brokenInvariants(other, at)).toEqual([]);
      } finally {
        await other.drop();
      }
    },
    SLOW,
  );

  it(
    "is the same for the same seed",
    async () => {
      const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
      try {
        for (const each of [one, two]) {
          await loadAcademy(each.owner, {
            now,
            clockOffsetMs: clock(now),
            families: 9,
            students: 14,
            seed: 3,
          });
        }
        const contentOf = async (of: TestDatabase) => [
          ...(await of.owner`
          select (select json_agg(json_build_array(t.id, t.first_name, t.birth_date) order by t.id)::text from students t) as students,
                 (select json_agg(json_build_array(t.id, t.during, t.status) order by t.id)::text from lessons t) as lessons,
                 (select json_agg(json_build_array(t.id, t.amount_cents, t.paid_at) order by t.id)::text from payments t) as payments`),
        ];
        expect(await contentOf(one)).toEqual(await contentOf(two));
      } finally {
        await Promise.all([one.drop(), two.drop()]);
      }
    },
    SLOW,
  );
});
