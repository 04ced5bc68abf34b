import { ChoiceForm } from "@/components/account/choice-form";
import { Card } from "@/components/ui/card";
import { loadAcademy } from "@/lib/academy/loaders";
import type { SignedIn } from "@/lib/auth/session";
import { withPrincipal } from "@/lib/db/principal";
import { zoneCity } from "@/lib/format";
import { getChoices } from "@/lib/messaging/choices";

/** The card of the account page on which a parent or a student chooses their reminders. */
export async function NotificationChoices({ person }: { person: SignedIn }) {
  const [{ timeZone }, { chosen, family }] = await Promise.all([
    loadAcademy(),
    withPrincipal(person, (db) => getChoices(db, person.userId)),
  ]);
  const others = Intl.supportedValuesOf("timeZone").filter((zone) => zone !== timeZone && zone.includes("/"));
  return (
    <Card
      title="Reminders"
      id="notifications"
      description="By email, to your own address. What changes a lesson, and what concerns money, is always sent."
    >
      <ChoiceForm
        options={[
          {
            kind: "lesson_reminder",
            label: "The day before a lesson",
            words: "About 24 hours ahead.",
            isChosen: chosen.lesson_reminder,
          },
          {
            kind: "lesson_reminder_soon",
            label: "Shortly before a lesson",
            words: "About 2 hours ahead.",
            isChosen: chosen.lesson_reminder_soon,
          },
          ...(family
            ? [
                {
                  kind: "makeup_offer" as const,
                  label: "Before a make-up ends",
                  words: "Two weeks and three days ahead, with open times to choose from.",
                  isChosen: chosen.makeup_offer,
                },
              ]
            : []),
        ]}
        zones={
          family && {
            value: family.zone ?? timeZone,
            options: [
              { value: timeZone, label: `${zoneCity(timeZone)}, the academy's own time` },
              ...others.map((zone) => ({ value: zone, label: zone.replaceAll("_", " ") })),
            ],
          }
        }
      />
    </Card>
  );
}
