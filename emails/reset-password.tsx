import type { Sender } from "./_components/layout";
import { type Letter, LetterView } from "./_components/letter";

export type ResetPasswordProps = { sender: Sender; address: string; confirmUrl: string; validFor: string };

/** To someone who forgot their password. */
export function resetPasswordLetter({ sender, address, confirmUrl, validFor }: ResetPasswordProps): Letter {
  return {
    sender,
    subject: `Reset your ${sender.name} password`,
    preheader: `Choose a new password. The link works for ${validFor}.`,
    title: "Choose a new password",
    blocks: [
      {
        kind: "paragraph",
        text: `A new password was asked for the account of ${address}. Choose it here; until you do, the old one stays as it is.`,
      },
      { kind: "action", label: "Choose a new password", href: confirmUrl },
      {
        kind: "paragraph",
        text: `The link works once and for ${validFor}. If you did not ask for it, ignore this email: nobody can change your password without the link.`,
      },
    ],
    reason: "You get this email because a new password was asked for your account.",
  };
}

export default function ResetPassword(props: ResetPasswordProps) {
  return <LetterView letter={resetPasswordLetter(props)} />;
}
