/** The mailbox of the embedded stack: SMTP in, a web page and JSON out. Nothing leaves this machine. */
import { once } from "node:events";
import { serve } from "@hono/node-server";
import { z } from "zod";
import { logEvent } from "../stack/log-event";
import { openMessageStore } from "./message-store";
import { createSmtpServer } from "./smtp";
import { createMailboxWeb } from "./web";

const port = z.coerce.number().int().min(1).max(65_535);
const settings = z.object({ PORT: port, SMTP_PORT: port, DATA_DIR: z.string().min(1) }).parse(process.env);

const store = await openMessageStore(settings.DATA_DIR);
const smtp = createSmtpServer(store);
const listener = smtp.listen(settings.SMTP_PORT, "127.0.0.1");
await once(listener, "listening");
const web = serve({ fetch: createMailboxWeb(store).fetch, hostname: "127.0.0.1", port: settings.PORT }, () =>
  logEvent({ event: "mailbox.ready", port: settings.PORT, smtpPort: settings.SMTP_PORT }),
);

let isStopping = false;
function stop(): void {
  if (isStopping) return;
  isStopping = true;
  web.close();
  smtp.close(() => process.exit(0));
}
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
