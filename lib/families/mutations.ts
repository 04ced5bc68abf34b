import type { Db } from "@/lib/db/principal";
import { AppError } from "@/lib/errors";
import type { AccountForm } from "./schema";

/** Changes name and telephone number of the signed-in person; a parent's family record follows by trigger. */
export async function changeAccount(db: Db, userId: string, account: AccountForm): Promise<void> {
  const changed = await db
    .updateTable("profiles")
    .set({ full_name: account.name, phone: account.phone || null })
    .where("id", "=", userId)
    .returning("id")
    .executeTakeFirst();
  if (!changed) throw new AppError("not_found", { userMessage: "This account does not exist any more." });
}
