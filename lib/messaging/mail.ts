import { env } from "@/lib/env";
import { createMailer, type Mail, type Mailer } from "./smtp";

let mailer: Mailer | undefined;

/**
 * Sends one mail through the academy's mail server (SMTP_URL, MAIL_FROM, read at the first mail). The key names
 * the occasion, not the attempt: `enrollment/<id>/welcome-parent`. Throws a MailError; a `permanent` one must not
 * be tried again.
 */
export async function sendMail(
  mail: Mail,
  options: { idempotencyKey: string },
): Promise<{ messageId: string }> {
  const { SMTP_URL, MAIL_FROM } = env();
  mailer ??= createMailer({ smtpUrl: SMTP_URL, from: MAIL_FROM });
  return mailer.send(mail, options);
}
