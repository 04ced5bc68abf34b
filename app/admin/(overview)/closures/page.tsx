import type { Metadata } from "next";
import { Stack } from "@/components/portal/columns";
import { Card } from "@/components/ui/card";
import { DataList } from "@/components/ui/data-list";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { type Closure, listAllClosures } from "@/lib/academy/closures";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { countOf, formatDateSpan, localDate, zoneCity } from "@/lib/format";
import { ClosureForm } from "./_components/closure-form";

export const metadata: Metadata = { title: "Closures" };

const items = (closures: readonly Closure[]) =>
  closures.map(({ id, name, startsOn, endsOn, cancelled }) => ({
    id,
    label: name,
    value: `${formatDateSpan(startsOn, endsOn)}${cancelled > 0 ? `, ${countOf(cancelled, "lesson")} cancelled` : ""}`,
  }));

export default async function AdminClosures() {
  const admin = await requirePage(["admin"]);
  const { timeZone } = await loadAcademy();
  const today = localDate(clock.now(), timeZone);
  const { coming, past } = await withPrincipal(admin, (db) => listAllClosures(db, today));
  return (
    <>
      <PageHeader
        title="Closures"
        description="Days on which the academy is closed. No lesson is booked on them."
      />
      <Stack>
        <Card
          title="Close the academy"
          description="For a day or a few. You see which lessons that cancels, and what it costs, before anything happens."
        >
          <ClosureForm today={today} timeZone={timeZone} zone={zoneCity(timeZone)} />
        </Card>
        <Card title="Coming">
          {coming.length > 0 ? (
            <DataList items={items(coming)} />
          ) : (
            <EmptyState title="No closure is planned">
              <p>Holidays and other days without lessons stand here once they are entered above.</p>
            </EmptyState>
          )}
        </Card>
        {past.length > 0 && (
          <Card title="Past">
            <DataList items={items(past)} />
          </Card>
        )}
      </Stack>
    </>
  );
}
