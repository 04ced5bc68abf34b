import { createHash } from "node:crypto";
import { createTransport } from "nodemailer";
import type SMTPPool from "nodemailer/lib/smtp-pool/index.js";
import { AppError } from "@/lib/errors";
import { oneLine } from "./wording";

/** A file that travels with a mail; `content` is its text. */
export type MailAttachment = { filename: string; contentType: string; content: string };

/** What a render function returns: all of a mail but its reader. */
export type RenderedMail = {
  subject: string;
  html: string;
  text: string;
  attachments?: readonly MailAttachment[];
};

/** A mail that can be sent. `to` is one bare address. */
export type Mail = RenderedMail & { to: string };

/** Where mail is handed over and as whom: an smtp(s) URL, and `Name <address>`. */
export type SmtpSettings = { smtpUrl: string; from: string };

export type Mailer = {
  /** Hands one mail over; throws a MailError. The same key gives the same Message-ID at every attempt. */
  send(mail: Mail, options: { idempotencyKey: string }): Promise<{ messageId: string }>;
  close(): void;
};

/** A mail that could not be handed over. `permanent`: trying again cannot help (bad address, refused for good). */
export class MailError extends AppError {
  readonly permanent: boolean;

  constructor(permanent: boolean, message: string, cause?: unknown) {
    super(permanent ? "invalid" : "unavailable", {
      message,
      userMessage: permanent
        ? "This email address does not accept our mail. Please check it for a typo."
        : "The email could not be sent just now. It is tried again by itself.",
      cause,
    });
    this.name = "MailError";
    this.permanent = permanent;
  }
}

/**
 * A pooled connection to one mail server. It is opened at the first mail, so that making a mailer needs no network.
 */
export function createMailer({ smtpUrl, from }: SmtpSettings): Mailer {
  const transport = createTransport(poolOptions(smtpUrl), { from });
  return {
    async send(mail, { idempotencyKey }) {
      const to = mail.to.trim();
      if (!isBareAddress(to)) throw new MailError(true, "the recipient is not one plain email address");
      const messageId = messageIdFor(idempotencyKey, from);
      try {
        await transport.sendMail({
          to: { name: "", address: to },
          subject: oneLine(mail.subject, 200),
          text: mail.text,
          html: mail.html,
          messageId,
          headers: { "Auto-Submitted": "auto-generated" },
          attachments: (mail.attachments ?? []).map(({ filename, contentType, content }) => ({
            filename: oneLine(filename, 100),
            contentType,
            content,
          })),
          // Content comes from strings only: a rendered mail must never make the server read a file or a URL.
          disableFileAccess: true,
          disableUrlAccess: true,
        });
      } catch (cause) {
        throw asMailError(cause);
      }
      return { messageId };
    },
    close: () => transport.close(),
  };
}

/**
 * The Message-ID of a mail: the same for the same key, so that a mail handed over twice (the answer to the first
 * attempt was lost) is recognised as one by mailboxes and by us.
 */
export function messageIdFor(idempotencyKey: string, from: string): string {
  const digest = createHash("sha256").update(idempotencyKey).digest("hex").slice(0, 40);
  const domain = /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? "localhost";
  return `<${digest}@${domain}>`;
}

/**
 * A pool of few connections with timeouts shorter than a workflow step's patience. The URL may carry a user and
 * password, and `?requireTLS=true` to refuse a server without STARTTLS. (nodemailer's own reading of the URL goes
 * through a deprecated Node function that warns at every start.)
 */
function poolOptions(smtpUrl: string): SMTPPool.Options {
  const url = new URL(smtpUrl);
  const secure = url.protocol === "smtps:";
  return {
    pool: true,
    maxConnections: 4,
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: url.searchParams.get("requireTLS") === "true",
    ...(url.username === ""
      ? {}
      : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
  };
}

/** One address without a name, a list, a comment or a control character. */
function isBareAddress(address: string): boolean {
  return address.length <= 254 && /^[^\s@<>(),;:"\\\p{Cc}]+@[^\s@<>(),;:"\\\p{Cc}]+$/u.test(address);
}

function asMailError(cause: unknown): MailError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const code = readField(cause, "code");
  const response = readField(cause, "responseCode");
  const refusedForGood = typeof response === "number" && response >= 500 && code !== "EAUTH";
  const neverSent = code === "EENVELOPE" && response === undefined;
  return new MailError(refusedForGood || neverSent, `mail not handed over: ${oneLine(reason, 300)}`, cause);
}

function readField(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
