import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { AccountCards } from "@/components/account/account-cards";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { signOutEverywhereAction } from "@/lib/auth/actions";
import { requirePage } from "@/lib/auth/session";
import { withPrincipal } from "@/lib/db/principal";
import { getAccount } from "@/lib/families/queries";

export const metadata: Metadata = { title: "Account" };

export default async function AdminAccount() {
  const person = await requirePage(["admin"]);
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
      />
    </>
  );
}
