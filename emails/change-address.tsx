import type { Sender } from "./_components/layout";
import { type Letter, LetterView } from "./_components/letter";

export type ChangeAddressProps = { sender: Sender; address: string; confirmUrl: string; validFor: string };

/** To either address of someone who changes it. */
export function changeAddressLetter({ sender, address, confirmUrl, validFor }: ChangeAddressProps): Letter {
  return {
    sender,
    subject: `Confirm the new email address of your ${sender.name} account`,
    preheader: `The change takes effect once it is confirmed. The link works for ${validFor}.`,
    title: "Confirm the change of address",
    blocks: [
      {
        kind: "paragraph",
        text: `The email address of your account at ${sender.name} is to change. This message went to ${address}; confirm that the change is yours.`,
      },
      { kind: "action", label: "Confirm the change", href: confirmUrl },
      {
        kind: "paragraph",
        text: `The link works once and for ${validFor}. If you did not ask for the change, do not open the link, and change your password: someone may know it.`,
      },
    ],
    reason: "You get this email because the email address of an account is being changed.",
  };
}

export default function ChangeAddress(props: ChangeAddressProps) {
  return <LetterView letter={changeAddressLetter(props)} />;
}
