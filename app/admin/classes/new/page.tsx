import type { Metadata, Route } from "next";
import { BackLink } from "@/components/portal/back-link";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { withPrincipal } from "@/lib/db/principal";
import { listClassChoices } from "@/lib/scheduling/class-queries";
import { classChoicesOf } from "../_components/class-choices";
import { ClassForm } from "../_components/class-form";

export const metadata: Metadata = { title: "New class" };

export default async function NewClass() {
  const admin = await requirePage(["admin"]);
  const [{ timeZone }, choices] = await Promise.all([loadAcademy(), withPrincipal(admin, listClassChoices)]);
  return (
    <>
      <PageHeader
        eyebrow={<BackLink href={"/admin/classes" as Route}>Classes</BackLink>}
        title="New class"
        description="Its lessons are made for the whole term at once, at the same local time each week, or none of them."
      />
      {choices.terms.length === 0 ? (
        <EmptyState
          title="No term is ahead"
          action={<ButtonLink href={"/admin/classes" as Route}>To the classes</ButtonLink>}
        >
          <p>A class belongs to a term that has not ended.</p>
        </EmptyState>
      ) : (
        <Card>
          <ClassForm
            choices={classChoicesOf(choices)}
            initial={{
              classId: "",
              kind: "group",
              termId: choices.terms[0]?.id ?? "",
              name: "",
              description: "",
              teacherId: choices.teachers[0]?.id ?? "",
              roomId: choices.rooms[0]?.id ?? "",
              instrumentId: "",
              status: "open",
              weekday: "5",
              starts: "10:00",
              minutes: "45",
              price: "",
              minimumAge: "0",
              maximumAge: "99",
              seats: "8",
            }}
            timeZone={timeZone}
          />
        </Card>
      )}
    </>
  );
}
