import type { Metadata, Route } from "next";
import { notFound } from "next/navigation";
import { BackLink } from "@/components/portal/back-link";
import { Stack } from "@/components/portal/columns";
import { Card } from "@/components/ui/card";
import { Notice } from "@/components/ui/notice";
import { PageHeader } from "@/components/ui/page-header";
import { requirePage } from "@/lib/auth/session";
import { withPrincipal } from "@/lib/db/principal";
import { readId } from "@/lib/ids";
import { findErasureObstacles } from "@/lib/privacy/queries";
import { obstacleWords } from "@/lib/privacy/wording";
import { getFamily } from "@/lib/reporting/family-queries";
import styles from "../../../admin.module.css";
import { ErasureForm } from "../_components/erasure-form";

export const metadata: Metadata = { title: "Erase a family" };

export default async function EraseFamily({ params }: PageProps<"/admin/families/[id]/erase">) {
  const admin = await requirePage(["admin"]);
  const id = readId<"family">((await params).id);
  if (!id) notFound();
  const { family, obstacles } = await withPrincipal(admin, async (db) => ({
    family: await getFamily(db, id),
    obstacles: await findErasureObstacles(db, id),
  }));
  if (!family) notFound();
  const path = `/admin/families/${id}` as Route;

  return (
    <>
      <PageHeader
        eyebrow={<BackLink href={path}>{family.name}</BackLink>}
        title="Erase this family"
        description="Names, addresses, notes and messages go, for good. Amounts, dates and lessons stay, so that the books and the calendar still add up."
      />
      <Stack>
        {!family.erasedAt && obstacles.length > 0 ? (
          <Card title="Not yet">
            <p className={styles.soft}>Something of this family is still running. These must end first:</p>
            <ul className={`${styles.rows} ${styles.below}`}>
              {obstacles.map((obstacle) => {
                const { what, remedy } = obstacleWords(obstacle);
                return (
                  <li key={obstacle.obstacle}>
                    <div className={styles.rowWords}>
                      <p className={styles.rowName}>{what}</p>
                      <p className={styles.soft}>{remedy}</p>
                    </div>
                  </li>
                );
              })}
            </ul>
          </Card>
        ) : family.erasedAt ? (
          <Notice tone="good" role="status" title="The family has been erased">
            The books and the calendar are as they were. Who asked and why stands in the list of requests.
          </Notice>
        ) : (
          <Card title="Why, and what it comes to">
            <ErasureForm
              familyId={id}
              familyName={family.name}
              isAtStripe={family.stripeCustomerId !== null}
            />
          </Card>
        )}
      </Stack>
    </>
  );
}
