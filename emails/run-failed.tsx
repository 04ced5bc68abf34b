import type { Sender } from "./_components/layout";
import { type Letter, LetterView } from "./_components/letter";

export type RunFailedProps = {
  sender: Sender;
  /** What the workflow does, as the monitor calls it. */
  workflow: string;
  /** Whom or what it is about: "#12 Mia Becker". */
  about: string;
  failedAt: string;
  /** The step that failed; null when the run never got to one. */
  step: string | null;
  reason: string;
  undone: readonly string[];
  notUndone: readonly string[];
  runUrl: string;
};

/** To the academy, once a run: what failed, what was taken back, and where to go on. */
export function runFailedLetter(props: RunFailedProps): Letter {
  const { sender, workflow, about, reason, undone, notUndone } = props;
  return {
    sender,
    subject: `Failed: ${workflow} (${about})`,
    preheader: reason,
    title: "A workflow has failed",
    blocks: [
      {
        kind: "paragraph",
        text: "It was tried again as often as makes sense, and will not go on by itself.",
      },
      {
        kind: "facts",
        facts: [
          { label: "What", value: workflow },
          { label: "About", value: about },
          { label: "When", value: props.failedAt },
          ...(props.step ? [{ label: "Step", value: props.step }] : []),
          { label: "Why", value: reason },
          ...(undone.length > 0 ? [{ label: "Taken back", value: undone.join(", ") }] : []),
        ],
      },
      ...(notUndone.length > 0
        ? [
            {
              kind: "notice" as const,
              title: "Not everything could be taken back",
              lines: notUndone.map((name) => `${name}: please look at it and undo it from the run's page.`),
            },
          ]
        : []),
      { kind: "action", label: "See the run", href: props.runUrl },
      { kind: "paragraph", text: "From there it can be tried again once the cause is mended." },
    ],
    reason: "You get this email because you look after the academy. Each failed run is reported once.",
  };
}

export default function RunFailed(props: RunFailedProps) {
  return <LetterView letter={runFailedLetter(props)} />;
}
