import { sql } from "kysely";
import type { AppRole, LessonKind, LessonStatus } from "@/lib/db/database.gen";
import type { Db } from "@/lib/db/principal";
import type { Id } from "@/lib/ids";
import type { CalendarLesson } from "./lesson-calendar";

/** A person's calendar feed that works. */
type Feed = { readonly createdAt: Date; readonly lastReadAt: Date | null };

/** The signed-in person's feed; null when there is none that works. */
export async function getFeed(db: Db, userId: string): Promise<Feed | null> {
  const feed = await db
    .selectFrom("calendar_feeds")
    .select(["created_at as createdAt", "last_read_at as lastReadAt"])
    .where("profile_id", "=", userId)
    .where("revoked_at", "is", null)
    .executeTakeFirst();
  return feed ?? null;
}

/** Whose feed a secret opens, by its SHA-256, and as what they read it; null when it opens none. The academy's own. */
export async function getOpenFeed(
  db: Db,
  tokenHash: Buffer,
): Promise<{ readonly id: string; readonly profileId: string; readonly role: AppRole } | null> {
  const { rows } = await sql<{ id: string; profileId: string; role: AppRole }>`
    select feed_id as id, profile_id as "profileId", role from private.open_feed(${tokenHash})`.execute(db);
  return rows[0] ?? null;
}

/** A lesson in a feed, and when it became what it is. */
type FeedLesson = CalendarLesson & { readonly changedAt: Date };

type FeedRow = {
  readonly id: string;
  readonly kind: LessonKind;
  readonly status: LessonStatus;
  readonly sequence: number;
  readonly changedAt: Date;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly studentNames: string | null;
  readonly instrumentName: string | null;
  readonly teacherName: string;
  readonly roomName: string;
  readonly className: string | null;
};

/** The lessons of a person's feed, cancelled ones too, in order of time. The academy's own. */
export async function listFeedLessons(db: Db, profileId: string): Promise<FeedLesson[]> {
  const { rows } = await sql<FeedRow>`
    select id, kind, status, sequence, changed_at as "changedAt", starts_at as "startsAt", ends_at as "endsAt",
           student_names as "studentNames", instrument_name as "instrumentName", teacher_name as "teacherName",
           room_name as "roomName", class_name as "className"
      from private.feed_lessons(${profileId})`.execute(db);
  return rows.map((row) => ({
    id: row.id as Id<"lesson">,
    kind: row.kind,
    status: row.status,
    sequence: row.sequence,
    changedAt: row.changedAt,
    startsAt: row.startsAt,
    endsAt: row.endsAt,
    minutes: Math.round((row.endsAt.getTime() - row.startsAt.getTime()) / 60_000),
    student: { firstName: row.studentNames ?? row.className ?? "Former student" },
    instrument: { name: row.instrumentName ?? "Music" },
    teacher: { name: row.teacherName },
    roomName: row.roomName,
    className: row.className,
  }));
}
