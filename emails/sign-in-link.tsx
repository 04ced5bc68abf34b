import type { Sender } from "./_components/layout";
import { type Letter, LetterView } from "./_components/letter";

export type SignInLinkProps = { sender: Sender; address: string; confirmUrl: string; validFor: string };

/** To someone who signs in without a password. */
export function signInLinkLetter({ sender, address, confirmUrl, validFor }: SignInLinkProps): Letter {
  return {
    sender,
    subject: `Your sign-in link for ${sender.name}`,
    preheader: `Sign in with one click. The link works for ${validFor}.`,
    title: "Sign in to your account",
    blocks: [
      { kind: "paragraph", text: `Here is the link you asked for. It signs you in as ${address}.` },
      { kind: "action", label: "Sign in", href: confirmUrl },
      {
        kind: "paragraph",
        text: `The link works once and for ${validFor}. If you did not ask for it, ignore this email, and do not pass it on: whoever opens the link is signed in as you.`,
      },
    ],
    reason: "You get this email because a sign-in link was asked for your account.",
  };
}

export default function SignInLink(props: SignInLinkProps) {
  return <LetterView letter={signInLinkLetter(props)} />;
}
