import { sql } from "kysely";
import { z } from "zod";
import { service, visitor, withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import { invalidInput, Problem } from "@/lib/http/envelope";
import { instant, instrumentName } from "@/lib/http/fields";
import { listAlternatives } from "@/lib/scheduling/alternatives";
import { type Conflict, type ConflictReason, conflictWords, listConflicts } from "@/lib/scheduling/conflicts";
import { tryHold, type WantedSlot } from "@/lib/scheduling/holds";
import { enrollHref } from "@/lib/scheduling/offered-time";
import type { Alternative } from "@/lib/scheduling/rules";
import { saveDraft } from "./drafts";
import { listTeacherNames } from "./queries";

/** What a visitor asks to have held. */
export const holdRequest = z.object({
  teacher_id: z.uuid("Give the id of a teacher."),
  instrument: instrumentName,
  starts_at: instant,
  duration: z.literal([30, 45, 60], "Lessons last 30, 45 or 60 minutes."),
  /** Of the student, in years. */
  age: z
    .int("Give the age in years.")
    .min(0, "Give the age in years.")
    .max(120, "Give the age in years.")
    .optional(),
});
export type HoldRequest = z.output<typeof holdRequest>;

/** A time that is held for a visitor. */
export const publicHold = z.object({
  /** A secret: whoever knows it goes on with the enrollment. */
  id: z.uuid(),
  teacher_id: z.uuid(),
  teacher_name: z.string(),
  instrument: z.string(),
  starts_at: z.iso.datetime(),
  ends_at: z.iso.datetime(),
  duration: z.int(),
  expires_at: z.iso.datetime(),
  /** Where a browser goes on with the enrollment. Unless it does, the hold lapses. */
  continue_url: z.url(),
});

/** Far more than a family needs, and far less than what would empty the calendar. */
const HOLDS_OF_A_PLACE = { most: 40, seconds: 15 * 60 };

type Names = {
  readonly instrumentId: string | null;
  readonly instrumentSlug: string | null;
  readonly teacherSlug: string | null;
  readonly teacherName: string | null;
  readonly timeZone: string;
};

async function findNames({ instrument, teacher_id }: HoldRequest): Promise<Names> {
  const { rows } = await withPrincipal(visitor, (db) =>
    sql<Names>`
      select i.id as "instrumentId", i.slug as "instrumentSlug", t.slug as "teacherSlug",
             t.first_name || ' ' || t.last_name as "teacherName", a.time_zone as "timeZone"
        from public.academy_settings a
        left join public.instruments i on i.is_active and ${instrument.toLowerCase()} in (i.slug, lower(i.name))
        left join public.public_teachers t on t.id = ${teacher_id}
       limit 1`.execute(db),
  );
  const [names] = rows;
  if (!names) throw new Error("academy_settings is empty");
  return names;
}

/**
 * Holds a time for a visitor, with an unfinished enrollment that a browser can go on with.
 * @throws AppError "invalid" for what can never be, a Problem "slot_taken" with three alternatives for what is gone.
 */
export async function holdForVisitor(
  request: HoldRequest,
  place: string | null,
): Promise<z.input<typeof publicHold>> {
  const { instrumentId, instrumentSlug, teacherSlug, teacherName, timeZone } = await findNames(request);
  if (!instrumentId || !instrumentSlug)
    throw invalidInput({ instrument: ["We do not teach this instrument."] });
  if (!teacherSlug || !teacherName) throw invalidInput({ teacher_id: ["There is no such teacher."] });
  const { teacher_id: teacherId, starts_at: startsAt, duration: minutes, age } = request;
  const slot = { teacherId, instrumentId, startsAt, minutes, age };
  const allowance = { subject: place ?? "unknown", ...HOLDS_OF_A_PLACE };
  const held = await tryHold(slot, { allowance });
  if (!held) throw await refusalOf(slot, timeZone);

  const choice = { teacherId, startsAt: startsAt.toISOString(), reason: "" };
  const draft = await saveDraft(undefined, { choice }, held.bookingId);
  const endsAt = new Date(startsAt.getTime() + minutes * 60_000);
  const time = { teacherId, roomId: "", startsAt, endsAt, minutes, instrumentSlug, teacherSlug, teacherName };
  const url = new URL(enrollHref(time), env().SITE_URL);
  url.pathname = "/enroll/resume";
  url.searchParams.set("draft", draft);
  return {
    id: draft,
    teacher_id: teacherId,
    teacher_name: teacherName,
    instrument: instrumentSlug,
    starts_at: startsAt.toISOString(),
    ends_at: endsAt.toISOString(),
    duration: minutes,
    expires_at: held.expiresAt.toISOString(),
    continue_url: url.href,
  };
}

/** What is wrong with the request itself, by the field that says it; everything else is a time that is not open. */
const FIELDS: Readonly<Partial<Record<ConflictReason, string>>> = {
  length: "duration",
  off_grid: "starts_at",
  over_midnight: "starts_at",
  too_soon: "starts_at",
  too_far: "starts_at",
  teacher_unavailable: "teacher_id",
  age: "age",
};

const academy = service("enrollment");

type Loss = {
  readonly conflicts: readonly Conflict[];
  readonly alternatives: readonly Alternative[];
  readonly names: Awaited<ReturnType<typeof listTeacherNames>>;
};
const losses = new Map<string, Promise<Loss>>();

/** Why a time is lost and what is open instead. Of those who lose the same time at the same moment one asks for all. */
function explainLoss(slot: WantedSlot): Promise<Loss> {
  const key = JSON.stringify(slot);
  const asked = losses.get(key);
  if (asked) return asked;
  const asking = withPrincipal(academy, async (db) => {
    const [conflicts, alternatives, names] = await Promise.all([
      listConflicts(db, slot),
      listAlternatives(db, slot),
      listTeacherNames(db),
    ]);
    return { conflicts, alternatives, names };
  }).finally(() => losses.delete(key));
  losses.set(key, asking);
  return asking;
}

async function refusalOf(slot: WantedSlot, timeZone: string) {
  const { conflicts, alternatives, names } = await explainLoss(slot);
  const fieldErrors: Record<string, string[]> = {};
  for (const conflict of conflicts) {
    const field = FIELDS[conflict.reason];
    if (field) fieldErrors[field] = [...(fieldErrors[field] ?? []), conflictWords(conflict, timeZone)];
  }
  if (Object.keys(fieldErrors).length > 0) return invalidInput(fieldErrors);
  const message =
    alternatives.length > 0
      ? "This time is not open. Others are."
      : "This time is not open, and there is no other for these wishes at the moment.";
  return new Problem("slot_taken", message, {
    alternatives: alternatives.map((time) => ({
      teacher_id: time.teacherId,
      teacher_name: names.get(time.teacherId)?.name ?? "",
      starts_at: time.startsAt.toISOString(),
      ends_at: time.endsAt.toISOString(),
      reason: time.reason,
    })),
  });
}
