import type { Sender } from "./_components/layout";
import { type Letter, LetterView } from "./_components/letter";

export type ConfirmAddressProps = { sender: Sender; address: string; confirmUrl: string; validFor: string };

/** To someone who registered: shows that the address is theirs. */
export function confirmAddressLetter({ sender, address, confirmUrl, validFor }: ConfirmAddressProps): Letter {
  return {
    sender,
    subject: `Confirm your email address for ${sender.name}`,
    preheader: `One click and your account is ready. The link works for ${validFor}.`,
    title: "Confirm your email address",
    blocks: [
      {
        kind: "paragraph",
        text: `Someone, we hope you, opened an account at ${sender.name} with the address ${address}. Confirm it, and you can carry on where you left off.`,
      },
      { kind: "action", label: "Confirm my address", href: confirmUrl },
      {
        kind: "paragraph",
        text: `The link works once and for ${validFor}. If it was not you, ignore this email: without the confirmation the account cannot be used.`,
      },
    ],
    reason: "You get this email because your address was entered when an account was opened.",
  };
}

export default function ConfirmAddress(props: ConfirmAddressProps) {
  return <LetterView letter={confirmAddressLetter(props)} />;
}
