import { strToU8, zipSync } from "fflate";
import { sql } from "kysely";
import { getAcademy } from "@/lib/academy/queries";
import type { SignedIn } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { localDate } from "@/lib/format";
import type { Download } from "@/lib/http/download";
import { countUse } from "@/lib/http/rate-limit";
import type { Id } from "@/lib/ids";
import { exportPage } from "./export-page";
import { readConsentTexts, readHeldTables, readNames } from "./queries";
import type { FamilyExport, HeldTables } from "./schema";

/** Exports read much: enough for a household with several devices, too few to keep the database busy. */
const MOST_AN_HOUR = 20;
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

const idsIn = (tables: HeldTables): string[] => [...new Set(JSON.stringify(tables).match(UUID) ?? [])];

/**
 * What is held on a family, as a ZIP of a page to read and the same as JSON: for a parent as far as they may see it,
 * for an administrator everything. That it was given is kept with the family.
 * @throws AppError "not_found" for somebody else's family, "rate_limited".
 */
export async function exportFamily(person: SignedIn, familyId: Id<"family">): Promise<Download> {
  await countUse("export", [{ subject: person.userId, most: MOST_AN_HOUR, seconds: 3600 }]);
  const held = await withPrincipal(person, async (db): Promise<FamilyExport> => {
    await sql`select private.record_export(${familyId})`.execute(db);
    const academy = await getAcademy(db);
    const tables = await readHeldTables(db, familyId);
    return {
      exported_at: clock.now().toISOString(),
      academy: {
        name: academy.name,
        email: academy.email,
        phone: academy.phone,
        address: academy.address,
        time_zone: academy.timeZone,
      },
      exported_by: { name: person.name, role: person.role === "admin" ? "admin" : "parent" },
      family: { id: familyId, name: String(tables.families?.[0]?.name ?? "Family") },
      tables,
      texts: await readConsentTexts(db, tables.consents),
      names: await readNames(db, idsIn(tables)),
    };
  });
  return {
    name: `family-data-${localDate(new Date(held.exported_at), held.academy.time_zone)}.zip`,
    type: "application/zip",
    body: zipFamily(held),
  };
}

/** The two files of an export, `index.html` and `data.json`, made from the same data. */
export function zipFamily(held: FamilyExport): Uint8Array<ArrayBuffer> {
  const options = { level: 6, mtime: held.exported_at } as const;
  return zipSync({
    "index.html": [strToU8(exportPage(held)), options],
    "data.json": [strToU8(`${JSON.stringify(held, null, 2)}\n`), options],
  });
}
