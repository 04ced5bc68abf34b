import { ConsentForm } from "@/components/account/consent-form";
import { ConsentList } from "@/components/privacy/consent-list";
import { buttonClass } from "@/components/ui/button-style";
import { Card } from "@/components/ui/card";
import { loadAcademy } from "@/lib/academy/loaders";
import type { SignedIn } from "@/lib/auth/session";
import { withPrincipal } from "@/lib/db/principal";
import { formatDate, formatTime } from "@/lib/format";
import { consentTexts } from "@/lib/privacy/consent-texts";
import { listOwnConsents, listOwnFamilies, listRequestsOfFamily } from "@/lib/privacy/queries";
import { choices } from "@/lib/privacy/schema";
import { documentWords } from "@/lib/privacy/wording";
import styles from "./family-data.module.css";

/** What a parent allows, has agreed to, and may take with them. */
export async function FamilyData({ parent }: { parent: SignedIn }) {
  const academy = await loadAcademy();
  const { families, consents } = await withPrincipal(parent, async (db) => ({
    consents: await listOwnConsents(db, parent.userId),
    families: await Promise.all(
      (await listOwnFamilies(db)).map(async (family) => ({
        ...family,
        requests: await listRequestsOfFamily(db, family.id),
      })),
    ),
  }));
  const texts = consentTexts(academy);
  const moment = (instant: Date) =>
    `${formatDate(instant, academy.timeZone)}, ${formatTime(instant, academy.timeZone)}`;

  return (
    <>
      <Card
        title="Your choices"
        description="You can change them at any time; lessons do not depend on them."
      >
        <ConsentForm
          options={choices.map((choice) => ({
            choice,
            label: documentWords(choice),
            // The first line of a text is its title, which stands beside the box already.
            words: texts[choice].body.split("\n\n").slice(1).join(" "),
            isChosen: consents.some((consent) => consent.document === choice && !consent.withdrawnAt),
          }))}
        />
      </Card>
      {consents.length > 0 && (
        <Card title="What you agreed to">
          <ConsentList consents={consents} timeZone={academy.timeZone} />
        </Card>
      )}
      <Card title="Your data">
        <p className={styles.text}>
          A ZIP with a page to read and the same as JSON for other programs: you and your children,
          enrollments, lessons, attendance, notes and practice, invoices and payments, messages, consents and
          choices.
        </p>
        {families.length === 0 && (
          <p className={styles.text}>
            Apart from your account we hold nothing yet. The download stands here with your first enrollment.
          </p>
        )}
        {families.map((family) => {
          const last = family.requests.find((request) => request.kind === "export" && request.doneAt);
          return (
            <div key={family.id} className={styles.family}>
              <a
                href={`/family/account/family-data.zip?family=${family.id}`}
                download
                className={buttonClass("secondary", "regular", false)}
              >
                {families.length === 1
                  ? "Download everything we hold on your family"
                  : `Download everything we hold on the ${family.name}`}
              </a>
              <p className={styles.note}>
                {last?.doneAt ? `Last downloaded ${moment(last.doneAt)}.` : "It has not been downloaded yet."}
              </p>
            </div>
          );
        })}
        <p className={styles.note}>
          To have your family's data erased, write to <a href={`mailto:${academy.email}`}>{academy.email}</a>.
          Amounts stay in the books, as the law asks; names, addresses and notes go.
        </p>
      </Card>
    </>
  );
}
