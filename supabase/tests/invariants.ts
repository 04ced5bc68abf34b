import type postgres from "postgres";

/** What must hold in every committed state: each query finds the rows that break it. */
const invariants = {
  "a teacher is in one place at a time, buffer included": `
    select a.id, b.id as other from bookings a join bookings b on a.id < b.id and a.teacher_id = b.teacher_id
      join teachers t on t.id = a.teacher_id
     where a.is_active and b.is_active
       and tstzrange(lower(a.during), upper(a.during) + t.buffer_minutes * interval '1 minute')
        && tstzrange(lower(b.during), upper(b.during) + t.buffer_minutes * interval '1 minute')`,
  "a room is taken once at a time": `
    select a.id, b.id as other from bookings a join bookings b on a.id < b.id and a.room_id = b.room_id
     where a.is_active and b.is_active and a.during && b.during`,
  "a student is in one place at a time, seats included": `
    select a.id, b.id as other from bookings a join bookings b on a.id < b.id and a.student_id = b.student_id
     where a.is_active and b.is_active and a.during && b.during`,
  "a lesson has its booking's teacher, room and time": `
    select l.id from lessons l left join bookings b on b.id = l.booking_id
     where (b.teacher_id, b.room_id, b.during) is distinct from (l.teacher_id, l.room_id, l.during)`,
  "a lesson's booking is a lesson's, for its student": `
    select l.id from lessons l join bookings b on b.id = l.booking_id
     where b.kind <> 'lesson' or b.student_id is distinct from l.student_id`,
  "a lesson to be given keeps its time": `
    select l.id from lessons l join bookings b on b.id = l.booking_id where l.status = 'scheduled' and not b.is_active`,
  "a cancelled lesson takes no time": `
    select l.id from lessons l join bookings b on b.id = l.booking_id where l.status = 'cancelled' and b.is_active
     union all
    select l.id from lessons l join lesson_seats s on s.lesson_id = l.id join bookings b on b.id = s.booking_id
     where l.status = 'cancelled' and b.is_active`,
  "a seat keeps its student's time in the lesson until it is given up": `
    select s.lesson_id, s.student_id from lesson_seats s join lessons l on l.id = s.lesson_id
      left join bookings b on b.id = s.booking_id
     where b.kind is distinct from 'seat' or b.student_id <> s.student_id
        or b.is_active and (s.given_up_at is not null or b.during <> l.during)
        or not b.is_active and s.given_up_at is null and l.status = 'scheduled'`,
  "a lesson lies in a term and outside closures, unless it is marked": `
    with local as (
      select l.id, l.kind, (lower(l.during) at time zone a.time_zone)::date as first,
             ((upper(l.during) - interval '1 microsecond') at time zone a.time_zone)::date as last
        from lessons l, academy_settings a where l.off_calendar_reason is null)
    select l.id from local l
     where l.first <> l.last
        or exists (select from closures c where l.first between c.starts_on and c.ends_on)
        or not exists (select from terms t where l.first between t.starts_on and t.ends_on)
           and not (l.kind = 'make_up' and exists (select from makeup_days m where l.first between m.starts_on and m.ends_on))`,
  "a lesson of a class has at most the class's seats": `
    select l.id from lessons l join classes c on c.id = l.class_id
      join lesson_seats s on s.lesson_id = l.id and s.given_up_at is null
     where l.status = 'scheduled' group by l.id, c.seats having count(*) > c.seats`,
  "a class has at most its seats": `
    select c.id from classes c join class_seats s on s.class_id = c.id and s.status = 'taken'
     group by c.id having count(*) > c.seats`,
  "a series has one course at a time": `
    select a.id, b.id as other from lesson_series a join lesson_series b
        on a.id < b.id and a.enrollment_id = b.enrollment_id and a.valid && b.valid`,
  "a make-up has exactly one credit": `
    select l.id from lessons l left join makeup_credits c on c.used_lesson_id = l.id
     where l.kind = 'make_up' and l.status <> 'cancelled' group by l.id having count(c.id) <> 1`,
  "a credit is used by its student, for a make-up within its validity and minutes": `
    select c.id from makeup_credits c join lessons l on l.id = c.used_lesson_id
     where l.student_id is distinct from c.student_id or l.kind <> 'make_up' or c.voided_at is not null
        or c.used_at >= c.expires_at
        or l.status <> 'cancelled' and (lower(l.during) >= c.expires_at
             or upper(l.during) - lower(l.during) > c.minutes * interval '1 minute')`,
  "a term gives a student at most so many credits for cancellations of the family": `
    select c.student_id, c.term_id from makeup_credits c cross join academy_settings a
     where c.origin = 'family_cancelled' and c.voided_at is null
     group by c.student_id, c.term_id, a.makeups_per_term having count(*) > a.makeups_per_term`,
  "a credit counts in the term of the lesson that was cancelled": `
    select c.id from makeup_credits c join lessons l on l.id = c.origin_lesson_id cross join academy_settings a
      left join terms t on (lower(l.during) at time zone a.time_zone)::date between t.starts_on and t.ends_on
     where l.status = 'cancelled' and l.off_calendar_reason is null and c.term_id is distinct from t.id`,
  "a year gives a student at most so many credits for illness": `
    select c.student_id from makeup_credits c cross join academy_settings a
     where c.origin = 'illness' and c.voided_at is null
     group by c.student_id, a.illness_exceptions_per_year having count(*) > a.illness_exceptions_per_year`,
  "the ledger sums to zero by transaction and currency": `
    select t.id from ledger_transactions t left join ledger_entries e on e.transaction_id = t.id
     group by t.id having count(e.id) < 2
     union all
    select e.transaction_id from ledger_entries e group by e.transaction_id, e.currency having sum(e.amount_cents) <> 0`,
  "an invoice has received what was paid and applied, at most its total": `
    select i.id from invoices i
     where i.paid_cents <> (select coalesce(sum(p.amount_cents), 0) from payments p where p.invoice_id = i.id)
        or i.credited_cents <> (select coalesce(sum(a.amount_cents), 0) from credit_applications a where a.invoice_id = i.id)
        or i.paid_cents + i.credited_cents > i.total_cents
        or i.status = 'paid' and i.paid_cents + i.credited_cents <> i.total_cents
        or i.status in ('draft', 'void') and i.paid_cents + i.credited_cents > 0`,
  "an invoice's total is the sum of its lines": `
    select i.id from invoices i
     where i.total_cents <> greatest(0, (select coalesce(sum(l.amount_cents), 0) from invoice_lines l where l.invoice_id = i.id))`,
  "a credit in money is applied up to its amount, to its family's invoices": `
    select c.id from account_credits c join credit_applications a on a.credit_id = c.id join invoices i on i.id = a.invoice_id
     group by c.id, c.amount_cents, c.family_id, c.currency
    having sum(a.amount_cents) > c.amount_cents or bool_or(i.family_id <> c.family_id or i.currency <> c.currency)`,
  "no more is given back than was paid": `
    select p.id from payments p left join refunds r on r.payment_id = p.id and r.status <> 'failed'
     group by p.id, p.amount_cents, p.refunded_cents
    having coalesce(sum(r.amount_cents), 0) > p.amount_cents or p.refunded_cents > p.amount_cents`,
  "a teacher's time is paid once": `
    select a.id, b.id as other from payroll_lines a join payroll_lines b
        on a.id < b.id and a.teacher_id = b.teacher_id and a.during && b.during`,
  "a lesson is paid once, to its teacher, for its time, in its period": `
    select l.id from lessons l join payroll_lines p on p.lesson_id = l.id join payroll_periods d on d.id = p.period_id
      cross join academy_settings a
     group by l.id, l.teacher_id, l.during
    having count(*) > 1 or bool_or(p.teacher_id <> l.teacher_id or p.during <> l.during
             or not (lower(l.during) at time zone a.time_zone)::date between d.starts_on and d.ends_on)`,
  "an enrollment's history ends with its status and follows the allowed ways": `
    with steps as (
      select e.id, v.status, lag(v.status) over (partition by e.id order by v.id) as before,
             lead(v.status) over (partition by e.id order by v.id) as after, e.status as now
        from enrollments e left join enrollment_events v on v.enrollment_id = e.id)
    select s.id from steps s
     where s.status is null or s.after is null and s.status <> s.now or s.before is null and s.status <> 'provisional'
        or s.before is not null and (s.before, s.status) not in (
             ('provisional', 'active'), ('provisional', 'lapsed'), ('provisional', 'cancelled'), ('active', 'paused'),
             ('active', 'withdrawn'), ('active', 'cancelled'), ('paused', 'active'), ('paused', 'withdrawn'),
             ('paused', 'cancelled'))`,
  "a trial is had once": `
    select e.student_id from enrollments e where e.kind = 'trial' and e.status not in ('lapsed', 'cancelled')
     group by e.student_id, e.instrument_id having count(*) > 1`,
  "a time or a place in the queue is offered to one at a time": `
    select o.entry_id from waitlist_offers o where o.status = 'open' group by o.entry_id having count(*) > 1
     union all
    select o.booking_id from waitlist_offers o where o.status in ('open', 'accepted') and o.booking_id is not null
     group by o.booking_id having count(*) > 1`,
  "an offer is accepted before it runs out": `
    select o.id from waitlist_offers o where o.status = 'accepted' and o.answered_at >= o.expires_at`,
} as const;

