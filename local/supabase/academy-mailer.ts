import { AsyncLocalStorage } from "node:async_hooks";
import type { App } from "@supabase/lite";
import { renderAuthEmail } from "@/lib/messaging/auth-email";
import { createMailer } from "@/lib/messaging/smtp";
import { confirmLink, type LinkType } from "./confirm-link";
import { type AuthSettings, linkExpirySeconds } from "./settings";

type AuthEmailKind = Parameters<typeof renderAuthEmail>[0]["kind"];

/**
 * The `redirect_to` of the request being served. The Auth library always puts its own site address into mails; this
 * carries the asked-for one around it, as the hosted service honours it.
 */
export const requestedRedirect = new AsyncLocalStorage<string | null>();

/** Sends the academy's own mails for the Auth service. */
export interface AcademyMailer {
  send(kind: AuthEmailKind, to: string, tokenHash: string): Promise<void>;
  close(): void;
}

const linkTypes: Record<AuthEmailKind, LinkType> = {
  confirm: "signup",
  recovery: "recovery",
  magic_link: "magiclink",
  email_change: "email_change",
};

export function createAcademyMailer(settings: AuthSettings): AcademyMailer {
  const mailer = createMailer({ smtpUrl: settings.SMTP_URL, from: settings.MAIL_FROM });
  return {
    async send(kind, to, tokenHash) {
      const confirmUrl = confirmLink(settings.SITE_URL, {
        tokenHash,
        type: linkTypes[kind],
        redirectTo: requestedRedirect.getStore() ?? null,
      });
      const mail = await renderAuthEmail({ kind, to, confirmUrl, validMinutes: linkExpirySeconds / 60 });
      // A hash is made once a mail, so it names the mail.
      await mailer.send({ to, ...mail }, { idempotencyKey: `auth/${tokenHash}` });
    },
    close: () => mailer.close(),
  };
}

/** The same mailer in the shape that the Auth library calls. */
export function asLibraryMailer(mailer: AcademyMailer): NonNullable<App["_mailer"]> {
  return {
    sendConfirmation: (email, tokenHash) => mailer.send("confirm", email, tokenHash),
    sendRecovery: (email, tokenHash) => mailer.send("recovery", email, tokenHash),
    sendMagicLink: (email, tokenHash) => mailer.send("magic_link", email, tokenHash),
    sendEmailChange: (email, tokenHash) => mailer.send("email_change", email, tokenHash),
    async sendReauthentication() {
      throw new Error("The academy asks for the password again instead of sending a code.");
    },
  };
}
