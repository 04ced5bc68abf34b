import { insertRows, type Row, type Sql } from "./rows";
import type { Month } from "./seed-clock";

/** Cents an hour by tier and kind, and for each head of a group above the fourth. */
const RATES: readonly Row[] = [
  { kind: "lesson", tier: 1, amount_cents: 3200 },
  { kind: "lesson", tier: 2, amount_cents: 3800 },
  { kind: "lesson", tier: 3, amount_cents: 4600 },
  { kind: "group", tier: null, amount_cents: 4500 },
  { kind: "group_head", tier: null, amount_cents: 200 },
  { kind: "administration", tier: null, amount_cents: 2000 },
];

export async function loadPayRates(sql: Sql): Promise<void> {
  await insertRows(
    sql,
    "pay_rates",
    RATES.map((rate) => ({ ...rate, valid: "(,)" })),
  );
}

/** A month's pay: a line for each lesson that was given or missed, for whoever gave it; months that are over are closed. */
export async function loadPayroll(sql: Sql, month: Month): Promise<void> {
  const { firstDay, lastDay, from, until, isOver } = month;
  await sql`
    insert into public.payroll_periods (id, starts_on, ends_on, updated_at)
    values (md5(${`payroll ${firstDay}`})::uuid, ${firstDay}, ${lastDay}, ${until})`;
  await sql`
    insert into public.payroll_lines (id, period_id, teacher_id, kind, lesson_id, minutes, heads, rate_cents, amount_cents, currency,
                                      explanation, created_at)
    select md5(l.id || 'pay')::uuid, md5(${`payroll ${firstDay}`})::uuid, l.teacher_id, w.kind, l.id, w.minutes, h.heads, r.amount_cents,
           round(r.amount_cents * w.minutes / 60.0)::int
             + case when w.kind = 'group' then greatest(h.heads - 4, 0) * 200 else 0 end,
           'usd',
           case w.kind when 'group' then coalesce(c.name, 'Group') || ', ' || w.minutes || ' minutes at $'
                         || to_char(r.amount_cents / 100.0, 'FM990.00') || ' an hour, ' || h.heads || ' students'
                         || case when h.heads > 4 then ', $2.00 for each above 4' else '' end
                       when 'no_show' then i.name || ', nobody came: the time was kept, ' || w.minutes || ' minutes at $'
                         || to_char(r.amount_cents / 100.0, 'FM990.00') || ' an hour'
                       else i.name || case w.kind when 'substitution' then ' for a colleague' when 'make_up' then ', a make-up'
                         else '' end || ', ' || w.minutes || ' minutes at $' || to_char(r.amount_cents / 100.0, 'FM990.00')
                         || ' an hour' end,
           upper(l.during)
      from public.lessons l
      join public.teacher_employment m on m.teacher_id = l.teacher_id
      left join public.enrollments e on e.id = l.enrollment_id
      left join public.instruments i on i.id = l.instrument_id
      left join public.classes c on c.id = l.class_id
      cross join lateral (
        select (extract(epoch from upper(l.during) - lower(l.during)) / 60)::int as minutes,
               case when l.class_id is not null then 'group' when l.status = 'no_show' then 'no_show'
                    when l.kind = 'make_up' then 'make_up' when l.teacher_id <> e.teacher_id then 'substitution'
                    else 'lesson' end::public.payroll_line_kind as kind) w
      cross join lateral (
        select case when l.class_id is not null
                    then (select count(*)::int from public.lesson_seats s where s.lesson_id = l.id and s.given_up_at is null)
                    end as heads) h
      join public.pay_rates r on r.kind = case when w.kind = 'group' then 'group' else 'lesson' end::public.pay_kind
                             and r.tier is not distinct from case when w.kind = 'group' then null else m.pay_tier end
     where l.status in ('completed', 'no_show') and lower(l.during) >= ${from} and upper(l.during) <= ${until}
     order by lower(l.during), l.id`;
  if (isOver) {
    await sql`
      update public.payroll_periods set status = 'closed', closed_at = private.now()
       where id = md5(${`payroll ${firstDay}`})::uuid`;
  }
}
