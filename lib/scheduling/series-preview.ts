import { getAcademy } from "@/lib/academy/queries";
import type { Academy } from "@/lib/academy/schema";
import { clock } from "@/lib/clock";
import { type Db, type Principal, service, withPrincipal } from "@/lib/db/principal";
import { rehearse } from "@/lib/db/rehearsal";
import { AppError } from "@/lib/errors";
import { formatDayTime } from "@/lib/format";
import type { Id } from "@/lib/ids";
import { listAlternatives } from "./alternatives";
import { conflictWords } from "./conflicts";
import { startOfDay } from "./local-day";
import { listOpenTimes } from "./queries";
import { type Alternative, chooseAlternatives, type OpenTime } from "./rules";
import {
  getSeriesOfLesson,
  getSeriesSubject,
  listSeriesMoves,
  listSeriesWeeks,
  type MovedSeries,
  moveSeries,
  type PlannedSeries,
  planSeries,
  type SeriesConflict,
  type SeriesSubject,
  type SeriesWeek,
} from "./series";
import { answerValue, dstWords, type SeriesAnswer, weekOf } from "./series-rules";
import type { SeriesMove, SeriesPlan } from "./series-schema";
import { addDays } from "./week";

/** What may be chosen for a week that is not free; `value` is read back by `readAnswer`. */
type WeekChoice = { readonly value: string; readonly label: string; readonly reason: string };

/** A week of a series as a form shows it, in words. */
export type PreviewWeek = {
  /** Names the week in an answer: its day, or the id of the lesson that moves. */
  readonly key: string;
  /** `Wed, Nov 4, 4:00 pm` */
  readonly when: string;
  /** Where the lesson is now, when it moves. */
  readonly from: string | null;
  /** free: booked so · blocked: needs an answer · closed: no lesson · kept: a time of its own that stays. */
  readonly state: "free" | "blocked" | "closed" | "kept";
  readonly reasons: readonly string[];
  /** What the clocks do on this day. */
  readonly note: string | null;
  readonly choices: readonly WeekChoice[];
  readonly chosen: string | null;
};

export type Preview<Outcome> = {
  readonly weeks: readonly PreviewWeek[];
  /** What comes of it; null while weeks are not free and not answered. */
  readonly outcome: Outcome | null;
  /** Why it would be refused as it stands. */
  readonly refusal: string | null;
  readonly timeZone: string;
};

const SKIP: WeekChoice = { value: "skip", label: "Leave this week out", reason: "No lesson is booked" };
const SKIP_MOVED: WeekChoice = {
  value: "skip",
  label: "Leave this lesson out",
  reason: "The academy cancels it and gives a make-up credit",
};

/** Rehearses a change; a refusal that the choice of weeks can mend is no error here. */
async function tryOut<T>(
  principal: Principal,
  work: (db: Db) => Promise<T>,
): Promise<{ outcome: T | null; refusal: string | null }> {
  try {
    return { outcome: await rehearse(principal, work), refusal: null };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "slot_taken") throw error;
    return { outcome: null, refusal: error.userMessage };
  }
}

/** What planning a series comes to: its outcome, rehearsed, and each week with what could be done about it. */
export async function previewPlan(principal: Principal, plan: SeriesPlan): Promise<Preview<PlannedSeries>> {
  const { academy, subject, weeks } = await withPrincipal(principal, async (db) => {
    const found = await getSeriesSubject(db, plan.enrollmentId as Id<"enrollment">);
    if (!found) throw new AppError("not_found", { userMessage: "This enrollment does not exist." });
    return { academy: await getAcademy(db), subject: found, weeks: await listSeriesWeeks(db, found, plan) };
  });
  // First the rules, then the weeks: what is refused anyway needs no alternatives.
  const tried = await tryOut(principal, (db) => planSeries(db, plan));
  const search = new AlternativeSearch(academy, subject, plan.teacherId, [], weeks, false);
  const shown = await withPrincipal(principal, async (db) => {
    const described: PreviewWeek[] = [];
    for (const week of weeks) {
      const choices = week.state === "blocked" ? [...(await search.choices(db, week)), SKIP] : [];
      described.push(
        describeWeek(
          week,
          { key: week.day, from: null, choices, answers: plan.answers },
          plan.start,
          academy,
        ),
      );
    }
    return described;
  });
  return { ...tried, weeks: shown, timeZone: academy.timeZone };
}

