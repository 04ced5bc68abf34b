import type { LessonKind, LessonStatus } from "@/lib/db/database.gen";
import type { Id } from "@/lib/ids";

/** A lesson as its family, its student, its teacher and the academy see it; who asks decides which ones there are. */
export type Lesson = {
  readonly id: Id<"lesson">;
  readonly kind: LessonKind;
  readonly status: LessonStatus;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly minutes: number;
  /** Revision of its calendar entry. */
  readonly sequence: number;
  /** Whose lesson it is. A class's lesson is the class's: no id, its name, and as first name those of the reader's own. */
  readonly student: {
    readonly id: Id<"student"> | null;
    readonly name: string;
    readonly firstName: string;
    /** `YYYY-MM-DD`; null where the reader may not know it. */
    readonly birthDate: string | null;
  };
  readonly instrument: { readonly slug: string | null; readonly name: string };
  /** The slug is null when the teacher has no public page any more. */
  readonly teacher: { readonly id: Id<"teacher">; readonly slug: string | null; readonly name: string };
  /** Whose lesson it was meant to be, where the teacher gives it as a substitute. */
  readonly substituteFor: string | null;
  readonly roomName: string | null;
  /** The class whose lesson it is; null for a lesson of one student. */
  readonly className: string | null;
};

const kinds: Readonly<Record<LessonKind, string>> = {
  trial: "trial lesson",
  private: "lesson",
  shared: "shared lesson",
  group: "group class",
  make_up: "make-up lesson",
  recital: "recital",
};

/** `Piano trial lesson`, `Rock Band` */
export function lessonTitle(
  lesson: Pick<Lesson, "kind" | "className"> & { readonly instrument: { readonly name: string } },
): string {
  return lesson.className ?? `${lesson.instrument.name} ${kinds[lesson.kind]}`;
}
