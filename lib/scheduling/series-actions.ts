"use server";

import { refresh } from "next/cache";
import { loadAcademy } from "@/lib/academy/loaders";
import { withPrincipal } from "@/lib/db/principal";
import { rehearse } from "@/lib/db/rehearsal";
import { formatDay } from "@/lib/format";
import { type ActionResult, authAction } from "@/lib/http/action";
import { endSeries, moveSeries, planSeries } from "./series";
import { type Preview, type PreviewWeek, previewMove, previewPlan } from "./series-preview";
import { movedWords, plannedWords } from "./series-rules";
import { endForm, familyMoveForm, planForm, staffMoveForm } from "./series-schema";

export type SeriesFormState = {
  /** choosing: the form · weeks: some need an answer · outcome: what would happen · done: it has happened. */
  readonly stage: "choosing" | "weeks" | "outcome" | "done";
  readonly weeks: readonly PreviewWeek[];
  /** What comes of it, a sentence each. */
  readonly outcome: readonly string[];
  readonly refused: Extract<ActionResult<never>, { ok: false }>["error"] | null;
  /** What was chosen and typed, by the form's field names, to stand in the form again. */
  readonly typed: Readonly<Record<string, string>>;
};

const ANSWER = "answer:";

/** The fields of a form, and apart from them the answers for its weeks. */
function readFields(form: FormData): { typed: Record<string, string>; answers: Record<string, string> } {
  const typed: Record<string, string> = {};
  const answers: Record<string, string> = {};
  for (const [name, value] of form) {
    if (typeof value !== "string" || name.startsWith("$ACTION") || name === "intent") continue;
    if (name.startsWith(ANSWER)) answers[name.slice(ANSWER.length)] = value.slice(0, 100);
    else typed[name] = value.slice(0, 2000);
  }
  return { typed, answers };
}

type Steps = {
  readonly preview: (
    input: unknown,
  ) => Promise<
    ActionResult<Pick<Preview<unknown>, "weeks" | "refusal"> & { words: readonly string[] | null }>
  >;
  readonly confirm: (input: unknown) => Promise<ActionResult<readonly string[]>>;
};

/**
 * The steps of a form about a series: its fields, the weeks that need an answer, the outcome, and done. `intent` is
 * preview, confirm or back. A time that was taken in the meantime leads back to the weeks.
 */
async function takeStep(form: FormData, steps: Steps): Promise<SeriesFormState> {
  const { typed, answers } = readFields(form);
  const blank = { weeks: [], outcome: [], refused: null, typed } as const;
  const intent = form.get("intent");
  if (intent === "back") return { ...blank, stage: "choosing" };
  const input = { ...typed, answers };
  let refused: SeriesFormState["refused"] = null;
  if (intent === "confirm") {
    const done = await steps.confirm(input);
    if (done.ok) {
      refresh();
      return { ...blank, stage: "done", outcome: done.data };
    }
    if (done.error.code !== "slot_taken") return { ...blank, stage: "choosing", refused: done.error };
    refused = done.error;
  }
  const seen = await steps.preview(input);
  if (!seen.ok) return { ...blank, stage: "choosing", refused: seen.error };
  const { weeks, words, refusal } = seen.data;
  if (words && !refused) return { ...blank, stage: "outcome", weeks, outcome: words };
  // At the first look nothing has been chosen yet, and nothing went wrong.
  const wasAnswered = Object.keys(answers).length > 0;
  return {
    ...blank,
    stage: "weeks",
    weeks,
    refused: refused ?? (wasAnswered && refusal ? { code: "slot_taken", message: refusal } : null),
  };
}

const zone = async () => (await loadAcademy()).timeZone;

const previewPlanned = authAction(
  { name: "series.plan.preview", roles: ["admin"], schema: planForm },
  async ({ input, principal }) => {
    const { weeks, refusal, outcome, timeZone } = await previewPlan(principal, input);
    return { weeks, refusal, words: outcome && plannedWords(outcome, timeZone) };
  },
);

