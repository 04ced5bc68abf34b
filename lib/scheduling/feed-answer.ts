import { createHash } from "node:crypto";
import { getAcademy } from "@/lib/academy/queries";
import type { AppRole } from "@/lib/db/database.gen";
import { service, withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { countUse, placeOf } from "@/lib/http/rate-limit";
import { httpStatus } from "@/lib/http/status";
import { errorFacts, log } from "@/lib/log";
import { feedCalendar } from "@/lib/messaging/calendar";
import { recordFeedReading } from "./feed-mutations";
import { getOpenFeed, listFeedLessons } from "./feed-queries";
import { hashFeedToken, readFeedToken } from "./feed-token";
import { lessonEntry } from "./lesson-calendar";
import { lessonPage } from "./lesson-page";

const academy = service("calendar feed");

/** Services like Google's read the feeds of many people from one place, each a few times a day. */
const READINGS = { most: 600, seconds: 600 } as const;

const names: Readonly<Record<AppRole, string>> = {
  parent: "lessons",
  student: "my lessons",
  teacher: "teaching",
  admin: "all lessons",
};

type Content = { readonly feedId: string; readonly body: string; readonly lessons: number };

/**
 * Answers a calendar program: `name` is the last part of the address. 404, always the same, when its secret opens
 * nothing: never given, revoked, or of a closed account. 304 when the program has what it would get.
 */
export async function answerFeed(request: Request, name: string): Promise<Response> {
  const start = performance.now();
  try {
    await countUse("calendar feed", [{ subject: placeOf(request.headers) ?? "unknown", ...READINGS }]);
    const content = await readContent(name);
    if (!content) return plain(404, "There is no calendar at this address.");
    const digest = createHash("sha256").update(content.body).digest();
    const since = await withPrincipal(academy, (db) => recordFeedReading(db, content.feedId, digest));
    const headers = {
      "cache-control": "private, no-cache",
      // Weak: a proxy may compress the text.
      etag: `W/"${digest.toString("base64url")}"`,
      "last-modified": since.toUTCString(),
      "x-robots-tag": "noindex",
    };
    const isKnown = isFresh(request.headers, headers.etag, since);
    log("info", "feed", {
      feed: content.feedId,
      lessons: content.lessons,
      status: isKnown ? 304 : 200,
      ms: Math.round(performance.now() - start),
    });
    if (isKnown) return new Response(null, { status: 304, headers });
    return new Response(content.body, {
      headers: {
        ...headers,
        "content-type": "text/calendar; charset=utf-8",
        "content-disposition": 'inline; filename="lessons.ics"',
        "x-content-type-options": "nosniff",
      },
    });
  } catch (error) {
    if (error instanceof AppError) {
      const wait: Record<string, string> =
        error.code === "rate_limited" ? { "retry-after": String(READINGS.seconds) } : {};
      return plain(httpStatus[error.code], error.userMessage, wait);
    }
    log("error", "feed", errorFacts(error));
    return plain(500, "The calendar could not be made. Please try again in a moment.");
  }
}

async function readContent(name: string): Promise<Content | null> {
  const token = readFeedToken(name);
  if (!token) return null;
  return withPrincipal(academy, async (db) => {
    const feed = await getOpenFeed(db, hashFeedToken(token));
    if (!feed) return null;
    const [facts, lessons] = await Promise.all([getAcademy(db), listFeedLessons(db, feed.profileId)]);
    const entries = lessons.map((lesson) => ({
      ...lessonEntry(
        lesson,
        facts,
        `${env().SITE_URL}${lessonPage(feed.role, lesson.startsAt, facts.timeZone)}`,
      ),
      stampedAt: lesson.changedAt,
    }));
    const body = feedCalendar({
      name: `${facts.name}: ${names[feed.role]}`,
      timeZone: facts.timeZone,
      entries,
    });
    return { feedId: feed.id, body, lessons: lessons.length };
  });
}

/** Whether the asker has this content already (RFC 9110, 13.2.2): the tag decides, without one the time. */
function isFresh(headers: Headers, etag: string, since: Date): boolean {
  const known = headers.get("if-none-match");
  if (known !== null) {
    return known.trim() === "*" || known.split(",").some((tag) => opaque(tag) === opaque(etag));
  }
  const at = Date.parse(headers.get("if-modified-since") ?? "");
  return !Number.isNaN(at) && Math.floor(since.getTime() / 1000) * 1000 <= at;
}

/** A tag without its mark of weakness: which bytes it was does not matter here. */
function opaque(tag: string): string {
  return tag.trim().replace(/^W\//, "");
}

function plain(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(`${text}\n`, {
    status,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "private, no-store",
      "x-robots-tag": "noindex",
      ...headers,
    },
  });
}
