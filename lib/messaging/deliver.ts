import { sql } from "kysely";
import { service, withPrincipal } from "@/lib/db/principal";
import { errorFacts, log } from "@/lib/log";
import { sendMail } from "./mail";
import { type Mail, MailError } from "./smtp";

const academy = service("messaging");

type Letter = {
  /** Names cause and reader, e.g. `welcome-parent:<enrollment>`: the same key is sent once. */
  readonly key: string;
  readonly kind: string;
  readonly to: string;
  readonly familyId?: string | null;
  readonly enrollmentId?: string | null;
};

/**
 * Sends an email once: its row in email_log is claimed first and marked afterwards. A crash in between may hand it
 * to the mail server again, with the same Message-ID. Returns false when it
 * had been sent before, or the address is refused for good.
 */
export async function deliver(letter: Letter, render: () => Promise<Omit<Mail, "to">>): Promise<boolean> {
  const sent = await withPrincipal(academy, (db) =>
    db
      .selectFrom("email_log")
      .select("id")
      .where("key", "=", letter.key)
      .where("status", "=", "sent")
      .executeTakeFirst(),
  );
  if (sent) return false;
  const mail = await render();
  await withPrincipal(academy, (db) =>
    db
      .insertInto("email_log")
      .values({
        key: letter.key,
        kind: letter.kind,
        recipient: letter.to,
        subject: mail.subject,
        family_id: letter.familyId ?? null,
        enrollment_id: letter.enrollmentId ?? null,
        attempts: 1,
      })
      .onConflict((conflict) =>
        conflict.column("key").doUpdateSet({
          attempts: sql`email_log.attempts + 1`,
          subject: mail.subject,
          error: null,
          status: "queued",
        }),
      )
      .execute(),
  );
  try {
    await sendMail({ ...mail, to: letter.to }, { idempotencyKey: letter.key });
  } catch (error) {
    log("warn", "email.failed", { key: letter.key, ...errorFacts(error) });
    await withPrincipal(academy, (db) =>
      db
        .updateTable("email_log")
        .set({ status: "failed", error: error instanceof Error ? error.message : String(error) })
        .where("key", "=", letter.key)
        .execute(),
    );
    // An address that does not exist will not exist at the next try either: the log shows it to the academy.
    if (error instanceof MailError && error.permanent) return false;
    throw error;
  }
  await withPrincipal(academy, (db) =>
    db
      .updateTable("email_log")
      .set({ status: "sent", sent_at: sql`private.now()` })
      .where("key", "=", letter.key)
      .execute(),
  );
  return true;
}