const plan = authAction(
  { name: "series.plan", roles: ["admin"], schema: planForm },
  async ({ input, principal }) =>
    plannedWords(await withPrincipal(principal, (db) => planSeries(db, input)), await zone()),
);

/** Plans a series: fields of `planForm`, `answer:<day>` for each week that is not free, and `intent`. */
export async function planSeriesAction(_before: SeriesFormState, form: FormData): Promise<SeriesFormState> {
  return takeStep(form, { preview: previewPlanned, confirm: plan });
}

const previewStaffMove = authAction(
  { name: "series.move.preview", roles: ["admin"], schema: staffMoveForm },
  async ({ input, principal }) => {
    const { weeks, refusal, outcome, timeZone } = await previewMove(principal, input, "staff");
    return { weeks, refusal, words: outcome && movedWords(outcome, timeZone) };
  },
);

const staffMove = authAction(
  { name: "series.move", roles: ["admin"], schema: staffMoveForm },
  async ({ input, principal }) =>
    movedWords(await withPrincipal(principal, (db) => moveSeries(db, input)), await zone()),
);

/** Moves a series for the academy: fields of `staffMoveForm`, `answer:<lesson>` for weeks that are not free, and `intent`. */
export async function staffMoveAction(_before: SeriesFormState, form: FormData): Promise<SeriesFormState> {
  return takeStep(form, { preview: previewStaffMove, confirm: staffMove });
}

const previewFamilyMove = authAction(
  { name: "series.family-move.preview", roles: ["parent"], schema: familyMoveForm },
  async ({ input, principal }) => {
    const { weeks, refusal, outcome, timeZone } = await previewMove(principal, input, "family");
    return { weeks, refusal, words: outcome && movedWords(outcome, timeZone) };
  },
);

const familyMove = authAction(
  { name: "series.family-move", roles: ["parent"], schema: familyMoveForm },
  async ({ input, principal }) =>
    movedWords(await withPrincipal(principal, (db) => moveSeries(db, input)), await zone()),
);

/**
 * Moves a family's own series: `lessonId`, `scope`, `time` (weekday and start, `2 16:00`), `answer:<lesson>` for weeks that
 * are not free, and `intent`.
 */
export async function familyMoveAction(_before: SeriesFormState, form: FormData): Promise<SeriesFormState> {
  const split = (input: unknown) => {
    const fields = input as Record<string, unknown>;
    const [weekday = "", start = ""] = String(fields.time ?? "").split(" ");
    return { ...fields, weekday: weekday === "" ? undefined : weekday, start };
  };
  return takeStep(form, {
    preview: (input) => previewFamilyMove(split(input)),
    confirm: (input) => familyMove(split(input)),
  });
}

const endedWords = (ended: { cancelled: number; firstStart: Date }, timeZone: string) => [
  `${ended.cancelled === 1 ? "1 lesson is" : `${ended.cancelled} lessons are`} cancelled, the first on ${formatDay(ended.firstStart, timeZone)}; there are no make-up credits for them.`,
];

const previewEnd = authAction(
  { name: "series.end.preview", roles: ["admin"], schema: endForm },
  async ({ input, principal }) => ({
    weeks: [],
    refusal: null,
    words: endedWords(await rehearse(principal, (db) => endSeries(db, input)), await zone()),
  }),
);

const end = authAction(
  { name: "series.end", roles: ["admin"], schema: endForm },
  async ({ input, principal }) =>
    endedWords(await withPrincipal(principal, (db) => endSeries(db, input)), await zone()),
);

/** Ends a series: fields of `endForm`, and `intent`. */
export async function endSeriesAction(_before: SeriesFormState, form: FormData): Promise<SeriesFormState> {
  return takeStep(form, { preview: previewEnd, confirm: end });
}
