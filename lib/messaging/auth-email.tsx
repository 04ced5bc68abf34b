import type { ReactElement } from "react";
import { render } from "react-email";
import { type Letter, letterText } from "@/emails/_components/letter";
import ChangeAddress, { changeAddressLetter } from "@/emails/change-address";
import ConfirmAddress, { type ConfirmAddressProps, confirmAddressLetter } from "@/emails/confirm-address";
import ResetPassword, { resetPasswordLetter } from "@/emails/reset-password";
import SignInLink, { signInLinkLetter } from "@/emails/sign-in-link";
import { absoluteUrl, oneLine } from "./wording";

/** The occasions on which the Auth service writes to someone. */
export type AuthEmailKind = "confirm" | "recovery" | "email_change" | "magic_link";

const sender = { name: "Cedar Heights Music Academy", email: null, phone: null, address: null };

/**
 * A mail of the Auth service. It reads no environment: the Auth service renders it in a process of its own.
 * `validMinutes` is the service's own limit on its links. Throws a TypeError for a link that is not absolute.
 */
export async function renderAuthEmail(input: {
  kind: AuthEmailKind;
  to: string;
  confirmUrl: string;
  validMinutes?: number;
}): Promise<{ subject: string; html: string; text: string }> {
  const confirmUrl = absoluteUrl(input.confirmUrl);
  const props = {
    sender: { ...sender, siteUrl: new URL(confirmUrl).origin },
    address: oneLine(input.to, 254),
    confirmUrl,
    validFor: wordDuration(input.validMinutes ?? 60),
  };
  const { View, letterOf } = mails[input.kind];
  const letter = letterOf(props);
  return { subject: letter.subject, html: await render(<View {...props} />), text: letterText(letter) };
}

type AuthMail = {
  View: (props: ConfirmAddressProps) => ReactElement;
  letterOf: (props: ConfirmAddressProps) => Letter;
};

const mails: Readonly<Record<AuthEmailKind, AuthMail>> = {
  confirm: { View: ConfirmAddress, letterOf: confirmAddressLetter },
  recovery: { View: ResetPassword, letterOf: resetPasswordLetter },
  email_change: { View: ChangeAddress, letterOf: changeAddressLetter },
  magic_link: { View: SignInLink, letterOf: signInLinkLetter },
};

/** `1 hour`, `24 hours`, `90 minutes` */
function wordDuration(minutes: number): string {
  if (minutes % 60 !== 0) return minutes === 1 ? "1 minute" : `${minutes} minutes`;
  return minutes === 60 ? "1 hour" : `${minutes / 60} hours`;
}
