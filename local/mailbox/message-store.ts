import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AddressObject, type ParsedMail, simpleParser } from "mailparser";
import type { MailboxMessage } from "./message";

const extension = ".eml";

function addressesOf(field: AddressObject | AddressObject[] | undefined): string[] {
  if (!field) return [];
  return [field].flat().flatMap((object) => object.value.flatMap((entry) => entry.address ?? []));
}

function toMessage(id: string, recipients: string[], mail: ParsedMail): MailboxMessage {
  return {
    id,
    messageId: mail.messageId ?? null,
    from: mail.from?.text ?? "",
    to: recipients.length > 0 ? recipients : addressesOf(mail.to),
    subject: mail.subject ?? "(no subject)",
    text: mail.text ?? "",
    html: mail.html === false ? null : (mail.html ?? null),
    date: new Date(Number(id.split("-")[0])).toISOString(),
    attachments: mail.attachments.map((attachment, index) => ({
      filename: attachment.filename ?? `attachment-${index + 1}`,
      contentType: attachment.contentType,
      content: attachment.content.toString("base64"),
    })),
  };
}

/** Mails as files of a folder, so that they outlive the program, with an index in memory. Newest last. */
export interface MessageStore {
  /**
   * Keeps a mail. It is on disk when this resolves. One that is here already, by its Message-ID and recipients, is the
   * answer instead: a sender that crashed before it heard of the first delivery makes a second.
   */
  add(source: Buffer, recipients: string[]): Promise<MailboxMessage>;
  list(): readonly MailboxMessage[];
  get(id: string): MailboxMessage | undefined;
  clear(): void;
}

/** The envelope's recipients travel in a header of ours: blind copies appear nowhere in the mail itself. */
const recipientsHeader = "X-Mailbox-Recipients";

function withRecipients(source: Buffer, recipients: string[]): Buffer {
  return Buffer.concat([Buffer.from(`${recipientsHeader}: ${recipients.join(", ")}\r\n`), source]);
}

const parse = (source: Buffer) => simpleParser(source, { skipImageLinks: true });

/** The same for the same mail to the same recipients. */
function fingerprint(mail: ParsedMail, recipients: string[]): string {
  const identity = [mail.messageId ?? randomUUID(), ...recipients].join(" ");
  return createHash("sha256").update(identity).digest("hex").slice(0, 16);
}

async function read(file: string, id: string): Promise<MailboxMessage> {
  const mail = await parse(readFileSync(file));
  const header = mail.headers.get(recipientsHeader.toLowerCase());
  const recipients = typeof header === "string" ? header.split(", ").filter(Boolean) : [];
  return toMessage(id, recipients, mail);
}

/** Opens the folder, making it where it is missing. A file that cannot be read is skipped. */
export async function openMessageStore(folder: string): Promise<MessageStore> {
  mkdirSync(folder, { recursive: true });
  const messages: MailboxMessage[] = [];
  const files = readdirSync(folder).filter((name) => name.endsWith(extension));
  for (const name of files.sort()) {
    try {
      messages.push(await read(join(folder, name), name.slice(0, -extension.length)));
    } catch {
      // An unreadable file is no reason to show nobody their mail.
    }
  }
  return {
    async add(source, recipients) {
      const mail = await parse(source);
      const mark = fingerprint(mail, recipients);
      const known = messages.find((message) => message.id.endsWith(mark));
      if (known) return known;
      const message = toMessage(`${Date.now()}-${mark}`, recipients, mail);
      const file = join(folder, `${message.id}${extension}`);
      writeFileSync(`${file}.part`, withRecipients(source, recipients));
      renameSync(`${file}.part`, file);
      messages.push(message);
      return message;
    },
    list: () => messages,
    get: (id) => messages.find((message) => message.id === id),
    clear() {
      messages.length = 0;
      for (const name of readdirSync(folder)) rmSync(join(folder, name), { force: true });
    },
  };
}
