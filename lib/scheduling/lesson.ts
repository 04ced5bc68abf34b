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
  readonly student: {
    readonly id: Id<"student">;
    readonly name: string;
    readonly firstName: string;
    /** `YYYY-MM-DD`; null where the reader may not know it. */
    readonly birthDate: string | null;
  };
  readonly instrument: { readonly slug: string | null; readonly name: string };
  /** The slug is null when the teacher has no public page any more. */
  readonly teacher: { readonly id: Id<"teacher">; readonly slug: string | null; readonly name: string };
  readonly roomName: string | null;
};

const kinds: Readonly<Record<LessonKind, string>> = {
  trial: "trial lesson",
  private: "lesson",
  shared: "shared lesson",
  group: "group class",
  make_up: "make-up lesson",
  recital: "recital",
};

/** `Piano trial lesson` */
export function lessonTitle(lesson: Pick<Lesson, "kind" | "instrument">): string {
  return `${lesson.instrument.name} ${kinds[lesson.kind]}`;
}
