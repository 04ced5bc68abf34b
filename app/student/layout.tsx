import { IconCalendarMonth, IconHistory, IconMusic, IconUser } from "@tabler/icons-react";
import type { Metadata } from "next";
import type { ReactNode } from "react";
import { Wordmark } from "@/components/brand/wordmark";
import { PortalShell } from "@/components/ui/portal-shell";
import { signOutAction } from "@/lib/auth/actions";
import { requirePage } from "@/lib/auth/session";

export const metadata: Metadata = { title: { default: "Your lessons", template: "%s · Cedar Heights" } };

export default async function StudentLayout({ children }: { children: ReactNode }) {
  const student = await requirePage(["student"]);
  return (
    <PortalShell
      nav={[
        { label: "Lessons", href: "/student", icon: <IconMusic />, exact: true },
        { label: "Calendar", href: "/student/calendar", icon: <IconCalendarMonth /> },
        { label: "Past lessons", href: "/student/lessons", icon: <IconHistory /> },
        { label: "Account", href: "/student/account", icon: <IconUser /> },
      ]}
      userName={student.name}
      roleLabel="Student"
      brand={<Wordmark />}
      homeHref="/student"
      signOut={signOutAction}
    >
      {children}
    </PortalShell>
  );
}
