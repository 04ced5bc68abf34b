import { ActionButton } from "./action-button";
import { type Amount, AmountsTable } from "./amounts-table";
import { type Choice, ChoiceList } from "./choice-list";
import { type Fact, FactsTable } from "./facts-table";
import { Layout, type Sender } from "./layout";
import {
  plainAction,
  plainAmounts,
  plainChoices,
  plainFacts,
  plainNotice,
  plainSteps,
  plainText,
} from "./plain-text";
import { Notice, Paragraph, Steps, Subheading } from "./prose";

/** A piece of a mail that has both an HTML and a plain-text form. */
export type Block =
  | { kind: "paragraph"; text: string }
  | { kind: "facts"; facts: readonly Fact[] }
  | { kind: "amounts"; lines: readonly Amount[]; total: Amount }
  | { kind: "notice"; title: string; lines: readonly string[]; link?: { label: string; href: string } }
  | { kind: "steps"; title: string; steps: readonly string[] }
  | { kind: "choices"; title: string; choices: readonly Choice[] }
  | { kind: "action"; label: string; href: string };

/**
 * What a mail says, said once: the HTML part and the text part are two views of it, so they cannot differ.
 * Every mail file exports a function from its props to a letter. At most one block is an action.
 */
export type Letter = {
  sender: Sender;
  subject: string;
  /** The line that the inbox shows beside the subject. */
  preheader: string;
  title: string;
  blocks: readonly Block[];
  /** Why the reader gets this mail, one sentence. */
  reason: string;
};

/** The HTML view of a letter. */
export function LetterView({ letter }: { letter: Letter }) {
  const { sender, preheader, title, reason, blocks } = letter;
  return (
    <Layout sender={sender} preheader={preheader} title={title} reason={reason}>
      {blocks.map((block) => (
        <BlockView key={JSON.stringify(block)} block={block} />
      ))}
    </Layout>
  );
}

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case "paragraph":
      return <Paragraph>{block.text}</Paragraph>;
    case "facts":
      return <FactsTable facts={block.facts} />;
    case "amounts":
      return <AmountsTable lines={block.lines} total={block.total} />;
    case "notice":
      return <Notice title={block.title} lines={block.lines} link={block.link} />;
    case "steps":
      return (
        <>
          <Subheading>{block.title}</Subheading>
          <Steps steps={block.steps} />
        </>
      );
    case "choices":
      return (
        <>
          <Subheading>{block.title}</Subheading>
          <ChoiceList choices={block.choices} />
        </>
      );
    case "action":
      return <ActionButton href={block.href}>{block.label}</ActionButton>;
  }
}

/** The plain-text view of a letter. */
export function letterText({ sender, title, blocks, reason }: Letter): string {
  return plainText([title, ...blocks.map(blockText)], sender, reason);
}

function blockText(block: Block): string | null {
  switch (block.kind) {
    case "paragraph":
      return block.text;
    case "facts":
      return plainFacts(block.facts);
    case "amounts":
      return plainAmounts(block.lines, block.total);
    case "notice":
      return plainNotice(block.title, block.lines, block.link);
    case "steps":
      return plainSteps(block.title, block.steps);
    case "choices":
      return plainChoices(block.title, block.choices);
    case "action":
      return plainAction(block.label, block.href);
  }
}
