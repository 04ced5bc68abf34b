/** What no academy may have, whatever the day and the size. */
export const INVARIANTS: Readonly<Record<string, string>> = {
  "lessons outside terms or in a closure": `
    select l.id from lessons l, lateral (select (lower(l.during) at time zone 'America/New_York')::date as day) d
     where not exists (select from terms t where d.day between t.starts_on and t.ends_on)
        or exists (select from closures c where d.day between c.starts_on and c.ends_on)`,
  "lessons outside the teacher's hours, but for substitutes": `
    select l.id from lessons l join enrollments e on e.id = l.enrollment_id
     where e.teacher_id = l.teacher_id and l.kind <> 'make_up' and not exists (
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
    select id::text from outbox where delivered_at is null and name <> 'scheduling/offer.made'`,
  "lessons of a series at another time than the series": `
    select l.id from lessons l join lesson_series s on s.id = l.series_id,
           lateral (select lower(l.during) at time zone 'America/New_York' as at) t
     where t.at::time <> s.starts or extract(isodow from t.at) - 1 <> s.weekday or not s.valid @> t.at::date`,
  "plans without a series, or lessons of them outside it": `
    select l.id from lessons l join enrollments e on e.id = l.enrollment_id
     where e.kind = 'plan' and l.kind = 'private' and l.series_id is null`,
  "lessons that were given, without attendance or pay": `
    select l.id from lessons l where l.status in ('completed', 'no_show') and upper(l.during) <= private.now() - interval '1 hour'
       and (not exists (select from attendance a where a.lesson_id = l.id)
            or not exists (select from payroll_lines p where p.lesson_id = l.id))`,
  "pay for lessons that nobody gave, or twice": `
    select p.id from payroll_lines p join lessons l on l.id = p.lesson_id
     where l.status not in ('completed', 'no_show') or p.teacher_id <> l.teacher_id`,
  "months that are over and not closed": `
    select id from payroll_periods where (ends_on < (private.now() at time zone 'America/New_York')::date) <> (status = 'closed')`,
  "payments without a paid invoice, or of another payer": `
    select p.id from payments p left join invoices i on i.id = p.invoice_id
     where i.status is distinct from 'paid' or i.guardian_id <> coalesce(p.guardian_id, i.guardian_id) or i.total_cents <> p.amount_cents`,
  "invoices that do not add up": `
    select i.id from invoices i
     where i.total_cents <> (select sum(l.amount_cents) from invoice_lines l where l.invoice_id = i.id)
        or i.paid_cents <> coalesce((select sum(p.amount_cents) from payments p where p.invoice_id = i.id), 0)
        or i.credited_cents <> coalesce((select sum(a.amount_cents) from credit_applications a where a.invoice_id = i.id), 0)`,
  "refunds and disputes apart from the payments": `
    select p.id from payments p
     where p.refunded_cents <> coalesce((select sum(r.amount_cents) from refunds r where r.payment_id = p.id), 0)
        or (p.status = 'disputed') <> exists (select from disputes d where d.payment_id = p.id)`,
  "make-ups without their credit, or used after it ran out": `
    select l.id from lessons l left join makeup_credits c on c.used_lesson_id = l.id
     where l.kind = 'make_up' and (c.id is null or c.expires_at <= lower(l.during) or c.issued_at >= lower(l.during))`,
  "classes with more students than seats, or of other ages": `
    select c.id from classes c join class_seats s on s.class_id = c.id join students t on t.id = s.student_id
     group by c.id having count(*) > c.seats or bool_or(extract(year from age(s.taken_at, t.birth_date)) not between c.minimum_age and c.maximum_age)`,
  "shares that do not come to a whole": `
    select family_id from guardians group by 1 having sum(payer_share_bp) <> 10000`,
  "records from the future": `
    select id from lesson_notes where created_at > private.now() union all
    select id from practice_entries where practiced_on > (private.now() at time zone 'America/New_York')::date union all
    select id from messages where sent_at > private.now()`,
  "addresses that could reach somebody": `
    select email from guardians where email not like '%.example' union all
    select email from teacher_employment where email not like '%.example'`,
};