/**
 * What moving a series comes to. A family is offered the series' own teacher and its old times; the academy others too, or to
 * leave a lesson out.
 */
export async function previewMove(
  principal: Principal,
  move: SeriesMove,
  by: "family" | "staff",
): Promise<Preview<MovedSeries>> {
  const { academy, subject, teacherId, moves } = await withPrincipal(principal, async (db) => {
    const listed = await listSeriesMoves(db, move);
    const series = await getSeriesOfLesson(db, move.lessonId as Id<"lesson">);
    const found = series && (await getSeriesSubject(db, series.enrollmentId));
    if (!found) throw new AppError("not_found", { userMessage: "These weekly lessons do not exist." });
    return {
      academy: await getAcademy(db),
      subject: found,
      teacherId: move.teacherId ?? series.teacher.id,
      moves: listed,
    };
  });
  const tried = await tryOut(principal, (db) => moveSeries(db, move));
  const going = moves.flatMap(({ to }) => (to ? [to] : []));
  const search = new AlternativeSearch(
    academy,
    subject,
    teacherId,
    moves.flatMap(({ bookingId, to }) => (to ? [bookingId] : [])),
    going,
    by === "family",
  );
  // A series has no horizon, so alternatives for its weeks have none either: the academy itself looks them up.
  const weeks = await withPrincipal(service("scheduling"), async (db) => {
    const described: PreviewWeek[] = [];
    for (const { lessonId, movedFrom, to } of moves) {
      const from = formatDayTime(movedFrom, academy.timeZone);
      if (!to) {
        described.push({
          key: lessonId,
          when: from,
          from: null,
          state: "kept",
          reasons: ["This lesson was moved by itself before and keeps its time."],
          note: null,
          choices: [],
          chosen: null,
        });
        continue;
      }
      const week = to.state === "closed" ? { ...to, state: "blocked" as const } : to;
      const keep: WeekChoice = {
        value: "keep",
        label: `Keep ${from}`,
        reason: "This lesson stays where it is",
      };
      const choices =
        week.state === "blocked"
          ? [...(await search.choices(db, week, movedFrom)), keep, ...(by === "staff" ? [SKIP_MOVED] : [])]
          : [];
      described.push(
        describeWeek(week, { key: lessonId, from, choices, answers: move.answers }, move.start, academy),
      );
    }
    return described;
  });
  return { ...tried, weeks, timeZone: academy.timeZone };
}

type Described = {
  readonly key: string;
  readonly from: string | null;
  readonly choices: readonly WeekChoice[];
  readonly answers: Readonly<Record<string, SeriesAnswer>>;
};

function describeWeek(week: SeriesWeek, more: Described, starts: string, academy: Academy): PreviewWeek {
  const answer = more.answers[more.key];
  const chosen = answer ? answerValue(answer) : null;
  return {
    key: more.key,
    when: formatDayTime(week.startsAt, academy.timeZone),
    from: more.from,
    state: week.state,
    reasons: week.conflicts.map((conflict) => reasonWords(conflict, academy.timeZone)),
    note: dstWords(week.dst, starts, week.startsAt, academy.timeZone),
    choices: more.choices,
    chosen: more.choices.some(({ value }) => value === chosen) ? chosen : (more.choices[0]?.value ?? null),
  };
}

function reasonWords({ reason, ...conflict }: SeriesConflict, timeZone: string): string {
  return reason === "time_does_not_exist"
    ? "This time does not exist on this day."
    : conflictWords({ reason, ...conflict }, timeZone);
}

/** More weeks than this are looked up together instead of one by one. */
const MANY = 6;

/** Finds what could be booked in place of a week's lesson: three times within its week, else the nearest. */
class AlternativeSearch {
  private readonly names: ReadonlyMap<string, string>;
  private ofTeacher: readonly OpenTime[] | null = null;

  constructor(
    private readonly academy: Academy,
    private readonly subject: SeriesSubject,
    private readonly teacherId: string,
    /** Of the lessons that move: their old times are free. */
    private readonly ignoredBookingIds: readonly string[],
    /** The weeks of the series, whose free times are taken by itself. */
    private readonly weeks: readonly SeriesWeek[],
    private readonly isForFamily: boolean,
  ) {
    this.names = new Map(subject.teachers.map(({ id, name }) => [id, name]));
  }

