import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MailboxMessage } from "./message";
import { type MessageStore, openMessageStore } from "./message-store";
import { createSmtpServer } from "./smtp";
import { createMailboxWeb } from "./web";

describe("the mailbox", () => {
  let folder: string;
  let store: MessageStore;
  let port: number;
  let close: () => Promise<void>;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "cedar-mailbox-"));
    store = await openMessageStore(folder);
    const smtp = createSmtpServer(store);
    const listener = smtp.listen(0, "127.0.0.1");
    await once(listener, "listening");
    const address = listener.address();
    port = typeof address === "object" && address ? address.port : 0;
    close = () => new Promise((resolve) => smtp.close(() => resolve()));
  });
  afterEach(async () => {
    await close();
    rmSync(folder, { recursive: true });
  });

  async function send(mail: Record<string, unknown>): Promise<void> {
    const transport = createTransport({ host: "127.0.0.1", port });
    await transport.sendMail({ from: "Academy <hello@cedarheights.example>", text: "Hello", ...mail });
    transport.close();
  }

  async function list(query = ""): Promise<MailboxMessage[]> {
    const response = await createMailboxWeb(store).request(`/api/messages${query}`);
    return response.json() as Promise<MailboxMessage[]>;
  }

  it("gives what was sent, attachments and all", async () => {
    await send({
      to: "Nadia <nadia@families.example>",
      subject: "Très bien",
      html: "<p>Hello</p>",
      attachments: [{ filename: "lesson.ics", content: "BEGIN:VCALENDAR", contentType: "text/calendar" }],
    });
    const [message] = await list();
    expect(message).toMatchObject({
      from: '"Academy" <hello@cedarheights.example>',
      to: ["nadia@families.example"],
      subject: "Très bien",
      html: "<p>Hello</p>",
      attachments: [{ filename: "lesson.ics", contentType: "text/calendar" }],
    });
    expect(message?.text.trim()).toBe("Hello");
    const content = Buffer.from(message?.attachments[0]?.content ?? "", "base64").toString();
    expect(content).toBe("BEGIN:VCALENDAR");
  });

  it("finds by recipient, whatever the case, and by time", async () => {
    await send({ to: "one@families.example", subject: "First" });
    const [first] = await list();
    await send({ to: ["two@families.example", "one@families.example"], subject: "Second" });
    expect((await list("?to=ONE@families.example")).map((message) => message.subject)).toEqual([
      "First",
      "Second",
    ]);
    expect((await list("?to=two@families.example")).map((message) => message.subject)).toEqual(["Second"]);
    const later = Date.parse(first?.date ?? "") + 60_000;
    expect(await list(`?since=${later}`)).toEqual([]);
    expect(await list(`?since=${new Date(later - 120_000).toISOString()}`)).toHaveLength(2);
  });

  it("keeps mail over a restart, blind copies too", async () => {
    await send({ to: "one@families.example", bcc: "office@cedarheights.example", subject: "Kept" });
    const reopened = await openMessageStore(folder);
    expect(reopened.list()).toEqual(store.list());
    expect(reopened.list()[0]?.to).toEqual(["one@families.example", "office@cedarheights.example"]);
  });

  it("shows a mail that is handed over twice once, over a restart too", async () => {
    const mail = { to: "one@families.example", subject: "Once", messageId: "<a@cedarheights.example>" };
    await send(mail);
    await send(mail);
    expect(await list()).toHaveLength(1);
    await send({ ...mail, to: "two@families.example" });
    await send({ ...mail, messageId: "<b@cedarheights.example>" });
    expect(await list()).toHaveLength(3);
    const reopened = await openMessageStore(folder);
    await reopened.add(Buffer.from(`Message-ID: ${mail.messageId}\r\n\r\nHello`), [mail.to]);
    expect(reopened.list()).toHaveLength(3);
  });

  it("runs no script of a mail, in its page or out of it", async () => {
    await send({
      to: "a@b.example",
      subject: "<script>alert(1)</script>",
      html: "<script>alert(2)</script>",
    });
    const web = createMailboxWeb(store);
    const inbox = await (await web.request("/")).text();
    expect(inbox).not.toContain("<script>");
    const id = store.list()[0]?.id;
    const page = await (await web.request(`/messages/${id}`)).text();
    expect(page).toContain('sandbox="allow-popups');
    expect(page).not.toContain("alert(2)");
    const designed = await web.request(`/messages/${id}/html`);
    expect(designed.headers.get("content-security-policy")).toMatch(/default-src 'none'.*sandbox/);
  });

  it("empties, but not for another page", async () => {
    await send({ to: "a@b.example", subject: "One" });
    const web = createMailboxWeb(store);
    const foreign = await web.request("/empty", {
      method: "POST",
      headers: { origin: "https://elsewhere.example" },
    });
    expect(foreign.status).toBe(403);
    expect(await list()).toHaveLength(1);
    expect((await web.request("/api/messages", { method: "DELETE" })).status).toBe(204);
    expect(await list()).toEqual([]);
    expect((await openMessageStore(folder)).list()).toEqual([]);
  });

  it("answers 404 for what it does not have", async () => {
    const web = createMailboxWeb(store);
    expect((await web.request("/messages/none")).status).toBe(404);
    expect((await web.request("/api/messages/none")).status).toBe(404);
    expect((await web.request("/messages/none/html")).status).toBe(404);
  });
});
