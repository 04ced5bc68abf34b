/** A mail as the mailbox keeps and gives it. */
export interface MailboxMessage {
  /** Sorts by arrival: milliseconds since 1970 and a fingerprint. */
  id: string;
  /** As its sender named it, with its angle brackets. */
  messageId: string | null;
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string | null;
  /** ISO 8601, when the mailbox received it. */
  date: string;
  attachments: MailboxAttachment[];
}

export interface MailboxAttachment {
  filename: string;
  contentType: string;
  /** Base64. */
  content: string;
}