  /** Up to three; not the time that the lesson has `now`, which is to be kept, not chosen. */
  async choices(db: Db, week: SeriesWeek, now?: Date): Promise<WeekChoice[]> {
    const { monday, nextMonday } = weekOf(week.day);
    const enough = now ? 4 : 3;
    // With many weeks to answer, another teacher for some of them is the last thing that helps.
    const isOwnTeacherBest =
      this.isForFamily || this.weeks.filter(({ state }) => state !== "free").length > MANY;
    let found = isOwnTeacherBest
      ? await this.ownTeachersTimes(db, week)
      : await this.search(db, week, monday, nextMonday);
    if (found.length < enough) {
      const near = await this.search(db, week, addDays(monday, -14), addDays(nextMonday, 14));
      const known = new Set(found.map(answerOf));
      found = [...found, ...near.filter((time) => !known.has(answerOf(time)))];
    }
    const others = found.filter(({ startsAt }) => startsAt.getTime() !== now?.getTime());
    return others.slice(0, 3).map((time) => ({
      value: answerOf(time),
      label: `${formatDayTime(time.startsAt, this.academy.timeZone)} with ${this.names.get(time.teacherId) ?? "another teacher"}`,
      reason: time.reason,
    }));
  }

  private async search(db: Db, week: SeriesWeek, from: string, until: string): Promise<Alternative[]> {
    const wanted = {
      teacherId: this.teacherId,
      startsAt: week.startsAt,
      timeZone: this.academy.timeZone,
    };
    const span = this.spanOf(from, until);
    if (span.from > span.until) return [];
    const found = this.isForFamily
      ? chooseAlternatives(
          await listOpenTimes(db, { ...this.filter(span), teacherId: this.teacherId }),
          wanted,
          6,
        )
      : await listAlternatives(db, { ...this.filter(span), ...wanted }, 6);
    return found.filter((time) => !this.isOwnTime(time));
  }

  /** The teacher's own times in the week of a lesson: of all weeks in one statement, asked at the first. */
  private async ownTeachersTimes(db: Db, week: SeriesWeek): Promise<Alternative[]> {
    const blocked = this.weeks.filter(({ state }) => state !== "free").map(({ day }) => day);
    const [first = week.day, last = week.day] = [blocked[0], blocked.at(-1)];
    const all = this.spanOf(weekOf(first).monday, weekOf(last).nextMonday);
    this.ofTeacher ??=
      all.from > all.until ? [] : await listOpenTimes(db, { ...this.filter(all), teacherId: this.teacherId });
    const { monday, nextMonday } = weekOf(week.day);
    const { from, until } = this.spanOf(monday, nextMonday);
    const open = this.ofTeacher.filter(({ startsAt }) => startsAt >= from && startsAt <= until);
    return chooseAlternatives(
      open,
      { teacherId: this.teacherId, startsAt: week.startsAt, timeZone: this.academy.timeZone },
      6,
    ).filter((time) => !this.isOwnTime(time));
  }

  /** From one local day to another, which is not in it any more; nothing earlier than may be booked. */
  private spanOf(from: string, until: string): { from: Date; until: Date } {
    const { timeZone, noticeMinutes } = this.academy;
    const earliest = clock.now().getTime() + (this.isForFamily ? noticeMinutes : 0) * 60_000;
    return {
      from: new Date(Math.max(startOfDay(from, timeZone).getTime(), earliest)),
      until: new Date(startOfDay(until, timeZone).getTime() - 1),
    };
  }

  private filter(span: { from: Date; until: Date }) {
    return {
      instrumentId: this.subject.instrumentId,
      minutes: this.subject.minutes,
      studentId: this.subject.studentId,
      ignoredBookingIds: this.ignoredBookingIds,
      byStaff: true,
      ...span,
    };
  }

  /** Whether the series itself takes this time in another week. */
  private isOwnTime({ startsAt, endsAt }: Alternative): boolean {
    const length = this.subject.minutes * 60_000;
    return this.weeks.some(
      (week) =>
        week.state === "free" &&
        week.startsAt < endsAt &&
        week.startsAt.getTime() + length > startsAt.getTime(),
    );
  }
}

function answerOf({ startsAt, teacherId }: Alternative): string {
  return answerValue({ startsAt: startsAt.toISOString(), teacherId });
}
