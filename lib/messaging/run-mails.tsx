import RunFailed, { runFailedLetter } from "@/emails/run-failed";
import type { AcademyFacts } from "./facts";
import { renderLetter } from "./letter-mail";
import type { RenderedMail } from "./smtp";
import { longMoment } from "./when";
import { absoluteUrl, asSender, oneLine } from "./wording";

/** `undone`, `notUndone`: in words; `step`: the one that failed, in words. */
export type RunFailedFacts = {
  academy: AcademyFacts;
  timeZone: string;
  workflow: string;
  about: string;
  failedAt: Date;
  step: string | null;
  reason: string;
  undone: readonly string[];
  notUndone: readonly string[];
  runUrl: string;
};

/** To the academy: a run that failed for good. */
export async function renderRunFailed(facts: RunFailedFacts): Promise<RenderedMail> {
  const props = {
    sender: asSender(facts.academy),
    workflow: oneLine(facts.workflow, 120),
    about: oneLine(facts.about, 120),
    failedAt: longMoment(facts.failedAt, facts.timeZone),
    step: facts.step === null ? null : oneLine(facts.step, 120),
    reason: oneLine(facts.reason, 400),
    undone: facts.undone.map((name) => oneLine(name, 80)),
    notUndone: facts.notUndone.map((name) => oneLine(name, 80)),
    runUrl: absoluteUrl(facts.runUrl),
  };
  return renderLetter(<RunFailed {...props} />, runFailedLetter(props));
}
