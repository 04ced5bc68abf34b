import {
  IconCalendar,
  IconCalendarMonth,
  IconHome,
  IconReceipt,
  IconUser,
  IconUsersGroup,
} from "@tabler/icons-react";
import type { Metadata } from "next";
import type { ReactNode } from "react";
import { Wordmark } from "@/components/brand/wordmark";
import { PortalShell } from "@/components/ui/portal-shell";
import { signOutAction } from "@/lib/auth/actions";
import { requirePage } from "@/lib/auth/session";

export const metadata: Metadata = { title: { default: "Your family", template: "%s · Cedar Heights" } };

export default async function FamilyLayout({ children }: { children: ReactNode }) {
  const parent = await requirePage(["parent"]);
  return (
    <PortalShell
      nav={[
        { label: "Home", href: "/family", icon: <IconHome />, exact: true },
        { label: "Lessons", href: "/family/lessons", icon: <IconCalendar /> },
        { label: "Calendar", href: "/family/calendar", icon: <IconCalendarMonth /> },
        { label: "Classes", href: "/family/classes", icon: <IconUsersGroup /> },
        { label: "Billing", href: "/family/billing", icon: <IconReceipt /> },
        { label: "Account", href: "/family/account", icon: <IconUser /> },
      ]}
      userName={parent.name}
      roleLabel="Parent"
      brand={<Wordmark />}
      homeHref="/family"
      signOut={signOutAction}
    >
      {children}
    </PortalShell>
  );
}
