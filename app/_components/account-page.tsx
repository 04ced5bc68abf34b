import { notFound } from "next/navigation";
import { AccountCards } from "@/components/account/account-cards";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { signOutEverywhereAction } from "@/lib/auth/actions";
import { requirePage } from "@/lib/auth/session";
import type { AppRole } from "@/lib/db/database.gen";
import { withPrincipal } from "@/lib/db/principal";
import { getAccount } from "@/lib/families/queries";
import { CalendarFeed } from "./calendar-feed";
import { FamilyData } from "./family-data";
import { NotificationChoices } from "./notification-choices";

/** The account page of a portal; `owner` is the role that may open it. */
export async function AccountPage({ owner }: { owner: AppRole }) {
  const person = await requirePage([owner]);
  const [academy, account] = await Promise.all([
    loadAcademy(),
    withPrincipal(person, (db) => getAccount(db, person.userId)),
  ]);
  if (!account) notFound();
  return (
    <>
      <PageHeader title="Account" />
      <AccountCards
        account={account}
        academyEmail={academy.email}
        signOutEverywhere={signOutEverywhereAction}
      >
        {(owner === "parent" || owner === "student") && <NotificationChoices person={person} />}
        <CalendarFeed person={person} />
        {owner === "parent" && <FamilyData parent={person} />}
      </AccountCards>
    </>
  );
}
