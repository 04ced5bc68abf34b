import { z } from "zod";

/** What an administrator may do about a run. */
const runActs = ["retry", "cancel", "undo"] as const;
export type RunAct = (typeof runActs)[number];

/** The executor's ids are short words. */
const runIdSchema = z.string().regex(/^[\w.:-]{1,100}$/, "There is no such run.");

export const runActForm = z.object({ runId: runIdSchema, act: z.enum(runActs) });