export type Invariant = keyof typeof invariants;

/** Which invariants do not hold, each with rows that break it. */
export async function brokenInvariants(owner: postgres.Sql): Promise<Partial<Record<Invariant, unknown[]>>> {
  const broken: Partial<Record<Invariant, unknown[]>> = {};
  for (const [name, query] of Object.entries(invariants)) {
    const rows = await owner.unsafe(query);
    if (rows.length > 0) broken[name as Invariant] = [...rows];
  }
  return broken;
}

/** What the books, and what was written about them, say row by row: rows that were read once stay as they were. */
export async function readBooks(owner: postgres.Sql): Promise<ReadonlyMap<string, string>> {
  const rows = await owner<{ key: string; digest: string }[]>`
    select 'transaction ' || t.id as key, md5(t::text || coalesce((
             select string_agg(e::text, ' ' order by e.id) from ledger_entries e where e.transaction_id = t.id), '')) as digest
      from ledger_transactions t
     union all
    select 'application ' || a.id, md5(a::text) from credit_applications a
     union all
    select 'event ' || v.id, md5(v::text) from enrollment_events v
     union all
    select 'closed payroll ' || d.id, md5(coalesce((
             select string_agg(p::text, ' ' order by p.id) from payroll_lines p where p.period_id = d.id), ''))
      from payroll_periods d where d.status = 'closed'`;
  return new Map(rows.map(({ key, digest }) => [key, digest]));
}

/** The rows of the earlier reading that are gone or changed. */
export const changedRows = (
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string[] => [...before].filter(([key, digest]) => after.get(key) !== digest).map(([key]) => key);
