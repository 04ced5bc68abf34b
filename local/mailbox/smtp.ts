import { SMTPServer } from "smtp-server";
import { logEvent } from "../stack/log-event";
import type { MessageStore } from "./message-store";

const maximumBytes = 25 * 1024 * 1024;

/** Takes every mail for every address, without sign-in, and answers only when it is on disk. */
export function createSmtpServer(store: MessageStore): SMTPServer {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    disableReverseLookup: true,
    size: maximumBytes,
    banner: "Cedar Heights mailbox",
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.once("error", callback);
      stream.once("end", () => {
        if (stream.sizeExceeded) {
          callback(Object.assign(new Error("The mail is larger than 25 MB."), { responseCode: 552 }));
          return;
        }
        const recipients = session.envelope.rcptTo.map((recipient) => recipient.address);
        store.add(Buffer.concat(chunks), recipients).then(
          (message) => {
            logEvent({ event: "mailbox.received", id: message.id, to: message.to, subject: message.subject });
            callback();
          },
          (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
        );
      });
    },
  });
  server.on("error", (error) => logEvent({ event: "mailbox.smtp_error", error: error.message }));
  return server;
}
