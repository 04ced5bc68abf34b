import { sql } from "kysely";
import { getAcademy } from "@/lib/academy/queries";
import { type Db, service, withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { formatLongDay, formatTime, formatZone } from "@/lib/format";
import {
  renderLessonsPaused,
  renderLessonsResumed,
  renderPaymentFailed,
} from "@/lib/messaging/collection-mails";
import { deliver } from "@/lib/messaging/deliver";
import type { AcademyFacts } from "@/lib/messaging/facts";
import { usd } from "@/lib/money";
import { nextMove, type Overdue } from "./collection-rules";
import { declineInWords } from "./decline-wording";

const academyItself = service("messaging");

async function readAcademy(db: Db): Promise<{ academy: AcademyFacts; timeZone: string }> {
  const { name, email, phone, address, timeZone } = await getAcademy(db);
  return { academy: { name, email, phone, address, siteUrl: env().SITE_URL }, timeZone };
}

const billingUrl = () => `${env().SITE_URL}/family/billing`;

type Reader = {
  familyId: string;
  enrollmentId: string | null;
  payerName: string;
  payerEmail: string;
  studentFirstName: string | null;
  studentLastName: string | null;
  instrument: string | null;
};

const firstName = (fullName: string) => fullName.split(" ")[0] ?? fullName;

function student(of: Reader) {
  const first = of.studentFirstName ?? "";
  const last = of.studentLastName ?? "";
  return {
    firstName: first,
    lastName: last,
    isReader: `${first} ${last}`.toLowerCase() === of.payerName.toLowerCase(),
  };
}

const WHO = sql`f.id as "familyId", e.id as "enrollmentId", g.full_name as "payerName", g.email as "payerEmail",
  s.first_name as "studentFirstName", s.last_name as "studentLastName", lower(n.name) as instrument`;

type Failed = Reader & {
  cents: number;
  declineCode: string;
  cardBrand: string | null;
  cardLast4: string | null;
  at: Date;
  /** The attempts up to this one. */
  attempts: { at: string; declineCode: string }[];
  hasLessons: boolean;
} & Pick<Overdue, "pausesAt" | "retryHours" | "retryLimit">;

/** A charge that failed, in words, with what to do and what the academy does; once an attempt. */
export async function sendPaymentFailed(attemptId: string): Promise<boolean> {
  const { found, academy, timeZone } = await withPrincipal(academyItself, async (db) => {
    const { rows } = await sql<Failed>`
      select ${WHO}, a.amount_cents as cents, a.decline_code as "declineCode", a.card_brand as "cardBrand",
             a.card_last4 as "cardLast4", a.attempted_at as at, private.unpaid_pause_at(a.invoice_id) as "pausesAt",
             coalesce(e.status = 'active' and e.kind = 'plan', false) as "hasLessons", c.retry_hours as "retryHours", c.retry_limit as "retryLimit",
             (select json_agg(json_build_object('at', b.attempted_at, 'declineCode', b.decline_code) order by b.attempted_at)
                from payment_attempts b where b.invoice_id = a.invoice_id and b.attempted_at <= a.attempted_at) as attempts
        from payment_attempts a
        join invoices i on i.id = a.invoice_id
        join families f on f.id = a.family_id
        join guardians g on g.id = i.guardian_id
       cross join academy_settings c
        left join lateral (select l.enrollment_id from invoice_lines l
                            where l.invoice_id = i.id and l.enrollment_id is not null order by l.position limit 1) l on true
        left join enrollments e on e.id = l.enrollment_id
        left join students s on s.id = e.student_id
        left join instruments n on n.id = e.instrument_id
       where a.id = ${attemptId}`.execute(db);
    return { found: rows[0], ...(await readAcademy(db)) };
  });
  if (!found) throw new AppError("not_found", { userMessage: "There is no such attempt." });
  const decline = declineInWords(found.declineCode);
  const key = `payment-failed:${attemptId}`;
  return deliver(
    {
      key,
      kind: "payment-failed",
      to: found.payerEmail,
      familyId: found.familyId,
      enrollmentId: found.enrollmentId,
    },
    () =>
      renderPaymentFailed({
        academy,
        parentFirstName: firstName(found.payerName),
        student: found.studentFirstName === null ? null : student(found),
        instrument: found.instrument,
        amount: usd(found.cents),
        card: found.cardBrand && found.cardLast4 ? { brand: found.cardBrand, last4: found.cardLast4 } : null,
        triedAt: found.at,
        timeZone,
        isFinal: decline.final,
        why: decline.why,
        remedy: decline.remedy,
        next: whatFollows(found, timeZone),
        cardUrl: billingUrl(),
      }),
  );
}

/** What the academy does after an attempt, as the rules said at that moment. */
function whatFollows(of: Failed, timeZone: string): string[] {
  const move = nextMove({
    ...of,
    status: "open",
    isPaused: false,
    attempts: of.attempts.map(({ at, declineCode }) => ({ at: new Date(at), declineCode })),
  });
  const day = (at: Date) => formatLongDay(at, timeZone);
  const retried =
    move.kind === "retry"
      ? `We try again on ${day(move.at)}, ${formatTime(move.at, timeZone)} ${formatZone(move.at, timeZone)}${move.turn === move.of ? ", for the last time" : ""}.`
      : declineInWords(of.declineCode).final
        ? "We do not charge this card again."
        : "We do not try this card again by ourselves.";
  return [
    retried,
    "A new card is charged at once, and then all is settled.",
    ...(of.hasLessons
      ? [
          `Until ${day(of.pausesAt)} the lessons go on as usual. If the amount is still open then, they pause.`,
        ]
      : []),
  ];
}

type Paused = Reader & { cents: number; dueOn: string; freed: number };

async function readPause(db: Db, pauseId: string): Promise<Paused> {
  const { rows } = await sql<Paused>`
    select ${WHO}, i.total_cents - i.paid_cents - i.credited_cents as cents, i.due_on::text as "dueOn",
           (select count(*)::int from lessons l
             where l.enrollment_id = e.id and l.cancelled_at = p.paused_at and l.cancel_kind = 'academy') as freed
      from unpaid_pauses p
      join invoices i on i.id = p.invoice_id
      join families f on f.id = p.family_id
      join guardians g on g.id = i.guardian_id
      join enrollments e on e.id = p.enrollment_id
      join students s on s.id = e.student_id
      left join instruments n on n.id = e.instrument_id
     where p.id = ${pauseId}`.execute(db);
  const [row] = rows;
  if (!row) throw new AppError("not_found", { userMessage: "There is no such pause." });
  return row;
}

/** That lessons pause, to the payer and to the academy; once a pause each. */
export async function sendLessonsPaused(pauseId: string, to: "family" | "academy"): Promise<boolean> {
  const { found, academy } = await withPrincipal(academyItself, async (db) => ({
    found: await readPause(db, pauseId),
    ...(await readAcademy(db)),
  }));
  return deliver(
    {
      key: `lessons-paused:${pauseId}:${to}`,
      kind: "lessons-paused",
      to: to === "family" ? found.payerEmail : env().ACADEMY_EMAIL,
      familyId: found.familyId,
      enrollmentId: found.enrollmentId,
    },
    () =>
      renderLessonsPaused({
        academy,
        reader:
          to === "family" ? { role: "family", firstName: firstName(found.payerName) } : { role: "academy" },
        student: student(found),
        instrument: found.instrument ?? "music",
        amount: usd(found.cents),
        dueOn: found.dueOn,
        lessonsFreed: found.freed,
        url: to === "family" ? billingUrl() : `${env().SITE_URL}/admin/enrollments/${found.enrollmentId}`,
      }),
  );
}

/** That the lessons are back, which of them, and which times were taken meanwhile; once a pause. */
export async function sendLessonsResumed(pauseId: string): Promise<boolean> {
  const { found, times, academy, timeZone } = await withPrincipal(academyItself, async (db) => {
    const { rows } = await sql<{ at: Date; isBooked: boolean }>`
      select l.starts_at as at,
             exists (select from lessons b where b.enrollment_id = l.enrollment_id and b.starts_at = l.starts_at
                                             and b.status <> 'cancelled') as "isBooked"
        from unpaid_pauses p join lessons l on l.enrollment_id = p.enrollment_id
       where p.id = ${pauseId} and l.cancelled_at = p.paused_at and l.cancel_kind = 'academy' and l.starts_at > p.resumed_at
       order by l.starts_at`.execute(db);
    return { found: await readPause(db, pauseId), times: rows, ...(await readAcademy(db)) };
  });
  const instants = (isBooked: boolean) =>
    times.filter((time) => time.isBooked === isBooked).map(({ at }) => at);
  return deliver(
    {
      key: `lessons-resumed:${pauseId}`,
      kind: "lessons-resumed",
      to: found.payerEmail,
      familyId: found.familyId,
      enrollmentId: found.enrollmentId,
    },
    () =>
      renderLessonsResumed({
        academy,
        parentFirstName: firstName(found.payerName),
        student: student(found),
        instrument: found.instrument ?? "music",
        booked: instants(true),
        lost: instants(false),
        timeZone,
        url: `${env().SITE_URL}/family/lessons`,
      }),
  );
}
