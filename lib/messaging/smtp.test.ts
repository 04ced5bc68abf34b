import type { AddressInfo } from "node:net";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { renderSamples } from "./sample-mails";
import { createMailer, MailError, type Mailer, messageIdFor, type RenderedMail } from "./smtp";

const from = "Cedar Heights Music Academy <hello@cedarheights.example>";
const received: ParsedMail[] = [];
let refusal: { code: number; text: string } | undefined;
let server: SMTPServer;
let mailer: Mailer;
let welcome: RenderedMail;

beforeAll(async () => {
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onRcptTo(_address, _session, done) {
      done(
        refusal === undefined ? null : Object.assign(new Error(refusal.text), { responseCode: refusal.code }),
      );
    },
    onData(stream, _session, done) {
      simpleParser(stream).then((mail) => {
        received.push(mail);
        done();
      }, done);
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  mailer = createMailer({ smtpUrl: `smtp://127.0.0.1:${port}`, from });
  const sample = (await renderSamples()).get("welcome-parent");
  if (sample === undefined) throw new Error("no sample");
  welcome = sample;
});

beforeEach(() => {
  received.length = 0;
  refusal = undefined;
});

afterAll(async () => {
  mailer.close();
  await new Promise<void>((resolve) => server.close(resolve));
});

describe("createMailer", () => {
  it("hands over both parts and the calendar file", async () => {
    await mailer.send(
      { ...welcome, to: "rosa@example.com" },
      { idempotencyKey: "enrollment/1/welcome-parent" },
    );
    const [mail] = received;
    expect(mail?.subject).toBe("Mia's piano trial lesson: Thu, Dec 3, 4:15 pm EST with Elena Marsh");
    expect(mail?.from?.text).toBe('"Cedar Heights Music Academy" <hello@cedarheights.example>');
    expect(mail?.text?.trim()).toBe(welcome.text.trim().replaceAll("-- \n", "-- \n"));
    expect(mail?.html).toContain("Mia&#x27;s first lesson is booked");
    expect(mail?.attachments).toHaveLength(1);
    expect(mail?.attachments[0]?.contentType).toBe("text/calendar");
    expect(mail?.attachments[0]?.filename).toBe("lesson.ics");
    expect(mail?.attachments[0]?.content.toString()).toBe(welcome.attachments?.[0]?.content);
    expect(mail?.headers.get("auto-submitted")).toBe("auto-generated");
  });

  it("gives the same Message-ID to the same key, and another to another", async () => {
    const mail = { ...welcome, to: "rosa@example.com" };
    const first = await mailer.send(mail, { idempotencyKey: "a" });
    const again = await mailer.send(mail, { idempotencyKey: "a" });
    const other = await mailer.send(mail, { idempotencyKey: "b" });
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(received.map((one) => one.messageId)).toEqual([first.messageId, first.messageId, other.messageId]);
    expect(first.messageId).toBe(messageIdFor("a", from));
    expect(first.messageId).toMatch(/^<[0-9a-f]{40}@cedarheights\.example>$/);
  });

  it("keeps a subject from adding a header", async () => {
    const subject = "Welcome\r\nBcc: everyone@example.com";
    await mailer.send({ ...welcome, to: "rosa@example.com", subject }, { idempotencyKey: "c" });
    expect(received[0]?.subject).toBe("Welcome Bcc: everyone@example.com");
    expect(received[0]?.bcc).toBeUndefined();
  });

  it.each([
    "",
    "rosa",
    "a@example.com, b@example.com",
    "Rosa <rosa@example.com>",
    "rosa@example.com\r\nBcc: x@y.z",
  ])("refuses the address %j for good, without a word to the server", async (to) => {
    const sent = mailer.send({ ...welcome, to }, { idempotencyKey: "d" });
    await expect(sent).rejects.toMatchObject({ name: "MailError", permanent: true });
    expect(received).toHaveLength(0);
  });

  it.each([
    [550, "no such mailbox", true],
    [451, "greylisted, come back later", false],
  ])("tells a refusal with %i (%s) as permanent: %s", async (code, text, permanent) => {
    refusal = { code, text };
    const sent = mailer.send({ ...welcome, to: "rosa@example.com" }, { idempotencyKey: "e" });
    await expect(sent).rejects.toBeInstanceOf(MailError);
    await expect(sent).rejects.toMatchObject({ permanent, message: expect.stringContaining(text) });
  });

  it("tells a server that is away as transient", async () => {
    const away = createMailer({ smtpUrl: "smtp://127.0.0.1:1", from });
    const sent = away.send({ ...welcome, to: "rosa@example.com" }, { idempotencyKey: "f" });
    await expect(sent).rejects.toMatchObject({ name: "MailError", permanent: false, code: "unavailable" });
    away.close();
  });
});
