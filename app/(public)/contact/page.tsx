import type { Metadata } from "next";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { DataList } from "@/components/ui/data-list";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { clock } from "@/lib/clock";
import { formatTime, formatZone, zoneCity } from "@/lib/format";
import styles from "./contact.module.css";

export const metadata: Metadata = {
  title: "Contact",
  description: "How to reach Cedar Heights Music Academy.",
};

export default async function Contact() {
  const academy = await loadAcademy();
  const now = clock.now();
  return (
    <>
      <PageHeader
        title="Contact"
        description="Most things you can do yourself, at any hour. For everything else there is a person."
      />
      <div className={styles.columns}>
        <Card title="Reach us">
          <DataList
            items={[
              { label: "Email", value: <a href={`mailto:${academy.email}`}>{academy.email}</a> },
              {
                label: "Telephone",
                value: <a href={`tel:${academy.phone.replace(/[^+\d]/g, "")}`}>{academy.phone}</a>,
              },
              { label: "Address", value: academy.address },
              {
                label: "Our time now",
                value: `${formatTime(now, academy.timeZone)} ${formatZone(now, academy.timeZone)}`,
                note: zoneCity(academy.timeZone),
              },
            ]}
          />
        </Card>
        <Card title="Perhaps quicker">
          <ul className={styles.ways}>
            <li>
              <p>Looking for a time? All of them are on one page.</p>
              <ButtonLink href="/timeslots" variant="tinted" size="small">
                Open times
              </ButtonLink>
            </li>
            <li>
              <p>What does it cost, and what happens when we are ill?</p>
              <span className={styles.pair}>
                <ButtonLink href="/pricing" variant="tinted" size="small">
                  Pricing
                </ButtonLink>
                <ButtonLink href="/policies" variant="tinted" size="small">
                  Policies
                </ButtonLink>
              </span>
            </li>
            <li>
              <p>Already with us? Your lessons and receipts are on your own page.</p>
              <ButtonLink href="/login" variant="tinted" size="small">
                Sign in
              </ButtonLink>
            </li>
          </ul>
        </Card>
      </div>
    </>
  );
}
