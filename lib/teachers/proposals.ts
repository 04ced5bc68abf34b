import { sql } from "kysely";
import type { ProposalKind } from "@/lib/db/database.gen";
import { type Db, service, withPrincipal } from "@/lib/db/principal";
import type { Id } from "@/lib/ids";

const academyItself = service("scheduling");

/** What a family may choose for a lesson whose teacher is away. */
export type Proposal = {
  readonly id: string;
  readonly kind: ProposalKind;
  /** Who would give the lesson, and when; null for a credit. */
  readonly teacherName: string | null;
  readonly startsAt: Date | null;
  readonly expiresAt: Date;
};

/** The proposals of a lesson that are open, best first, as its family sees them. */
export async function listProposals(db: Db, lessonId: string): Promise<Proposal[]> {
  const { rows } = await sql<Proposal>`
    select p.id, p.kind, t.first_name || ' ' || t.last_name as "teacherName",
           case when p.kind <> 'credit' then coalesce(p.starts_at, l.starts_at) end as "startsAt", p.expires_at as "expiresAt"
      from lesson_proposals p
      join lessons l on l.id = p.lesson_id
      left join teachers t on t.id = p.teacher_id
     where p.lesson_id = ${lessonId} and p.closed_at is null and p.expires_at > (select private.now())
     order by p.kind, p.position`.execute(db);
  return rows;
}

/** A lesson for which a family has a choice. */
export type OpenChoice = {
  readonly lessonId: Id<"lesson">;
  readonly firstName: string;
  readonly teacherName: string;
  readonly startsAt: Date;
  readonly expiresAt: Date;
};

/** The lessons for which the signed-in parent has a choice, the soonest deadline first. */
export async function listOpenChoices(db: Db): Promise<OpenChoice[]> {
  const { rows } = await sql<OpenChoice>`
    select l.id as "lessonId", s.first_name as "firstName", t.first_name || ' ' || t.last_name as "teacherName",
           l.starts_at as "startsAt", min(p.expires_at) as "expiresAt"
      from lesson_proposals p
      join lessons l on l.id = p.lesson_id
      join students s on s.id = l.student_id
      join teachers t on t.id = l.teacher_id
     where p.closed_at is null and p.expires_at > (select private.now())
     group by l.id, s.id, t.id
     order by 5, 4`.execute(db);
  return rows;
}

export type AcceptedProposal = {
  readonly kind: ProposalKind;
  readonly lessonId: Id<"lesson">;
  readonly startsAt: Date;
  readonly creditId: Id<"makeup-credit"> | null;
};

/** Takes one proposal as the signed-in person. Refusals: see `private.accept_proposal`. */
export async function acceptProposal(db: Db, proposalId: string): Promise<AcceptedProposal> {
  const { rows } = await sql<AcceptedProposal>`
    select kind, lesson_id as "lessonId", starts_at as "startsAt", credit_id as "creditId"
      from private.accept_proposal(${proposalId})`.execute(db);
  const [row] = rows;
  if (!row) throw new Error("the proposal gave no answer");
  return row;
}

/** The lesson that a proposal is about; null when it is another family's. */
export async function lessonOfProposal(db: Db, proposalId: string): Promise<string | null> {
  const row = await db
    .selectFrom("lesson_proposals")
    .select("lesson_id as id")
    .where("id", "=", proposalId)
    .executeTakeFirst();
  return row?.id ?? null;
}

/** Ends what has been taken meanwhile and adds other proposals in its place. The academy's own. */
export async function renewProposals(lessonId: string): Promise<number> {
  return withPrincipal(academyItself, async (db) => {
    const { rows } = await sql<{
      count: number;
    }>`select private.renew_proposals(${lessonId}) as count`.execute(db);
    return rows[0]?.count ?? 0;
  });
}

export type ProposalOutcome = "proposed" | "cancelled" | "settled";

/** Makes the proposals of a lesson that time off meets; `expiresAt` in milliseconds, while they are open. Safe to repeat. */
export async function proposeForAbsence(
  lessonId: string,
  timeOffId: string,
): Promise<{ readonly outcome: ProposalOutcome; readonly expiresAt: number | null }> {
  return withPrincipal(academyItself, async (db) => {
    const { rows } = await sql<{ outcome: ProposalOutcome; expiresAt: Date | null }>`
      select outcome, expires_at as "expiresAt" from private.propose(${lessonId}, ${timeOffId})`.execute(db);
    const [row] = rows;
    return { outcome: row?.outcome ?? "settled", expiresAt: row?.expiresAt?.getTime() ?? null };
  });
}

/** Cancels a lesson whose proposals nobody answered in time, with a credit; tells whether it did. Safe to repeat. */
export async function closeUnanswered(lessonId: string): Promise<boolean> {
  return withPrincipal(academyItself, async (db) => {
    const { rows } = await sql<{
      done: boolean;
    }>`select private.close_unanswered(${lessonId}) as done`.execute(db);
    return rows[0]?.done ?? false;
  });
}

/** Closes what is overdue although its own run should have: one that was cancelled, or lost its clock. Gives their number. */
export async function closeOverdue(): Promise<number> {
  const overdue = await withPrincipal(academyItself, async (db) => {
    const { rows } = await sql<{ lessonId: string }>`
      select distinct p.lesson_id as "lessonId" from lesson_proposals p
       where p.closed_at is null and p.expires_at < private.now() - interval '1 hour' order by 1`.execute(db);
    return rows;
  });
  let closed = 0;
  for (const { lessonId } of overdue) if (await closeUnanswered(lessonId)) closed += 1;
  return closed;
}

/** Tells of the lessons that time off meets, within the horizon, and that have no proposals yet. Gives their number. */
export async function announceAbsences(): Promise<number> {
  return withPrincipal(academyItself, async (db) => {
    const { rows } = await sql<{ count: number }>`select private.announce_absences() as count`.execute(db);
    return rows[0]?.count ?? 0;
  });
}
