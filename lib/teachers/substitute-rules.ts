import { countOf, formatDuration, listOf } from "@/lib/format";
import type { Id } from "@/lib/ids";

/** A teacher who could give a lesson at its time; facts of `private.substitutes_for`. Minutes as named. */
export type SubstituteFacts = {
  readonly lessonId: Id<"lesson">;
  readonly teacherId: Id<"teacher">;
  readonly name: string;
  /** The lesson lies outside their weekly hours. */
  readonly isOutsideHours: boolean;
  /** With the lesson their week would be longer than agreed. */
  readonly isFull: boolean;
  readonly bookedMinutes: number;
  readonly capacityMinutes: number;
  /** Lessons that they gave to the student, and to others of the family. */
  readonly lessonsWithStudent: number;
  readonly lessonsWithFamily: number;
  /** Styles that the own teacher teaches as well. */
  readonly sharedStyles: readonly string[];
  /** They give other lessons on that day. */
  readonly isThere: boolean;
};

/** A substitute with the reasons for and against, best first. */
export type Substitute = {
  readonly teacherId: Id<"teacher">;
  readonly name: string;
  readonly reasons: readonly string[];
  /** What has to be asked first; none for somebody who is simply free. */
  readonly cautions: readonly string[];
};

const STYLES_NAMED = 3;

/**
 * Ranks those who could give a lesson in another's place: whoever is simply free before whoever must be asked, then who
 * knows the student, the family, who is there that day, who shares styles with the own teacher, and who has room in the
 * week. Every rank says why.
 */
export function rankSubstitutes(
  candidates: readonly SubstituteFacts[],
  lesson: { readonly studentName: string | null },
): Substitute[] {
  const student = lesson.studentName?.split(" ")[0] ?? "the class";
  return candidates
    .map((candidate) => {
      const reasons: string[] = [];
      let score = 0;
      if (candidate.lessonsWithStudent > 0) {
        score += 40 + Math.min(candidate.lessonsWithStudent, 10);
        reasons.push(`Has taught ${student} before (${countOf(candidate.lessonsWithStudent, "lesson")})`);
      }
      if (candidate.lessonsWithFamily > 0) {
        score += 20;
        reasons.push("Knows the family from another child's lessons");
      }
      if (candidate.isThere) {
        score += 15;
        reasons.push("Is at the academy that day");
      }
      if (candidate.sharedStyles.length > 0) {
        score += 4 * Math.min(candidate.sharedStyles.length, STYLES_NAMED);
        reasons.push(`Same styles: ${listOf(candidate.sharedStyles.slice(0, STYLES_NAMED))}`);
      }
      const left = Math.max(0, candidate.capacityMinutes - candidate.bookedMinutes);
      score += 8 * (left / Math.max(candidate.capacityMinutes, 1));
      if (!candidate.isFull) reasons.push(`Has ${formatDuration(left)} left that week`);
      const cautions: string[] = [];
      if (candidate.isOutsideHours) {
        score -= 100;
        cautions.push("outside the usual hours");
      }
      if (candidate.isFull) {
        score -= 60;
        cautions.push(`beyond the agreed ${formatDuration(candidate.capacityMinutes)} a week`);
      }
      return { teacherId: candidate.teacherId, name: candidate.name, reasons, cautions, score };
    })
    .sort((a, b) => b.score - a.score || a.name.localeCompare(b.name))
    .map(({ score: _, ...substitute }) => substitute);
}

/** `Ask first: outside the usual hours.`; empty for somebody who is simply free. */
export function cautionWords({ cautions }: Pick<Substitute, "cautions">): string {
  return cautions.length === 0 ? "" : `Ask first: ${listOf(cautions)}.`;
}
