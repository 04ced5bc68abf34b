import type { Route } from "next";
import { ConsentList } from "@/components/privacy/consent-list";
import { ButtonLink } from "@/components/ui/button-link";
import { buttonClass } from "@/components/ui/button-style";
import { Card } from "@/components/ui/card";
import { formatDate } from "@/lib/format";
import type { Consent, DataRequest } from "@/lib/privacy/schema";
import styles from "../../../admin.module.css";

type FamilyPrivacyProps = {
  familyId: string;
  isErased: boolean;
  consents: readonly Consent[];
  requests: readonly DataRequest[];
  timeZone: string;
};

/** What is held on a family: to take out, to erase, and what was agreed to and asked for. */
export function FamilyPrivacy({ familyId, isErased, consents, requests, timeZone }: FamilyPrivacyProps) {
  return (
    <Card title="Data and privacy">
      <div className={styles.headLinks}>
        <a
          href={`/admin/families/${familyId}/family-data.zip`}
          download
          className={buttonClass("secondary", "small", false)}
        >
          Download everything held
        </a>
        {!isErased && (
          <ButtonLink href={`/admin/families/${familyId}/erase` as Route} variant="quiet" size="small">
            Erase this family
          </ButtonLink>
        )}
      </div>
      <section className={styles.part} aria-label="Consents">
        <h3 className={styles.partTitle}>Consents</h3>
        {consents.length === 0 ? (
          <p className={styles.soft}>
            {isErased ? "Gone with the accounts." : "Nobody has agreed to a text here yet."}
          </p>
        ) : (
          <ConsentList consents={consents} timeZone={timeZone} withPerson />
        )}
      </section>
      <section className={styles.part} aria-label="Requests">
        <h3 className={styles.partTitle}>Requests</h3>
        {requests.length === 0 ? (
          <p className={styles.soft}>Nobody has asked for this family's data yet.</p>
        ) : (
          <ul className={styles.rows}>
            {requests.map((request) => (
              <li key={request.id}>
                <div className={styles.rowWords}>
                  <p className={styles.rowName}>{request.kind === "export" ? "Download" : "Erasure"}</p>
                  <p className={styles.soft}>
                    {request.requestedBy ??
                      (request.kind === "erasure" ? "The academy" : "An account that is gone")}
                    {" · "}
                    {formatDate(request.requestedAt, timeZone)}
                    {request.reason && ` · ${request.reason}`}
                  </p>
                </div>
              </li>
            ))}
          </ul>
        )}
      </section>
    </Card>
  );
}
